"""From the client's workbook to the mail with its results: the file's own process, the outbox, and SMTP are real."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from actions.work_case import Said
from campaigns.dunning.importing import PreviewList, StoreList, Upload
from campaigns.dunning.results import MakeResults
from campaigns.dunning.sending import ResultsTeller, WriteLetter
from domain.dunning import ListState
from reporting import mails, smtp
from reporting.mail_box import catching
from reporting.mail_folder import MailFolder
from reporting.mailing import MailWorker
from reporting.smtp import Route
from rufwerk.list_files import ListFilesApart
from storage.unit_of_work import SqlTransactions
from tests.campaigns.test_results import PAID, ring
from tests.campaigns.test_sending import mailing
from tests.fakes.counter_desk import ALPENRAD, LENAS
from tests.fakes.debtors import DebtDesk
from tests.fakes.list_files import HEADINGS, read_back, row, workbook

FROM = "rufwerk@rufwerk.example"
FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (2, 6, 10))


@pytest.fixture
def files() -> Iterator[ListFilesApart]:
    with closing(ListFilesApart()) as files:
        yield files


@pytest.fixture
async def mails_to(tmp_path: Path) -> AsyncIterator[tuple[MailFolder, Route]]:
    folder = MailFolder(tmp_path / "mail")
    async with catching(folder, "127.0.0.1", 0) as port:
        yield folder, Route("127.0.0.1", port, FROM)


async def test_a_list_is_worked_off_and_its_results_come_by_mail(
    transactions: SqlTransactions,
    files: ListFilesApart,
    mails_to: tuple[MailFolder, Route],
) -> None:
    desk = mailing(DebtDesk(transactions), ("max@alpenrad.example",))
    (folder, route), book = mails_to, lambda: desk.book
    teller = ResultsTeller(transactions, desk.clock, book)
    write = WriteLetter(MakeResults(transactions, desk.clock, book, files))
    worker = MailWorker(transactions, desk.clock, write, partial(smtp.send, route=route), FROM)
    assert not teller.step()

    own = [row(1), row(2, Telefon="0171"), row(3, 99.5), row(4)]
    upload = Upload("März.xlsx", workbook(*own))
    preview = PreviewList(desk.on, files)(LENAS, ALPENRAD, upload)
    made, _ = StoreList(desk.on)(LENAS, preview)
    promise = Said("promise", day=THIRD, remark="after the holidays")
    ring(desk, K1=PAID, K3=promise)
    desk.clock.turn(timedelta(days=4))
    ring(desk)
    desk.clock.turn(timedelta(days=8))
    teller.step()
    assert not await worker.step(), "the list isn't worked off"
    ring(desk, K3=PAID)
    with transactions.read() as uow:
        done = uow.case_lists.get(made.id)
        assert done is not None
        assert done.state is ListState.DONE

    teller.step()
    assert await worker.step()
    assert not await worker.step()
    (caught,) = folder.newest()
    found = folder.get(caught.number)
    assert found is not None
    mail = mails.read(found.content)
    assert mail.heading.recipients == "max@alpenrad.example"
    assert "März.xlsx" in mail.heading.subject
    (file,) = mail.attachments
    fifth = date(2026, 3, 14)
    assert (
        read_back(file.content)
        == [
            [*HEADINGS, "Résultat", "Date", "Tentatives", "Promesse", "Remarque"],
            [*own[0], "Payé", FIRST, 1, None, "=paid on Friday"],
            [*own[1], *[None] * 5],
            [*own[2], "Payé", fifth, 2, THIRD, "=paid on Friday"],
            [*own[3], "Occupé", fifth, 3, None, None],
            [None] * 12,
        ][: len(read_back(file.content))]
    )
    assert load_workbook(BytesIO(file.content)).sheetnames == ["Mai", "Récapitulatif"]
