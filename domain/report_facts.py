"""Reports, as facts: asked for, issued, looked at, sent again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.fact import Body
from domain.issued_report import ReportKind, ReportNumber


@dataclass(frozen=True, slots=True)
class ReportAsked(Body):
    """A report is about to be made. The log has come to this instant by it: what agents were still doing in a slot
    that is over stands in the projections from then on.
    """

    kind: ReportKind
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ReportIssued(Body):
    """``corrects`` is the number of the one that it corrects."""

    number: ReportNumber
    kind: ReportKind
    since: datetime
    until: datetime
    corrects: ReportNumber | None = None


@dataclass(frozen=True, slots=True)
class ReportOpened(Body):
    """The actor has opened a file of it."""

    number: ReportNumber
    file: str


@dataclass(frozen=True, slots=True)
class ReportSentAgain(Body):
    """The actor wants it to go out once more."""

    number: ReportNumber


REPORT_FACTS: Final[tuple[type[Body], ...]] = (
    ReportAsked,
    ReportIssued,
    ReportOpened,
    ReportSentAgain,
)
