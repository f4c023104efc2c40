"""The API of each test's own desk."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from storage.unit_of_work import SqlTransactions
from tests.fakes.api_desk import ApiDesk, api_desk
from tests.rufwerk.front_desk import TALKS
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

OpenApi = Callable[..., AbstractAsyncContextManager[ApiDesk]]
"""After rows of ``tests.cti.paper``."""


@pytest.fixture
def storage(sqlite_url: str, open_storage: OpenStorage) -> SqlTransactions:  # noqa: F811
    return open_storage(sqlite_url, "a")


@pytest.fixture
def open_api(storage: SqlTransactions) -> OpenApi:
    return lambda *rows: api_desk(storage, *rows)


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[ApiDesk]:
    """Eva talks with Alpenrad's caller A."""
    async with open_api(*TALKS) as made:
        yield made
