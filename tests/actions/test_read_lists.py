"""What a team lead sees of lists and cases: how far each is, who did what, and whom he looks for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from actions.change_list import ChangeList, Reassign, WithdrawCase
from actions.desk import NotYourRole
from actions.lease_case import NextCase
from actions.read_lists import (
    CasesFound,
    FindCases,
    ListsLed,
    ReadCase,
    ReadProgress,
    stage_of,
)
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.dial_facts import DialResult
from domain.dunning import Attempt, Case, CaseState, ListState
from domain.dunning_ports import Share, Stage
from domain.ids import AgentId, CallerId, CallId, CaseId
from domain.person import Actor
from rufwerk.telephone_numbers import e164
from storage.unit_of_work import SqlTransactions
from tests.actions.test_cases import given, refused
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS, STRANGERS, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM

LATER = timedelta(hours=5)


def rung(desk: DebtDesk, actor: Actor, said: Said, result: DialResult | None = None) -> Case:
    """Her next case, dialled and recorded."""
    case = given(desk, actor)
    desk.went(DialDebtor(desk.on, desk.ask)(actor, case.id, case.fence), result)
    if result is None:
        ConfirmDebtor(desk.on)(actor, case.id, case.fence)
    RecordAttempt(desk.on)(actor, case.id, case.fence, said)
    return desk.case(case.id)


def worked(transactions: SqlTransactions) -> DebtDesk:
    """One case each: paid, promised, busy, with an agent, due, withdrawn."""
    desk = DebtDesk(transactions)
    desk.put(*(debtor(number, 10_000 - number) for number in range(1, 7)))
    rung(desk, EVAS, Said("paid"))
    rung(desk, EVAS, Said("promise", day=date(2026, 3, 9)))
    rung(desk, TOMS, Said("busy"), DialResult.BUSY)
    given(desk)
    WithdrawCase(desk.on)(LENAS, debtor(6).id, "paid at the counter")
    return desk


def find(desk: DebtDesk, written: str = "", **more: object) -> CasesFound:
    return FindCases(desk.on, e164)(LENAS, LIST, written, **more)  # type: ignore[arg-type]


def numbers(desk: DebtDesk, written: str = "", **more: object) -> Sequence[str]:
    return [one.debtor.customer_number for one in find(desk, written, **more).cases]


def test_how_far_a_list_is(transactions: SqlTransactions) -> None:
    desk = worked(transactions)
    (now,) = ListsLed(desk.on)(LENAS)
    assert now.stages == {
        Stage.DUE: 1,
        Stage.LEASED: 1,
        Stage.WAITING: 2,
        Stage.CLOSED: 1,
        Stage.WITHDRAWN: 1,
    }
    assert (now.cases, now.open, now.outcomes, now.done_on) == (6, 4, {"paid": 1}, None)
    assert now.list.state is ListState.RUNNING
    assert ListsLed(desk.on)(LENAS, limit=0) == []


def test_who_did_what_for_it(transactions: SqlTransactions) -> None:
    desk = worked(transactions)
    now, shares = ReadProgress(desk.on)(LENAS, LIST)
    assert now.list.id == LIST
    assert shares == [
        ("eva", Share(AgentId(EVA.id), 2, 2, 1)),
        ("tom", Share(AgentId(TOM.id), 1, 0, 0)),
    ]


def test_cases_are_found_by_who_it_is_and_how_far(transactions: SqlTransactions) -> None:
    desk = worked(transactions)
    assert numbers(desk) == [f"K{number}" for number in range(1, 7)], "as in the file"
    for stage, expected in (
        (Stage.CLOSED, ["K1"]),
        (Stage.WAITING, ["K2", "K3"]),
        (Stage.LEASED, ["K4"]),
        (Stage.DUE, ["K5"]),
        (Stage.WITHDRAWN, ["K6"]),
    ):
        assert numbers(desk, stage=stage) == expected
        for one in find(desk, stage=stage).cases:
            assert stage_of(one, desk.clock()) is stage
    assert numbers(desk, outcome="promise") == ["K2"]
    for written in ("debtor 3", "DEBTOR 3", "K3", "r-0003", "0171 3900003", "+49 171 39 00003"):
        assert numbers(desk, written) == ["K3"], written
    assert numbers(desk, "%") == []
    assert numbers(desk, "\0K3 ") == ["K3"]
    desk.clock.turn(LATER)
    assert numbers(desk, stage=Stage.DUE) == ["K3", "K5"]


def test_names_are_found_whatever_their_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    who = debtor(1).debtor
    desk.put(debtor(1, debtor=replace(who, name="Özgür Ünal")))
    desk.put(debtor(2, debtor=replace(who, name="ÖZGÜR ÜNAL", customer_number="K2")))
    assert numbers(desk, "ünal") == ["K1", "K2"]


def test_cases_come_in_pages(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(*(debtor(number) for number in range(1, 53)))
    found = find(desk, first=50)
    assert (found.first, found.count) == (50, 52)
    assert [one.debtor.customer_number for one in found.cases] == ["K51", "K52"]


def test_a_case_with_all_that_was_done(transactions: SqlTransactions) -> None:
    desk = worked(transactions)
    read = ReadCase(desk.on)(LENAS, debtor(2).id)
    (attempt,) = read.attempts
    assert (attempt.outcome, attempt.promised) == ("promise", date(2026, 3, 9))
    assert read.case.debt.amount == 9_998
    assert read.names[AgentId(EVA.id)] == "eva"
    assert [one.name for one in read.agents] == ["eva", "tom"], "chloe isn't trained for it"
    Reassign(desk.on)(LENAS, read.case.id, AgentId(TOM.id))
    again = ReadCase(desk.on)(LENAS, debtor(2).id).case
    assert again.reserved is not None
    assert again.reserved.agent == AgentId(TOM.id)


def attempt(number: int, case: Case, at: timedelta, desk: DebtDesk) -> Attempt:
    return Attempt(
        CallId(f"a-{number}"),
        case.id,
        LIST,
        CallerId("n1"),
        AgentId(EVA.id),
        desk.clock() - at,
        outcome="paid",
    )


def test_when_it_will_be_done(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.clock.turn(timedelta(days=1))  # yesterday the list was imported
    closed = [
        debtor(number, state=CaseState.CLOSED, outcome="paid", attempts=2, closed=desk.clock())
        for number in range(1, 16)
    ]
    desk.put(*closed, *(debtor(number) for number in range(16, 31)))
    made = [
        attempt(number, case, timedelta(hours=2), desk) for number, case in enumerate(closed * 2)
    ]
    with transactions.write() as uow:
        for one in made:
            uow.attempts.add(one)
        uow.commit()
    # 30 attempts in 12 hours, and 30 to come: from 13:00 to 20:00 seven of them, and five tomorrow
    (now,) = ListsLed(desk.on)(LENAS)
    assert now.done_on == date(2026, 3, 4)
    ChangeList(desk.on)(LENAS, LIST, ListState.PAUSED)
    assert ReadProgress(desk.on)(LENAS, LIST)[0].done_on is None


def test_only_team_leads_look(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    NextCase(desk.on)(EVAS, ALPENRAD)
    operator = STRANGERS[-1]
    assert len(ListsLed(desk.on)(operator)) == 1
    for actor in (EVAS, *STRANGERS[:-1]):
        with pytest.raises(NotYourRole):
            ListsLed(desk.on)(actor)
        with pytest.raises(NotYourRole):
            ReadProgress(desk.on)(actor, LIST)
        with pytest.raises(NotYourRole):
            FindCases(desk.on, e164)(actor, LIST)
        with pytest.raises(NotYourRole):
            ReadCase(desk.on)(actor, debtor(1).id)
    with refused(WhyNot.NO_SUCH_LIST):
        ReadCase(desk.on)(LENAS, CaseId("case-9"))
