"""What became of each case stands in its row of the client's file, after a second edition too."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from actions.change_list import WithdrawCase
from actions.desk import NotYourRole
from actions.lease_case import NextCase, NothingDue
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from campaigns.dunning.importing import StoreList
from campaigns.dunning.results import ExportResults, MakeResults, NoResults
from domain.dial_facts import DialResult
from domain.ids import ListId
from domain.language import Language
from storage.unit_of_work import SqlTransactions
from tests.actions.test_case_lists import cases
from tests.campaigns.test_importing import imported, previewed
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS
from tests.fakes.debtors import DebtDesk
from tests.fakes.list_files import HEADINGS, ListFilesHere, read_back, row, workbook

DAY = date(2026, 3, 2)
ADDED = ["Outcome", "Date", "Attempts", "Promise", "Remark"]
PAID, BUSY = Said("paid", remark="=paid on Friday"), Said("busy")


def ring(desk: DebtDesk, **said: Said) -> None:
    """Everybody who is due is rung, and says what is said for his customer number; others are busy."""
    while not isinstance(case := NextCase(desk.on)(EVAS, ALPENRAD), NothingDue):
        what = said.get(case.debtor.customer_number, BUSY)
        call = DialDebtor(desk.on, desk.ask)(EVAS, case.id, case.fence)
        desk.went(call, DialResult.BUSY if what is BUSY else None)
        if what is not BUSY:
            ConfirmDebtor(desk.on)(EVAS, case.id, case.fence)
        RecordAttempt(desk.on)(EVAS, case.id, case.fence, what)


def results(desk: DebtDesk, of: ListId, language: Language = Language.EN) -> bytes:
    make = MakeResults(transactions_of(desk), desk.clock, lambda: desk.book, ListFilesHere())
    return make(of, language).content


def transactions_of(desk: DebtDesk) -> SqlTransactions:
    found = desk.transactions
    assert isinstance(found, SqlTransactions)
    return found


def test_each_row_says_what_became_of_its_case(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    own = [row(1), row(2, Telefon="0171"), row(3, 10), row(4, 20.05), row(5)]
    of = imported(desk, workbook(*own)).id
    ring(desk, K1=PAID, K4=Said("promise", day=date(2026, 3, 9)))
    (withdrawn,) = (one for one in cases(desk, of) if one.debtor.customer_number == "K5")
    WithdrawCase(desk.on)(LENAS, withdrawn.id, "sent by mistake")
    content = results(desk, of)
    assert read_back(content) == [
        [*HEADINGS, *ADDED],
        [*own[0], "Paid", DAY, 1, None, "=paid on Friday"],
        [*own[1], None, None, None, None, None],
        [*own[2], "open (Busy)", DAY, 1, None, None],
        [*own[3], "open (Promise to pay)", DAY, 1, date(2026, 3, 9), None],
        [*own[4], "withdrawn", DAY, 1, None, "sent by mistake"],
    ]
    book = load_workbook(BytesIO(content))
    assert book["Mai"]["L2"].data_type == "s", "a remark is no formula"
    summary: list[list[object]] = [
        ["List", "liste.xlsx"],
        ["Imported on", DAY],
        ["As of", DAY],
        [],
        ["Cases", 4],
        ["open", 2],
        ["closed", 1],
        ["withdrawn", 1],
        ["Call attempts", 4],
        ["Cases in which the debtor was reached", 2],
        ["Cases with a promise to pay", 1],
        [],
        ["Outcome", "Cases", "Currency", "Sum"],
        ["Paid", 1, "EUR", 12.5],
        ["open", 2, "EUR", 30.05],
        ["withdrawn", 1, "EUR", 12.5],
    ]
    wide = [[*one, *[None] * (4 - len(one))] for one in summary]
    assert read_back(content, "Summary") == wide


def test_a_second_edition_has_every_row_right(transactions: SqlTransactions) -> None:
    """Rows have moved: a case that is gone, closed or not, says nothing in somebody else's row."""
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(row(1), row(2), row(3), row(4))).id
    ring(desk, K1=PAID, K3=PAID)
    own = [row(5), row(3), row(4, 7)]
    desk.clock.turn(timedelta(hours=1))
    imported(desk, workbook(*own), of)
    ring(desk)
    assert read_back(results(desk, of))[1:] == [
        [*own[0], "open (Busy)", DAY, 1, None, None],
        [*own[1], "Paid", DAY, 1, None, "=paid on Friday"],
        [*own[2], "open (Busy)", DAY, 2, None, None],
    ]


def test_days_are_those_of_the_brand(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    desk.clock.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    of = imported(desk, workbook(row(1))).id
    summary = read_back(results(desk, of), "Summary")
    assert summary[1][1] == date(2026, 3, 3), "it is past midnight in Berlin"
    assert read_back(results(desk, of))[1][7:] == ["open", None, 0, None, None]


@pytest.mark.parametrize("language", list(Language))
def test_the_client_reads_his_language(transactions: SqlTransactions, language: Language) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(row(1))).id
    make = MakeResults(transactions, desk.clock, lambda: desk.book, ListFilesHere())
    found = make(of, language)
    assert found.name.startswith("liste-")
    assert found.name.endswith(".xlsx")
    assert len(set(read_back(found.content)[0])) == len(HEADINGS) + 5
    own = make(of)
    assert own.name == "liste-resultats.xlsx", "the brand's first line begins in French"


def test_a_csv_comes_back_as_one(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    lines = [";".join(HEADINGS), ";".join(map(str, row(1, 12)))]
    preview = previewed(desk, "\r\n".join(lines).encode(), name="liste.csv")
    of = StoreList(desk.on)(LENAS, preview)[0].id
    ring(desk, K1=PAID)
    assert results(desk, of).decode().splitlines() == [
        ";".join([lines[0], *ADDED]),
        lines[1] + ";Paid;2026-03-02;1;;'=paid on Friday",
    ]


def test_sums_are_told_to_the_cent(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    headings = (*HEADINGS, "Währung")
    own = [(*row(1, 0.1), "EUR"), (*row(2, 0.2), "EUR"), (*row(3, 500), "JPY")]
    of = imported(desk, workbook(*own, headings=headings)).id
    ends = read_back(results(desk, of), "Summary")[-2:]
    assert [(one[2], Decimal(str(one[3]))) for one in ends] == [
        ("EUR", Decimal("0.3")),
        ("JPY", Decimal(500)),
    ]


def test_who_may_not_have_them_and_when_there_are_none(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(row(1))).id
    export = ExportResults(desk.on, ListFilesHere())
    with pytest.raises(NotYourRole):
        export(EVAS, of)
    assert export(LENAS, of).content
    make = MakeResults(transactions, desk.clock, lambda: desk.book, ListFilesHere())
    with pytest.raises(NoResults):
        make(ListId("gone"))

    def breaks_off(_: int) -> None:
        raise KeyboardInterrupt

    preview = previewed(desk, workbook(row(1), row(2)), of)
    with pytest.raises(KeyboardInterrupt):
        StoreList(desk.on)(LENAS, preview, progress=breaks_off)
    with pytest.raises(NoResults):
        make(of)
