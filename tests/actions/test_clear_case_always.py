"""Whatever the clock shows: the gate lets a dial pass only where the rows of all that was tried before leave room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.dialling import DialMade, Refusal, Refused
from domain.dunning import Attempt, Case
from domain.dunning_profile import DE, US, Dunning, Profile
from domain.ids import AgentId, CallerId, CallId, CaseId
from domain.ports import UnitOfWork
from domain.tenant import TenantBook
from rufwerk.holiday_calendar import holidays_in
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD
from tests.fakes.debtors import DebtDesk, debtor

ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("2026-03-28", "2026-04-02", "2026-10-24", "2026-12-24", "2026-12-31", "2026-06-10")
"""Before a change of clock, Easter, Christmas, the turn of the year, and a holiday of some states only."""

CASES = (debtor(1), replace(debtor(2), debtor=debtor(1).debtor), debtor(3, limit=8))
"""Two debtors have one number."""


@dataclass(frozen=True)
class Try:
    """``after`` the one before, whose number; ``talked``: he himself was spoken to. ``debt``: it was for that."""

    after: timedelta
    case: Case
    counts: bool
    talked: bool
    debt: bool


@dataclass(frozen=True)
class Made:
    """What came of it; ``case`` is None where it was for no debt."""

    at: datetime
    caller: CallerId
    case: CaseId | None
    reached: bool


pauses = st.one_of(st.integers(1, 90), st.integers(1, 40).map(lambda hours: 60 * hours))
tries = st.lists(
    st.builds(
        Try,
        pauses.map(lambda minutes: timedelta(minutes=minutes)),
        st.sampled_from(CASES),
        st.sampled_from((True, True, True, False)),
        st.booleans(),
        st.sampled_from((True, True, False)),
    ),
    max_size=25,
)


@pytest.fixture
def desk(lite: SqlTransactions) -> DebtDesk:
    made = DebtDesk(lite)
    made.put(*CASES)
    return made


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(DAYS), st.integers(0, 47), st.sampled_from((DE, US)), tries)
def test_a_dial_that_passes_is_within_all_rules(
    desk: DebtDesk, day: str, half_hours: int, profile: Profile, story: Sequence[Try]
) -> None:
    brand = replace(desk.book.tenants[ALPENRAD], dunning=Dunning(profile, "EUR"))
    desk.book = TenantBook.of([brand])
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    desk.clock.now = begin + half_hours * timedelta(minutes=30)
    made: list[Made] = []
    calls = count(1)
    with desk.transactions.write() as uow:  # never committed: the next example begins anew
        callers = {
            one.debtor.phone: uow.callers.note(one.debtor.phone, CallerId(f"n-{one.id}"))
            for one in CASES
        }
        for one in story:
            desk.clock.turn(one.after)
            answer = desk.clear(uow, one.case)
            if isinstance(answer, Refused):
                check_refused(desk, uow, one.case, answer)
                continue
            now, caller = desk.clock(), callers[one.case.debtor.phone]
            assert against(profile, one.case, caller, made, now) == []
            call, talked = CallId(f"d{next(calls)}"), one.counts and one.talked
            if one.debt:
                ids = (one.case.id, one.case.list, caller, AgentId("eva"))
                uow.attempts.add(Attempt(call, *ids, now, counts=one.counts, reached=talked))
            case = one.case.id if one.debt else None
            if one.counts:
                uow.dials_made.add(DialMade(call, caller, now, case, now if talked else None))
                made.append(Made(now, caller, case, talked))


def check_refused(desk: DebtDesk, uow: UnitOfWork, case: Case, answer: Refused) -> None:
    """What passes with time is over when it says, and never for good."""
    if answer.refusal is Refusal.LIFE:
        assert answer.until is None
        return
    now = desk.clock()
    assert answer.until is not None
    assert answer.until > now
    desk.clock.now = answer.until
    then = desk.clear(uow, case)
    assert not isinstance(then, Refused) or then.refusal is not answer.refusal
    desk.clock.now = now


def against(
    profile: Profile, case: Case, caller: CallerId, made: Sequence[Made], now: datetime
) -> list[str]:
    """Every rule that a dial at ``now`` breaks, in the words of the profiles."""
    local = now.astimezone(ZONE)
    to_number = [one for one in made if one.caller == caller]
    of_case = [one for one in to_number if one.case in {case.id, None}]
    broken = []
    if len([one for one in of_case if one.case is not None]) >= case.limit:
        broken.append("life")
    if profile is DE:
        today = [one for one in to_number if one.at.astimezone(ZONE).date() == local.date()]
        if local.weekday() == 6 or not 8 <= local.hour < 20:
            broken.append("hours")
        if local.date() in holidays_in("DE", frozenset({"BW"}), now):
            broken.append("holiday")
        if len(today) >= 3:
            broken.append("day")
        return broken
    week = timedelta(days=7)
    talks = [one.at.astimezone(ZONE).date() for one in of_case if one.reached]
    if not 8 <= local.hour < 21:
        broken.append("hours")
    if len([one for one in of_case if now - one.at < week]) >= 7:
        broken.append("seven in a week")
    if any(local.date() - talk < week for talk in talks):
        broken.append("talk")
    return broken
