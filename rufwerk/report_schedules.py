"""What reports go out by themselves, and what their days are of."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.ids import TenantId
from domain.report_schedule import Schedule, Send, weekend
from domain.tenant import Tenant, TenantBook
from rufwerk import report_settings
from rufwerk.holiday_calendar import holidays_of
from rufwerk.settings import Settings

_HEAD = "max@rufwerk.example"
"""Whom the demo's reports about all tenants go to; its mail box catches them."""


def schedules(settings: Settings, book: TenantBook) -> Sequence[Schedule]:
    """All that goes out by itself."""
    ours = (
        Schedule(None, ZoneInfo(settings.reports.zone), send, weekend) for send in sends(settings)
    )
    tenants = (
        Schedule(tenant.id, tenant.hours.zone, send, _free(tenant))
        for tenant in book.tenants.values()
        for send in tenant.reports.sends
    )
    return [*ours, *tenants]


def sends(settings: Settings, tenant: Tenant | None = None) -> tuple[Send, ...]:
    """What goes out about a tenant; None: about all of them."""
    if tenant is not None:
        return tenant.reports.sends
    to = settings.reports.to or ((_HEAD,) if settings.has_mail_box else ())
    return report_settings.sends(settings.reports, to)


def zone_of(settings: Settings, book: TenantBook, tenant: TenantId | None) -> ZoneInfo:
    """What a report's days are of."""
    if tenant is None:
        return ZoneInfo(settings.reports.zone)
    return book.tenants[tenant].hours.zone


def _free(tenant: Tenant) -> Callable[[date], bool]:
    def is_free(day: date) -> bool:
        noon = datetime.combine(day, time(12), tenant.hours.zone)
        return weekend(day) or day in holidays_of(tenant, noon)

    return is_free
