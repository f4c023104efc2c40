"""The runs by which reports go out by themselves, and the mails that they leave by.

    PLANNED --claim--> CLAIMED --> ISSUED (its mails are in the outbox)
       ^                  |
       +--- trouble ------+--> FAILED (after MOST_TRIES)

A claim that ran out is taken over: whoever held it is dead. Claiming is a transaction, issuing with the mails another.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.issued_report import ReportNumber, Wanted

CLAIM: Final = timedelta(minutes=15)
"""Far longer than a month's report takes."""

MOST_TRIES: Final = 30
"""A day's worth, by the outbox's back-off."""


class RunState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    ISSUED = "issued"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewRun:
    """A report goes out when it is ``due``, to mail addresses."""

    wanted: Wanted
    due: datetime
    to: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportRun:
    """``tries`` counts the claims: who claimed it before and lives still has none any more. ``until`` is the end of
    the claim, or where it is planned again, when it may be claimed. ``reason`` is that of the last trouble.
    """

    id: int
    wanted: Wanted
    due: datetime
    to: tuple[str, ...] = field(repr=False)
    state: RunState = RunState.PLANNED
    tries: int = 0
    until: datetime | None = None
    number: ReportNumber | None = None
    reason: str | None = None


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReportMail:
    """A report on its way to somebody. ``tries`` is how often it was tried, ``unsure`` after how many of those nobody
    knows whether the mail server has it: it may have arrived as often more.
    """

    id: int
    number: ReportNumber
    recipient: str = field(repr=False)
    asked: datetime
    state: MailState = MailState.WAITING
    tries: int = 0
    unsure: int = 0
    settled: datetime | None = None
    reason: str | None = field(default=None, repr=False)
