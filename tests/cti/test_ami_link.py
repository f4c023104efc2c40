"""The manager link comes up, stays up, is lost and comes back, and ends, over TCP against a fake Asterisk."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from cti.ami import Address, LinkDown, Linked, LoginRefused, Lost
from tests.cti.links import (
    PATIENT,
    PINGING,
    SHORT_S,
    event,
    item,
    link_to,
    linked,
    relinked,
    running,
    told,
)
from tests.fakes.fake_asterisk import (
    GREETING,
    PATIENCE_S,
    FakeAsterisk,
    Heard,
    Session,
    log_in,
    say_nothing,
    succeed,
)

pytestmark = pytest.mark.usefixtures("nothing_is_left")


async def test_a_link_is_told_before_any_event(asterisk: FakeAsterisk) -> None:
    def log_in_late(session: Session, heard: Heard) -> None:
        session.event("Newchannel", Uniqueid="too early")
        log_in(session, heard)
        session.event("Newchannel", Uniqueid="1")

    asterisk.does["Login"] = log_in_late
    async with running(asterisk) as ami:
        assert not ami.alive
        assert [await item(ami), await item(ami)] == [Linked(), event("Newchannel", Uniqueid="1")]
        assert ami.alive


async def test_logged_in_is_not_linked_before_asterisk_has_booted(asterisk: FakeAsterisk) -> None:
    asterisk.does["Login"] = succeed
    async with running(asterisk) as ami:
        await asterisk.hears("Login")
        with pytest.raises(LinkDown):
            await ami.act("Ping")
        asterisk.sessions[0].event("FullyBooted")
        assert await item(ami) == Linked()


async def test_the_secret_is_told_to_nobody_who_is_not_asterisk(asterisk: FakeAsterisk) -> None:
    asterisk.greetings = [b"SSH-2.0-OpenSSH_9.2\r\n"]
    with capture_logs() as logs:
        async with linked(asterisk):
            assert len(asterisk.sessions) == 2
            assert len(asterisk.heard) == 1
    assert "isn't Asterisk's manager" in logs[0]["reason"]


async def test_login_has_a_deadline(asterisk: FakeAsterisk) -> None:
    def slow_once(session: Session, heard: Heard) -> None:
        asterisk.does["Login"] = log_in

    asterisk.does["Login"] = slow_once
    async with linked(asterisk, replace(PATIENT, login_s=SHORT_S)):
        assert len(asterisk.named("Login")) >= 2


async def test_greeting_has_a_deadline(asterisk: FakeAsterisk) -> None:
    asterisk.greetings = [b"", GREETING[:10]]
    with capture_logs() as logs:
        async with linked(asterisk, replace(PATIENT, login_s=SHORT_S)):
            assert len(asterisk.sessions) >= 3
    assert logs[0]["reason"] == "Asterisk doesn't greet"


async def test_booting_has_a_deadline(asterisk: FakeAsterisk) -> None:
    def never_booted_once(session: Session, heard: Heard) -> None:
        session.answer(heard)
        asterisk.does["Login"] = log_in

    asterisk.does["Login"] = never_booted_once
    with capture_logs() as logs:
        async with linked(asterisk, replace(PATIENT, boot_s=SHORT_S)):
            assert len(asterisk.sessions) == 2
    assert "'system'" in logs[0]["reason"]


async def test_a_wrong_secret_is_not_tried_again(asterisk: FakeAsterisk) -> None:
    ami = link_to(asterisk, secret="another one")
    with pytest.raises(LoginRefused, match=r"manager\.conf") as refused:
        await ami.run()
    assert "another one" not in str(refused.value) + repr(Address("", 1, "", "another one"))
    assert len(asterisk.sessions) == 1
    assert [item async for item in ami.items()] == []


async def test_a_login_refused_for_another_cause_is_tried_again(asterisk: FakeAsterisk) -> None:
    def stopping(session: Session, heard: Heard) -> None:
        session.refuse(heard, "Asterisk is shutting down")
        asterisk.does["Login"] = log_in

    asterisk.does["Login"] = stopping
    async with linked(asterisk):
        assert len(asterisk.sessions) == 2


async def test_a_ping_unanswered_loses_the_link(asterisk: FakeAsterisk) -> None:
    asterisk.does["Ping"] = say_nothing
    async with linked(asterisk, replace(PINGING, ping_s=SHORT_S)) as ami:
        assert "Ping wasn't answered" in await relinked(ami)


async def test_pings_keep_a_quiet_link(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk, PINGING) as ami:
        await asterisk.hears("Ping", times=3)
        assert ami.alive
    assert len(asterisk.sessions) == 1


async def test_a_ping_refused_is_an_answer(asterisk: FakeAsterisk) -> None:
    asterisk.does["Ping"] = lambda session, heard: session.refuse(
        heard, "Asterisk is shutting down"
    )
    async with linked(asterisk, PINGING) as ami:
        await asterisk.hears("Ping", times=2)
        assert ami.alive


async def test_a_cut_link_is_lost_and_comes_back(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        asterisk.sessions[0].event("Hangup", Uniqueid="1")
        asterisk.sessions[0].send(b"Event: Hangup\r\nUniqueid: 2")
        asterisk.sessions[0].cut()
        assert await item(ami) == event("Hangup", Uniqueid="1")
        assert "closed" in await relinked(ami)
        asterisk.sessions[1].event("Hangup", Uniqueid="3")
        assert await item(ami) == event("Hangup", Uniqueid="3")


async def test_pauses_grow_to_their_bound_and_start_anew_after_a_ping(
    asterisk: FakeAsterisk,
) -> None:
    def stopping(session: Session, heard: Heard) -> None:
        session.refuse(heard, "Asterisk is shutting down")
        if len(asterisk.heard) == 5:
            asterisk.does["Login"] = log_in

    asterisk.does["Login"] = stopping
    with capture_logs() as logs:
        async with linked(asterisk, PINGING) as ami:
            await asterisk.hears("Ping", times=2)
            asterisk.sessions[-1].cut()
            await relinked(ami)
    pauses = [entry["retry_s"] for entry in logs if "retry_s" in entry]
    assert pauses == [0.001, 0.002, 0.004, 0.004, 0.004, 0.001]


async def test_an_asterisk_that_is_not_there_yet_is_waited_for() -> None:
    async with FakeAsterisk() as asterisk:
        pass
    with capture_logs() as logs:
        async with running(asterisk) as ami:
            await told(logs, "no ami link")
            async with asterisk:
                assert await item(ami) == Linked()
                ami.close()
    assert "can't be reached" in logs[0]["reason"]


async def test_it_never_reconnects_after_close(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        ami.close()
        assert isinstance(await item(ami), Lost)
        assert [left async for left in ami.items()] == []
    assert len(asterisk.sessions) == 1
    assert not ami.alive
    with pytest.raises(LinkDown):
        await ami.act("Ping")


async def test_close_ends_a_link_that_is_just_being_made(asterisk: FakeAsterisk) -> None:
    async with running(asterisk):
        await asyncio.sleep(0)
    assert asterisk.heard == []


async def test_close_ends_the_pause_before_a_new_link(asterisk: FakeAsterisk) -> None:
    endless = replace(PATIENT, retry_s=100 * PATIENCE_S, longest_retry_s=100 * PATIENCE_S)
    with capture_logs() as logs:
        async with asyncio.timeout(PATIENCE_S), linked(asterisk, endless):
            asterisk.sessions[0].cut()
            await told(logs, "no ami link")
    assert len(asterisk.sessions) == 1


async def test_cancelled_it_leaves_nothing(asterisk: FakeAsterisk) -> None:
    """Neither in the middle of a login, nor with a link that is up and an action on its way."""
    asterisk.does["Login"] = say_nothing
    async with asyncio.TaskGroup() as group:
        run = group.create_task(link_to(asterisk).run())
        await asterisk.hears("Login")
        run.cancel()
    asterisk.does = {"Login": log_in, "Status": say_nothing}
    ami = link_to(asterisk)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(ami.run())
        assert await item(ami) == Linked()
        status = group.create_task(ami.act("Status"))
        await asterisk.hears("Status")
        run.cancel()
        status.cancel()
    assert not ami.alive
