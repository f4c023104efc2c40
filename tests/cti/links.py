"""Links of ours to a fake Asterisk, with limits for a test, and what is read from them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from cti.ami import Address, Ami, Event, Item, Limits, Linked, Lost
from tests.fakes.fake_asterisk import PATIENCE_S, SECRET, USER, FakeAsterisk

SHORT_S = 0.02
PATIENT = Limits(
    login_s=PATIENCE_S,
    boot_s=PATIENCE_S,
    ping_every_s=PATIENCE_S,
    ping_s=PATIENCE_S,
    action_s=PATIENCE_S,
    retry_s=0.001,
    longest_retry_s=0.004,
)
"""Nothing but what a test shortens is ever too late."""
PINGING = replace(PATIENT, ping_every_s=SHORT_S)


def link_to(asterisk: FakeAsterisk, limits: Limits = PATIENT, secret: str = SECRET) -> Ami:
    address = Address("127.0.0.1", asterisk.port, USER, secret)
    return Ami(address, {"Newchannel", "Hangup", "UserEvent", "OriginateResponse"}, limits)


@asynccontextmanager
async def running(asterisk: FakeAsterisk, limits: Limits = PATIENT) -> AsyncIterator[Ami]:
    """A link that is kept up; not yet up."""
    ami = link_to(asterisk, limits)
    async with asyncio.TaskGroup() as group:
        group.create_task(ami.run())
        try:
            yield ami
        finally:
            ami.close()


@asynccontextmanager
async def linked(asterisk: FakeAsterisk, limits: Limits = PATIENT) -> AsyncIterator[Ami]:
    """A link that is up, and its Linked read."""
    async with running(asterisk, limits) as ami:
        assert await item(ami) == Linked()
        yield ami


async def item(ami: Ami) -> Item:
    async with asyncio.timeout(PATIENCE_S):
        return await anext(ami.items())


async def relinked(ami: Ami) -> str:
    """Read Lost and Linked; why it was lost."""
    lost = await item(ami)
    assert isinstance(lost, Lost)
    assert await item(ami) == Linked()
    return lost.reason


async def told(logs: list[Any], what: str) -> None:
    """Wait until it stands in the log."""
    async with asyncio.timeout(PATIENCE_S):
        while all(entry["event"] != what for entry in logs):  # noqa: ASYNC110 - a list tells nobody
            await asyncio.sleep(0)


def event(name: str, **fields: str) -> Event:
    return Event(name, fields)
