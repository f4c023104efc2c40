"""Makes reports of the figures in the database, and of the names that tenants and people have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cti.lines import Lines
from domain.ids import AgentId, TenantId
from domain.issued_report import ReportKind, Wanted
from domain.language import Language
from domain.outcome import Asks
from domain.person import Role
from domain.ports import Transactions, UnitOfWork
from domain.staffing import Goal
from domain.tenant import Tenant, TenantBook
from reporting import billing, daily, service_level, weekly
from reporting.report import Report
from reporting.subject import Brand, Floor, Subject
from rufwerk import report_schedules
from rufwerk.call_records import read_records
from rufwerk.settings import Settings

_PAID: Final = "paid"
"""The outcome's key that says it, as the usual outcomes have it."""

_HIGHEST: Final = 99.9
"""No finite number of agents answers all calls in time."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """``records`` is the file in which Asterisk has its own records of calls."""

    settings: Settings
    transactions: Transactions
    book: Callable[[], TenantBook]
    records: Path

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
                records = read_records(self.records, wanted.period, lines)
                known = records if self.records.exists() else None
                return billing.billing(uow.figures, subject, day, known)
            case ReportKind.SERVICE_LEVEL:
                return service_level.service_level(uow.figures, subject, day)


def _subject(uow: UnitOfWork, settings: Settings, book: TenantBook, wanted: Wanted) -> Subject:
    tenant = None if wanted.tenant is None else book.tenants[wanted.tenant]
    tenants = list(book.tenants.values()) if tenant is None else [tenant]
    lists = uow.case_lists.of([one.id for one in tenants])
    return Subject(
        _HOUSE if tenant is None else tenant.name,
        tuple(_brand(one, wanted.language) for one in tenants),
        report_schedules.zone_of(settings, book, wanted.tenant),
        wanted.tenant,
        _floor(uow) if _is_about_people(wanted) else None,
        {one.id: one.file for one in lists},
    )


_HOUSE: Final = "Rufwerk"
"""What a report about all tenants is called."""


def _is_about_people(wanted: Wanted) -> bool:
    """Agents serve all brands: what they did is no client's."""
    return wanted.tenant is None and wanted.role is not Role.CLIENT_CONTACT


def _brand(tenant: Tenant, language: Language) -> Brand:
    outcomes = () if tenant.dunning is None else tenant.dunning.outcomes
    rules = tenant.field
    return Brand(
        TenantId(tenant.id),
        tenant.name,
        Goal(min(float(rules.service_level), _HIGHEST), timedelta(seconds=rules.threshold_s)),
        tenant.reports.formula,
        tenant.reports.prices,
        {one.key: one.names[language] for one in tenant.services},
        {one.key: one.names[language] for one in outcomes},
        frozenset(one.key for one in outcomes if one.asks is Asks.DAY),
        frozenset(one.key for one in outcomes if one.key == _PAID),
    )


def _floor(uow: UnitOfWork) -> Floor:
    """Teams alone: a mail has nobody to say what he wants to see persons for."""
    names = {site.id: site.name for site in uow.sites.all()}
    return Floor(
        {AgentId(one.id): names[one.site] for one in uow.people.all() if one.site in names}
    )
