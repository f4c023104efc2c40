"""The settings of reports about all tenants, which go to those who manage the call centre."""

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from domain.issued_report import ReportKind
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.person import Role
from domain.report_schedule import Send
from rufwerk.tenant_reports import read_time

_LONGEST_GRACE = 24 * 60


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each day's and each week's go out ``at`` a time of ``zone`` to mail addresses. A report, of whomever, that isn't
    out ``grace_minutes`` after its time raises the alarm.
    """

    zone: str = "Europe/Berlin"
    at: str = "07:00"
    to: tuple[str, ...] = ()
    language: str = "de"
    grace_minutes: int = 60

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    @property
    def spoken(self) -> Language:
        return Language(self.language)


def mistake(reports: Reports) -> str | None:
    """What is wrong, with its remedy."""
    try:
        ZoneInfo(reports.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return f"reports.zone is {reports.zone!r}. Write one such as Europe/Berlin."
    if read_time(reports.at) is None:
        return f"reports.at is {reports.at!r}. Write a time of day such as 07:00."
    if reports.language not in set(Language):
        return f"reports.language is {reports.language!r}. Give one of {', '.join(Language)}."
    for address in reports.to:
        if not is_mail_address(address):
            return f"reports.to has {address!r}. Write mail addresses such as max@company.example."
    if len(set(reports.to)) < len(reports.to):
        return "reports.to has an address twice. Take one out."
    if not 1 <= reports.grace_minutes <= _LONGEST_GRACE:
        return f"reports.grace_minutes is {reports.grace_minutes}. Give 1 to {_LONGEST_GRACE}."
    return None


def sends(reports: Reports, to: tuple[str, ...]) -> tuple[Send, ...]:
    """What goes out about all tenants; ``reports`` has no mistake."""
    at = read_time(reports.at)
    assert at is not None, "mistake finds it"
    if not to:
        return ()
    return tuple(
        Send(kind, at, to, reports.spoken, Role.MANAGEMENT)
        for kind in (ReportKind.DAILY, ReportKind.WEEKLY)
    )
