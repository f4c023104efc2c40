"""Which calls the CRM is told of, and what."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from domain import field_facts as facts
from domain.call import Certainty, Concern
from domain.crm import Direction, PhoneCallActivity
from domain.crm_calls import FinishedCall, Known, activity, finished
from domain.desk_facts import NoConcern, ServiceCorrected, ServiceRecorded
from domain.dial_facts import DialAsked, DialEnded, DialledFor, DialReached, DialResult
from domain.fact import Body, Fact, Origin
from domain.field_facts import EndedBy, Side
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    ContactId,
    LineId,
    ParticipantId,
    RecordId,
    TenantId,
)
from domain.language import Language
from domain.portal_facts import CallArrived, Claimed, HandedOver, LoggedIn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVA, TOM = AgentId("eva"), AgentId("tom")
ANNA, PETER = ParticipantId("anna"), ParticipantId("peter")
ARRIVED = CallArrived("service", CallerId("c"))
HANDED = HandedOver(Language.DE, None, Certainty.UNKNOWN, Concern.RETURN, (), None, 0)
TALKS, HANGS_UP = facts.Connected(EVA, 1), facts.LegEnded(EVA, Side.AGENT)
GONE, WRAPPED = facts.CallEnded(Side.CALLER), facts.WrapUpEnded(EVA, EndedBy.AGENT)
RECORDED = ServiceRecorded(RecordId("1"), None, "return", "2.40 EUR")


def log(*bodies: Body, synthetic: bool = False) -> Sequence[Fact]:
    """A second after each other."""
    origin = Origin(TenantId("alpenrad"), CallId("A"), "ivr", synthetic=synthetic)
    return [
        Fact(place, NOON + timedelta(seconds=place), origin, "n", body)
        for place, body in enumerate(bodies)
    ]


def over(*bodies: Body) -> FinishedCall:
    found = finished(log(*bodies))
    assert found is not None
    return found


def test_a_conversation_is_told_when_it_is_wrapped_up() -> None:
    told = (ARRIVED, HANDED, TALKS, RECORDED, HANGS_UP, GONE)
    assert finished(log(*told)) is None
    assert finished(log(*told), at_last=True) is not None
    assert over(*told, WRAPPED) == FinishedCall(
        NOON,
        NOON + timedelta(seconds=5),
        CallerId("c"),
        None,
        Concern.RETURN,
        (EVA,),
        ("return",),
    )


@pytest.mark.parametrize(
    "bodies", [(), (ARRIVED,), (ARRIVED, HANDED, GONE), (ARRIVED, TALKS, WRAPPED)]
)
def test_what_is_no_conversation_that_is_over(bodies: tuple[Body, ...]) -> None:
    assert finished(log(*bodies), at_last=True) is None


def test_our_own_monitoring_is_nobodys_business() -> None:
    assert finished(log(TALKS, GONE, WRAPPED, synthetic=True), at_last=True) is None


def test_all_who_talked_wrap_up_first() -> None:
    two = (TALKS, facts.FoundTalking(TOM), GONE, WRAPPED)
    assert finished(log(*two)) is None
    assert over(*two, facts.WrapUpEnded(TOM, EndedBy.TIME)).agents == (EVA, TOM)


def test_without_arrival_nobody_is_known() -> None:
    found = over(TALKS, GONE, WRAPPED)
    assert (found.caller, found.participant, found.concern, found.services) == (
        None, None, None, (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ((LoggedIn(ANNA, Claimed.NUMBER),), ANNA),
        ((LoggedIn(ANNA, Claimed.NUMBER), HANDED), ANNA),
        ((LoggedIn(ANNA, Claimed.NUMBER), NoConcern(RecordId("2"), PETER)), PETER),
        ((RECORDED,), None),
    ],
)
def test_who_it_was_is_what_was_known_last(said: tuple[Body, ...], who: str | None) -> None:
    assert over(*said, TALKS, GONE, WRAPPED).participant == who


def test_a_correction_counts_instead() -> None:
    corrected = ServiceCorrected(RecordId("2"), RecordId("1"), None, "advice", "0.95 EUR")
    taken_back = ServiceCorrected(RecordId("3"), RecordId("2"), None, None, None)
    assert over(TALKS, RECORDED, corrected, GONE, WRAPPED).services == ("advice",)
    assert over(TALKS, RECORDED, corrected, taken_back, GONE, WRAPPED).services == ()


def test_what_the_crm_is_told() -> None:
    facts_of_it = log(ARRIVED, HANDED, TALKS, RECORDED, GONE, WRAPPED)
    found = finished(facts_of_it)
    assert found is not None
    known = Known(
        ContactId("k"), "+491713920001", "Alpenrad", {EVA: "eva"}, {"return": "Rücksendung"}
    )
    assert activity(facts_of_it, found, known) == PhoneCallActivity(
        CallId("A"),
        Direction.INCOMING,
        NOON,
        NOON + timedelta(seconds=4),
        "Alpenrad: return",
        "Rücksendung",
        ContactId("k"),
        "+491713920001",
        ("eva",),
    )
    nobody = Known(None, None, "Alpenrad", {}, {})
    silent = finished(log(TALKS, GONE, WRAPPED))
    assert silent is not None
    assert activity(log(TALKS, GONE, WRAPPED), silent, nobody).subject == "Alpenrad"


DIALS = DialAsked(EVA, CallerId("c"), ANNA, Language.DE, DialledFor.CUSTOMER, None)


def test_who_was_dialled_and_reached_is_told_as_outgoing() -> None:
    reached = DialReached(EVA, LineId("7.1"))
    told = (DIALS, TALKS, reached, RECORDED, HANGS_UP, GONE, WRAPPED)
    found = over(*told)
    assert (found.caller, found.participant, found.direction) == ("c", ANNA, Direction.OUTGOING)
    known = Known(None, "+491713920001", "Alpenrad", {EVA: "eva"}, {})
    assert activity(log(*told), found, known).direction is Direction.OUTGOING


def test_who_was_not_reached_is_told_to_nobody() -> None:
    ended = (DIALS, TALKS, DialEnded(EVA, DialResult.BUSY), HANGS_UP, WRAPPED)
    assert finished(log(*ended), at_last=True) is None
