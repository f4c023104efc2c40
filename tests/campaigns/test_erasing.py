"""Who is erased at the desk is taken out of every file of his brand's lists, and the others' results stay right."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from typing_extensions import override

from actions.change_list import ChangeList, ExtendLimit
from actions.desk import DeskError
from actions.end_membership import Approve, AskToEnd
from campaigns.dunning.erasing import EraseRows
from campaigns.dunning.importing import StoreList
from campaigns.dunning.list_files import ListFiles
from domain.case_columns import ColumnMap
from domain.dunning import ListState
from domain.errand import ErrandKind
from domain.ids import ListId
from domain.list_messages import CHANNEL, RowsErased, as_message
from domain.outbox import Backlog
from sheets.blanking import Erased
from sheets.unreadable import UnreadableFile, Why
from storage.unit_of_work import SqlTransactions
from tests.actions.test_case_lists import cases
from tests.campaigns.test_importing import imported, previewed
from tests.campaigns.test_results import DAY, PAID, results, ring
from tests.fakes.counter_desk import ANNA, EVAS, LENAS, TOMS
from tests.fakes.debtors import DebtDesk
from tests.fakes.list_files import HEADINGS, ListFilesHere, Row, read_back, row, workbook

NOBODY = [None] * len(HEADINGS)


def annas(number: int, amount: float = 12.5, **changed: str) -> Row:
    return row(number, amount, Kundennummer=ANNA.number, Name=ANNA.name, **changed)


def erased(desk: DebtDesk) -> None:
    asked = AskToEnd(desk.counter)(EVAS, desk.wish(), ErrandKind.DELETE, "She wants it.")
    Approve(desk.desk)(TOMS, asked.id)


def taken_out(desk: DebtDesk, files: ListFiles | None = None) -> None:
    EraseRows(desk.transactions, desk.clock, files or ListFilesHere())()


def backlog(desk: DebtDesk) -> Backlog:
    with desk.transactions.read() as uow:
        return uow.outbox.backlog(CHANNEL)


def file(desk: DebtDesk, of: ListId) -> bytes:
    with desk.transactions.read() as uow:
        return uow.case_lists.content(of)


@dataclass
class Faulty(ListFilesHere):
    """``fails`` is raised by the next; ``meanwhile`` happens while a file is written."""

    fails: list[Exception] = field(default_factory=list)
    meanwhile: list[object] = field(default_factory=list)

    @override
    def blank(self, content: bytes, erased: Erased, columns: ColumnMap | None) -> bytes:
        if self.fails:
            raise self.fails.pop()
        for one in self.meanwhile:
            assert callable(one)
            one()
        self.meanwhile.clear()
        return super().blank(content, erased, columns)


def test_her_row_has_nothing_but_its_results(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    own = [row(1), annas(2), row(3)]
    of = imported(desk, workbook(*own)).id
    ring(desk, **{ANNA.number: PAID, "K3": PAID})
    erased(desk)
    assert read_back(results(desk, of))[2][1] == ANNA.name, "it takes its time"
    taken_out(desk)
    assert read_back(results(desk, of))[1:] == [
        [*own[0], "open (Busy)", DAY, 1, None, None],
        [*NOBODY, "Paid", DAY, 1, None, "person erased"],
        [*own[2], "Paid", DAY, 1, None, "=paid on Friday"],
    ]
    assert (backlog(desk).waiting, backlog(desk).refused) == (0, 0)


def test_nobody_is_rung_for_her_again(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1), row(2))).id
    ring(desk, **{ANNA.number: PAID})
    (hers,) = (one for one in cases(desk, of) if one.debtor.customer_number == ANNA.number)
    erased(desk)
    with pytest.raises(DeskError, match="isn't rung any more"):
        ExtendLimit(desk.on)(LENAS, hers.id, 9, "once more")


def test_every_list_of_the_brand_is_looked_through(transactions: SqlTransactions) -> None:
    """Where her row was faulty, where it was hers twice, and where she isn't; what she owes still stays."""
    desk = DebtDesk(transactions)
    closed = imported(desk, workbook(annas(2), annas(3, Telefon="0171"))).id
    ring(desk, **{ANNA.number: PAID})
    faulty = imported(desk, workbook(row(4), annas(5, Betrag="viel"))).id
    owes = [row(6), annas(7), annas(8, Telefon="0171")]
    still = imported(desk, workbook(*owes)).id
    others = imported(desk, workbook(row(9))).id
    before = file(desk, others)
    erased(desk)
    taken_out(desk)
    assert read_back(file(desk, closed))[1:] == [NOBODY, NOBODY]
    assert read_back(file(desk, faulty))[1:] == [[*row(4)], NOBODY]
    assert read_back(file(desk, still))[1:] == [[*owes[0]], [*owes[1]], NOBODY]
    assert file(desk, others) == before


def test_a_csv(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    lines = [";".join(map(str, one)) for one in (HEADINGS, row(1, 12), annas(2, 12))]
    preview = previewed(desk, "\r\n".join(lines).encode(), name="liste.csv")
    of = StoreList(desk.on)(LENAS, preview)[0].id
    ring(desk, **{ANNA.number: PAID, "K1": PAID})
    erased(desk)
    taken_out(desk)
    assert results(desk, of).decode().splitlines()[1:] == [
        lines[1] + ";Paid;2026-03-02;1;;'=paid on Friday",
        ";;;;;;;Paid;2026-03-02;1;;person erased",
    ]


def test_a_new_edition_is_the_clients_word_anew(transactions: SqlTransactions) -> None:
    """It came after she was erased; before that her row would have had another's results."""
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1), row(2))).id
    ring(desk, **{ANNA.number: PAID})
    erased(desk)
    desk.clock.turn(timedelta(hours=1))
    own = [row(2), annas(3)]
    imported(desk, workbook(*own), of)
    taken_out(desk)
    assert read_back(results(desk, of))[1:] == [
        [*own[0], "open (Busy)", DAY, 1, None, None],
        [*own[1], "open", None, 0, None, None],
    ]


def test_it_waits_for_an_import(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1), row(2))).id
    ring(desk, **{ANNA.number: PAID})

    def breaks_off(_: int) -> None:
        raise KeyboardInterrupt

    preview = previewed(desk, workbook(annas(1), row(2), row(3)), of)
    with pytest.raises(KeyboardInterrupt):
        StoreList(desk.on)(LENAS, preview, progress=breaks_off)
    erased(desk)
    taken_out(desk)
    assert backlog(desk).last_error == "the list is being imported"
    assert read_back(file(desk, of))[1][1] == ANNA.name
    ChangeList(desk.on)(LENAS, of, ListState.STOPPED)
    desk.clock.turn(timedelta(seconds=5))
    taken_out(desk)
    assert read_back(file(desk, of))[1:] == [NOBODY, [*row(2)]]
    assert not backlog(desk).waiting


def test_what_fails_is_tried_again_for_good(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1), row(2))).id
    ring(desk, **{ANNA.number: PAID})
    erased(desk)
    files = Faulty(fails=[UnreadableFile(Why.TOO_COSTLY)] * 60)
    for _ in range(30):
        taken_out(desk, files)
        desk.clock.turn(timedelta(hours=1))
    assert (backlog(desk).waiting, backlog(desk).refused) == (2, 0), "and the desk's own list"
    taken_out(desk, files)
    assert read_back(file(desk, of))[1] == NOBODY
    assert not backlog(desk).waiting


def test_a_file_that_changes_meanwhile_is_looked_at_anew(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1), row(2))).id
    ring(desk, **{ANNA.number: PAID})
    erased(desk)
    other = workbook(row(5), annas(1))

    def replaced() -> None:
        with transactions.write() as uow:
            uow.case_lists.replace_content(of, "liste.xlsx", other)
            uow.commit()

    taken_out(desk, Faulty(meanwhile=[replaced]))
    assert file(desk, of) == other
    desk.clock.turn(timedelta(seconds=5))
    taken_out(desk)
    assert read_back(file(desk, of))[2] == NOBODY


def test_where_there_is_no_file_nothing_is_left_to_do(transactions: SqlTransactions) -> None:
    desk = DebtDesk(transactions)
    of = imported(desk, workbook(annas(1))).id
    with transactions.write() as uow:
        uow.case_lists.replace_content(of, "liste.xlsx", b"")
        for gone in (of, ListId("gone")):
            uow.outbox.add(as_message(RowsErased(gone, ANNA.number)), desk.clock())
        uow.commit()
    taken_out(desk)
    assert not backlog(desk).waiting
