"""Commands on the wire, and what comes back of those that can't be carried out."""

from typing import cast

import pytest

from cti.ami import ActionRefused, ActionUncertain, Ami, BadValue, LinkDown
from cti.carry_out import CarryOut
from cti.routing.commands import (
    Command,
    OfferElse,
    RaiseAlarm,
    RingAgent,
    TellWait,
    Whisper,
    WithdrawOffer,
)
from domain import field_facts as facts
from domain.field_facts import OfferResult, Side
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.language import Language
from domain.waiting_field import Overflow
from tests.fakes.manager_link import WrittenLink

EVA, CALL, ALPENRAD = AgentId("eva"), CallId("a-1.0"), TenantId("alpenrad")
RING = RingAgent(CALL, EVA, Phone("201"), 2, 15, Whisper(ALPENRAD, Language.DE, None))


def carry_out(link: WrittenLink) -> CarryOut:
    def dial_string(phone: Phone) -> str | None:
        return f"PJSIP/{phone}" if phone == "201" else None

    return CarryOut(cast("Ami", link), "a", dial_string, lambda _: ("brand", "german"))


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
async def test_what_else_fails_is_told_to_the_log_alone(command: Command) -> None:
    gone = ActionRefused("No such channel")
    link = WrittenLink({"Redirect": gone, "Setvar": gone})
    assert await carry_out(link)(command) is None


async def test_an_alarm_needs_nothing_of_asterisk() -> None:
    link = WrittenLink()
    assert await carry_out(link)(RaiseAlarm(CALL, ALPENRAD)) is None
    assert link.asked == []
