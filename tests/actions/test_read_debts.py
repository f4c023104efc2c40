"""What an agent who rings debtors has before her: her case, how her dial went, her promises and her batch."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.change_list import ChangeList
from actions.desk import DeskError
from actions.dunning_desk import ShownCase
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.read_debts import Board, DebtBrands, MyCase, OnHand, Promises, Substitutes
from actions.take_batch import BATCH, TakeBatch
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.dial_facts import DialResult
from domain.dunning import CaseList, ListState, Reserved
from domain.dunning_facts import CaseReserved
from domain.ids import AgentId, ListId, Skill
from domain.person import Actor
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, CHLOES, EVAS, LENAS, STRANGERS, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM

EVENING = datetime(2026, 3, 2, 23, tzinfo=UTC)
"""Midnight in Berlin."""


def given(desk: DebtDesk, actor: Actor = EVAS) -> ShownCase:
    found = NextCase(desk.on)(actor, ALPENRAD)
    assert isinstance(found, ShownCase)
    return found


def at_hand(desk: DebtDesk, actor: Actor = EVAS) -> OnHand:
    found = MyCase(desk.on)(actor)
    assert found is not None
    return found


def dial(desk: DebtDesk, case: ShownCase) -> None:
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence))


def test_her_case_and_how_far_her_dial_has_come(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    assert MyCase(desk.on)(EVAS) is None
    desk.put(debtor(1))
    case = given(desk)
    assert case.reason[0] == "attempt 1 of 3"
    assert at_hand(desk) == OnHand(case, None, None)
    assert at_hand(desk).may_dial
    assert not at_hand(desk).may_record
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    assert (at_hand(desk).may_dial, at_hand(desk).may_record) == (False, False)
    desk.went(call, DialResult.BUSY)
    after = at_hand(desk)
    assert (after.may_dial, after.may_record) == (False, True)
    assert after.proposed is not None
    assert after.proposed.key == "busy"
    assert MyCase(desk.on)(TOMS) is None


def test_what_never_rang_may_be_dialled_again(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    desk.went(call, DialResult.NOT_TAKEN, rang=False)
    assert at_hand(desk).may_dial


def test_neither_sum_nor_reference_before_she_speaks_with_him(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    dial(desk, case)
    for shown in (case, given(desk), at_hand(desk).case):
        assert (shown.debt, shown.debtor.reference) == (None, None)
    confirmed = ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    assert at_hand(desk).case == confirmed
    assert confirmed.debtor == debtor(1).debtor
    assert confirmed.debt == debtor(1).debt


def test_her_promises_and_those_she_stands_in_for(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    dial(desk, case)
    said = Said("promise", day=date(2026, 3, 4), mine=True, substitute=AgentId(TOM.id))
    RecordAttempt(desk.on)(EVAS, case.id, case.fence, said)
    for actor in (EVAS, TOMS):
        (promised,) = Board(desk.on)(actor).cases
        assert (promised.case, promised.name, promised.agent) == (
            case.id,
            "Debtor 1",
            AgentId(EVA.id),
        )
        assert (promised.due, promised.promised) == (desk.case(case.id).due, date(2026, 3, 4))
    assert Board(desk.on)(CHLOES) == Promises([], 0)
    assert Board(desk.on)(LENAS) == Promises([], 0)


def test_a_substitute_rings_debtors_too(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    assert [one.name for one in Substitutes(desk.on)(EVAS, ALPENRAD)] == ["tom"]
    assert [one.id for one in DebtBrands(desk.on)(EVAS)] == [ALPENRAD]
    with transactions.write() as uow:
        uow.agents.set_skills(AgentId(TOM.id), {Skill(ALPENRAD): 5})
        uow.commit()
    assert not Substitutes(desk.on)(EVAS, ALPENRAD)
    assert not DebtBrands(desk.on)(TOMS)
    desk.put(debtor(1))
    case = given(desk)
    dial(desk, case)
    said = Said("later", due=desk.clock(), mine=True, substitute=AgentId(TOM.id))
    with pytest.raises(DeskError, check=lambda error: error.why is WhyNot.UNKNOWN_AGENT):
        RecordAttempt(desk.on)(EVAS, case.id, case.fence, said)


def test_who_is_trained_no_more_has_her_case_no_more(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    given(desk)
    with transactions.write() as uow:
        uow.agents.set_skills(AgentId(EVA.id), {Skill(ALPENRAD): 5})
        uow.commit()
    assert MyCase(desk.on)(EVAS) is None


# Batches


def test_a_batch_is_hers_until_the_day_ends(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(*(debtor(number) for number in range(1, 5)))
    batch = TakeBatch(desk.on)(EVAS, ALPENRAD, 3)
    assert (batch.taken, batch.until) == (3, EVENING)
    assert Board(desk.on)(EVAS) == Promises([], 3)
    assert given(desk, TOMS).id == debtor(1).id, "the one that is left"
    first = given(desk)
    assert first.reason[0] == "of her batch"
    desk.clock.turn(timedelta(hours=2))
    GiveBack(desk.on)(TOMS, debtor(1).id, 1)
    assert given(desk, TOMS).id == debtor(1).id
    desk.clock.turn(timedelta(days=1))
    assert Board(desk.on)(EVAS) == Promises([], 0)
    assert given(desk, TOMS).id != debtor(1).id, "anybody's now"


def test_a_batch_has_thirty_at_most(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(*(debtor(number) for number in range(1, 36)))
    take = TakeBatch(desk.on)
    taken = [take(EVAS, ALPENRAD, count).taken for count in (20, 20, 20)]
    assert taken == [20, BATCH - 20, 0]
    assert take(TOMS, ALPENRAD, 30).taken == 5
    reserved = [body for body in desk.bodies() if isinstance(body, CaseReserved)]
    assert len(reserved) == 35
    assert {body.until for body in reserved} == {EVENING}


def test_what_she_keeps_of_a_stopped_list_is_nobodys(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    kept = debtor(BATCH + 1, reserved=Reserved(AgentId(EVA.id)))
    desk.put(*(debtor(number) for number in range(1, BATCH + 1)), kept)
    assert TakeBatch(desk.on)(EVAS, ALPENRAD, BATCH).taken == BATCH
    assert Board(desk.on)(EVAS).batch == BATCH
    ChangeList(desk.on)(LENAS, LIST, ListState.STOPPED)
    assert Board(desk.on)(EVAS) == Promises([], 0)
    other = ListId("list-2")
    with transactions.write() as uow:
        again = CaseList(other, ALPENRAD, "neu.xlsx", ListState.RUNNING, 3, 0, desk.clock())
        uow.case_lists.add(again, b"a workbook")
        uow.commit()
    desk.put(debtor(BATCH + 2, list=other))
    assert TakeBatch(desk.on)(EVAS, ALPENRAD, BATCH).taken == 1


def test_what_she_gives_back_of_a_batch_is_anybodys(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    assert TakeBatch(desk.on)(EVAS, ALPENRAD, 1).taken == 1
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    case = given(desk)
    GiveBack(desk.on)(EVAS, case.id, case.fence)
    assert desk.case(case.id).reserved is None
    assert desk.bodies()[-2] == CaseReserved(case.id, None)
    assert given(desk, TOMS).id == case.id


def test_what_somebody_has_promised_goes_into_no_batch(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    overdue = desk.clock() - timedelta(hours=2)
    promised = Reserved(AgentId(TOM.id))
    desk.put(replace(debtor(1), reserved=promised, due=overdue))
    assert TakeBatch(desk.on)(EVAS, ALPENRAD, 30).taken == 0
    assert given(desk).reason[0] == "overdue at a colleague"


def test_who_serves_another_brand_has_no_batch(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    for actor in STRANGERS:
        with pytest.raises(DeskError):
            TakeBatch(desk.on)(actor, ALPENRAD, 1)
