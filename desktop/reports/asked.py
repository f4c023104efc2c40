"""Which figures a page's address asks for: of which brand and time, and how finely."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from actions.desk import DeskError
from actions.why_not import WhyNot
from domain.ids import TenantId
from domain.period import Grain, Period, midnight, of_day, of_month, of_week

LONGEST: Final = 366
"""Days from the first to the last."""

_FINEST: Final = ((Grain.QUARTER, 2), (Grain.HOUR, 14), (Grain.DAY, LONGEST))
"""How many days may be divided so: of more nobody reads each line."""

_DAY: Final = timedelta(days=1)
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


class Stretch(StrEnum):
    """How much time is looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    FROM_TO = "from_to"


@dataclass(frozen=True, slots=True)
class Asked:
    """``day`` is one of the day, week or month; of ``FROM_TO`` the first one, and ``last`` the last."""

    tenant: TenantId | None
    stretch: Stretch
    day: date
    last: date
    grain: Grain
    zone: ZoneInfo

    @property
    def period(self) -> Period:
        match self.stretch:
            case Stretch.DAY:
                return of_day(self.day, self.zone)
            case Stretch.WEEK:
                return of_week(self.day, self.zone)
            case Stretch.MONTH:
                return of_month(self.day, self.zone)
            case Stretch.FROM_TO:
                return Period(midnight(self.day, self.zone), midnight(self.last + _DAY, self.zone))

    @property
    def before(self) -> "Asked":
        """What it is compared with: the same weekday a week before, or as much time right before."""
        match self.stretch:
            case Stretch.DAY | Stretch.WEEK:
                return replace(self, day=self.day - 7 * _DAY)
            case Stretch.MONTH:
                return replace(self, day=self.day.replace(day=1) - _DAY)
            case Stretch.FROM_TO:
                days = self.last - self.day + _DAY
                return replace(self, day=self.day - days, last=self.last - days)

    def moved(self, by: int) -> "Asked":
        """So many days, weeks, months or times as much further on; below nought back."""
        if self.stretch is Stretch.MONTH:
            first = self.day.replace(day=1)
            return replace(self, day=first + 31 * _DAY if by > 0 else first - _DAY)
        days = {Stretch.DAY: _DAY, Stretch.WEEK: 7 * _DAY}.get(
            self.stretch, self.last - self.day + _DAY
        )
        return replace(self, day=self.day + by * days, last=self.last + by * days)

    def query(self, **more: str) -> str:
        """The part of an address that asks for it."""
        said = {
            "period": self.stretch.value,
            "day": self.day.isoformat(),
            "grain": self.grain.value,
        }
        if self.stretch is Stretch.FROM_TO:
            said["last"] = self.last.isoformat()
        if self.tenant is not None:
            said["tenant"] = self.tenant
        return urlencode(said | more)


def usual(tenant: TenantId | None, today: date, zone: ZoneInfo) -> Asked:
    """Today, hour by hour."""
    return Asked(tenant, Stretch.DAY, today, today, Grain.HOUR, zone)


def asked(query: Mapping[str, str], tenant: TenantId | None, today: date, zone: ZoneInfo) -> Asked:
    """What isn't said is as ``usual``; a grain that is too fine is made coarser. Raises DeskError."""
    written = query.get("period", Stretch.DAY)
    if written not in set(Stretch):
        raise DeskError(WhyNot.NO_CHOICE)
    stretch = Stretch(written)
    first = _day(query, "day", today)
    last = _day(query, "last", first) if stretch is Stretch.FROM_TO else first
    if not first <= last < first + LONGEST * _DAY:
        raise DeskError(WhyNot.NO_PERIOD)
    usual_grain = Grain.HOUR if stretch is Stretch.DAY else Grain.DAY
    grain = query.get("grain") or usual_grain.value
    if grain not in {one for one, _ in _FINEST}:
        raise DeskError(WhyNot.NO_CHOICE)
    found = Asked(tenant, stretch, first, last, Grain(grain), zone)
    return replace(found, grain=_fitting(found.grain, found.period))


def _fitting(wanted: Grain, period: Period) -> Grain:
    days = round((period.until - period.since) / _DAY)
    grains = [one for one, _ in _FINEST]
    coarser = grains[grains.index(wanted) :]
    return next(one for one in coarser if days <= dict(_FINEST)[one])


def _day(query: Mapping[str, str], name: str, usually: date) -> date:
    written = query.get(name, "")
    if not written:
        return usually
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise DeskError(WhyNot.NO_DAY, written=written[:40]) from None
    if not _FIRST <= day < _LAST:
        raise DeskError(WhyNot.NO_PERIOD)
    return day
