"""A case through its attempts: never more than its limit, closed or due again, and in whose order it is given out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.case_reason import CaseReason
from domain.dial_facts import DialResult
from domain.dunning import (
    ANYBODY_AFTER,
    SUBSTITUTE_AFTER,
    Case,
    CaseState,
    Debt,
    Debtor,
    Lease,
    Recorded,
    Reserved,
    Urgency,
    extended,
    rank,
    why_this_one,
    worked_on,
)
from domain.dunning_profile import DE, Dunning
from domain.ids import AgentId, CaseId, ListId, TenantId
from domain.language import Language
from domain.outcome import UNRECORDED, USUAL_OUTCOMES, Asks, Outcome, proposed
from domain.worded import read_worded
from tests.domain.dunning_cases import MONDAY_NOON

EVA, TOM, KIM = AgentId("eva"), AgentId("tom"), AgentId("kim")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAID, PROMISE, LATER, NOT_REACHED = USUAL_OUTCOMES[:4]
CASE = Case(
    CaseId("c1"),
    ListId("l1"),
    TenantId("alpenrad"),
    "Liste",
    2,
    Debtor("Max Muster", "+491713920001", "K1", "Hauptstr. 1", "76275", "DE", "R-1"),
    Debt(12_345, "EUR", None),
    (Language.DE,),
    3,
    MONDAY_NOON,
)

agents = st.sampled_from((EVA, TOM, KIM))
minutes = st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda count: count * MINUTE)
instants = minutes.map(lambda ago: MONDAY_NOON + ago)
days = instants.map(datetime.date)
reserved = st.none() | st.builds(Reserved, agents, st.none() | agents)


@st.composite
def open_cases(draw: st.DrawFn) -> Case:
    limit = draw(st.integers(1, 5))
    return replace(
        CASE,
        id=CaseId(f"c{draw(st.integers(0, 9))}"),
        debt=Debt(draw(st.integers(0, 3)), "EUR", None),
        limit=limit,
        attempts=draw(st.integers(0, limit - 1)),
        due=draw(instants),
        appointed=draw(st.booleans()),
        promised=draw(st.none() | days),
        reserved=draw(reserved),
        fences=1,
        lease=draw(st.none() | st.builds(Lease, agents, st.just(1), instants)),
    )


@st.composite
def said(draw: st.DrawFn, outcomes: Sequence[Outcome] = (*USUAL_OUTCOMES, UNRECORDED)) -> Recorded:
    outcome = draw(st.sampled_from(outcomes))
    return Recorded(
        outcome,
        draw(instants),
        draw(st.booleans()),
        draw(days) if outcome.asks is Asks.DAY else None,
        draw(instants) if outcome.asks is Asks.TIME else None,
        reserved=draw(reserved),
    )


def after(case: Case, recorded: Recorded) -> Case:
    day = recorded.day
    midnight = (
        None if day is None else datetime.combine(day, MONDAY_NOON.min.time(), MONDAY_NOON.tzinfo)
    )
    return worked_on(case, recorded, midnight)


@given(open_cases(), said())
def test_after_an_attempt_a_case_is_closed_or_due_again(case: Case, recorded: Recorded) -> None:
    made = after(case, recorded)
    assert made.lease is None
    assert made.attempts == case.attempts + recorded.counts <= case.limit
    assert made.outcome == recorded.outcome.key
    ends = recorded.outcome.ends or made.attempts == case.limit
    if ends:
        assert (made.state, made.closed) == (CaseState.CLOSED, recorded.at)
        assert (made.reserved, made.window, made.urgency is Urgency.APPOINTED) == (
            None,
            None,
            False,
        )
        return
    assert (made.state, made.closed) == (CaseState.OPEN, None)
    assert made.due >= recorded.at
    assert made.reserved == recorded.reserved
    assert made.appointed is (recorded.outcome is LATER)
    assert made.promised == recorded.day


@given(open_cases(), st.lists(said(), max_size=20))
def test_a_case_is_never_tried_more_often_than_its_limit(case: Case, story: list[Recorded]) -> None:
    counted = case.attempts
    for recorded in story:
        if case.state is CaseState.CLOSED:
            break
        case = after(case, recorded)
        counted += recorded.counts
    assert case.attempts == counted <= case.limit


@given(open_cases(), said(), st.integers(1, 3))
def test_more_attempts_open_again_only_what_was_closed_for_them(
    case: Case, recorded: Recorded, more: int
) -> None:
    made = after(case, recorded)
    again = extended(made, made.limit + more, MONDAY_NOON, USUAL_OUTCOMES)
    assert again.limit == made.limit + more
    assert again.attempts == made.attempts
    used_up = made.state is CaseState.CLOSED and not recorded.outcome.ends
    if used_up:
        assert (again.state, again.closed, again.due) == (CaseState.OPEN, None, MONDAY_NOON)
    else:
        assert again == replace(made, limit=again.limit)


def test_whom_nobody_rings_any_more_is_given_no_more_attempts() -> None:
    with pytest.raises(ValueError, match="3 is not above 3"):
        extended(CASE, 3, MONDAY_NOON, ())
    with pytest.raises(ValueError, match="withdrawn"):
        extended(replace(CASE, state=CaseState.WITHDRAWN), 4, MONDAY_NOON, ())
    undiallable = replace(CASE, state=CaseState.CLOSED, attempts=3, outcome="undiallable")
    assert extended(undiallable, 4, MONDAY_NOON, USUAL_OUTCOMES).state is CaseState.CLOSED
    used_up = replace(undiallable, outcome="busy")
    assert extended(used_up, 4, MONDAY_NOON, USUAL_OUTCOMES).state is CaseState.OPEN


def test_who_was_erased_has_no_number() -> None:
    assert not CASE.debtor.is_erased
    assert replace(CASE.debtor, phone="").is_erased


def test_when_he_is_tried_again() -> None:
    today = MONDAY_NOON
    busy = next(one for one in USUAL_OUTCOMES if one.key == "busy")
    assert after(CASE, Recorded(busy, today)).due == today + timedelta(minutes=30)
    wanted = after(CASE, Recorded(LATER, today, due=today + 2 * DAY))
    assert (wanted.due, wanted.urgency) == (today + 2 * DAY, Urgency.APPOINTED)
    assert after(CASE, Recorded(LATER, today, due=today - DAY)).due == today
    friday = date(2026, 3, 6)
    promise = after(CASE, Recorded(PROMISE, today, day=friday))
    assert promise.due.isoformat() == "2026-03-09T00:00:00+00:00"
    assert promise.urgency is Urgency.PROMISED


def test_what_an_outcome_asks_for_must_be_said() -> None:
    with pytest.raises(ValueError, match="no day was promised"):
        worked_on(CASE, Recorded(PROMISE, MONDAY_NOON), None)
    with pytest.raises(ValueError, match="when to ring again"):
        worked_on(CASE, Recorded(LATER, MONDAY_NOON), None)


@given(open_cases(), agents, instants)
def test_a_reserved_case_is_its_agents_then_her_substitutes_then_anybodys(
    case: Case, agent: AgentId, at: datetime
) -> None:
    assume(case.reserved is not None)
    keeps = cast("Reserved", case.reserved)
    after_h = at >= case.due + ANYBODY_AFTER
    stands_in = keeps.substitute == agent and at >= case.due + SUBSTITUTE_AFTER
    assert case.may_take(agent, at) is (keeps.agent == agent or stands_in or after_h)


@given(open_cases(), agents, instants)
def test_a_case_is_given_that_is_open_free_and_due(
    case: Case, agent: AgentId, at: datetime
) -> None:
    fits = case.lease is None and case.due <= at and case.may_take(agent, at)
    assert case.may_be_given(agent, at) is fits
    assert not replace(case, state=CaseState.CLOSED).may_be_given(agent, at)


def test_a_case_is_hers_until_another_lease() -> None:
    hers = replace(CASE, fences=2, lease=Lease(EVA, 2, MONDAY_NOON))
    assert hers.is_leased_to(EVA, 2)
    assert not hers.is_leased_to(EVA, 1)
    assert not hers.is_leased_to(TOM, 2)
    assert not replace(hers, lease=None).is_leased_to(EVA, 2)
    assert not replace(hers, state=CaseState.WITHDRAWN).is_leased_to(EVA, 2)


@given(open_cases(), open_cases())
def test_the_order_is_one_and_the_same_whatever_order_they_come_in(one: Case, other: Case) -> None:
    """No two rank the same; a list of them has nothing more to show."""
    assume(one.id != other.id)
    assert rank(one, EVA) != rank(other, EVA)


def test_what_comes_first() -> None:
    plain = CASE
    worth = replace(CASE, debt=Debt(99_999, "EUR", None))
    fresh = replace(worth, limit=4)
    promised = replace(CASE, promised=date(2026, 3, 1))
    named = replace(CASE, appointed=True)
    hers = replace(CASE, reserved=Reserved(EVA))
    in_order = [hers, named, promised, fresh, worth, plain]
    mixed = [plain, named, hers, fresh, worth, promised]
    assert sorted(mixed, key=lambda case: rank(case, EVA), reverse=True) == in_order
    assert rank(hers, TOM) == rank(plain, TOM)


def test_why_this_one_is_said_without_the_sum() -> None:
    at = MONDAY_NOON + timedelta(minutes=90)
    plain = replace(CASE, due=at + MINUTE)
    assert why_this_one(plain, EVA, at) == ("attempt 1 of 3", "due for 0 min")
    all_of_it = replace(
        CASE, attempts=1, appointed=True, promised=date(2026, 3, 1), reserved=Reserved(EVA)
    )
    rest = ("he named the time", "his promise is over", "attempt 2 of 3", "due for 90 min")
    assert why_this_one(all_of_it, EVA, at) == ("promised by her", *rest)
    assert why_this_one(all_of_it, TOM, at) == ("overdue at a colleague", *rest)
    assert "12345" not in repr((all_of_it, why_this_one(all_of_it, EVA, at)))


def test_a_batch_is_one_agents_until_its_day_ends() -> None:
    ends = MONDAY_NOON + DAY
    batch = replace(CASE, due=MONDAY_NOON - DAY, reserved=Reserved(EVA, until=ends))
    assert batch.may_take(EVA, MONDAY_NOON)
    assert not batch.may_take(TOM, ends - MINUTE), "however long it has been due"
    assert batch.may_take(TOM, ends)
    assert why_this_one(batch, EVA, MONDAY_NOON)[0] == "of her batch"
    assert Reserved(EVA).holds(ends)


def test_why_it_is_hers_is_read_from_its_words() -> None:
    assert read_worded(CaseReason, "attempt 2 of 3") == (
        CaseReason.ATTEMPT,
        {"attempt": "2", "limit": "3"},
    )


def test_a_result_proposes_what_to_record() -> None:
    known = Dunning(DE, "EUR")
    assert proposed(known.outcomes, DialResult.DECLINED) == NOT_REACHED
    assert proposed(known.outcomes, DialResult.CANCELLED) is None
    assert proposed(known.outcomes, None) is None
    assert known.outcome("paid") == PAID
    assert known.outcome("unrecorded") is None


@given(st.sampled_from(DialResult))
def test_no_result_proposes_two_outcomes(result: DialResult) -> None:
    assert sum(result in one.results for one in USUAL_OUTCOMES) <= 1
