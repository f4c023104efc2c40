"""Which reports go out by themselves, and when: after each day, week or month of a zone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from domain.figures import Formula
from domain.ids import TenantId
from domain.issued_report import ReportKind, period_of
from domain.language import Language
from domain.period import Period
from domain.person import Role
from domain.price_list import NOTHING_CHARGED, PriceList

CAUGHT_UP: Final = timedelta(days=35)
"""How long after its time a report that nobody could send is still sent: the month's, after a week away."""

_DAY: Final = timedelta(days=1)
_LONGEST_LEAVE: Final = 31
"""Days without a working day after which it goes out all the same."""

IsFree = Callable[[date], bool]
"""Whether nobody works on a day."""


@dataclass(frozen=True, slots=True)
class Send:
    """A kind of report that goes out ``at`` a time of day to mail addresses. With ``workdays_only`` it waits for the
    next working day. Its kind, language and role name it among its tenant's.
    """

    kind: ReportKind
    at: time
    to: tuple[str, ...] = field(repr=False)
    language: Language
    role: Role
    workdays_only: bool = False


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a tenant wants of reports: its contract's formula of the service level, what it pays for calls and minutes,
    and what goes out.
    """

    formula: Formula = Formula.B
    prices: PriceList = NOTHING_CHARGED
    sends: tuple[Send, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A send, whose it is (None: it is about all tenants), and what its days are of."""

    tenant: TenantId | None
    zone: ZoneInfo
    send: Send
    is_free: IsFree


@dataclass(frozen=True, slots=True)
class Due:
    """A report about ``period`` goes out ``at``."""

    period: Period
    at: datetime


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def due(schedule: Schedule, now: datetime, last: datetime) -> list[Due]:
    """What should have gone out by now, in order: of the periods that ended after ``last``, the end of the newest one
    seen to. What is later than ``CAUGHT_UP`` is left.
    """
    those = _from(schedule, max(last, now - CAUGHT_UP))
    return list(takewhile(lambda one: one.at <= now, those))


def following(schedule: Schedule, now: datetime, last: datetime) -> Due:
    """The first that goes out after now, of a period that ends after ``last``."""
    after = max(last, now - _LONGEST_LEAVE * _DAY)
    return next(one for one in _from(schedule, after) if one.at > now)


def goes_out(schedule: Schedule, period: Period) -> datetime:
    """When a period's report does. An hour that the clock leaps over is taken as before the leap; of one that it
    repeats, the first.
    """
    day = period.until.astimezone(schedule.zone).date()
    if schedule.send.workdays_only:
        for _ in range(_LONGEST_LEAVE):
            if not schedule.is_free(day):
                break
            day += _DAY
    return datetime.combine(day, schedule.send.at, schedule.zone).astimezone(UTC)


def _from(schedule: Schedule, at: datetime) -> Iterator[Due]:
    """Those of the period that holds ``at``, and of all after it."""
    zone = schedule.zone
    while True:
        period = period_of(schedule.send.kind, at.astimezone(zone).date(), zone)
        yield Due(period, goes_out(schedule, period))
        at = period.until
