"""The storage tests' SQLite, for a desk of each test's own."""

import pytest

from tests.fakes.desk import ADLER, EVA, LENA, MAX, TOM, Actions
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage


@pytest.fixture
def actions(sqlite_url: str, open_storage: OpenStorage) -> Actions:  # noqa: F811
    """With everybody enrolled."""
    made = Actions(open_storage(sqlite_url, "a"))
    made.enrol(EVA, TOM, LENA, MAX, ADLER)
    return made
