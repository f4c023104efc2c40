"""A database for the outbox."""

import pytest

from storage.unit_of_work import SqlTransactions
from tests.storage.conftest import (  # noqa: F401 - fixtures are found by their names here
    open_storage,
    sqlite_url,
)
from tests.storage.people import OpenStorage


@pytest.fixture
def lite(sqlite_url: str, open_storage: OpenStorage) -> SqlTransactions:  # noqa: F811
    """SQLite alone: storage's own tests see to the others."""
    return open_storage(sqlite_url, "a")
