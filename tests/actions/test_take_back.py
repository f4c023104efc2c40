"""Cases of agents who have gone away are taken back though nobody asks for a next one."""

from datetime import timedelta

from actions.dunning_desk import LEASE
from actions.lease_case import TakeBackExpired
from actions.work_case import DialDebtor
from domain.dial_facts import DialResult
from domain.dunning import CaseState, ListState
from domain.dunning_facts import AttemptRecorded, CaseGivenBack, GivenBack, ListChanged
from domain.ids import AgentId, PersonId
from domain.outcome import UNRECORDED
from domain.person import Actor, Person, Role
from storage.unit_of_work import SqlTransactions
from tests.actions.test_cases import dialled, given
from tests.fakes.counter_desk import EVAS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA

JOBS = Actor(Person(PersonId("jobs"), "jobs", Role.OPERATOR))
HERS = AgentId(EVA.id)


def test_a_list_is_done_though_nobody_asks(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1, limit=1))
    case = given(desk)
    dialled(desk, case, DialResult.NO_ANSWER)
    desk.clock.turn(LEASE)
    TakeBackExpired(desk.on)(JOBS)
    closed = desk.case(case.id)
    assert (closed.state, closed.attempts, closed.lease) == (CaseState.CLOSED, 1, None)
    with transactions.read() as uow:
        done = uow.case_lists.get(LIST)
    assert done is not None
    assert done.state is ListState.DONE
    by_jobs = [fact.body for fact in desk.facts() if fact.origin.actor == "jobs"]
    assert by_jobs[:2] == [
        CaseGivenBack(case.id, HERS, 1, GivenBack.EXPIRED),
        AttemptRecorded(case.id, LIST, HERS, UNRECORDED.key, False, True, True, None),
    ]
    assert ListChanged(LIST, ListState.DONE) in by_jobs


def test_whose_time_isnt_over_or_who_talks_keeps_hers(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    desk.clock.turn(LEASE - timedelta(seconds=1))
    before = desk.facts()
    TakeBackExpired(desk.on)(JOBS)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    desk.clock.turn(LEASE)
    TakeBackExpired(desk.on)(JOBS)
    kept = desk.case(case.id).lease
    assert kept is not None
    assert (kept.agent, kept.until) == (HERS, desk.clock() + LEASE)
    assert {fact.origin.call for fact in desk.facts()[len(before) :]} == {call}
