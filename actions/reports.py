"""What may be seen and done with reports at the desk: look at them, open their files, send them once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from actions.desk import Desk, DeskError
from actions.why_not import WhyNot
from domain.fact import Origin
from domain.issued_report import (
    Issued,
    Part,
    ReportFile,
    ReportKind,
    ReportNumber,
    may_read,
)
from domain.mail import ReportWanted, as_message
from domain.person import Actor, Person, Role
from domain.ports import UnitOfWork
from domain.report_facts import ReportOpened, ReportSentAgain
from domain.report_run import ReportMail, ReportRun

LISTED: Final = 200
"""Runs and reports, the newest."""

_OURS: Final = frozenset({Role.MANAGEMENT, Role.OPERATOR, Role.TEAM_LEAD})
"""Who sees how reports go out; others see the reports."""


class NoSuchReport(DeskError):
    """There is none, or he may not have it: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NO_SUCH_REPORT)


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """``mails`` are oldest first; none are told to a client."""

    issued: Issued
    mails: tuple[ReportMail, ...]


@dataclass(frozen=True, slots=True)
class ReportsSeen:
    """``runs`` are planned, under way, done and failed, by when they are due, the latest first."""

    runs: tuple[ReportRun, ...]
    reports: tuple[ReportSeen, ...]


@dataclass(frozen=True, slots=True)
class ReadReports:
    desk: Desk

    def __call__(self, actor: Actor, limit: int = LISTED) -> ReportsSeen:
        """Newest first; only what he may have. Raises StorageDown."""
        person = actor.person
        with self.desk.transactions.read() as uow:
            issued = [one for one in uow.issued_reports.newest(limit) if _is_for(person, one)]
            if person.role not in _OURS:
                return ReportsSeen((), tuple(ReportSeen(one, ()) for one in issued))
            mails = uow.report_mails.of([one.number for one in issued])
            runs = uow.report_runs.newest(limit)
        return ReportsSeen(
            tuple(run for run in runs if may_read(person, run.wanted.kind, run.wanted.tenant)),
            tuple(
                ReportSeen(one, tuple(mail for mail in mails if mail.number == one.number))
                for one in issued
            ),
        )


@dataclass(frozen=True, slots=True)
class OpenReport:
    desk: Desk

    def __call__(self, actor: Actor, number: ReportNumber, name: str) -> ReportFile:
        """A file of it, as it was issued; the log notes who opened it. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            issued = _issued(uow, actor, number)
            file = uow.issued_reports.content(number, name)
            if file is None or file.part in {Part.DATA, Part.STANDING}:
                raise NoSuchReport
            origin = Origin(issued.wanted.tenant, None, actor.logged_as)
            uow.facts.append(origin, self.desk.clock(), ReportOpened(number, name))
            uow.commit()
        return file


@dataclass(frozen=True, slots=True)
class Bill:
    """``data`` is what was issued, ``standing`` the figures as it leaves them: the same but for a correction. Both as
    JSON. ``later`` are the corrections that came after it, oldest first.
    """

    issued: Issued
    data: ReportFile
    standing: ReportFile
    later: tuple[ReportNumber, ...]


def bill_of(uow: UnitOfWork, actor: Actor, number: ReportNumber) -> Bill:
    """Raises NoSuchReport, of what is no bill too."""
    issued = _issued(uow, actor, number)
    if issued.wanted.kind is not ReportKind.BILLING:
        raise NoSuchReport
    names = {one.part: one.name for one in issued.files}
    data = uow.issued_reports.content(number, names[Part.DATA])
    standing = uow.issued_reports.content(number, names.get(Part.STANDING, names[Part.DATA]))
    assert data is not None, "what was issued is kept"
    assert standing is not None, "what was issued is kept"
    same = [
        one.number
        for one in uow.issued_reports.editions(issued.wanted)
        if one.wanted.language is issued.wanted.language
    ]
    return Bill(issued, data, standing, tuple(same[same.index(number) + 1 :]))


@dataclass(frozen=True, slots=True)
class OpenBill:
    desk: Desk

    def __call__(self, actor: Actor, number: ReportNumber) -> Bill:
        """To be shown; the log notes who opened it. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            bill = bill_of(uow, actor, number)
            origin = Origin(bill.issued.wanted.tenant, None, actor.logged_as)
            uow.facts.append(origin, self.desk.clock(), ReportOpened(number, bill.data.name))
            uow.commit()
        return bill


@dataclass(frozen=True, slots=True)
class SendAgain:
    desk: Desk

    def __call__(
        self, actor: Actor, number: ReportNumber, to: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Whom it goes to once more: ``to``, each of whom has got it or was to; None: all of them. The operator may
        name anybody. Raises DeskError or StorageDown.
        """
        now, person = self.desk.clock(), actor.person
        with self.desk.transactions.write() as uow:
            issued = _issued(uow, actor, number)
            if person.role not in _OURS:
                raise NoSuchReport
            known = dict.fromkeys(mail.recipient for mail in uow.report_mails.of([number]))
            recipients = tuple(known if to is None else dict.fromkeys(to))
            if not recipients:
                raise DeskError(WhyNot.NO_RECIPIENT)
            if person.role is not Role.OPERATOR and not known.keys() >= set(recipients):
                raise DeskError(WhyNot.NOT_A_RECIPIENT)
            put_mails(uow, issued, recipients, now)
            origin = Origin(issued.wanted.tenant, None, actor.logged_as)
            uow.facts.append(origin, now, ReportSentAgain(number))
            uow.commit()
        return recipients


def put_mails(
    uow: UnitOfWork, issued: Issued, to: Sequence[str], at: datetime, run: int | None = None
) -> None:
    """A mail for each, which waits in the outbox; ``run`` is what it comes of."""
    for recipient in to:
        mail = uow.report_mails.add(issued.number, recipient, at, run)
        uow.outbox.add(as_message(ReportWanted(mail.id, issued.number, recipient)), at)


def _issued(uow: UnitOfWork, actor: Actor, number: ReportNumber) -> Issued:
    """Raises NoSuchReport where there is none that he may have."""
    found = uow.issued_reports.get(number)
    if found is None or not _is_for(actor.person, found):
        raise NoSuchReport
    return found


def _is_for(person: Person, issued: Issued) -> bool:
    return may_read(person, issued.wanted.kind, issued.wanted.tenant)
