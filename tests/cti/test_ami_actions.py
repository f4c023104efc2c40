"""An action is sent once or not at all, and its answer and list find it, over TCP against a fake Asterisk."""

import asyncio
from dataclasses import replace

import pytest

from cti.ami import ActionRefused, ActionUncertain, BadValue, Event, LinkDown, Linked, Lost
from tests.cti.links import PATIENT, SHORT_S, event, item, link_to, linked, relinked
from tests.fakes.fake_asterisk import FakeAsterisk, Heard, Session, say_nothing

pytestmark = pytest.mark.usefixtures("nothing_is_left")


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
