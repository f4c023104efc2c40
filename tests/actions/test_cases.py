"""A debtor's case from the agent who is given it to its end: leased once, dialled through the gate, worked off."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from actions.ask_dial import AnyNumber
from actions.desk import DeskError, NotYours
from actions.dial import KnownCaller
from actions.dunning_desk import LEASE, ShownCase
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.dial_facts import DialResult
from domain.dialling import Refusal, Refused
from domain.dunning import CaseState, ListState, Reserved
from domain.dunning_facts import AttemptRecorded, CaseLeased, CaseUndiallable, ListChanged
from domain.dunning_profile import US
from domain.ids import AgentId, CallerId, Skill
from domain.opening_hours import OpenSpan
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, EVAS, LUNE, STRANGERS, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM


def given(desk: DebtDesk, actor: object = EVAS) -> ShownCase:
    found = NextCase(desk.on)(actor, ALPENRAD)  # type: ignore[arg-type]
    assert isinstance(found, ShownCase)
    return found


def nothing(desk: DebtDesk) -> bool:
    return NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()


def dialled(desk: DebtDesk, case: ShownCase, result: DialResult | None = None) -> None:
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence), result)


def recorded(desk: DebtDesk, case: ShownCase, outcome: str, **more: object) -> None:
    RecordAttempt(desk.on)(EVAS, case.id, case.fence, Said(outcome, **more))  # type: ignore[arg-type]


def refused(why: WhyNot) -> pytest.RaisesExc[DeskError]:
    return pytest.raises(DeskError, check=lambda error: error.why is why)


def test_a_case_is_leased_dialled_confirmed_and_closed(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    assert (case.fence, case.debt, case.attempts, case.limit) == (1, None, 0, 3)
    with refused(WhyNot.NOBODY_REACHED):
        ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    dialled(desk, case)
    assert given(desk).debt is None, "she hasn't said whom she speaks to"
    shown = ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    assert shown.debt is not None
    assert shown.debt.amount == 12_345
    recorded(desk, case, "paid", remark="by transfer")
    closed = desk.case(case.id)
    assert (closed.state, closed.outcome, closed.attempts) == (CaseState.CLOSED, "paid", 1)
    with transactions.read() as uow:
        (attempt,) = uow.attempts.of_case(case.id)
        (record,) = uow.service_records.of_call(attempt.call)
        done = uow.case_lists.get(LIST)
    assert (attempt.reached, attempt.remark, record.service) == (True, "by transfer", "advice")
    assert done is not None
    assert done.state is ListState.DONE
    kinds = [type(body) for body in desk.bodies()]
    assert {CaseLeased, AttemptRecorded, ListChanged} <= set(kinds)
    assert "12345" not in repr(desk.facts()), "no sum in the log"
    assert nothing(desk)


def test_nobody_has_two_cases_and_no_case_two_agents(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1), debtor(2, 99_999))
    first = given(desk)
    assert first.debtor.name == "Debtor 2", "the greater sum"
    assert given(desk).id == first.id
    other = given(desk, TOMS)
    assert other.id != first.id
    with refused(WhyNot.CASE_LOST):
        DialDebtor(desk.on, desk.ask)(TOMS, first.id, first.fence)
    desk.book = TenantBook.of([replace(desk.book.tenants[ALPENRAD], dunning=None)])
    with refused(WhyNot.NO_DUNNING):
        given(desk)


def test_an_older_lease_does_nothing_any_more(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    old = given(desk)
    desk.clock.turn(LEASE)
    new = given(desk, TOMS)
    assert (new.id, new.fence) == (old.id, 2)
    with refused(WhyNot.CASE_LOST):
        DialDebtor(desk.on, desk.ask)(EVAS, old.id, old.fence)
    GiveBack(desk.on)(TOMS, new.id, new.fence)
    assert given(desk).fence == 3


def test_the_next_dial_waits_for_the_outcome_of_the_one_before(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1), debtor(2))
    case = given(desk)
    dialled(desk, case, DialResult.BUSY)
    with refused(WhyNot.RECORD_FIRST):
        DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    with refused(WhyNot.RECORD_FIRST):
        GiveBack(desk.on)(EVAS, case.id, case.fence)
    recorded(desk, case, "busy")
    again = desk.case(case.id)
    assert (again.attempts, again.due) == (1, desk.clock() + timedelta(minutes=30))
    assert given(desk).id != case.id


def test_who_goes_away_without_saying_anything_has_made_an_attempt(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    dialled(desk, given(desk), DialResult.NO_ANSWER)
    desk.clock.turn(LEASE)
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    case = desk.case(debtor(1).id)
    assert (case.attempts, case.outcome, case.lease) == (1, "unrecorded", None)


def test_an_attempt_is_charged_for_though_another_brands_program_takes_the_case_back(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    dialled(desk, given(desk), DialResult.NO_ANSWER)
    desk.clock.turn(LEASE)
    with transactions.write() as uow:
        uow.agents.set_skills(AgentId(TOM.id), {Skill(one): 5 for one in (LUNE, "de", "dunning")})
        uow.commit()
    lune = TenantBook.of([replace(desk.book.tenants[ALPENRAD], id=LUNE)])
    programs = replace(desk.on, desk=replace(desk.desk, book=lambda: lune))
    assert isinstance(NextCase(programs)(TOMS, LUNE), NothingDue)
    with transactions.read() as uow:
        (attempt,) = uow.attempts.of_case(debtor(1).id)
        (record,) = uow.service_records.of_call(attempt.call)
    assert record.service == "advice"


def test_a_second_click_tells_nothing_of_another_brands_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    dialled(desk, case)
    recorded(desk, case, "paid")
    recorded(desk, case, "paid")
    lune = TenantBook.of([replace(desk.book.tenants[ALPENRAD], id=LUNE)])
    programs = replace(desk.on, desk=replace(desk.desk, book=lambda: lune))
    with pytest.raises(NotYours):
        RecordAttempt(programs)(EVAS, case.id, case.fence, Said("paid"))


def test_a_dial_that_never_rang_is_no_attempt(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    for _ in range(4):
        call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
        desk.went(call, DialResult.NOT_TAKEN, rang=False)
    GiveBack(desk.on)(EVAS, case.id, case.fence)
    assert desk.case(case.id).attempts == 0
    assert given(desk).id == case.id


def test_three_attempts_close_a_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    for attempt in range(1, 4):
        case = given(desk)
        dialled(desk, case, DialResult.NO_ANSWER)
        recorded(desk, case, "not_reached")
        assert desk.case(case.id).attempts == attempt
        desk.clock.turn(timedelta(days=1))
    closed = desk.case(debtor(1).id)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, "not_reached")
    assert nothing(desk)


def test_a_number_is_rung_three_times_a_day_at_most(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    same = debtor(1).debtor
    desk.put(*(replace(debtor(number), debtor=same) for number in range(1, 5)))
    for _ in range(3):
        case = given(desk)
        dialled(desk, case, DialResult.NO_ANSWER)
        recorded(desk, case, "not_reached")
    assert nothing(desk)
    desk.clock.turn(timedelta(days=1))
    assert given(desk).attempts == 0


def test_a_promise_comes_back_three_days_after_its_day(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    dialled(desk, case)
    with refused(WhyNot.NO_PROMISED_DAY):
        recorded(desk, case, "promise")
    with refused(WhyNot.DAY_IS_PAST):
        recorded(desk, case, "promise", day=date(2026, 1, 1))
    today = desk.clock().date()
    recorded(desk, case, "promise", day=today + timedelta(days=2), mine=True, substitute=TOM.id)
    promised = desk.case(case.id)
    assert promised.promised == today + timedelta(days=2)
    assert promised.reserved == Reserved(AgentId(EVA.id), AgentId(TOM.id))
    assert timedelta(days=4) < promised.due - desk.clock() < timedelta(days=6)
    desk.clock.turn(promised.due - desk.clock())
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue), "she has promised it"
    desk.clock.turn(timedelta(minutes=15))
    assert given(desk, TOMS).id == case.id


def test_nobody_is_put_off_to_hours_that_never_come(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    dialled(desk, case)
    with refused(WhyNot.TIME_OUT_OF_HOURS):
        recorded(desk, case, "later", when="after 20:00")
    recorded(desk, case, "later", when="after 19:00")
    due = desk.case(case.id).due
    assert due == desk.clock().replace(hour=18, minute=0)  # he is an hour ahead
    desk.clock.turn(due - desk.clock())
    assert given(desk).id == case.id


def test_hours_that_never_come_any_more_keep_no_case_open(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1, window=OpenSpan(time(20), time(0))))
    assert given(desk).id == debtor(1).id


def test_a_number_that_may_never_be_dialled_closes_its_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    premium = replace(debtor(1).debtor, phone="+4990012345678")
    desk.put(replace(debtor(1, 99_999), debtor=premium), debtor(2))
    assert given(desk).id == debtor(2).id
    closed = desk.case(debtor(1).id)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, "undiallable")
    assert CaseUndiallable(debtor(1).id, LIST, Refusal.KIND) in desk.bodies()


def test_nobody_dials_a_debtor_past_the_gate(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    with refused(WhyNot.DIAL_LEASE):
        desk.ask(TOMS, AnyNumber(ALPENRAD, debtor(1).debtor.phone))
    GiveBack(desk.on)(EVAS, case.id, case.fence)
    desk.clock.turn(timedelta(hours=12))
    with refused(WhyNot.DIAL_HOURS):
        desk.ask(TOMS, AnyNumber(ALPENRAD, debtor(1).debtor.phone))


def test_the_gate_is_asked_again_before_he_is_rung(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    whom = KnownCaller(CallerId("debtor-1"), call)
    assert not isinstance(desk.gate(ALPENRAD, whom), Refused)
    with transactions.write() as uow:
        uow.blocked_numbers.add(debtor(1).debtor.phone, desk.clock())
        uow.commit()
    assert desk.gate(ALPENRAD, whom) == Refused(Refusal.BLOCKED)


def test_after_a_conversation_regulation_f_leaves_him_alone_for_a_week(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions, US)
    desk.put(debtor(1))
    case = given(desk)
    dialled(desk, case)
    ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    now = desk.clock()
    recorded(desk, case, "later", due=now + timedelta(hours=1))
    assert desk.case(case.id).due - now > timedelta(days=5)


def test_who_serves_another_brand_has_no_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    for actor in STRANGERS:
        with pytest.raises(DeskError):
            given(desk, actor)
