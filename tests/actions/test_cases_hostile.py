"""What comes between an agent and her case: a second click, a lapse of the lease, a withdrawal, a crash."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from actions.ask_dial import AnyNumber
from actions.change_list import ChangeList, ExtendLimit, Reassign, WithdrawCase
from actions.desk import DeskError
from actions.dial import KnownCaller
from actions.dunning_desk import LEASE, ShownCase
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.read_lists import ListsLed
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.dial_facts import DialAsked, DialReached, DialResult
from domain.dialling import NumberKind, Refusal, Refused
from domain.dunning import CaseState, Lease, ListState
from domain.dunning_facts import AttemptRecorded, CaseLeased
from domain.dunning_profile import DE
from domain.fact import Origin
from domain.field_facts import CallEnded, Side
from domain.ids import AgentId, CallerId, CallId, LineId, Skill
from domain.person import Actor
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM

CALLED = CallerId("debtor-1")


@pytest.fixture
def desk(transactions: SqlTransactions) -> DebtDesk:
    return DebtDesk(transactions)


def given(desk: DebtDesk, actor: Actor = EVAS) -> ShownCase:
    found = NextCase(desk.on)(actor, ALPENRAD)
    assert isinstance(found, ShownCase)
    return found


def dial(desk: DebtDesk, case: ShownCase, actor: Actor = EVAS) -> CallId:
    return DialDebtor(desk.on, desk.ask)(actor, case.id, case.fence)


def record(desk: DebtDesk, case: ShownCase, said: Said, actor: Actor = EVAS) -> None:
    RecordAttempt(desk.on)(actor, case.id, case.fence, said)


def refused(why: WhyNot) -> pytest.RaisesExc[DeskError]:
    return pytest.raises(DeskError, check=lambda error: error.why is why)


def count(desk: DebtDesk, kind: type) -> int:
    return sum(isinstance(body, kind) for body in desk.bodies())


def talk(desk: DebtDesk, call: CallId) -> None:
    """They speak with each other, and the call goes on."""
    write(desk, call, DialReached(AgentId(EVA.id), LineId("9.1")))


def write(desk: DebtDesk, call: CallId, body: DialReached | CallEnded) -> None:
    with desk.transactions.write() as uow:
        uow.facts.append(Origin(ALPENRAD, call, "cti"), desk.clock(), body)
        if isinstance(body, CallEnded):
            uow.dials_under_way.release(call)
        uow.commit()


def test_a_second_click_neither_dials_nor_records_twice(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    call = dial(desk, case)
    with refused(WhyNot.RECORD_FIRST):
        dial(desk, case)
    desk.went(call, DialResult.BUSY)
    said = Said("busy")
    for _ in range(2):
        record(desk, case, said)
    with refused(WhyNot.CASE_LOST):
        record(desk, case, Said("wrong_number"))
    with refused(WhyNot.CASE_LOST):
        record(desk, case, said, TOMS)
    assert (count(desk, DialAsked), count(desk, AttemptRecorded)) == (1, 1)
    assert desk.case(case.id).attempts == 1
    with desk.transactions.read() as uow:
        assert len(uow.service_records.of_call(call)) == 1


def test_a_late_click_records_nothing_in_a_later_lease(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    desk.went(dial(desk, case), DialResult.BUSY)
    record(desk, case, Said("busy"))
    desk.clock.turn(timedelta(minutes=30))
    again = given(desk)
    assert (again.id, again.fence) == (case.id, 2)
    with refused(WhyNot.CASE_LOST):
        record(desk, case, Said("busy"))
    GiveBack(desk.on)(EVAS, again.id, again.fence)
    with refused(WhyNot.CASE_LOST):
        record(desk, case, Said("busy"))


def test_a_lease_outlasts_the_call_and_the_time_to_record_it(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    call = dial(desk, case)
    talk(desk, call)
    desk.clock.turn(LEASE + timedelta(minutes=2))  # nobody asks for a case meanwhile
    write(desk, call, CallEnded(Side.CALLER))
    desk.clock.turn(LEASE - timedelta(minutes=1))
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    record(desk, case, Said("paid"))
    assert desk.case(case.id).outcome == "paid"


def test_a_lease_ends_some_time_after_the_call(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    call = dial(desk, given(desk))
    talk(desk, call)
    desk.clock.turn(timedelta(minutes=20))
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    write(desk, call, CallEnded(Side.CALLER))
    desk.clock.turn(LEASE)
    NextCase(desk.on)(TOMS, ALPENRAD)
    case = desk.case(debtor(1).id)
    assert (case.lease, case.attempts, case.outcome) == (None, 1, "unrecorded")


def test_a_dial_that_nobody_ended_gives_its_case_back_in_the_end(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    dial(desk, given(desk))  # and everything is killed
    desk.clock.turn(timedelta(hours=1))
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue), "she may still have him"
    desk.clock.turn(timedelta(hours=1))
    NextCase(desk.on)(TOMS, ALPENRAD)
    assert desk.case(debtor(1).id).lease is None
    assert desk.case(debtor(1).id).attempts == 1, "nobody knows, so it counts"


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda on, case: WithdrawCase(on)(LENAS, case, "paid to the client"),
        lambda on, case: ChangeList(on)(LENAS, LIST, ListState.PAUSED),
        lambda on, case: ChangeList(on)(LENAS, LIST, ListState.STOPPED),
        lambda on, case: Reassign(on)(LENAS, case, AgentId(TOM.id)),
    ],
    ids=["withdrawn", "paused", "stopped", "reassigned"],
)
def test_whom_a_team_lead_stops_is_rung_no_more(
    desk: DebtDesk, meanwhile: Callable[..., object]
) -> None:
    """Neither before the agent dials nor after, while her own phone rings."""
    desk.put(debtor(1), debtor(2, 1))
    case = given(desk)
    call = dial(desk, case)
    meanwhile(desk.on, case.id)
    assert desk.gate(ALPENRAD, KnownCaller(CALLED, call)) == Refused(Refusal.LEASE)
    desk.went(call, DialResult.REFUSED, rang=False)
    with pytest.raises(DeskError) as info:
        dial(desk, case)
    assert info.value.why in {WhyNot.CASE_LOST, WhyNot.LIST_RESTS}


def test_a_paused_list_is_done_with_its_last_case(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    desk.went(dial(desk, case))
    ChangeList(desk.on)(LENAS, LIST, ListState.PAUSED)
    record(desk, case, Said("paid"))
    with desk.transactions.read() as uow:
        done = uow.case_lists.get(LIST)
    assert done is not None
    assert done.state is ListState.DONE


def test_more_attempts_never_open_again_who_has_paid(desk: DebtDesk) -> None:
    desk.put(debtor(1, limit=1), debtor(2, limit=1))
    for outcome in ("paid", "not_reached"):
        case = given(desk)
        desk.went(dial(desk, case))
        record(desk, case, Said(outcome))
        ExtendLimit(desk.on)(LENAS, case.id, 2, "he has asked for it")
        closed = CaseState.CLOSED if outcome == "paid" else CaseState.OPEN
        assert desk.case(case.id).state is closed


def test_a_clock_that_goes_back_neither_takes_nor_rings_too_much(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    for _ in range(3):
        case = given(desk)
        desk.went(dial(desk, case), DialResult.BUSY)
        desk.clock.turn(-timedelta(hours=1))
        record(desk, case, Said("busy"))
        desk.clock.turn(timedelta(hours=1, minutes=31))
    assert desk.case(debtor(1).id).state is CaseState.CLOSED
    desk.put(replace(debtor(2), debtor=debtor(1).debtor))
    desk.clock.turn(-timedelta(minutes=40))
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue), "thrice a day is enough"


def test_another_click_of_hers_gives_her_no_second_case(desk: DebtDesk) -> None:
    desk.put(debtor(1), debtor(2))
    case = given(desk)
    assert given(desk).id == case.id
    assert count(desk, CaseLeased) == 1


def test_only_cases_in_a_language_of_hers(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    with desk.transactions.write() as uow:
        skills = {Skill(one): 5 for one in (ALPENRAD, "dunning")}
        uow.agents.set_skills(AgentId(EVA.id), skills)
        uow.commit()
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()


def test_a_brand_set_up_wrongly_closes_no_case(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    brand = desk.book.tenants[ALPENRAD]
    nothing = replace(brand, dialling=replace(brand.dialling, show=None))
    desk.book = TenantBook.of([nothing])
    with refused(WhyNot.DIAL_NOTHING_TO_SHOW):
        given(desk)
    assert brand.dunning is not None
    never = replace(brand.dunning, profile=replace(DE, week={}))
    desk.book = TenantBook.of([replace(brand, dunning=never)])
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()
    put_off = desk.case(debtor(1).id)
    assert (put_off.state, put_off.due) == (CaseState.OPEN, desk.clock() + timedelta(days=1))


def test_what_the_brands_file_leaves_out_closes_no_case(desk: DebtDesk) -> None:
    """Such cases wait until the file is mended, and the team lead sees how many; what nobody may dial is closed."""
    numbers = {1: "+4990012345678", 2: "+33199005200", 3: debtor(3).debtor.phone}
    desk.put(
        *(debtor(one, debtor=replace(debtor(one).debtor, phone=numbers[one])) for one in numbers)
    )
    brand = desk.book.tenants[ALPENRAD]
    landline = replace(
        brand.dialling, kinds=frozenset({NumberKind.FIXED}), countries=frozenset({"DE"})
    )
    desk.book = TenantBook.of([replace(brand, dialling=landline)])
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()
    assert desk.case(debtor(1).id).state is CaseState.CLOSED
    for left_out in (2, 3):
        waits = desk.case(debtor(left_out).id)
        assert (waits.state, waits.outcome) == (CaseState.OPEN, "barred")
        assert waits.due == desk.clock() + timedelta(days=1)
    (now,) = ListsLed(desk.on)(LENAS)
    assert (now.barred, now.open, now.outcomes) == (2, 2, {"undiallable": 1})
    desk.clock.turn(timedelta(days=1))
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()
    desk.book = TenantBook.of([brand])
    desk.clock.turn(timedelta(days=1))
    given(desk)
    assert sum(desk.case(debtor(one).id).outcome == "barred" for one in (2, 3)) == 1
    (now,) = ListsLed(desk.on)(LENAS)
    assert now.barred == 1


def test_a_case_that_waited_for_the_brands_file_has_its_outcome_again(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence), DialResult.BUSY)
    RecordAttempt(desk.on)(EVAS, case.id, case.fence, Said("busy"))
    brand = desk.book.tenants[ALPENRAD]
    nowhere = replace(brand, dialling=replace(brand.dialling, countries=frozenset()))
    desk.book = TenantBook.of([nowhere])
    desk.clock.turn(timedelta(days=1))
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()
    assert desk.case(case.id).outcome == "barred"
    desk.book = TenantBook.of([brand])
    desk.clock.turn(timedelta(days=1))
    assert given(desk).id == case.id
    assert desk.case(case.id).outcome == "busy"


def test_all_cases_that_cannot_be_rung_are_put_off_a_few_at_a_time(desk: DebtDesk) -> None:
    desk.put(*map(debtor, range(1, 61)))
    desk.clock.turn(timedelta(hours=10))  # at night
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue(more=True)
    assert NextCase(desk.on)(EVAS, ALPENRAD) == NothingDue()
    assert all(desk.case(debtor(one).id).due > desk.clock() for one in range(1, 61))


def test_a_day_too_far_off_is_refused(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    desk.went(dial(desk, case))
    for said in (
        Said("promise", day=date.max),
        Said("later", due=desk.clock() + timedelta(days=400)),
    ):
        with refused(WhyNot.DAY_TOO_FAR):
            record(desk, case, said)


def test_nobody_dials_the_number_by_hand_while_it_is_dialled(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    dial(desk, given(desk))
    with refused(WhyNot.DIAL_UNDER_WAY):
        desk.ask(TOMS, AnyNumber(ALPENRAD, debtor(1).debtor.phone))


def test_who_signs_out_with_a_case_loses_it_after_a_while(desk: DebtDesk) -> None:
    desk.put(debtor(1))
    case = given(desk)
    desk.clock.turn(LEASE)
    with refused(WhyNot.NOBODY_REACHED):
        ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    assert given(desk, TOMS).fence == 2
    assert desk.case(case.id).lease == Lease(AgentId(TOM.id), 2, desk.clock() + LEASE)


def test_facts_and_errors_hold_nothing_personal(desk: DebtDesk) -> None:
    desk.put(debtor(1, 987_654))
    case = given(desk)
    call = dial(desk, case)
    desk.went(call)
    shown = ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    record(desk, case, Said("dispute", remark="Anna says he moved"))
    known = desk.case(case.id)
    with desk.transactions.read() as uow:
        attempts = uow.attempts.of_case(case.id)
    written = repr((desk.facts(), case, shown, known, attempts))
    who = known.debtor
    for personal in (who.name, who.phone, who.address, "987654", "Anna says"):
        assert personal not in written
