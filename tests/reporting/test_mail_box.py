"""Mails over SMTP, from Python's own client; and peers that mean harm."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest

from reporting import mail_box, mails
from reporting.mail_box import catching
from reporting.mail_folder import LARGEST, MailFolder
from tests.fakes.mails import report

HERE = "127.0.0.1"


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


@pytest.fixture
async def port(folder: MailFolder) -> AsyncIterator[int]:
    async with catching(folder, HERE, 0) as port:
        yield port


def send(port: int, *recipients: str, mail: EmailMessage | None = None) -> None:
    with smtplib.SMTP(HERE, port, timeout=20) as client:
        client.send_message(mail or report(), "out@rufwerk.example", recipients or ("a@b.example",))


async def test_a_mail_is_kept_as_it_came(port: int, folder: MailFolder) -> None:
    await asyncio.to_thread(send, port, "max@alpenrad.example", "blind@copy.example")
    (caught,) = folder.newest()
    mail = mails.read(caught.content)
    assert mail.heading.subject == "Tagesbericht für Alpenrad, 2. März €"
    assert mail.heading.recipients == "max@alpenrad.example, blind@copy.example"
    assert mail.attachments == mails.read(bytes(report())).attachments


async def test_many_at_once_are_all_there(port: int, folder: MailFolder) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(asyncio.to_thread(send, port))
    assert len(folder) == 6


async def test_a_dot_and_other_alphabets_come_through(port: int, folder: MailFolder) -> None:
    mail = EmailMessage()
    mail["Subject"] = "日本"
    mail.set_content(".\n..\nЖ\n", cte="8bit")
    await asyncio.to_thread(send, port, "jürgen@müller.example", mail=mail)
    caught = folder.get(1)
    assert caught is not None
    assert mails.read(caught.content).text == ".\n..\nЖ\n"
    assert mails.heading(caught.content).recipients == "jürgen@müller.example"


async def test_a_mail_too_large_is_refused_and_the_next_one_taken(
    port: int, folder: MailFolder
) -> None:
    def talk() -> int:
        with smtplib.SMTP(HERE, port, timeout=20) as client:
            client.helo()  # says nothing of the size beforehand
            with pytest.raises(smtplib.SMTPDataError) as refused:
                client.sendmail("a@b", ["c@d"], (b"x" * 900 + b"\r\n") * (LARGEST // 900))
            client.sendmail("a@b", ["c@d"], b"small")
            return refused.value.smtp_code

    assert await asyncio.to_thread(talk) == 552
    assert len(folder) == 1


async def test_recipients_are_bounded(port: int, folder: MailFolder) -> None:
    def talk() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP(HERE, port, timeout=20) as client:
            return client.sendmail("a@b", [f"{number}@d" for number in range(52)], b"x")

    refused = await asyncio.to_thread(talk)
    assert {code for code, _ in refused.values()} == {452}
    assert len(refused) == 2
    assert len(folder) == 1


async def test_where_there_is_no_room_the_sender_tries_again(port: int, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await asyncio.to_thread(send, port)
    assert refused.value.smtp_code == 452


async def test_a_page_of_the_web_leaves_no_mail(port: int, folder: MailFolder) -> None:
    """It may send a form anywhere; before what it can choose stand lines that it can't."""
    head = "POST / HTTP/1.1\r\nHost: x\r\nOrigin: y\r\nAccept: z\r\nA: b\r\nContent-Type: c\r\n\r\n"
    mail = "HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: z\r\n\r\n.\r\nQUIT\r\n"
    said = await asyncio.to_thread(answered, port, (head + mail).encode())
    assert b"goodbye" in said
    assert len(folder) == 0


def answered(port: int, sent: bytes) -> bytes:
    """All that is said till the end, however that comes."""
    with socket.create_connection((HERE, port), 20) as link:
        return said_by(link, sent)


def said_by(link: socket.socket, sent: bytes = b"") -> bytes:
    said = b""
    with suppress(ConnectionError):
        link.sendall(sent)
        while data := link.recv(4096):
            said += data
    return said


async def test_who_sends_without_end_is_cut_off(
    port: int, folder: MailFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_box, "_CONNECTION_BYTES", 1 << 20)
    begun = b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
    assert b"250 OK" in await asyncio.to_thread(answered, port, begun + b"QUIT\r\n.\r\nQUIT\r\n")
    await asyncio.to_thread(answered, port, begun + b"x" * (2 << 20))
    assert len(folder) == 1


async def test_connections_are_bounded(port: int) -> None:
    def open_all() -> list[bytes]:
        with ExitStack() as stack:
            links = [
                stack.enter_context(socket.create_connection((HERE, port), 20)) for _ in range(9)
            ]
            said_by(links[8])
            return [link.recv(3) for link in links[:8]]

    assert await asyncio.to_thread(open_all) == [b"220"] * 8


async def test_nobody_is_waited_for_at_the_end(folder: MailFolder) -> None:
    async with catching(folder, HERE, 0) as port:
        link = await asyncio.to_thread(socket.create_connection, (HERE, port), 20)
        assert (await asyncio.to_thread(link.recv, 100)).startswith(b"220 localhost")
    with link:
        assert await asyncio.to_thread(said_by, link) == b""


async def test_addresses_stand_in_no_log(
    port: int, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(send, port, "max@alpenrad.example")
    assert "alpenrad" not in caplog.text
    assert "alpenrad" not in "".join(capsys.readouterr())
