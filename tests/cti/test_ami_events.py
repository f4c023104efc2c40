"""Events come in order and whole, and garbage costs at most the link, over TCP against a fake Asterisk."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from cti.ami import ActionUncertain, Ami
from cti.ami_wire import LONGEST_BLOCK
from tests.cti.links import PATIENT, PINGING, event, item, linked, relinked
from tests.fakes.fake_asterisk import GREETING, FakeAsterisk

pytestmark = pytest.mark.usefixtures("nothing_is_left")


async def test_events_come_in_order(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        for number in range(5000):
            asterisk.sessions[0].event("Hangup", Uniqueid=str(number))
        assert [await item(ami) for _ in range(5000)] == [
            event("Hangup", Uniqueid=str(number)) for number in range(5000)
        ]


async def test_what_is_not_asked_for_is_filtered(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        asterisk.sessions[0].event("TestEvent", State="1")
        asterisk.sessions[0].event("FullyBooted")
        asterisk.sessions[0].event("Shutdown")
        asterisk.sessions[0].event("Hangups", Uniqueid="1")
        asterisk.sessions[0].event("Hangup", Uniqueid="2")
        assert await item(ami) == event("Hangup", Uniqueid="2")


async def test_a_reader_that_fails_costs_neither_link_nor_events(asterisk: FakeAsterisk) -> None:
    async def fail(ami: Ami) -> None:
        async for one in ami.items():
            raise RuntimeError(one)

    async with linked(asterisk) as ami:
        for number in "123":
            asterisk.sessions[0].event("Hangup", Uniqueid=number)
        for _ in "12":
            with pytest.raises(RuntimeError):
                await fail(ami)
        assert await item(ami) == event("Hangup", Uniqueid="3")
        await ami.act("Setvar")
    assert len(asterisk.sessions) == 1


async def test_a_reader_left_behind_loses_the_link_and_no_event_before(
    asterisk: FakeAsterisk,
) -> None:
    """What waits is bounded; the link comes back when all of it is read."""
    async with linked(asterisk, replace(PATIENT, waiting=10)) as ami:
        for number in range(50):
            asterisk.sessions[0].event("Hangup", Uniqueid=str(number))
        asterisk.sessions[0].event("FullyBooted")
        with pytest.raises(ActionUncertain):
            await ami.act("Setvar")
        async with linked(asterisk, PINGING):
            await asterisk.hears("Ping", times=2)
        assert len(asterisk.sessions) == 2  # the other's is one of them
        assert [await item(ami) for _ in range(10)] == [
            event("Hangup", Uniqueid=str(number)) for number in range(10)
        ]
        assert not ami.alive
        assert "faster than they were read" in await relinked(ami)
        asterisk.sessions[2].event("Hangup", Uniqueid="50")
        assert await item(ami) == event("Hangup", Uniqueid="50")


async def test_a_character_split_over_packets_survives(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        for byte in "Event: Hangup\r\nCallerIDName: Jürgen 漢🚲\r\n\r\n".encode():
            asterisk.sessions[0].send(bytes([byte]))
            await asyncio.sleep(0)  # let it go and come as a piece of its own
        assert await item(ami) == event("Hangup", CallerIDName="Jürgen 漢🚲")


async def test_invalid_utf8_is_replaced_not_fatal(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        asterisk.sessions[0].send(b"Event: Hangup\r\nName: J\xfcrgen \xe6\xbc\r\nA: 1\r\n\r\n")
        assert await item(ami) == event("Hangup", Name="J\ufffdrgen \ufffd", A="1")
    assert len(asterisk.sessions) == 1


@pytest.mark.parametrize("start", [b"", b"Event: Hangup\r\n", b"Event: Hangup\r\nUniqueid: "])
async def test_a_giant_line_costs_the_link_not_the_memory(
    asterisk: FakeAsterisk, start: bytes
) -> None:
    with capture_logs() as logs:
        async with linked(asterisk) as ami:
            asterisk.sessions[0].send(start + b"x" * 10_000_000)
            assert str(LONGEST_BLOCK) in await relinked(ami)
    assert any(str(LONGEST_BLOCK) in entry.get("reason", "") for entry in logs)


async def test_a_block_of_endless_lines_costs_the_link(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        asterisk.sessions[0].send(b"Event: Hangup\r\n" + b"Field: x\r\n" * 100_000)
        assert str(LONGEST_BLOCK) in await relinked(ami)


async def test_blocks_that_are_none_are_told_without_their_text(asterisk: FakeAsterisk) -> None:
    with capture_logs() as logs:
        async with linked(asterisk) as ami:
            session = asterisk.sessions[0]
            session.send(
                b"\r\n\r\n\r\n\r\n\x00\xff\r\n\r\n: \r\n\r\nid: 864209\r\n\r\nEvent: \r\n\r\n"
            )
            session.send(
                b"Event: Hangup\r\n\r\n" + GREETING + b"\r\nEvent: Hangup\r\nA\r\nB: \r\n\r\n"
            )
            assert [await item(ami), await item(ami)] == [event("Hangup"), event("Hangup", B="")]
    assert len(asterisk.sessions) == 1
    told = [entry for entry in logs if "characters" in entry]
    assert len(told) == 4
    assert "864209" not in str(told)
