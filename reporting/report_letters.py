"""The mails of issued reports: made of the stored files when they are sent, and how each fared."""

from dataclasses import dataclass, replace

from domain.issued_report import ENCLOSED, Part, ReportFile
from domain.mail import (
    Enclosure,
    Letter,
    MailDown,
    MailRefused,
    MailTrouble,
    ReportWanted,
    from_body,
)
from domain.outbox import Entry
from domain.ports import Clock, Transactions, UnitOfWork
from domain.report_run import MailState


@dataclass(frozen=True, slots=True)
class WriteReport:
    transactions: Transactions

    def __call__(self, wanted: ReportWanted) -> Letter:
        """Raises MailRefused or StorageDown."""
        with self.transactions.read() as uow:
            issued = uow.issued_reports.get(wanted.number)
            if issued is None:
                raise MailRefused(f"there is no report {wanted.number}")
            found = (uow.issued_reports.content(issued.number, one.name) for one in issued.files)
            files = [one for one in found if one is not None]
        return Letter(
            wanted.recipient,
            issued.title,
            _text(files, Part.TEXT),
            tuple(_enclosure(one) for one in files if one.part in ENCLOSED),
            _text(files, Part.HTML),
            tuple(_enclosure(one) for one in files if one.part is Part.IMAGE),
        )


@dataclass(frozen=True, slots=True)
class NoteMail:
    """Notes of a report's mail how it fared, with the outbox and as one."""

    clock: Clock

    def __call__(self, uow: UnitOfWork, entry: Entry, trouble: MailTrouble | None) -> None:
        try:
            wanted = from_body(entry.message.body)
        except MailRefused:
            return
        mail = uow.report_mails.get(wanted.mail) if isinstance(wanted, ReportWanted) else None
        if mail is None:
            return
        vanished = max(0, entry.tries - mail.tries - 1)  # whoever tried then was killed
        perhaps = isinstance(trouble, MailDown) and trouble.perhaps_taken
        uow.report_mails.change(
            replace(
                mail,
                state=_state(trouble),
                tries=entry.tries,
                unsure=mail.unsure + vanished + perhaps,
                settled=self.clock(),
                reason=None if trouble is None else trouble.detail,
            )
        )


def _state(trouble: MailTrouble | None) -> MailState:
    match trouble:
        case None:
            return MailState.SENT
        case MailDown():
            return MailState.WAITING
        case _:
            return MailState.REFUSED


def _text(files: list[ReportFile], part: Part) -> str:
    return next((one.content.decode() for one in files if one.part is part), "")


def _enclosure(file: ReportFile) -> Enclosure:
    return Enclosure(file.name, file.content)
