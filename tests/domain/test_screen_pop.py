"""What an agent knows before she says hello."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import field_facts as facts
from domain.call import Certainty, Concern
from domain.dial_facts import DialAsked, DialEnded, DialledFor, DialResult
from domain.dialling import Window
from domain.fact import Body, Fact, Origin
from domain.field_facts import Control
from domain.ids import AgentId, CallerId, CallId, CaseId, ListId, ParticipantId, TenantId
from domain.language import Language
from domain.portal_facts import (
    CallArrived,
    Claimed,
    DebtorIdentified,
    HandedOver,
    LanguageCause,
    LanguageSet,
    LoggedIn,
    TenantChanged,
)
from domain.screen_pop import ScreenPop, screen_pop

EVA, TOM = AgentId("eva"), AgentId("tom")
ANNA = ParticipantId("anna")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ARRIVED = CallArrived("service", CallerId("c"))
WHY = ("waited 3 s", "skills de=5")


def handed(participant: ParticipantId | None, certainty: Certainty) -> HandedOver:
    return HandedOver(
        Language.FR, participant, certainty, Concern.RETURN, ("login.number",), "pin", 0
    )


def pop(*bodies: Body, agent: AgentId = EVA) -> ScreenPop:
    """A second after each other."""
    origin = Origin(TenantId("alpenrad"), CallId("A"), "ivr")
    told = [
        Fact(place, NOON + timedelta(seconds=place), origin, "n", body)
        for place, body in enumerate(bodies)
    ]
    found = screen_pop(told, agent)
    assert found is not None
    return found


def test_whom_an_agent_dials() -> None:
    asked = DialAsked(EVA, CallerId("c"), ANNA, Language.FR, DialledFor.NOTE, "n")
    found = pop(asked)
    assert (found.caller, found.participant, found.language) == ("c", ANNA, Language.FR)
    assert (found.dialled_for, found.not_reached) == (DialledFor.NOTE, None)
    assert (found.certainty, found.entered, found.offered) == (Certainty.UNKNOWN, None, None)
    assert pop(asked, DialEnded(EVA, DialResult.BUSY)).not_reached is DialResult.BUSY


def test_who_calls_what_he_wants_and_why_her() -> None:
    found = pop(
        ARRIVED,
        LanguageSet(Language.EN, LanguageCause.CHOSEN),
        handed(ANNA, Certainty.IDENTIFIED),
        facts.WaitAsked(),
        facts.Offered(TOM, 1, ("nearest",)),
        facts.Offered(EVA, 2, WHY),
    )
    assert found == ScreenPop(
        CallId("A"),
        TenantId("alpenrad"),
        Language.FR,
        CallerId("c"),
        ANNA,
        Certainty.IDENTIFIED,
        Concern.RETURN,
        ("login.number",),
        "pin",
        NOON + timedelta(seconds=2),
        NOON + timedelta(seconds=5),
        WHY,
    )


def test_who_logged_in_is_known_however_he_was_handed_over() -> None:
    """And who logs in while he waits."""
    logged_in = LoggedIn(ANNA, Claimed.NUMBER)
    nobody = handed(None, Certainty.UNKNOWN)
    for bodies in ((ARRIVED, logged_in, nobody), (ARRIVED, nobody, logged_in)):
        found = pop(*bodies)
        assert (found.participant, found.certainty) == (ANNA, Certainty.PIN_VERIFIED)


def test_who_was_sent_on_waits_anew() -> None:
    found = pop(
        ARRIVED,
        handed(None, Certainty.UNKNOWN),
        facts.ControlAsked(TOM, Control.TRANSFER, "agent:eva"),
        facts.Transferred(),
    )
    assert (found.sent_by, found.entered) == (TOM, NOON + timedelta(seconds=3))


def test_a_transfer_nobody_asked_for_names_nobody() -> None:
    assert pop(ARRIVED, facts.Transferred()).sent_by is None


def test_who_is_rung_back() -> None:
    assert pop(ARRIVED, facts.CallBackAsked(CallerId("c"), None)).rung_back


@pytest.mark.parametrize("start", [NOON + timedelta(hours=4), None])
def test_when_he_wishes_to_be_rung_back(start: datetime | None) -> None:
    """Where the window has begun already it begins as he asks."""
    end = NOON + timedelta(hours=6)
    found = pop(ARRIVED, facts.CallBackAsked(CallerId("c"), start, end))
    assert found.window == Window(start or NOON + timedelta(seconds=1), end)


def test_which_case_a_debtor_rings_about() -> None:
    identified = DebtorIdentified(CaseId("case-1"), ListId("list-1"))
    assert pop(ARRIVED, identified, handed(None, Certainty.UNKNOWN)).case == CaseId("case-1")


def test_what_is_no_call_pops_nothing() -> None:
    origin = Origin(TenantId("alpenrad"), None, "operator")
    assert screen_pop([Fact(1, NOON, origin, "n", TenantChanged("x"))], EVA) is None
