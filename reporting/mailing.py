"""Sends the mails that wait in the outbox, each written when it is sent, until the mail server has it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

import structlog

from actions.take_due import take_due
from domain.mail import CHANNEL, Enclosure, Letter, MailDown, MailRefused, MailTrouble
from domain.outbox import Entry, pause_after
from domain.ports import Clock, Transactions, UnitOfWork

log = structlog.get_logger()

_KINDS: Final = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".csv": ("text", "csv"),
}
_ANY_KIND: Final = ("application", "octet-stream")

Write = Callable[[str], Letter]
"""The mail that a message's body stands for; takes its time. Raises MailTrouble or StorageDown."""

Settled = Callable[[UnitOfWork, Entry, MailTrouble | None], None]
"""Notes how a mail fared, in the transaction that the outbox notes it in."""

Send = Callable[[EmailMessage], Awaitable[None]]
"""Raises MailDown or MailRefused."""


def note_nothing(_uow: UnitOfWork, _entry: Entry, _trouble: MailTrouble | None) -> None:
    """The outbox alone knows."""


class MailWorker:
    """One at a time; several may run side by side. Whoever dies between sending and noting it has it sent again, under
    the same Message-ID, by which mail programs know it again.
    """

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        write: Write,
        send: Send,
        sender: str,
        settled: Settled = note_nothing,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._write = write
        self._send = send
        self._sender = sender
        self._settled = settled

    async def step(self) -> bool:
        """Send the first that is due; False where there is none. Raises StorageDown."""
        entry = await asyncio.to_thread(take_due, self._transactions, CHANNEL, self._clock())
        if entry is None:
            return False
        trouble: MailTrouble | None = None
        try:
            letter = await asyncio.to_thread(self._write, entry.message.body)
            await self._send(as_mail(letter, self._sender, entry, self._clock()))
        except MailTrouble as error:
            trouble = error
        await asyncio.to_thread(self._settle, entry, trouble)
        return True

    def _settle(self, entry: Entry, trouble: MailTrouble | None) -> None:
        with self._transactions.write() as uow:
            now = self._clock()
            match trouble:
                case None:
                    uow.outbox.done(entry.id, now)
                case MailDown():
                    again = now + pause_after(entry.tries)
                    uow.outbox.postpone(entry.id, again, trouble.detail)
                case _:
                    uow.outbox.refuse(entry.id, now, trouble.detail)
            self._settled(uow, entry, trouble)
            uow.commit()
        if trouble:
            log.warning(
                "mail not sent",
                entry=entry.id,
                tries=entry.tries,
                refused=not isinstance(trouble, MailDown),
                **{"pii.why": trouble.detail},
            )


def as_mail(letter: Letter, sender: str, entry: Entry, now: datetime) -> EmailMessage:
    """The same Message-ID at each try, and no other mail's. Raises MailRefused."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["Subject"] = letter.subject
        mail["From"] = sender
        mail["To"] = letter.recipient
    except ValueError as error:  # a line's end in one of them, as of a brand's name
        raise MailRefused(f"no header of a mail: {error}") from None
    mail["Date"] = format_datetime(now)
    key = sha256(f"{entry.id} {entry.message.body}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it (RFC 3834)
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
        _add_pictures(mail, letter.pictures)
    for one in letter.enclosures:
        kind, subkind = _KINDS.get(PurePosixPath(one.name).suffix.lower(), _ANY_KIND)
        mail.add_attachment(one.content, maintype=kind, subtype=subkind, filename=one.name)
    return mail


def _add_pictures(mail: EmailMessage, pictures: Sequence[Enclosure]) -> None:
    """Within the page, as parts that belong to it (RFC 2387)."""
    page = mail.get_body(("html",))
    assert isinstance(page, EmailMessage)
    for one in pictures:
        name = f"{one.name.partition('@')[0]}.png"
        page.add_related(
            one.content, "image", "png", cid=f"<{one.name}>", filename=name, disposition="inline"
        )
