"""A team lead imports a client's list, follows its next edition, and sees to lists and single cases."""

from dataclasses import replace
from itertools import count

import pytest

from actions.change_list import ChangeList, ExtendLimit, Reassign, WithdrawCase
from actions.desk import DeskError, NotYourRole
from actions.import_list import Imported, ImportList, PlanImport
from actions.lease_case import NextCase, NothingDue
from actions.led_lists import all_of
from actions.why_not import WhyNot
from actions.work_case import DialDebtor, RecordAttempt, Said
from domain.case_entry import Entry
from domain.dial_facts import DialResult
from domain.dunning import Case, CaseState, ListState
from domain.dunning_facts import (
    CaseReserved,
    CaseWithdrawn,
    LimitExtended,
    ListChanged,
    ListImported,
    ListRevised,
)
from domain.ids import AgentId, ListId
from domain.language import Language
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.actions.test_cases import given, refused
from tests.domain.test_case_edition import entry
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS, LUNE, TOMS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM


def imported(desk: DebtDesk, *entries: Entry, of: ListId | None = None) -> ListId:
    whole = Imported("liste.xlsx", b"PK", entries, 1, "{}")
    made, _ = ImportList(desk.on)(LENAS, ALPENRAD, whole, of)
    return made.id


def cases(desk: DebtDesk, of: ListId) -> list[Case]:
    with desk.transactions.read() as uow:
        return list(all_of(uow, of))


def test_a_list_is_there_whole_and_can_be_rung(transactions: SqlTransactions) -> None:
    desk, told = DebtDesk(transactions), list[int]()
    whole = Imported("liste.xlsx", b"PK", [entry(n) for n in range(1, 1203)], 4, '{"phone": []}')
    made, _ = ImportList(desk.on)(LENAS, ALPENRAD, whole, attempts=5, progress=told.append)
    assert told == [*range(100, 1201, 100), 1202]
    assert (made.state, made.attempts, made.rejected) == (ListState.RUNNING, 5, 4)
    assert len(cases(desk, made.id)) == 1202
    assert ListImported(made.id, 1202, 4) in desk.bodies()
    with transactions.read() as uow:
        assert uow.case_lists.content(made.id) == b"PK"
        assert uow.case_lists.columns(ALPENRAD) == '{"phone": []}'
    assert given(desk).limit == 5


def test_who_stops_a_list_while_it_is_imported_has_stopped_it(lite: SqlTransactions) -> None:
    desk = DebtDesk(lite)

    def stops(_: int) -> None:
        with lite.read() as uow:
            (of,) = (one for one in uow.case_lists.of([ALPENRAD]) if one.id != LIST)
        ChangeList(desk.on)(LENAS, of.id, ListState.STOPPED)

    whole = Imported("liste.xlsx", b"PK", [entry(1)], 0, "{}")
    made, _ = ImportList(desk.on)(LENAS, ALPENRAD, whole, progress=stops)
    assert made.state is ListState.STOPPED
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)


def test_whose_language_nothing_tells_is_rung_in_the_brands(lite: SqlTransactions) -> None:
    desk = DebtDesk(lite)
    of = imported(desk, replace(entry(1), languages=()))
    assert cases(desk, of)[0].languages == (Language.FR,)


def test_a_debt_on_two_lists_is_rung_for_once(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    first = imported(desk, entry(1), entry(2))
    second = imported(desk, entry(2), entry(3))
    assert [case.debtor.customer_number for case in cases(desk, second)] == ["K3"]
    plan = PlanImport(desk.on)(LENAS, ALPENRAD, [entry(1)])
    assert [of for _, of in plan.duplicates] == [first]
    with refused(WhyNot.NOTHING_TO_RING):
        imported(desk, entry(1))


def test_a_list_that_was_stopped_is_imported_anew(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    stopped = imported(desk, entry(1))
    ChangeList(desk.on)(LENAS, stopped, ListState.STOPPED)
    (first,) = cases(desk, stopped)
    keyed = "1", first.debtor.zip_code or ""
    with transactions.read() as uow:
        assert uow.cases.by_reference(ALPENRAD, *keyed) == [first]
    anew = imported(desk, entry(1))
    assert given(desk).list == anew != stopped
    with transactions.read() as uow:
        assert [one.list for one in uow.cases.by_reference(ALPENRAD, *keyed)] == [anew]


def test_a_new_edition_withdraws_what_was_paid(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1), entry(2))
    assert imported(desk, entry(1, amount=50), entry(3), of=of) == of
    states = {case.debtor.customer_number: case for case in cases(desk, of)}
    assert states["K1"].debt.amount == 50
    assert states["K2"].state is CaseState.WITHDRAWN
    assert states["K3"].state is CaseState.OPEN
    assert (states["K2"].row, states["K3"].row) == (0, 2)
    assert ListRevised(of, 1, 1, 1, 1) in desk.bodies()


def test_what_cant_be_imported_leaves_no_list(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1))
    for again in (None, of):
        with refused(WhyNot.NOTHING_TO_RING):
            imported(desk, of=again)
    with refused(WhyNot.NO_SUCH_LIST):
        ImportList(desk.on)(LENAS, LUNE, Imported("liste.xlsx", b"PK", [entry(1)], 0, "{}"), of)
    with transactions.read() as uow:
        lists = {one.id: one.state for one in uow.case_lists.of([ALPENRAD])}
    assert lists == {LIST: ListState.RUNNING, of: ListState.RUNNING}


def test_an_edition_that_leaves_nothing_open_is_done(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1), entry(2))
    for case in cases(desk, of):
        if case.debtor.customer_number == "K1":
            WithdrawCase(desk.on)(LENAS, case.id, "paid at the counter")
    imported(desk, entry(1, row=9), of=of)
    assert {case.row for case in cases(desk, of)} == {9, 0}
    with transactions.read() as uow:
        found = uow.case_lists.get(of)
    assert found is not None
    assert found.state is ListState.DONE
    assert ListChanged(of, ListState.DONE) in desk.bodies()


def test_an_import_that_broke_off_is_done_again(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)

    def breaks_off(_: int) -> None:
        raise KeyboardInterrupt

    whole = Imported("liste.xlsx", b"PK", [entry(1), entry(2)], 0, "{}")
    with pytest.raises(KeyboardInterrupt):
        ImportList(desk.on)(LENAS, ALPENRAD, whole, progress=breaks_off)
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    with refused(WhyNot.IMPORT_UNDER_WAY):
        imported(desk, entry(9))
    with transactions.read() as uow:
        (broken,) = (one for one in uow.case_lists.of([ALPENRAD]) if one.id != LIST)
    with refused(WhyNot.IMPORT_UNDER_WAY):
        ChangeList(desk.on)(LENAS, broken.id, ListState.RUNNING)
    imported(desk, entry(1), entry(2), of=broken.id)
    assert len(cases(desk, broken.id)) == 2
    assert given(desk).list == broken.id


def test_an_edition_is_imported_by_one_at_a_time(transactions: SqlTransactions) -> None:
    desk, entries = DebtDesk(transactions), [entry(n) for n in range(1, 150)]
    of, meanwhile = imported(desk, entry(1)), list[ListId]()

    def another(_: int) -> None:
        if not meanwhile:
            meanwhile.append(imported(desk, *entries, of=of))

    whole = Imported("liste.xlsx", b"PK", entries, 1, "{}")
    with refused(WhyNot.IMPORT_UNDER_WAY):
        ImportList(desk.on)(LENAS, ALPENRAD, whole, of, progress=another)
    assert len({case.debtor.customer_number for case in cases(desk, of)}) == 149
    assert len(cases(desk, of)) == 149


def test_a_paused_list_is_paused_after_its_next_edition(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1))
    ChangeList(desk.on)(LENAS, of, ListState.PAUSED)
    imported(desk, entry(1), entry(2), of=of)
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    ChangeList(desk.on)(LENAS, of, ListState.RUNNING)
    assert given(desk).list == of


@pytest.mark.parametrize("times", [1, 2])
def test_a_list_is_still_paused_where_its_edition_broke_off_and_is_done_again(
    transactions: SqlTransactions, times: int
) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1))
    ChangeList(desk.on)(LENAS, of, ListState.PAUSED)

    def breaks_off(_: int) -> None:
        raise KeyboardInterrupt

    whole = Imported("liste.xlsx", b"PK", [entry(1), entry(2), entry(3)], 0, "{}")
    for _ in range(times):
        with pytest.raises(KeyboardInterrupt):
            ImportList(desk.on)(LENAS, ALPENRAD, whole, of, progress=breaks_off)
    imported(desk, entry(1), entry(2), entry(3), of=of)
    with transactions.read() as uow:
        found = uow.case_lists.get(of)
    assert found is not None
    assert (found.state, found.was) == (ListState.PAUSED, None)
    ChangeList(desk.on)(LENAS, of, ListState.RUNNING)
    imported(desk, entry(1), entry(2), of=of)
    assert given(desk).list == of, "the pause of then is over"


def test_who_stops_a_list_while_an_empty_edition_is_looked_at_has_stopped_it(
    lite: SqlTransactions,
) -> None:
    desk = DebtDesk(lite)
    of = imported(desk, entry(1))

    asked = count(1)

    def book() -> TenantBook:
        if next(asked) == 3:
            ChangeList(desk.on)(LENAS, of, ListState.STOPPED)
        return desk.book

    whole = Imported("liste.xlsx", b"PK", [], 1, "{}")
    with refused(WhyNot.NOTHING_TO_RING):
        ImportList(replace(desk.on, desk=replace(desk.desk, book=book)))(LENAS, ALPENRAD, whole, of)
    with lite.read() as uow:
        found = uow.case_lists.get(of)
    assert found is not None
    assert found.state is ListState.STOPPED


def test_a_list_is_paused_and_stopped(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, entry(1))
    ChangeList(desk.on)(LENAS, of, ListState.PAUSED)
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    ChangeList(desk.on)(LENAS, of, ListState.RUNNING)
    assert given(desk).list == of
    ChangeList(desk.on)(LENAS, of, ListState.STOPPED)
    with refused(WhyNot.LIST_IS_OVER):
        ChangeList(desk.on)(LENAS, of, ListState.RUNNING)
    with refused(WhyNot.NO_CHOICE):
        ChangeList(desk.on)(LENAS, LIST, ListState.DONE)


def test_a_case_is_withdrawn_from_whoever_has_it(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence), DialResult.BUSY)
    withdrawn = WithdrawCase(desk.on)(LENAS, case.id, "paid at the counter")
    assert (withdrawn.state, withdrawn.remark) == (CaseState.WITHDRAWN, "paid at the counter")
    with refused(WhyNot.CASE_LOST):
        RecordAttempt(desk.on)(EVAS, case.id, case.fence, Said("busy"))
    with refused(WhyNot.CASE_IS_OVER):
        WithdrawCase(desk.on)(LENAS, case.id, "again")
    assert CaseWithdrawn(case.id, LIST) in desk.bodies()
    assert "counter" not in repr(desk.facts())


def test_more_attempts_open_a_case_again(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(replace(debtor(1), limit=1))
    case = given(desk)
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence), DialResult.BUSY)
    RecordAttempt(desk.on)(EVAS, case.id, case.fence, Said("busy"))
    with refused(WhyNot.NO_MORE_ATTEMPTS):
        ExtendLimit(desk.on)(LENAS, case.id, 1, "he asked for it")
    again = ExtendLimit(desk.on)(LENAS, case.id, 2, "he asked for it")
    assert (again.state, again.limit, again.closed) == (CaseState.OPEN, 2, None)
    assert LimitExtended(case.id, LIST, 2) in desk.bodies()
    assert given(desk).id == case.id, "the list goes on too"


def test_a_case_is_kept_for_one_agent(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    case = given(desk)
    Reassign(desk.on)(LENAS, case.id, AgentId(TOM.id))
    assert isinstance(NextCase(desk.on)(EVAS, ALPENRAD), NothingDue)
    assert given(desk, TOMS).id == case.id
    Reassign(desk.on)(LENAS, case.id, None)
    with refused(WhyNot.UNKNOWN_AGENT):
        Reassign(desk.on)(LENAS, case.id, AgentId("p-nobody"))
    assert desk.case(case.id).reserved is None


def test_a_case_whose_last_attempt_is_under_way_is_over_and_kept_for_nobody(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1, limit=1))
    case = given(desk)
    desk.went(DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence), DialResult.NO_ANSWER)
    with refused(WhyNot.CASE_IS_OVER):
        Reassign(desk.on)(LENAS, case.id, AgentId(TOM.id))
    closed = desk.case(case.id)
    assert (closed.state, closed.attempts, closed.reserved) == (CaseState.CLOSED, 1, None)
    assert not any(isinstance(body, CaseReserved) for body in desk.bodies())


def test_only_team_leads_may(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.put(debtor(1))
    with pytest.raises(NotYourRole):
        ImportList(desk.on)(EVAS, ALPENRAD, Imported("x", b"", [entry(1)], 0, "{}"))
    with pytest.raises(NotYourRole):
        WithdrawCase(desk.on)(EVAS, debtor(1).id, "no")
    with refused(WhyNot.NO_SUCH_LIST):
        PlanImport(desk.on)(LENAS, LUNE, [])
    with pytest.raises(DeskError):
        ChangeList(desk.on)(LENAS, ListId("list-9"), ListState.PAUSED)
    assert AgentId(EVA.id)
