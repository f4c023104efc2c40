"""The databases of the storage tests, and a clock that stands."""

from datetime import UTC, datetime

import pytest

from storage.unit_of_work import SqlTransactions
from tests.storage.conftest import (  # noqa: F401 - fixtures are found by their names here
    open_storage,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    transactions,
    url,
)
from tests.storage.people import OpenStorage

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOON


@pytest.fixture
def lite(sqlite_url: str, open_storage: OpenStorage) -> SqlTransactions:  # noqa: F811
    """SQLite alone, for what no database sees differently."""
    return open_storage(sqlite_url, "a")
