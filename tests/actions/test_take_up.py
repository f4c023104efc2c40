"""A debtor rings back: whoever answers him works on his case, unless a colleague does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.clear_case import ClearCase
from actions.desk import DeskError, NoSuchCall
from actions.dunning_desk import LEASE, ShownCase
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.read_pop import KnownDebtor, ReadPop
from actions.take_up import TakeUp
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.call import Certainty, Concern
from domain.dial_facts import DialResult
from domain.dialling import Cleared
from domain.dunning import CaseState
from domain.dunning_facts import CaseGivenBack, CaseLeased, GivenBack
from domain.dunning_profile import US
from domain.fact import Body, Origin
from domain.field_facts import CallEnded, Connected, FoundTalking, Offered, Side
from domain.ids import AgentId, CallerId, CallId, CaseId
from domain.language import Language
from domain.person import Actor
from domain.portal_facts import CallArrived, DebtorIdentified, HandedOver
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.actions.test_cases import dialled, given, refused
from tests.fakes.counter_desk import ALPENRAD, CHLOES, EVAS, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM

CALL = CallId("a-1772452800.7")
HERS, HIS = AgentId(EVA.id), AgentId(TOM.id)
ONE = debtor(1).id


@pytest.fixture
def desk(transactions: SqlTransactions) -> DebtDesk:
    made = DebtDesk(transactions)
    made.put(debtor(1))
    return made


def note(desk: DebtDesk, *bodies: Body, call: CallId = CALL) -> None:
    with desk.transactions.write() as uow:
        uow.facts.append(Origin(ALPENRAD, call, "cti"), desk.clock(), *bodies)
        uow.commit()


def rings(desk: DebtDesk, case: CaseId | None = ONE, call: CallId = CALL) -> None:
    """He has said which case it is, and is offered to Eva."""
    said = [] if case is None else [DebtorIdentified(case, LIST)]
    handed = HandedOver(
        Language.DE, None, Certainty.UNKNOWN, Concern.DUNNING, ("debtor.reference",), None, 0
    )
    arrived = CallArrived("debtors", CallerId("whoever"))
    note(desk, arrived, *said, handed, Offered(HERS, 1, ("waited",)), call=call)


def taken_up(desk: DebtDesk, actor: Actor = EVAS, call: CallId = CALL) -> ShownCase:
    return TakeUp(desk.on)(actor, call)


def answered(desk: DebtDesk, case: CaseId = ONE, call: CallId = CALL) -> ShownCase:
    rings(desk, case, call)
    note(desk, Connected(HERS, 1), call=call)
    return taken_up(desk, call=call)


def recorded(desk: DebtDesk, case: ShownCase, outcome: str, **more: object) -> None:
    RecordAttempt(desk.on)(EVAS, case.id, case.fence, Said(outcome, **more))  # type: ignore[arg-type]


def test_who_answers_works_on_the_case_as_after_a_dial(desk: DebtDesk) -> None:
    case = answered(desk)
    assert (case.id, case.call, case.debt, case.attempts) == (ONE, CALL, None, 0)
    assert case.reason == ("he rang back",)
    assert desk.case(ONE).lease is not None
    shown = ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    assert shown.debt is not None
    today = desk.clock().date()
    recorded(desk, case, "promise", day=today + timedelta(days=1))
    after = desk.case(ONE)
    assert (after.state, after.attempts, after.outcome) == (CaseState.OPEN, 0, "promise")
    with desk.transactions.read() as uow:
        (attempt,) = uow.attempts.of_case(ONE)
        (record,) = uow.service_records.of_call(CALL)
        rung = uow.dials_made.to_number(attempt.caller, desk.clock() - timedelta(days=1))
        assert uow.callers.number_of(attempt.caller) == debtor(1).debtor.phone
    assert (attempt.reached, attempt.counts, list(rung)) == (True, False, []), "he wasn't rung"
    assert record.service is None, "what is paid for is an attempt, and this is none"
    assert CaseLeased(ONE, LIST, HERS, 1, case.reason) in desk.bodies()


def test_asked_twice_nothing_more_happens(desk: DebtDesk) -> None:
    first = answered(desk)
    assert taken_up(desk) == first
    note(desk, FoundTalking(HERS))
    ConfirmDebtor(desk.on)(EVAS, first.id, first.fence)
    assert taken_up(desk).debt is not None, "the page was loaded anew"
    assert [type(body) for body in desk.bodies()].count(CaseLeased) == 1


def test_what_she_had_before_is_handed_back(desk: DebtDesk) -> None:
    desk.put(debtor(2, 99_999))
    before = given(desk)
    assert before.id == debtor(2).id
    assert answered(desk).id == ONE
    assert desk.case(before.id).lease is None
    assert CaseGivenBack(before.id, HERS, 1, GivenBack.BY_HER) in desk.bodies()


@pytest.mark.parametrize("same", [True, False])
def test_her_last_call_needs_its_outcome_first(desk: DebtDesk, same: bool) -> None:
    """She has just rung him, or somebody else, and it comes from nowhere that he is on the line already."""
    desk.put(debtor(2, 99_999))
    case = given(desk)
    dialled(desk, case, DialResult.NO_ANSWER)
    whose = case.id if same else ONE
    rings(desk, whose)
    note(desk, Connected(HERS, 1))
    with refused(WhyNot.RECORD_FIRST):
        taken_up(desk)
    recorded(desk, case, "not_reached")
    assert taken_up(desk).id == whose


def test_a_dial_that_never_rang_him_is_forgotten(desk: DebtDesk) -> None:
    case = given(desk)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    desk.went(call, DialResult.NOT_TAKEN, rang=False)
    again = answered(desk)
    assert (again.id, again.fence, again.call) == (ONE, case.fence, CALL)


def test_a_colleague_who_works_on_it_is_named(desk: DebtDesk) -> None:
    toms = given(desk, TOMS)
    rings(desk)
    read = ReadPop(desk.transactions)(CALL, HERS)
    assert read is not None
    assert read.debtor == KnownDebtor("Debtor 1", "R-0001", 0, 3, "tom")
    note(desk, Connected(HERS, 1))
    with refused(WhyNot.CASE_TAKEN) as caught:
        taken_up(desk)
    assert caught.value.values == {"agent": "tom"}
    GiveBack(desk.on)(TOMS, toms.id, toms.fence)
    assert taken_up(desk).id == ONE


def test_a_lease_that_is_over_stands_in_nobodys_way(desk: DebtDesk) -> None:
    given(desk, TOMS)
    desk.clock.turn(LEASE)
    assert answered(desk).fence == 2


def test_only_who_has_answered_has_it(desk: DebtDesk) -> None:
    rings(desk)
    for actor in (EVAS, TOMS, CHLOES):
        with refused(WhyNot.NOBODY_REACHED):
            taken_up(desk, actor)
    with pytest.raises(NoSuchCall):
        taken_up(desk, call=CallId("a-unknown"))
    with pytest.raises(DeskError):
        taken_up(desk, call=CallId("a\n"))


def test_only_who_is_trained_has_it(desk: DebtDesk) -> None:
    rings(desk)
    note(desk, Connected(HERS, 1))
    with desk.transactions.write() as uow:
        uow.agents.set_skills(HERS, {})
        uow.commit()
    with pytest.raises(DeskError):
        taken_up(desk)
    read = ReadPop(desk.transactions)(CALL, HERS)
    assert read is not None
    assert read.debtor is None


def test_a_closed_case_stays_closed(desk: DebtDesk) -> None:
    rings(desk)
    note(desk, Connected(HERS, 1))
    with desk.transactions.write() as uow:
        uow.cases.change(replace(debtor(1), state=CaseState.WITHDRAWN, closed=desk.clock()))
        uow.commit()
    with refused(WhyNot.CASE_CLOSED):
        taken_up(desk)


def test_who_has_said_nothing_has_no_case(desk: DebtDesk) -> None:
    rings(desk, None)
    note(desk, Connected(HERS, 1))
    with refused(WhyNot.NO_CASE_SAID):
        taken_up(desk)
    read = ReadPop(desk.transactions)(CALL, HERS)
    assert read is not None
    assert (read.debtor, read.pop.concern) == (None, Concern.DUNNING)


def test_a_call_is_recorded_once(desk: DebtDesk) -> None:
    case = answered(desk)
    with refused(WhyNot.RECORD_FIRST):
        GiveBack(desk.on)(EVAS, case.id, case.fence)
    recorded(desk, case, "later", due=desk.clock() + timedelta(hours=2))
    note(desk, Connected(HIS, 2))
    for actor in (EVAS, TOMS):
        with refused(WhyNot.CALL_RECORDED):
            taken_up(desk, actor)


def test_the_case_stays_hers_as_long_as_they_talk(desk: DebtDesk) -> None:
    case = answered(desk)
    desk.clock.turn(LEASE)
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    note(desk, CallEnded(Side.CALLER))
    desk.clock.turn(LEASE)
    NextCase(desk.on)(TOMS, ALPENRAD)
    left = desk.case(ONE)
    assert (left.lease, left.attempts, left.outcome) == (None, 0, "unrecorded")


def test_a_call_whose_end_nobody_saw_doesnt_keep_it_for_ever(desk: DebtDesk) -> None:
    case = answered(desk)
    desk.clock.turn(timedelta(hours=2, seconds=1))
    assert isinstance(NextCase(desk.on)(TOMS, ALPENRAD), NothingDue)
    with refused(WhyNot.CASE_LOST):
        ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)


def test_after_three_attempts_he_may_still_ring_and_an_outcome_ends_it(desk: DebtDesk) -> None:
    desk.put(replace(debtor(2), attempts=2))
    case = answered(desk, debtor(2).id)
    recorded(desk, case, "later", due=desk.clock() + timedelta(hours=2))
    assert (desk.case(case.id).attempts, desk.case(case.id).state) == (2, CaseState.OPEN)
    again = answered(desk, debtor(2).id, CallId("a-1772452800.8"))
    recorded(desk, again, "paid")
    assert desk.case(case.id).state is CaseState.CLOSED


def test_a_conversation_counts_as_one_whoever_rang(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions, US)
    desk.put(debtor(1))
    case = answered(desk)
    ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    recorded(desk, case, "later", due=desk.clock() + timedelta(hours=1))
    assert desk.case(ONE).due - desk.clock() > timedelta(days=5)


def test_on_an_outgoing_call_her_own_phone_is_nobody_reached(desk: DebtDesk) -> None:
    case = given(desk)
    call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
    note(desk, Connected(HERS, 1), call=call)
    with refused(WhyNot.NOBODY_REACHED):
        ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
    desk.went(call)
    assert ConfirmDebtor(desk.on)(EVAS, case.id, case.fence).debt is not None


@pytest.mark.parametrize(
    ("debtors", "others", "shown"),
    [("+49301", "+49302", "+49301"), (None, "+49302", "+49302"), (None, None, None)],
)
def test_a_debtor_sees_the_number_that_he_is_to_ring_back(
    desk: DebtDesk, debtors: str | None, others: str | None, shown: str | None
) -> None:
    brand = desk.book.tenants[ALPENRAD]
    assert brand.dunning is not None
    changed = replace(
        brand,
        dialling=replace(brand.dialling, show=others),
        dunning=replace(brand.dunning, show=debtors),
    )
    desk.book = TenantBook.of([changed])
    clear: ClearCase = desk.clear
    with desk.transactions.read() as uow:
        answer = clear(uow, debtor(1))
    assert (answer.show if isinstance(answer, Cleared) else None) == shown
