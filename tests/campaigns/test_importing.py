"""A client's file is previewed, which stores nothing, and imported as it was previewed."""

import pytest

from actions.desk import NotYourRole
from actions.why_not import WhyNot
from campaigns.dunning.importing import Preview, PreviewList, StoreList, Upload
from domain.case_columns import ColumnMap, Place
from domain.case_headings import Column
from domain.case_list import Skip
from domain.dunning import CaseList
from domain.ids import ListId
from domain.unfit_cell import Unfit
from sheets.case_lists import ColumnsUnclear
from storage.unit_of_work import SqlTransactions
from tests.actions.test_case_lists import cases
from tests.actions.test_cases import refused
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS, LUNE
from tests.fakes.debtors import LIST, DebtDesk
from tests.fakes.list_files import HEADINGS, ListFilesHere, row, workbook


def previewed(
    desk: DebtDesk,
    content: bytes,
    of: ListId | None = None,
    columns: ColumnMap | None = None,
    name: str = "liste.xlsx",
) -> Preview:
    preview = PreviewList(desk.on, ListFilesHere())
    return preview(LENAS, ALPENRAD, Upload(name, content), of, columns)


def imported(desk: DebtDesk, content: bytes, of: ListId | None = None) -> CaseList:
    return StoreList(desk.on)(LENAS, previewed(desk, content, of))[0]


def lists(desk: DebtDesk) -> list[ListId]:
    with desk.transactions.read() as uow:
        return [one.id for one in uow.case_lists.of([ALPENRAD]) if one.id != LIST]


def test_a_preview_counts_and_stores_nothing(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    faulty = row(2, Telefon="0171", Betrag="viel")
    found = previewed(desk, workbook(row(1), faulty, row(3), ("", "Summe", "", "", "", 25)))
    assert (found.accepted, found.rejected, found.faulty) == (2, 1, 1)
    assert [(one.row, one.letter, one.why) for one in found.faults] == [
        (3, "F", Unfit.NO_AMOUNT),
        (3, "A", Unfit.NO_PHONE),
    ]
    assert found.skipped == {Skip.TOTALS: 1, Skip.HEADINGS: 0, Skip.HIDDEN: 0}
    assert found.columns.places[Column.SUM] == (Place(5, "Betrag"),)
    assert not lists(desk)


def test_what_was_previewed_is_imported(transactions: SqlTransactions) -> None:
    desk, told = DebtDesk(transactions), list[int]()
    content = workbook(row(1), row(2, Telefon="0171"), row(3))
    preview = previewed(desk, content, name="C:\\Listen\\mai\u202e.xlsx")
    made, edition = StoreList(desk.on)(LENAS, preview, attempts=5, progress=told.append)
    assert (made.file, made.attempts, made.rejected, told) == ("mai.xlsx", 5, 1, [2])
    assert len(edition.new) == 2
    assert sorted((one.row, one.debtor.phone) for one in cases(desk, made.id)) == [
        (2, "+4917139" + "00001"),
        (4, "+4917139" + "00003"),
    ]
    with transactions.read() as uow:
        assert uow.case_lists.content(made.id) == content


def test_duplicates_are_told_with_the_list_that_they_stand_on(
    transactions: SqlTransactions,
) -> None:
    desk = DebtDesk(transactions)
    first = imported(desk, workbook(row(1), row(2)))
    found = previewed(desk, workbook(row(2), row(3)))
    assert [(entry.row, file) for entry, file in found.duplicates] == [(2, first.file)]
    assert (found.accepted, found.rejected) == (1, 1)
    again = previewed(desk, workbook(row(2, 99), row(3)), first.id)
    assert (len(again.edition.new), len(again.edition.changed)) == (1, 1)
    assert [case.debtor.customer_number for case in again.edition.withdrawn] == ["K1"]


def test_the_clients_columns_are_remembered(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    odd = ("Kontakt", *HEADINGS[1:])
    contents = [workbook(row(one, Telefon=f"{one}"), headings=odd) for one in (1, 2)]
    with pytest.raises(ColumnsUnclear) as caught:
        previewed(desk, contents[0])
    assert caught.value.recognised.columns.missing == (Column.PHONE,)
    chosen = ColumnMap({Column.PHONE: (Place(0, "Kontakt"),)})
    content = workbook(row(1), headings=odd)
    StoreList(desk.on)(LENAS, previewed(desk, content, columns=chosen))
    assert previewed(desk, workbook(row(2), headings=odd)).accepted == 1
    with pytest.raises(ColumnsUnclear):
        previewed(desk, workbook(row(2)))
    assert previewed(desk, workbook(row(2)), columns=ColumnMap({})).accepted == 1


def test_only_who_leads_may(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    preview, upload = PreviewList(desk.on, ListFilesHere()), Upload("x.xlsx", b"")
    with pytest.raises(NotYourRole):
        preview(EVAS, ALPENRAD, upload)
    with refused(WhyNot.NO_SUCH_LIST):
        preview(LENAS, LUNE, upload)
