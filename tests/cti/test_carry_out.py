"""Commands on the wire, and what comes back of those that can't be carried out."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from actions.dial import KnownCaller, RungNow, Whom
from cti.ami import ActionRefused, ActionUncertain, Ami, BadValue, LinkDown
from cti.carry_out import CarryOut
from cti.lines import Lines
from cti.rooms import House
from cti.routing.commands import (
    Deed,
    OfferElse,
    PutOnHold,
    RaiseAlarm,
    RingAgent,
    RingCaller,
    RingGuest,
    TellWait,
    Transfer,
    Whisper,
    WithdrawOffer,
)
from cti.routing.field_call import CallBack, Dialled
from domain import field_facts as facts
from domain.dial_facts import DialEnded, DialResult
from domain.dialling import Cleared, Refusal, Refused
from domain.fact import Body
from domain.field_facts import CallBackResult, OfferResult, Side
from domain.ids import AgentId, CallerId, CallId, Phone, TenantId
from domain.language import Language
from domain.ports import StorageDown
from domain.transfer import ToAgent, ToLine
from domain.waiting_field import Overflow
from tests.fakes.manager_link import WrittenLink

EVA, CALL, ALPENRAD = AgentId("eva"), CallId("a-1.0"), TenantId("alpenrad")
CALLER, CLEARED = CallerId("caller-1"), Cleared("+491713920001", "+493023125100")
LINES = {"workshop": "+491713920010"}
RING = RingAgent(CALL, EVA, Phone("201"), 2, 15, Whisper(ALPENRAD, Language.DE, None))


BEFORE, NOW = KnownCaller(CALLER, CALL), RungNow(CALLER, CALL)


def carry_out(
    link: WrittenLink,
    answers: Cleared | Refused | StorageDown = CLEARED,
    asked: list[Whom] | None = None,
) -> CarryOut:
    def dial_string(phone: Phone) -> str | None:
        return f"PJSIP/{phone}" if phone == "201" else None

    async def gate(tenant: TenantId, whom: Whom) -> Cleared | Refused:
        assert (tenant, whom) in ((ALPENRAD, BEFORE), (ALPENRAD, NOW))
        if asked is not None:
            asked.append(whom)
        if isinstance(answers, StorageDown):
            raise answers
        return answers

    house = House(
        dial_string, lambda _: ("brand", "german"), gate, lambda tenant, line: LINES.get(line)
    )
    return CarryOut(cast("Ami", link), Lines("a"), house)


async def test_an_offer_is_said_and_then_the_caller_is_taken_there() -> None:
    link = WrittenLink()
    assert await carry_out(link)(RING) is None
    assert link.asked == [
        (
            "Setvar",
            {"Channel": "1.0", "Variable": "OFFER", "Value": "2|PJSIP/201|15|brand&german"},
        ),
        ("Redirect", {"Channel": "1.0", "Context": "offer", "Exten": "s", "Priority": "1"}),
    ]


async def test_a_phone_that_isnt_there_is_dialled_by_nobody() -> None:
    """A redirect to nowhere answers Success and hangs the caller up."""
    link = WrittenLink()
    ring = RingAgent(CALL, EVA, Phone("299"), 2, 15, RING.whisper)
    note = await carry_out(link)(ring)
    assert note is not None
    assert note.body == facts.OfferEnded(EVA, 2, OfferResult.FAILED)
    assert link.asked == []


@pytest.mark.parametrize(
    "error", [LinkDown("no link"), ActionRefused("Permission denied"), BadValue("CR")]
)
async def test_what_cant_be_done_comes_back_as_a_fact(error: Exception) -> None:
    note = await carry_out(WrittenLink({"Redirect": error}))(RING)
    assert note is not None
    assert note.body == facts.OfferEnded(EVA, 2, OfferResult.FAILED)
    assert (note.origin.tenant, note.origin.call) == (ALPENRAD, CALL)


async def test_a_caller_who_is_gone_has_ended() -> None:
    note = await carry_out(WrittenLink({"Setvar": ActionRefused("No such channel")}))(RING)
    assert note is not None
    assert note.body == facts.CallEnded(Side.NETWORK)


async def test_what_is_uncertain_is_not_made_up() -> None:
    assert await carry_out(WrittenLink({"Redirect": ActionUncertain("late")}))(RING) is None


async def test_the_wait_is_told_with_the_position_last() -> None:
    link = WrittenLink()
    await carry_out(link)(TellWait(CALL, 3, 60, None))
    assert [(fields["Variable"], fields["Value"]) for _, fields in link.asked] == [
        ("WAIT_LEAST_S", "60"),
        ("WAIT_MOST_S", ""),
        ("WAIT_POSITION", "3"),
    ]


async def test_an_offer_withdrawn_and_something_else_offered() -> None:
    link = WrittenLink()
    await carry_out(link)(WithdrawOffer(CALL))
    await carry_out(link)(OfferElse(CALL, Overflow.MESSAGE))
    assert [(action, fields.get("Priority")) for action, fields in link.asked] == [
        ("Redirect", "music"),
        ("Setvar", None),
        ("Redirect", "1"),
    ]


@pytest.mark.parametrize("command", [WithdrawOffer(CALL), TellWait(CALL, 1, 0, 60)])
async def test_what_else_fails_is_told_to_the_log_alone(command: Deed) -> None:
    gone = ActionRefused("No such channel")
    link = WrittenLink({"Redirect": gone, "Setvar": gone})
    assert await carry_out(link)(command) is None


async def test_an_alarm_needs_nothing_of_asterisk() -> None:
    link = WrittenLink()
    assert await carry_out(link)(RaiseAlarm(CALL, ALPENRAD)) is None
    assert link.asked == []


# Ringing callers back

TO_RING = replace(RING, to_ring=CallBack(CALLER, None, 1))
RING_CALLER = RingCaller(CALL, EVA, 2, ALPENRAD, CallBack(CALLER, None, 1))
BLOCKED = Refused(Refusal.BLOCKED)
GIVEN_UP = facts.CallBackTried(EVA, 2, CallBackResult.REFUSED, None)


async def test_to_ring_somebody_back_her_phone_rings_first() -> None:
    link = WrittenLink()
    assert await carry_out(link)(TO_RING) is None
    ((action, fields),) = link.asked
    assert (action, fields["Channel"], fields["ChannelId"]) == ("Originate", "PJSIP/201", "1.0-o2")
    assert (fields["Context"], fields["Timeout"]) == ("call-back", "15000")
    assert fields["CallerID"] == "+493023125100"
    assert "WHISPER=brand&german" in fields["Variable"]
    assert "+491713920001" not in str(fields)


@pytest.mark.parametrize("command", [TO_RING, RING_CALLER])
async def test_who_may_not_be_rung_is_given_up(command: RingAgent | RingCaller) -> None:
    link = WrittenLink()
    note = await carry_out(link, BLOCKED)(command)
    assert note is not None
    assert note.body == GIVEN_UP
    assert "Originate" not in [action for action, _ in link.asked]
    assert "Setvar" not in [action for action, _ in link.asked]


async def test_who_may_not_be_rung_at_this_hour_waits_for_the_next() -> None:
    link, morning = WrittenLink(), datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    note = await carry_out(link, Refused(Refusal.HOURS, morning))(TO_RING)
    assert note is not None
    assert note.body == facts.CallBackPutOff(EVA, 2, morning)
    assert link.asked == []


async def test_the_gate_is_asked_again_when_she_has_answered() -> None:
    link, asked = WrittenLink(), list[Whom]()
    assert await carry_out(link, asked=asked)(TO_RING) is None
    assert asked == [BEFORE], "it isn't he who is rung yet"
    link.asked.clear()
    assert await carry_out(link, asked=asked)(RING_CALLER) is None
    assert asked == [BEFORE, NOW]
    assert [
        (fields["Channel"], fields["Variable"], fields["Value"]) for _, fields in link.asked
    ] == [
        ("1.0-o2", "SHOWN", "+493023125100"),
        ("1.0-o2", "WHOM", "+491713920001"),
    ]


async def test_without_the_database_nobody_is_rung_and_the_offer_fails() -> None:
    link = WrittenLink()
    note = await carry_out(link, StorageDown("away"))(TO_RING)
    assert note is not None
    assert note.body == facts.OfferEnded(EVA, 2, OfferResult.FAILED)
    assert link.asked == []


# Dialling

DIALS = replace(RING, to_ring=Dialled(CALLER))
DIALS_CALLER = RingCaller(CALL, EVA, 2, ALPENRAD, Dialled(CALLER))


async def test_who_dials_hears_nothing_before_it_rings_there() -> None:
    link = WrittenLink()
    assert await carry_out(link)(DIALS) is None
    ((action, fields),) = link.asked
    assert (action, fields["ChannelId"], fields["Context"]) == ("Originate", "1.0-o2", "call-back")
    assert "WHISPER=" in fields["Variable"]


@pytest.mark.parametrize("command", [DIALS, DIALS_CALLER])
@pytest.mark.parametrize("until", [None, datetime(2026, 3, 3, 8, 0, tzinfo=UTC)])
async def test_a_dial_that_the_gate_refuses_is_over(
    command: RingAgent | RingCaller, until: datetime | None
) -> None:
    note = await carry_out(WrittenLink(), Refused(Refusal.HOURS, until))(command)
    assert note is not None
    assert note.body == DialEnded(EVA, DialResult.REFUSED)


async def test_without_the_database_a_dial_ends() -> None:
    note = await carry_out(WrittenLink(), StorageDown("away"))(DIALS_CALLER)
    assert note is not None
    assert note.body == DialEnded(EVA, DialResult.FAILED)


async def test_whom_somebody_dials_meanwhile_is_busy_and_rung_back_later() -> None:
    note = await carry_out(WrittenLink(), Refused(Refusal.UNDER_WAY))(RING_CALLER)
    assert note is not None
    assert note.body == facts.CallBackTried(EVA, 2, CallBackResult.BUSY, None)


# In a call


async def test_a_transfer_that_couldnt_be_made_is_taken_back() -> None:
    transfer = Transfer(CALL, ALPENRAD, "nowhere")
    note = await carry_out(WrittenLink())(transfer)
    assert note is not None
    assert (note.origin.tenant, note.origin.call) == (ALPENRAD, CALL)
    assert note.body == facts.TransferLapsed()


@pytest.mark.parametrize(
    ("who", "body"),
    [
        (ToLine("nowhere"), facts.LineEnded(3)),
        (ToAgent(AgentId("tom")), facts.OfferEnded(AgentId("tom"), 3, OfferResult.FAILED)),
    ],
)
async def test_a_guest_who_couldnt_be_rung_is_gone(who: ToAgent | ToLine, body: Body) -> None:
    link = WrittenLink()
    ring = RingGuest(CALL, who, Phone("299"), Phone("201"), 3, 15, RING.whisper, ALPENRAD)
    note = await carry_out(link)(ring)
    assert note is not None
    assert (note.origin.tenant, note.origin.call, note.body) == (ALPENRAD, CALL, body)
    assert link.asked == []


async def test_a_hold_that_couldnt_be_made_says_nothing() -> None:
    assert await carry_out(WrittenLink())(PutOnHold(CALL, Phone("201"))) is None
