"""Which calls broke off, as their facts tell, and how long they can be gone on with."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.call import Certainty, Concern
from domain.fact import CALLER, Body, Fact, Origin
from domain.field_facts import (
    CallBackAsked,
    CallBackStands,
    CallEnded,
    Connected,
    FoundTalking,
    Overflowed,
    Side,
    WaitTold,
)
from domain.going_on import BrokenOff, ForPerson, broken_off
from domain.ids import AgentId, CallerId, CallId, ParticipantId, TenantId
from domain.language import Language
from domain.portal_facts import (
    BalanceTold,
    DialogEnd,
    DialogLeft,
    HandedOver,
    LanguageRemembered,
    PinChanged,
    ShortFormRemembered,
)
from domain.tenant import MenuItem
from domain.waiting_field import Overflow

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA = ParticipantId("anna")
HUNG_UP = DialogLeft(DialogEnd.HUNG_UP, "balance.told")
FAREWELL = DialogLeft(DialogEnd.FAREWELL, "farewell")
FAILED = DialogLeft(DialogEnd.FAILED, None)
HANDED_OVER = HandedOver(
    Language.DE, ANNA, Certainty.PIN_VERIFIED, Concern.RETURN, ("main",), None, 0
)
TO_FIELD = (HANDED_OVER, DialogLeft(DialogEnd.HANDOVER, "person.connecting"))
GONE = CallEnded(Side.CALLER)


def facts(*bodies: Body) -> list[Fact]:
    """A minute apart."""
    origin = Origin(TenantId("alpenrad"), CallId("a-1.1"), CALLER)
    return [
        Fact(seq, NOON + timedelta(minutes=seq), origin, "a", body)
        for seq, body in enumerate(bodies)
    ]


def test_a_line_lost_in_a_dialog() -> None:
    found = broken_off(facts(BalanceTold(ANNA), HUNG_UP, GONE))
    assert found == BrokenOff(NOON + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("prompt", "in_menu"),
    [
        ("menu.balance", True),
        ("menu.back", True),
        ("call_back.soon", False),
        ("concern.other", False),
        (None, False),
    ],
)
def test_whether_a_menu_was_heard(prompt: str | None, in_menu: bool) -> None:
    found = broken_off(facts(BalanceTold(ANNA), DialogLeft(DialogEnd.HUNG_UP, prompt), GONE))
    assert found == BrokenOff(NOON + timedelta(minutes=1), in_menu=in_menu)


def test_a_line_lost_while_waiting_and_what_for() -> None:
    found = broken_off(facts(*TO_FIELD, WaitTold(1, 0, 60), Overflowed(Overflow.CALL_BACK), GONE))
    assert found == BrokenOff(NOON + timedelta(minutes=4), ForPerson(True, Concern.RETURN))


@pytest.mark.parametrize(
    ("deed", "item"),
    [
        (PinChanged(ANNA), MenuItem.CHANGE_PIN),
        (LanguageRemembered(ANNA, Language.EN), MenuItem.LANGUAGE),
        (ShortFormRemembered(ANNA, True), MenuItem.SHORT_FORM),
    ],
)
def test_what_is_done_needs_no_second_time(deed: Body, item: MenuItem) -> None:
    found = broken_off(facts(deed, HUNG_UP))
    assert found is not None
    assert found.done == {item}


@pytest.mark.parametrize(
    "bodies",
    [
        (),
        (BalanceTold(ANNA),),
        (FAREWELL,),
        (FAREWELL, GONE),
        (FAILED, GONE),
        (GONE,),
        (DialogLeft(DialogEnd.HUNG_UP, "call_back.or_hang_up"), GONE),
        TO_FIELD,
        (*TO_FIELD, Connected(AgentId("eva"), 1), GONE),
        (*TO_FIELD, FoundTalking(AgentId("eva")), GONE),
        (*TO_FIELD, CallBackAsked(CallerId("c"), None), GONE),
        (*TO_FIELD, CallBackStands(), GONE),
        (*TO_FIELD, Overflowed(Overflow.MESSAGE), GONE),
        (*TO_FIELD, FAREWELL, GONE),
    ],
)
def test_what_goes_on_or_ended_is_not_broken_off(bodies: tuple[Body, ...]) -> None:
    assert broken_off(facts(*bodies)) is None


@pytest.mark.parametrize(("seconds", "recent"), [(0, True), (600, True), (601, False)])
def test_ten_minutes(seconds: int, recent: bool) -> None:
    assert BrokenOff(NOON).is_recent(NOON + timedelta(seconds=seconds)) is recent
