"""Each trap of AMI and of panoramisk, over TCP against a fake Asterisk that misbehaves."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from cti.ami import (
    ActionRefused,
    ActionUncertain,
    Address,
    Ami,
    BadValue,
    Event,
    Item,
    Limits,
    LinkDown,
    Linked,
    LoginRefused,
    Lost,
)
from cti.ami_wire import LONGEST_BLOCK
from tests.fakes.fake_asterisk import (
    GREETING,
    PATIENCE_S,
    SECRET,
    USER,
    FakeAsterisk,
    Heard,
    Session,
    log_in,
    say_nothing,
    succeed,
)

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


@pytest.fixture(autouse=True)
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


# The link


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


# Actions


async def test_an_unanswered_action_is_never_sent_again(asterisk: FakeAsterisk) -> None:
    """Else a debtor would be rung twice."""
    asterisk.does["Originate"] = lambda session, _: session.break_off()
    async with linked(asterisk) as ami:
        with pytest.raises(ActionUncertain, match="Originate was sent"):
            await ami.act("Originate", {"Channel": "PJSIP/201"})
        await relinked(ami)
        await ami.act("UserEvent", {"UserEvent": "after all that was kept back"})
    assert len(asterisk.named("Originate")) == 1


async def test_an_action_has_a_deadline_and_its_late_answer_is_ignored(
    asterisk: FakeAsterisk,
) -> None:
    asterisk.does["Redirect"] = say_nothing
    async with linked(asterisk, replace(PATIENT, action_s=SHORT_S)) as ami:
        with pytest.raises(ActionUncertain, match="within"):
            await ami.act("Redirect", {"Channel": "1.1"})
        late = asterisk.named("Redirect")[0]
        asterisk.sessions[0].start_list(late, ("Hangup", "Uniqueid: 1"))
        assert await item(ami) == event("Hangup", ActionID=late.id, Uniqueid="1")
        assert ami.alive


async def test_an_action_refused_says_why(asterisk: FakeAsterisk) -> None:
    asterisk.does["Redirect"] = lambda session, heard: session.refuse(heard, "No such channel")
    async with linked(asterisk) as ami:
        with pytest.raises(ActionRefused, match=r"^No such channel$"):
            await ami.act("Redirect", {"Channel": "1.1"})


async def test_without_a_link_nothing_is_sent(asterisk: FakeAsterisk) -> None:
    ami = link_to(asterisk)
    with pytest.raises(LinkDown):
        await ami.act("Originate")
    async with linked(asterisk) as ami:
        asterisk.sessions[0].break_off()
        assert isinstance(await item(ami), Lost)
        with pytest.raises(LinkDown):
            await ami.act("Originate")
        assert await item(ami) == Linked()
    assert not asterisk.named("Originate")


async def test_nothing_is_sent_in_the_moment_between_an_end_and_its_notice(
    asterisk: FakeAsterisk,
) -> None:
    async with linked(asterisk) as ami:
        assert ami._link is not None
        ami._link.transport.close()
        with pytest.raises(LinkDown):
            await ami.act("Originate")


@pytest.mark.parametrize("value", ["1\r\nAction: Originate", "1\n2", "1\0", "x" * 10_000_000])
async def test_no_value_becomes_an_action(asterisk: FakeAsterisk, value: str) -> None:
    async with linked(asterisk) as ami:
        with pytest.raises(BadValue):
            await ami.act("Setvar", {"Variable": "A", "Value": value})
        with pytest.raises(BadValue):
            await ami.act("Setvar", {"Variable": "A", f"X{value}": "1"})
        await ami.act("UserEvent", {"UserEvent": "after"})
    assert [heard.name for heard in asterisk.heard] == ["Login", "UserEvent"]


async def test_a_field_can_be_repeated_and_keeps_its_letters(asterisk: FakeAsterisk) -> None:
    variables = ["a=${SHELL(id)}", "b=Grüße 漢 🚲", "a=2"]
    async with linked(asterisk) as ami:
        await ami.act("Setvar", {"Variable": variables, "Empty": ""})
    heard = asterisk.named("Setvar")[0]
    assert heard.texts("Variable") == variables
    assert heard.texts("Empty") == [""]


@pytest.mark.parametrize("name", ["Originate", "originate", "ORIGINATE"])
async def test_no_originate_holds_up_the_link(asterisk: FakeAsterisk, name: str) -> None:
    """It is asynchronous whatever is asked for, and what becomes of it comes as an event."""

    def queue(session: Session, heard: Heard) -> None:
        session.answer(heard, "Message: Originate successfully queued")
        fields = {"ActionID": heard.id, "Response": "Failure"}
        session.event("OriginateResponse", **fields)

    asterisk.does[name] = queue
    async with linked(asterisk) as ami:
        answer = await ami.act(name, {"Channel": "PJSIP/201", "async": "false"})
        assert answer.events == ()
        response = await item(ami)
        assert isinstance(response, Event)
        assert (response.name, response.get("Response")) == ("OriginateResponse", "Failure")
    heard = asterisk.named(name)[0]
    assert [text for key, text in heard.lines if key.lower() == "async"] == ["true"]


async def test_an_abandoned_action_leaves_the_link_alone(asterisk: FakeAsterisk) -> None:
    asterisk.does["Redirect"] = say_nothing
    async with linked(asterisk) as ami:
        async with asyncio.TaskGroup() as group:
            redirect = group.create_task(ami.act("Redirect"))
            await asterisk.hears("Redirect")
            redirect.cancel()
        asterisk.sessions[0].answer(asterisk.named("Redirect")[0])
        await ami.act("Setvar")


# Answers and lists


async def test_answers_find_their_actions_in_any_order(asterisk: FakeAsterisk) -> None:
    asterisk.does["Getvar"] = say_nothing
    async with linked(asterisk) as ami, asyncio.TaskGroup() as group:
        asked = [group.create_task(ami.act("Getvar", {"Variable": text})) for text in "abc"]
        await asterisk.hears("Getvar", times=3)
        for heard in reversed(asterisk.named("Getvar")):
            asterisk.sessions[0].answer(heard, f"Value: {heard.texts('Variable')[0]}%20")
        assert [(await one).fields["Value"] for one in asked] == ["a%20", "b%20", "c%20"]


async def test_answers_to_nobody_are_ignored(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as ami:
        session = asterisk.sessions[0]
        session.say("Response: Success", "ActionID: action/unknown/1/1")
        session.say("Response: Success", "EventList: start")
        session.say("Response: Failure")
        session.say("Response: Follows", "ActionID: 1", "ActionID: 2", "body")
        session.say("Event: Status", "ActionID: action/unknown/1/1")
        session.say("Event: Status", "ActionID: action/unknown/1/1", "EventList: Complete")
        await ami.act("Setvar")
        session.event("Hangup", Uniqueid="1")
        assert await item(ami) == event("Hangup", Uniqueid="1")
    assert len(asterisk.sessions) == 1


async def test_a_list_is_collected_among_events_and_other_lists(asterisk: FakeAsterisk) -> None:
    asterisk.does["Status"] = say_nothing
    async with linked(asterisk) as ami, asyncio.TaskGroup() as group:
        session = asterisk.sessions[0]
        first = group.create_task(ami.act("Status"))
        second = group.create_task(ami.act("Status"))
        await asterisk.hears("Status", times=2)
        one, two = asterisk.named("Status")
        session.start_list(one, ("Hangup", "Uniqueid: 1"))  # an event's name, and yet of the list
        session.start_list(two, ("Status", "Uniqueid: 2", "Uniqueid: 3"))
        session.event("Hangup", Uniqueid="4")
        session.end_list(two)
        session.end_list(one)
        assert [(part.name, part.get("Uniqueid")) for part in (await first).events] == [
            ("Hangup", "1")
        ]
        assert [(part.name, part.get("Uniqueid")) for part in (await second).events] == [
            ("Status", "2")
        ]
        assert await item(ami) == event("Hangup", Uniqueid="4")


async def test_an_empty_list(asterisk: FakeAsterisk) -> None:
    def nothing(session: Session, heard: Heard) -> None:
        session.start_list(heard)
        session.end_list(heard)

    asterisk.does["Status"] = nothing
    async with linked(asterisk) as ami:
        assert (await ami.act("Status")).events == ()


async def test_a_list_without_an_end_has_a_deadline(asterisk: FakeAsterisk) -> None:
    asterisk.does["Status"] = lambda session, heard: session.start_list(heard, ("Status",))
    async with linked(asterisk, replace(PATIENT, action_s=SHORT_S)) as ami:
        with pytest.raises(ActionUncertain):
            await ami.act("Status")
        assert ami.alive


async def test_a_list_too_long_is_given_up(asterisk: FakeAsterisk) -> None:
    def too_much(session: Session, heard: Heard) -> None:
        session.start_list(heard, *[("Status",)] * 11)
        session.end_list(heard)

    asterisk.does["Status"] = too_much
    async with linked(asterisk, replace(PATIENT, listed=10)) as ami:
        with pytest.raises(ActionUncertain, match="more than 10"):
            await ami.act("Status")
        await ami.act("Setvar")
        assert ami.alive


async def test_a_list_out_of_order_or_doubled_neither_hangs_nor_crashes(
    asterisk: FakeAsterisk,
) -> None:
    def backwards(session: Session, heard: Heard) -> None:
        session.end_list(heard)
        session.say("Event: Status", f"ActionID: {heard.id}")
        session.start_list(heard, ("Status", "N: 1"), ("Status", "N: 1"))
        session.answer(heard, "EventList: start")
        session.end_list(heard)
        session.end_list(heard)
        session.answer(heard)

    asterisk.does["Status"] = backwards
    async with linked(asterisk) as ami:
        answer = await ami.act("Status")
        assert [part.get("N") for part in answer.events] == ["1", "1"]
        await ami.act("Setvar")
    assert len(asterisk.sessions) == 1


# Events


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
