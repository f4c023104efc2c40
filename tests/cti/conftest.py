"""A fake Asterisk, and a look at what a test of the manager link leaves behind."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes.fake_asterisk import FakeAsterisk


@pytest.fixture
async def nothing_is_left() -> AsyncIterator[None]:
    """No task, and no error that only a log of the event loop would have told."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left
    gc.collect(1)
    assert told == []


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        yield asterisk
