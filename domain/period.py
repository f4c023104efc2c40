"""Days, weeks and months as somebody's clock has them, from instant to instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.projection import SLOT, slot_of


class Grain(StrEnum):
    """What a period is divided into."""

    QUARTER = "quarter"
    """Of an hour."""
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` on, until before ``until``: aware, UTC."""

    since: datetime
    until: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins in the zone, UTC; where its clock leaps over midnight, as it lands."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def of_day(day: date, zone: ZoneInfo) -> Period:
    """23 or 25 hours where the clock changes."""
    return Period(midnight(day, zone), midnight(day + timedelta(days=1), zone))


def of_week(day: date, zone: ZoneInfo) -> Period:
    """From Monday on (ISO 8601) the week that holds the day."""
    monday = day - timedelta(days=day.weekday())
    return Period(midnight(monday, zone), midnight(monday + timedelta(days=7), zone))


def of_month(day: date, zone: ZoneInfo) -> Period:
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(midnight(first, zone), midnight(following, zone))


def divided(period: Period, grain: Grain, zone: ZoneInfo) -> Iterator[Period]:
    """Its parts, in order; the first and last may be cut short. The hour that a clock repeats is two hours."""
    since = period.since
    while since < period.until:
        until = min(period.until, _next(since, grain, zone))
        yield Period(since, until)
        since = until


def _next(at: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    """The first beginning of such a part after ``at``."""
    local = at.astimezone(zone)
    match grain:
        case Grain.QUARTER:
            return slot_of(at) + SLOT
        case Grain.HOUR:
            return slot_of(at) + timedelta(hours=1) - local.minute // 15 * SLOT
        case Grain.DAY:
            return of_day(local.date(), zone).until
        case Grain.WEEK:
            return of_week(local.date(), zone).until
        case Grain.MONTH:
            return of_month(local.date(), zone).until
        case _:
            assert_never(grain)
