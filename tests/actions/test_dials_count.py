"""Each dial of a debtor's number counts for it, whatever it was for; one that never rang there doesn't."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.ask_dial import AnyNumber, OfCallBack, OfCustomer
from actions.call_back import AskCallBack
from actions.clear_case import SEEN_BACK
from actions.desk import DeskError
from actions.dial import RungNow
from actions.lease_case import NextCase, NothingDue
from actions.why_not import WhyNot
from actions.work_case import DialDebtor
from domain.dial_facts import DialResult
from domain.dialling import Cleared, DialMade
from domain.dunning_profile import DE, US, Profile
from domain.fact import Origin
from domain.ids import CallerId
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, EVAS, TOMS
from tests.fakes.debtors import DebtDesk, debtor

KEYED = AnyNumber(ALPENRAD, debtor(1).debtor.phone)


def refused(why: WhyNot) -> pytest.RaisesExc[DeskError]:
    return pytest.raises(DeskError, check=lambda error: error.why is why)


def made(desk: DebtDesk, caller: str = "debtor-1") -> list[DialMade]:
    with desk.transactions.read() as uow:
        return list(uow.dials_made.to_number(CallerId(caller), desk.clock() - SEEN_BACK))


@pytest.mark.parametrize("profile", [DE, US])
def test_a_debtors_number_that_is_keyed_is_rung_no_oftener_than_the_profile_lets_it(
    transactions: SqlTransactions, profile: Profile
) -> None:
    desk = DebtDesk(transactions, profile)
    desk.put(debtor(1))
    for _ in range(3 if profile is DE else 7):
        desk.went(desk.ask(TOMS, KEYED), DialResult.NO_ANSWER)
    with refused(WhyNot.DIAL_OFTEN):
        desk.ask(TOMS, KEYED)
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    assert desk.case(debtor(1).id).attempts == 0, "none of them was for his debt"
    desk.clock.turn(timedelta(days=7))
    desk.went(desk.ask(TOMS, KEYED), DialResult.NO_ANSWER)


def test_a_conversation_about_anything_leaves_him_alone_for_a_week_by_regulation_f(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions, US)
    desk.put(debtor(1))
    desk.went(desk.ask(TOMS, KEYED))
    assert [one.reached for one in made(desk)] == [desk.clock()]
    with refused(WhyNot.DIAL_OFTEN):
        desk.ask(TOMS, KEYED)
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    desk.clock.turn(timedelta(days=7))
    assert not isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)


def test_a_dial_for_the_debt_and_a_keyed_one_are_counted_together(lite: SqlTransactions) -> None:
    desk = DebtDesk(lite)
    desk.put(debtor(1))
    case = NextCase(desk.on)(EVAS, ALPENRAD)
    assert not isinstance(case, NothingDue)
    for _ in range(2):
        desk.went(desk.ask(EVAS, KEYED), DialResult.BUSY)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    desk.went(call, DialResult.BUSY)
    assert [one.case for one in made(desk)] == [None, None, case.id]
    with refused(WhyNot.DIAL_OFTEN):
        desk.ask(EVAS, KEYED)


def test_who_was_rung_back_was_rung(lite: SqlTransactions) -> None:
    """By an agent who asks for it, and by the field: that is one more of those that a day may have."""
    desk = DebtDesk(lite)
    assert ANNA.phone is not None
    desk.put(debtor(1, debtor=replace(debtor(1).debtor, phone=ANNA.phone)))
    wish = AskCallBack(lite, desk.clock, lambda tenant, at: at)
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"))
    desk.went(desk.ask(EVAS, OfCallBack(CALL)), DialResult.NO_ANSWER)
    for _ in range(2):
        assert isinstance(desk.gate(ALPENRAD, RungNow(CallerId("n1"), CALL)), Cleared)
        desk.clock.turn(timedelta(minutes=10))
    assert len(made(desk, "n1")) == 3
    with refused(WhyNot.DIAL_OFTEN):
        desk.ask(EVAS, OfCustomer(ANNA.id))


def test_a_dial_that_never_rang_there_isnt_counted(lite: SqlTransactions) -> None:
    desk = DebtDesk(lite)
    desk.put(debtor(1))
    for _ in range(4):
        desk.went(desk.ask(TOMS, KEYED), DialResult.NOT_TAKEN, rang=False)
    assert made(desk) == []
    desk.ask(TOMS, KEYED)


def test_what_no_rule_looks_back_at_is_forgotten(lite: SqlTransactions) -> None:
    desk = DebtDesk(lite)
    desk.put(debtor(1))
    first = desk.clock()
    desk.went(desk.ask(TOMS, KEYED), DialResult.NO_ANSWER)
    desk.clock.turn(SEEN_BACK + timedelta(hours=24))
    desk.went(desk.ask(TOMS, AnyNumber(ALPENRAD, "0171 3920002")), DialResult.NO_ANSWER)
    with lite.read() as uow:
        assert uow.dials_made.to_number(CallerId("debtor-1"), first) == []


def test_a_call_that_is_asked_about_twice_is_one_more_only_for_the_others(
    lite: SqlTransactions,
) -> None:
    desk = DebtDesk(lite)
    desk.put(debtor(1))
    for _ in range(2):
        desk.went(desk.ask(TOMS, KEYED), DialResult.NO_ANSWER)
    call = desk.ask(TOMS, KEYED)
    now = RungNow(CallerId("debtor-1"), call)
    assert isinstance(desk.gate(ALPENRAD, now), Cleared)
    desk.clock.turn(timedelta(seconds=1))
    assert isinstance(desk.gate(ALPENRAD, now), Cleared)
    assert len(made(desk)) == 4
