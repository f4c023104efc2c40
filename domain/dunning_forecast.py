"""When a list of debtors will be worked off, reckoned from how the work on it has gone of late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.dunning_profile import Week

WORKING_DAYS: Final = 5
"""How many of the last days with hours, today among them, tell the pace."""

LEAST_CLOSED: Final = 5
LEAST_RECENT: Final = 20
"""Cases closed, and attempts within those days, below which nothing is foretold."""

_FURTHEST: Final = timedelta(days=366)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When debtors may be rung, holidays left aside, by the clock of the zone."""

    week: Week
    zone: ZoneInfo

    def between(self, start: datetime, end: datetime) -> float:
        """Hours."""
        return sum(hours for _, hours in self.by_day(start, end))

    def by_day(self, start: datetime, end: datetime) -> Iterator[tuple[date, float]]:
        """The days from ``start`` to ``end`` that have hours between the two, with these hours."""
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            seconds = sum(_overlap(span, (start, end)) for span in self._spans(day))
            if seconds:
                yield day, seconds / 3600
            day += _DAY

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (self._at(day, span.start), self._at(day + _DAY * (span.end == time(0)), span.end))
            for span in self.week.get(day.weekday(), ())
        ]

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self.zone)


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> float:
    """Seconds; of instants and not by the clock, which jumps twice a year."""
    (start, end), (begin, stop) = (tuple(at.timestamp() for at in span) for span in (one, other))
    return max(0.0, min(end, stop) - max(start, begin))


@dataclass(frozen=True, slots=True)
class Work:
    """Attempts are those that count. ``recent`` were made from ``since`` on (``pace_from``)."""

    open_cases: int
    tries_of_open: int
    closed_cases: int
    tries_of_closed: int
    recent: int
    since: datetime


def pace_from(imported: datetime, hours: Hours, now: datetime) -> datetime:
    """The begin of the last five working days up to ``now``, or of the list where that is later."""
    week_ago = now - timedelta(days=2 * 7)
    days = [day for day, _ in hours.by_day(week_ago, now)][-WORKING_DAYS:]
    if not days:
        return imported
    return max(imported, datetime.combine(days[0], time(0), hours.zone))


def done_on(work: Work, hours: Hours, now: datetime) -> date | None:
    """The day in the zone on which the last case will be closed; None where too little is known, or it is a year off.

    Attempts still needed = open cases x (attempts of closed cases / closed cases) - attempts that the open ones have
    had, but one for each open case at least. They are made at the pace of the last five working days, attempts an hour
    in which debtors may be rung, within the same hours to come. A list that has just begun closes its easy cases
    first, so the first days' forecasts are early ones.
    """
    if not work.open_cases:
        return now.astimezone(hours.zone).date()
    passed = hours.between(work.since, now)
    if work.closed_cases < LEAST_CLOSED or work.recent < LEAST_RECENT or not passed:
        return None
    likely = work.open_cases * work.tries_of_closed / work.closed_cases - work.tries_of_open
    needed = max(work.open_cases, likely) / (work.recent / passed)
    for day, open_hours in hours.by_day(now, now + _FURTHEST):
        needed -= open_hours
        if needed <= 0:
            return day
    return None
