"""Mails out of the outbox to a real SMTP server: sent once it is there, tried again, or given up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from actions.take_due import LEASE
from domain.mail import CHANNEL, Enclosure, Letter, MailDown, MailRefused
from domain.outbox import Backlog, Entry, Message
from domain.ports import StorageDown
from reporting import mails, smtp
from reporting.mail_box import catching
from reporting.mail_folder import LARGEST, MailFolder
from reporting.mailing import MailWorker, as_mail
from reporting.smtp import Route
from rufwerk.bench.scratch import free_ports
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import Clock
from tests.fakes.mails import report

HERE = "127.0.0.1"
FROM = "rufwerk@rufwerk.example"
SHEET = b"PK\x03\x04 results"


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


@pytest.fixture
async def port(folder: MailFolder) -> AsyncIterator[int]:
    async with catching(folder, HERE, 0) as port:
        yield port


class Post:
    """An outbox and what sends it; a message's body is what its file holds."""

    def __init__(self, transactions: SqlTransactions, port: int) -> None:
        self.transactions, self.clock = transactions, Clock()
        self.route, self.dies = Route(HERE, port, FROM), False
        self.worker = MailWorker(transactions, self.clock, self.write, self.send, FROM)

    async def send(self, mail: EmailMessage) -> None:
        """``dies`` is right after the server has it."""
        await smtp.send(mail, self.route)
        if self.dies:
            self.dies = False
            raise StorageDown("we are gone")

    def write(self, body: str) -> Letter:
        if body == "unknown":
            raise MailRefused("a mail of an unknown kind")
        content = SHEET if body == "results" else bytes(int(body))
        file = Enclosure("Ergebnisse März.xlsx", content)
        if body == "7":  # bytes, of a brand with an odd name
            return Letter("max@alpenrad.example", "Alpen\nBcc: eve@evil.example", "Anbei.\n")
        return Letter("max@alpenrad.example", "Ergebnisse für März €", "Anbei.\n", (file,))

    def put(self, body: str) -> None:
        with self.transactions.write() as uow:
            uow.outbox.add(Message(CHANNEL, "max@alpenrad.example", body), self.clock())
            uow.commit()

    @property
    def backlog(self) -> Backlog:
        with self.transactions.read() as uow:
            return uow.outbox.backlog(CHANNEL)


async def test_a_mail_goes_out_with_its_file(
    lite: SqlTransactions, port: int, folder: MailFolder
) -> None:
    post = Post(lite, port)
    assert not await post.worker.step()
    post.put("results")
    assert await post.worker.step()
    assert not await post.worker.step()
    (caught,) = folder.newest()
    mail = mails.read(caught.content)
    assert mail.heading.recipients == "max@alpenrad.example"
    assert (mail.heading.sender, mail.heading.subject) == (FROM, "Ergebnisse für März €")
    assert mail.text == "Anbei.\n"
    assert [(one.name, one.content) for one in mail.attachments] == [
        ("Ergebnisse_März.xlsx", SHEET)
    ]
    assert post.backlog.waiting == 0


PICTURE = bytes.fromhex("89504e470d0a1a0a")
PAGE = '<p>Anbei, für März.</p><img src="cid:chart-1@rufwerk" alt="Anrufe">'


def test_a_page_has_its_pictures_within_and_its_text_beside() -> None:
    """Parts of a page are related to it, the page and the text are alternatives, files stand beside both."""
    letter = Letter(
        "max@alpenrad.example",
        "Tagesbericht",
        "Anbei, für März.\n",
        (Enclosure("Bericht.xlsx", SHEET), Enclosure("Bericht.csv", b"a,b\r\n")),
        PAGE,
        (Enclosure("chart-1@rufwerk", PICTURE),),
    )
    entry = Entry(1, Message(CHANNEL, "max@alpenrad.example", "x"), 1)
    content = bytes(as_mail(letter, FROM, entry, Clock()()))
    kinds = [one.get_content_type() for one in message_from_bytes(content).walk()]
    assert kinds[:4] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
    ]
    assert kinds[4:6] == ["text/html", "image/png"]
    assert kinds[-1] == "text/csv"
    mail = mails.read(content)
    assert mail.text == "Anbei, für März.\n"
    assert 'src="data:image/png;base64,' in mail.html
    assert [one.name for one in mail.attachments] == ["chart-1.png", "Bericht.xlsx", "Bericht.csv"]
    assert "März" not in repr(letter)


async def test_a_mail_that_is_sent_again_has_the_same_id(
    lite: SqlTransactions, port: int, folder: MailFolder
) -> None:
    """As where we die between sending and noting it."""
    post = Post(lite, port)
    for body in ("results", "1"):
        post.put(body)
    post.dies = True
    with pytest.raises(StorageDown):
        await post.worker.step()
    assert not await post.worker.step(), "it is taken still"
    post.clock.turn(LEASE + timedelta(seconds=1))
    for _ in range(2):
        assert await post.worker.step()
    kept = [message_from_bytes(one.content)["Message-ID"] for one in folder.newest()]
    assert len(kept) == 3
    assert len(set(kept)) == 2
    assert all(one.endswith("@rufwerk.example>") for one in kept)


async def test_a_server_that_is_away_is_tried_again(
    lite: SqlTransactions, folder: MailFolder
) -> None:
    (port,) = free_ports(1)
    post = Post(lite, port)
    post.put("results")
    assert await post.worker.step()
    assert (post.backlog.waiting, post.backlog.refused) == (1, 0)
    assert not await post.worker.step(), "not at once"
    async with catching(folder, HERE, port):
        post.clock.turn(timedelta(seconds=6))
        assert await post.worker.step()
    assert post.backlog.waiting == 0
    assert len(folder) == 1


async def test_what_will_never_be_sent_is_given_up(
    lite: SqlTransactions, port: int, folder: MailFolder
) -> None:
    post = Post(lite, port)
    for body in ("unknown", "7", str(LARGEST), "results"):
        post.put(body)
    for _ in range(4):
        assert await post.worker.step()
    backlog = post.backlog
    assert (backlog.waiting, backlog.refused) == (0, 3)
    assert backlog.last_error is not None
    assert len(folder) == 1, "others aren't kept waiting"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"550 5.1.1 Nobody of that name\r\n", MailRefused),
        (b"450 4.2.0 Come again\r\n", MailDown),
    ],
)
async def test_a_recipient_is_refused_for_good_or_for_now(
    answer: bytes, trouble: type[Exception]
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            writer.write(answer if line.startswith(b"RCPT") else b"250 OK\r\n")
        writer.close()
        await writer.wait_closed()
        left.set()

    left = asyncio.Event()
    server = await asyncio.start_server(serve, HERE, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(trouble):
            await smtp.send(report(), Route(HERE, port, FROM))
        await left.wait()
