"""Makes reports of the figures in the database, and of the names that tenants and people have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cti.lines import Lines
from domain.issued_report import ReportKind, Wanted
from domain.person import Role
from domain.ports import Transactions, UnitOfWork
from domain.tenant import TenantBook
from reporting import billing, daily, service_level, weekly
from reporting.brands import brand_of, floor_of
from reporting.report import Report
from reporting.subject import Subject
from rufwerk import report_schedules
from rufwerk.call_records import CallRecords
from rufwerk.settings import Settings


@dataclass(frozen=True, slots=True)
class BuildReport:
    settings: Settings
    transactions: Transactions
    book: Callable[[], TenantBook]
    records: CallRecords

    @contextmanager
    def __call__(self, wanted: Wanted) -> Iterator[Report]:
        """All of it from one state of the database, which stays as long as it is open. Raises StorageDown."""
        with self.transactions.read() as uow:
            subject = _subject(uow, self.settings, self.book(), wanted)
            yield self._built(uow, subject, wanted)

    def _built(self, uow: UnitOfWork, subject: Subject, wanted: Wanted) -> Report:
        day = wanted.period.since.astimezone(subject.zone).date()
        match wanted.kind:
            case ReportKind.DAILY:
                return daily.daily(uow.figures, subject, day)
            case ReportKind.WEEKLY:
                return weekly.weekly(uow.figures, subject, day)
            case ReportKind.BILLING:
                lines = Lines(self.settings.node)
                records = self.records.read(wanted.period, lines)
                return billing.billing(uow.figures, subject, day, records)
            case ReportKind.SERVICE_LEVEL:
                return service_level.service_level(uow.figures, subject, day)


def _subject(uow: UnitOfWork, settings: Settings, book: TenantBook, wanted: Wanted) -> Subject:
    tenant = None if wanted.tenant is None else book.tenants[wanted.tenant]
    tenants = list(book.tenants.values()) if tenant is None else [tenant]
    lists = uow.case_lists.of([one.id for one in tenants])
    return Subject(
        _HOUSE if tenant is None else tenant.name,
        tuple(brand_of(one, wanted.language) for one in tenants),
        report_schedules.zone_of(settings, book, wanted.tenant),
        wanted.tenant,
        floor_of(uow) if _is_about_people(wanted) else None,
        {one.id: one.file for one in lists},
    )


_HOUSE: Final = "Rufwerk"
"""What a report about all tenants is called."""


def _is_about_people(wanted: Wanted) -> bool:
    """Agents serve all brands: what they did is no client's."""
    return wanted.tenant is None and wanted.role is not Role.CLIENT_CONTACT
