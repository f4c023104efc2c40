"""Front desks to ask through their socket."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cti.conftest import nothing_is_left  # noqa: F401 - found by its name
from tests.rufwerk.front_desk import FrontDesk, OpenDesk, front_desk


@pytest.fixture
async def open_desk(tmp_path: Path, nothing_is_left: None) -> AsyncIterator[OpenDesk]:  # noqa: F811
    """Opens one after what the rows tell; the test's end closes it."""
    async with AsyncExitStack() as stack:

        async def opened(*rows: str) -> FrontDesk:
            return await stack.enter_async_context(front_desk(tmp_path / "home", *rows))

        yield opened
