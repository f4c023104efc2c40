"""What is asked of Asterisk for a call that an agent is in, in which order, and what can't be done."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from actions.dial import GivenNumber, Whom
from cti.ami import ActionRefused, Ami, BadValue
from cti.lines import Lines
from cti.rooms import ANNOUNCED, House, Rooms
from cti.routing.commands import (
    BringBack,
    HangUp,
    InCall,
    LetGo,
    Listen,
    PutOnHold,
    Reconnect,
    RingGuest,
    Transfer,
    Whisper,
)
from domain.dialling import Cleared, Refusal, Refused
from domain.field_facts import Listening
from domain.ids import AgentId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.transfer import ToAgent, ToLine
from tests.fakes.manager_link import WrittenLink, listed

CALL, ALPENRAD, EVAS_PHONE = CallId("a-1.0"), TenantId("alpenrad"), Phone("201")
NUMBER, SHOWN = "+493023125000", "+493023125100"
WHISPER = Whisper(ALPENRAD, Language.DE, None)
CALLER = {"Uniqueid": "1.0", "Linkedid": "1.0", "Channel": "PJSIP/carrier-1", "Application": "Dial"}
EVAS = {"Uniqueid": "1.1", "Linkedid": "1.0", "Channel": "PJSIP/201-2", "Application": "AppDial"}
GUEST = {"Uniqueid": "1.0-o2", "Linkedid": "1.0-o2", "Channel": "PJSIP/202-3", "Application": ""}
ELSEWHERE = {"Uniqueid": "8.1", "Linkedid": "8.0", "Channel": "PJSIP/201-4", "Application": ""}
NEIGHBOUR = {"Uniqueid": "1.2", "Linkedid": "1.0", "Channel": "PJSIP/2011-5", "Application": ""}


def link(*channels: dict[str, str]) -> WrittenLink:
    """The call's lines as Asterisk lists them, among those of others."""
    return WrittenLink({"CoreShowChannels": listed("CoreShowChannel", ELSEWHERE, *channels)})


async def done(on: WrittenLink, command: InCall, refused: Refused | None = None) -> list[Any]:
    """What was asked for, but for the looks at what lives."""

    async def gate(tenant: TenantId, whom: Whom) -> Cleared | Refused:
        assert (tenant, whom) == (ALPENRAD, GivenNumber(NUMBER))
        return refused or Cleared(NUMBER, SHOWN)

    house = House(
        lambda phone: f"PJSIP/{phone}" if phone in {"201", "202", "204"} else None,
        lambda _: ("brand", "german"),
        gate,
        lambda tenant, line: NUMBER if (tenant, line) == (ALPENRAD, "workshop") else None,
    )
    await Rooms(cast("Ami", on), Lines("a"), house)(command)
    return [(action, fields) for action, fields in on.asked if action != "CoreShowChannels"]


def var(channel: str, name: str, value: str) -> tuple[str, dict[str, str]]:
    return "Setvar", {"Channel": channel, "Variable": name, "Value": value}


def redirect(channel: str, context: str, priority: str = "1") -> tuple[str, dict[str, str]]:
    where = {"Context": context, "Exten": "s", "Priority": priority}
    return "Redirect", {"Channel": channel, **where}


def both(caller: str, context: str, agent: str) -> tuple[str, dict[str, str]]:
    action, where = redirect(caller, context)
    desk = {"ExtraContext": "desk", "ExtraExten": "s", "ExtraPriority": "1"}
    return action, {**where, "ExtraChannel": agent, **desk}


async def test_the_first_hold_takes_them_apart_at_once() -> None:
    assert await done(link(CALLER, NEIGHBOUR, EVAS), PutOnHold(CALL, EVAS_PHONE)) == [
        var("1.0", "ROOM", "a-1.0"),
        var("1.1", "ROOM", "a-1.0"),
        both("1.0", "hold", "PJSIP/201-2"),
    ]


async def test_from_the_room_he_alone_is_taken() -> None:
    in_room = {**EVAS, "Application": "ConfBridge"}
    assert await done(link(CALLER, in_room), PutOnHold(CALL, EVAS_PHONE)) == [
        var("1.0", "ROOM", "a-1.0"),
        redirect("1.0", "hold"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        PutOnHold(CALL, EVAS_PHONE),
        Listen(CALL, EVAS_PHONE, Phone("204"), Listening.LISTEN, 3),
    ],
)
async def test_nobody_is_moved_where_her_line_is_gone(command: InCall) -> None:
    """Neither her line in another call nor a phone whose name begins alike is hers."""
    on = link(CALLER, NEIGHBOUR)
    with pytest.raises(BadValue, match="the line of phone 201 in"):
        await done(on, command)
    assert [action for action, _ in on.asked] == ["CoreShowChannels"]


async def test_back_and_let_go() -> None:
    assert await done(link(), BringBack(CALL)) == [redirect("1.0", "room")]
    assert await done(link(), BringBack(CALL, LineId("7.1"))) == [redirect("7.1", "room")]
    in_room = {**CALLER, "Context": "room"}
    assert await done(link(in_room), LetGo(CALL)) == [redirect("1.0", "offer", "over")]
    on_hold = {**CALLER, "Uniqueid": "7.1", "Context": "hold"}
    fetched = await done(link(on_hold), Reconnect(CALL, LineId("7.1")))
    assert fetched == [redirect("7.1", "offer", "broken")]


@pytest.mark.parametrize("command", [LetGo(CALL), Reconnect(CALL)])
@pytest.mark.parametrize("context", ["field", "waiting", "degraded"])
async def test_who_has_helped_himself_is_left_where_he_is(command: InCall, context: str) -> None:
    assert await done(link({**CALLER, "Context": context}), command) == []


async def test_sent_into_the_field_no_number_is_left_over() -> None:
    assert await done(link(), Transfer(CALL, ALPENRAD, None)) == [
        var("1.0", "WHOM", ""),
        redirect("1.0", "transfer"),
    ]


async def test_sent_outside_the_number_is_cleared_first() -> None:
    assert await done(link(), Transfer(CALL, ALPENRAD, "workshop", LineId("7.1"))) == [
        var("7.1", "SHOWN", SHOWN),
        var("7.1", "WHOM", NUMBER),
        redirect("7.1", "transfer"),
    ]


@pytest.mark.parametrize("line", ["nowhere", NUMBER, "workshop\r\nAction: Originate", ""])
async def test_only_lines_the_tenant_names_are_rung(line: str) -> None:
    for command in (Transfer(CALL, ALPENRAD, line), guest(ToLine(line))):
        on = link()
        with pytest.raises(BadValue, match="under \\[transfer\\]"):
            await done(on, command)
        assert on.asked == []


async def test_a_line_that_may_not_be_rung_now() -> None:
    for command in (Transfer(CALL, ALPENRAD, "workshop"), guest(ToLine("workshop"))):
        on = link()
        with pytest.raises(BadValue) as told:
            await done(on, command, Refused(Refusal.HOURS))
        assert NUMBER not in str(told.value)
        assert on.asked == []


def guest(who: ToAgent | ToLine, phone: str | None = None) -> RingGuest:
    seat = None if phone is None else Phone(phone)
    return RingGuest(CALL, who, seat, EVAS_PHONE, 2, 15, WHISPER, ALPENRAD)


async def test_a_colleague_is_rung_into_the_room() -> None:
    ((action, fields),) = await done(link(), guest(ToAgent(AgentId("tom")), "202"))
    assert action == "Originate"
    assert fields == {
        "Channel": "PJSIP/202",
        "Context": "guest",
        "Exten": "s",
        "Priority": "1",
        "Timeout": "15000",
        "CallerID": "201",
        "ChannelId": "1.0-o2",
        "Variable": ("ROOM=a-1.0", "PHONE=PJSIP/202-", "WHISPER=brand&german"),
    }


async def test_a_line_outside_is_rung_longer_and_hears_nothing_said() -> None:
    ((_, fields),) = await done(link(), guest(ToLine("workshop")))
    assert (fields["Channel"], fields["CallerID"]) == (f"PJSIP/{NUMBER}@carrier", SHOWN)
    assert (fields["Context"], fields["Timeout"]) == ("guest-line", "25000")
    assert fields["Variable"] == ("ROOM=a-1.0",)


async def test_a_phone_that_isnt_there_is_not_rung() -> None:
    on = link()
    with pytest.raises(BadValue, match="there is no phone '299'"):
        await done(on, guest(ToAgent(AgentId("tom")), "299"))
    assert on.asked == []


async def test_only_lines_of_this_call_are_ended() -> None:
    ended = [("Hangup", {"Channel": one, "Cause": "16"}) for one in ("1.1", "1.0-o2")]
    command = HangUp(CALL, phones=(EVAS_PHONE,), offers=(2, 3))
    assert await done(link(CALLER, EVAS, NEIGHBOUR, GUEST), command) == ended


async def test_a_line_that_has_just_gone_keeps_the_other_from_nothing() -> None:
    on = link(EVAS, GUEST)
    on.answers["Hangup"] = ActionRefused("No such channel")
    asked = await done(on, HangUp(CALL, phones=(EVAS_PHONE,), offers=(2,)))
    assert [fields["Channel"] for _, fields in asked] == ["1.1", "1.0-o2"]


@pytest.mark.parametrize(
    ("how", "options"),
    [(Listening.LISTEN, "qES"), (Listening.WHISPER, "qESw"), (Listening.JOIN, "")],
)
async def test_both_are_told_before_a_supervisor_is_rung(how: Listening, options: str) -> None:
    asked = await done(link(CALLER, EVAS), Listen(CALL, EVAS_PHONE, Phone("204"), how, 3))
    told = ("ROOM", "a-1.0"), ("ANNOUNCED", ANNOUNCED), ("SHARED(TOLD)", "")
    assert asked[:-1] == [
        *(var("1.0", *one) for one in told),
        *(var("1.1", *one) for one in told),
        both("1.0", "room", "PJSIP/201-2"),
    ]
    action, fields = asked[-1]
    assert (action, fields["Channel"], fields["Context"]) == ("Originate", "PJSIP/204", "listen")
    given: Sequence[str] = fields["Variable"]
    assert f"SPYING={options}" in given
    assert {"SPIED=PJSIP/201-2", "HEARD=PJSIP/carrier-1", "ROOM=a-1.0"} < set(given)


async def test_nobody_is_rung_to_listen_where_the_caller_is_gone() -> None:
    on = link(EVAS)
    with pytest.raises(BadValue, match="caller's line in"):
        await done(on, Listen(CALL, EVAS_PHONE, Phone("204"), Listening.LISTEN, 3))
    assert "Originate" not in [action for action, _ in on.asked]
