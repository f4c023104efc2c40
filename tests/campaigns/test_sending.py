"""Results of a list that is worked off are put into the outbox once, and named there only."""

from dataclasses import replace

import pytest

from actions.change_list import ChangeList, WithdrawCase
from actions.desk import NotYourRole
from campaigns.dunning.results import MakeResults
from campaigns.dunning.sending import ResultsTeller, SendResults, WriteLetter
from domain.dunning import ListState
from domain.ids import ListId
from domain.language import Language
from domain.mail import CHANNEL, MailRefused, ResultsWanted, as_message, from_body
from domain.outbox import Entry
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.actions.test_case_lists import cases
from tests.campaigns.test_importing import imported
from tests.campaigns.test_results import PAID, ring
from tests.fakes.counter_desk import ALPENRAD, EVAS, LENAS
from tests.fakes.debtors import DebtDesk
from tests.fakes.list_files import ListFilesHere, read_back, row, workbook

RECIPIENTS = ("max@alpenrad.example", "books@alpenrad.example")


@pytest.fixture
def desk(transactions: SqlTransactions) -> DebtDesk:
    return mailing(DebtDesk(transactions))


def mailing(desk: DebtDesk, recipients: tuple[str, ...] = RECIPIENTS) -> DebtDesk:
    """A desk whose brand has results sent."""
    brand = desk.book.tenants[ALPENRAD]
    assert brand.dunning is not None
    dunning = replace(brand.dunning, results_to=recipients)
    desk.book = TenantBook.of([replace(brand, dunning=dunning)])
    return desk


def teller(desk: DebtDesk) -> ResultsTeller:
    made = ResultsTeller(desk.transactions, desk.clock, lambda: desk.book)
    made.step()
    return made


def taken(desk: DebtDesk) -> list[Entry]:
    """All that waits, and is done then."""
    found = []
    with desk.transactions.write() as uow:
        while entry := uow.outbox.take(CHANNEL, desk.clock(), desk.clock()):
            uow.outbox.done(entry.id, desk.clock())
            found.append(entry)
        uow.commit()
    return found


def write(desk: DebtDesk) -> WriteLetter:
    return WriteLetter(
        MakeResults(desk.transactions, desk.clock, lambda: desk.book, ListFilesHere())
    )


def test_a_list_that_is_worked_off_is_told_of_once(desk: DebtDesk) -> None:
    told = teller(desk)
    of = imported(desk, workbook(row(1), row(2))).id
    ring(desk, K1=PAID)
    assert not told.step()
    assert not taken(desk)
    (left,) = (case for case in cases(desk, of) if case.debtor.customer_number == "K2")
    WithdrawCase(desk.on)(LENAS, left.id, "paid")
    told.step()
    told.step()
    teller(desk)
    entries = taken(desk)
    wanted = [ResultsWanted(of, one, Language.FR) for one in RECIPIENTS]
    assert [from_body(one.message.body) for one in entries] == wanted
    assert "Debtor" not in "".join(one.message.body for one in entries)


def test_what_was_done_before_and_what_is_stopped_isnt_told_of(desk: DebtDesk) -> None:
    imported(desk, workbook(row(1)))
    ring(desk, K1=PAID)
    told = teller(desk)
    ChangeList(desk.on)(LENAS, imported(desk, workbook(row(2))).id, ListState.STOPPED)
    told.step()
    assert not taken(desk)


def test_a_team_lead_has_them_sent_at_any_time(desk: DebtDesk) -> None:
    of = imported(desk, workbook(row(1))).id
    with pytest.raises(NotYourRole):
        SendResults(desk.on)(EVAS, of)
    assert SendResults(desk.on)(LENAS, of) == RECIPIENTS
    first, _ = taken(desk)
    letter = write(desk)(first.message.body)
    assert letter.recipient == RECIPIENTS[0]
    assert "liste.xlsx" in letter.subject
    assert "liste.xlsx" in letter.text
    (enclosed,) = letter.enclosures
    assert enclosed.name == "liste-resultats.xlsx"
    assert read_back(enclosed.content)[1][7] == "ouvert"
    mailing(desk, ())
    assert SendResults(desk.on)(LENAS, of) == ()


def test_results_of_no_list_are_refused(desk: DebtDesk) -> None:
    gone = as_message(ResultsWanted(ListId("gone"), RECIPIENTS[0], Language.EN))
    with pytest.raises(MailRefused):
        write(desk)(gone.body)
