"""Points are a sum, and what is personal stays out of a value's printed form."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.call import Call, Caller, Certainty
from domain.handover import Handover
from domain.ids import CallId, ParticipantId, TenantId
from domain.language import Language
from domain.loyalty import LedgerEntry, balance
from domain.participant import Participant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.lists(st.integers()))
def test_the_balance_is_the_sum_of_the_entries(points: list[int]) -> None:
    entries = [LedgerEntry(ParticipantId("p"), some, "purchase", NOW) for some in points]
    assert balance(entries) == sum(points)


def test_a_participant_prints_no_personal_data() -> None:
    anna = Participant(
        ParticipantId("p-1"),
        TenantId("alpenrad"),
        "10000001",
        "Anna Keller",
        Language.DE,
        "76275",
        date(1985, 5, 17),
        "+491713920001",
        email="anna@keller.example",
    )
    assert anna.erased().email is None
    for personal in ("10000001", "nna", "eller", "76275", "1985", "+49"):
        assert personal not in repr(anna)


def test_a_call_prints_no_number() -> None:
    call = Call(CallId("a-1"), TenantId("alpenrad"), "555100", None, "+491713920001", False)
    assert "+49171" not in repr(call)


def test_a_caller_is_unknown_at_first() -> None:
    assert Caller(Language.DE) == Caller(Language.DE, None, Certainty.UNKNOWN)


def test_who_asks_for_a_person_himself_failed_nowhere() -> None:
    handover = Handover(
        TenantId("alpenrad"), Language.DE, None, Certainty.UNKNOWN, None, ("welcome",)
    )
    assert handover.failed_at is None
