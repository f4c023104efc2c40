"""Reports by a real SMTP server that fails as servers do, and workers that are killed: each arrives, at most once more
than once, under the same Message-ID; and the list says so.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from actions.desk import Desk
from actions.reports import ReadReports
from actions.take_due import LEASE
from domain.mail import CHANNEL, Letter, MailRefused, ReportWanted, from_body
from domain.outbox import Entry, Message
from domain.ports import StorageDown
from domain.report_run import MailState, ReportMail
from domain.tenant import TenantBook
from reporting import smtp
from reporting.mailing import MailWorker
from reporting.report_letters import NoteMail, WriteReport
from reporting.smtp import Route
from rufwerk.bench.scratch import free_ports
from rufwerk.terminal import OPERATOR
from storage.unit_of_work import SqlTransactions
from tests.fakes.reports import LENA, MAX, PNG, SHEET
from tests.reporting.test_issuing import Office

HERE = "127.0.0.1"
FROM = "rufwerk@rufwerk.example"


class Server:
    """What it has taken, under which Message-IDs; ``answers`` are given to the next mails: a line, ``cut`` (it has it
    and hangs up), or None.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.ids: list[str] = []
        self.answers: list[str | None] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else None
        content = envelope.original_content or b""
        if answer in {None, "cut"}:
            self.taken.append(content)
            self.ids.append(str(message_from_bytes(content)["Message-ID"]))
        if answer == "cut":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 never said"
        return answer or "250 taken"


@asynccontextmanager
async def serving(server: Server, port: int) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: SMTP(server, hostname="here", loop=loop), HERE, port
    )
    try:
        yield
    finally:
        listener.close()
        await listener.wait_closed()


class Post:
    """Reports that go out at 12:30 UTC, and what sends their mails; ``dies`` right after the server has one."""

    def __init__(self, transactions: SqlTransactions, port: int) -> None:
        self.office, self.dies = Office(transactions), False
        self.transactions, self.clock = transactions, self.office.clock
        self.route = Route(HERE, port, FROM)
        note = NoteMail(self.clock)
        self.worker = MailWorker(transactions, self.clock, self.write, self.send, FROM, note)

    def write(self, body: str) -> Letter:
        wanted = from_body(body)
        assert isinstance(wanted, ReportWanted)
        return WriteReport(self.transactions)(wanted)

    async def send(self, mail: EmailMessage) -> None:
        await smtp.send(mail, self.route)
        if self.dies:
            self.dies = False
            raise StorageDown("we are gone")

    def issue(self) -> None:
        self.office.look()
        assert self.office.look(timedelta(minutes=30)) == 1

    async def all_out(self, within: timedelta) -> None:
        """Look each minute, as jobs do, till nothing waits."""
        end = self.clock() + within
        while self.waiting and self.clock() < end:
            while await self.worker.step():
                pass
            self.clock.turn(timedelta(minutes=1))

    @property
    def waiting(self) -> int:
        with self.transactions.read() as uow:
            return uow.outbox.backlog(CHANNEL).waiting

    @property
    def mails(self) -> Sequence[ReportMail]:
        desk = Desk(self.transactions, self.clock, lambda: TenantBook({}))
        (seen,) = ReadReports(desk)(OPERATOR).reports
        return seen.mails


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def post(lite: SqlTransactions, port: int) -> Post:
    post = Post(lite, port)
    post.issue()
    return post


async def test_a_report_arrives_with_text_pictures_and_files(
    post: Post, server: Server, port: int
) -> None:
    async with serving(server, port):
        await post.all_out(timedelta(minutes=5))
    assert len(server.taken) == 2
    mail = message_from_bytes(server.taken[0], policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail["Subject"] == "daily Alpenrad de"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert plain.get_content().startswith("daily Alpenrad de")
    assert html is not None
    assert "cid:calls.png" in html.get_content()
    (image,) = [one for one in mail.walk() if one["Content-ID"]]
    assert image["Content-ID"] == "<calls.png>"
    assert image.get_payload(decode=True) == PNG
    enclosed = {one.get_filename(): one.get_payload(decode=True) for one in mail.iter_attachments()}
    assert enclosed["report.xlsx"] == SHEET
    assert set(enclosed) == {"report.xlsx", "calls.csv"}
    assert [one.state for one in post.mails] == [MailState.SENT] * 2
    assert [(one.tries, one.unsure) for one in post.mails] == [(1, 0)] * 2
    assert not post.office.overdue()


async def test_a_server_that_is_down_for_an_hour_has_them_once_it_is_back(
    post: Post, server: Server, port: int
) -> None:
    await post.all_out(timedelta(minutes=61))
    assert server.taken == []
    assert {one.state for one in post.mails} == {MailState.WAITING}
    assert all(one.reason and one.tries > 5 and one.unsure == 0 for one in post.mails)
    assert len(post.office.overdue()) == 1
    async with serving(server, port):
        await post.all_out(timedelta(hours=2))
    assert len(server.ids) == len(set(server.ids)) == 2
    assert [(one.state, one.unsure) for one in post.mails] == [(MailState.SENT, 0)] * 2
    assert not post.office.overdue()


async def test_one_that_asks_to_wait_is_asked_again(post: Post, server: Server, port: int) -> None:
    server.answers = ["451 4.3.0 Later", "452 4.2.2 Full"]
    async with serving(server, port):
        await post.all_out(timedelta(hours=1))
    assert len(server.ids) == len(set(server.ids)) == 2
    assert (
        sorted((one.state.value, one.tries, one.unsure) for one in post.mails)
        == [("sent", 2, 0)] * 2
    )


async def test_one_that_refuses_is_told_of_and_may_be_asked_again(
    post: Post, server: Server, port: int
) -> None:
    server.answers = ["554 5.7.1 No such mails"]
    async with serving(server, port):
        await post.all_out(timedelta(hours=1))
        assert sorted(one.state.value for one in post.mails) == ["refused", "sent"]
        refused = next(one for one in post.mails if one.state is MailState.REFUSED)
        assert refused.reason is not None
        assert "554" in refused.reason
        post.clock.turn(timedelta(hours=1))
        assert len(post.office.overdue()) == 1
        with post.transactions.write() as uow:
            uow.outbox.try_again(CHANNEL, post.clock())
            uow.commit()
        await post.all_out(timedelta(hours=1))
    assert [one.state for one in post.mails] == [MailState.SENT] * 2
    assert not post.office.overdue()


async def test_a_line_that_is_cut_may_bring_it_twice_and_the_list_says_so(
    post: Post, server: Server, port: int
) -> None:
    server.answers = ["cut"]
    async with serving(server, port):
        await post.all_out(timedelta(hours=1))
    assert len(server.ids) == 3
    assert len(set(server.ids)) == 2
    assert sorted((one.tries, one.unsure) for one in post.mails) == [(1, 0), (2, 1)]


async def test_who_is_killed_between_sending_and_noting_it_has_it_sent_once_more(
    post: Post, server: Server, port: int
) -> None:
    post.dies = True
    async with serving(server, port):
        with pytest.raises(StorageDown):
            await post.worker.step()
        await post.all_out(LEASE + timedelta(minutes=2))
    assert len(server.ids) == 3
    assert len(set(server.ids)) == 2
    assert sorted((one.state.value, one.tries, one.unsure) for one in post.mails) == [
        ("sent", 1, 0),
        ("sent", 2, 1),
    ]


def test_a_report_that_is_not_there_is_refused(lite: SqlTransactions) -> None:
    with pytest.raises(MailRefused):
        WriteReport(lite)(ReportWanted(1, "2026-000009", MAX))  # type: ignore[arg-type]


def test_other_mails_are_none_of_ours(post: Post) -> None:
    note = NoteMail(post.clock)
    for body in ("{}", '{"kind": "report", "mail": 99, "number": "x", "recipient": "y"}'):
        with post.transactions.write() as uow:
            note(uow, Entry(1, Message(CHANNEL, LENA, body), 1), None)
            uow.commit()
    assert {one.state for one in post.mails} == {MailState.WAITING}
