"""What is asked of storage about reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.issued_report import Issued, ReportFile, ReportNumber, Wanted
from domain.report_run import NewRun, ReportMail, ReportRun


class IssuedReports(Protocol):
    """They never change."""

    def get(self, number: ReportNumber) -> Issued | None: ...

    def find(self, wanted: Wanted) -> Issued | None:
        """The one that was issued, not a correction."""
        ...

    def editions(self, wanted: Wanted) -> Sequence[Issued]:
        """Those of the same kind, tenant, period and role in any language, corrections among them; oldest first."""
        ...

    def newest(self, limit: int) -> Sequence[Issued]:
        """Newest first."""
        ...

    def keep(self, file: ReportFile) -> None:
        """Note a file's content, ahead of its report: contents are big, and calls wait for writers. Noting what is
        there changes nothing.
        """
        ...

    def add(self, new: Issued, year: int) -> Issued:
        """Issue it under the year's next number, whatever number it has; its files' contents have been kept."""
        ...

    def content(self, number: ReportNumber, name: str) -> ReportFile | None:
        """A file of it; None where it has none of that name."""
        ...


class ReportRuns(Protocol):
    """A tenant, kind, period, language and role have one run: the row itself is the claim."""

    def plan(self, new: NewRun) -> None:
        """Nothing where there is one already."""
        ...

    def change(self, run: ReportRun) -> None:
        """Write what changes: ``due``, ``to``, and how it stands."""
        ...

    def drop(self, run: int) -> None: ...

    def get(self, run: int) -> ReportRun | None: ...

    def newest_of_each(self) -> Sequence[ReportRun]:
        """Of each tenant, kind, language and role the one whose period is the latest."""
        ...

    def planned(self) -> Sequence[ReportRun]:
        """Those that are PLANNED and were never claimed; by when they are due."""
        ...

    def is_due(self, at: datetime) -> bool:
        """Whether ``claim`` would find something."""
        ...

    def claim(self, at: datetime, until: datetime) -> ReportRun | None:
        """The first that is due, or whose claim has run out; it is nobody else's until then."""
        ...

    def newest(self, limit: int) -> Sequence[ReportRun]:
        """By when they are due, the latest first."""
        ...

    def overdue(self, since: datetime, until: datetime) -> Sequence[ReportRun]:
        """Those due between, which somebody hasn't got: not issued, or a mail of it isn't out, nor another one to the
        same.
        """
        ...


class ReportMails(Protocol):
    def add(
        self, number: ReportNumber, recipient: str, at: datetime, run: int | None = None
    ) -> ReportMail:
        """It waits; ``run`` is what it came of."""
        ...

    def get(self, mail: int) -> ReportMail | None: ...

    def change(self, mail: ReportMail) -> None:
        """Write how it stands."""
        ...

    def of(self, numbers: Sequence[ReportNumber]) -> Sequence[ReportMail]:
        """Oldest first."""
        ...
