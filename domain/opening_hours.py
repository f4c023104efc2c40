"""When persons answer: weekly hours in the tenant's zone, less the holidays given, and single days' own hours."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.local_time import first_instant


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A span of one day, ``start`` included, ``end`` not; an end of 00:00 is midnight at the day's
    close.
    """

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        return self.start <= moment and (self.end == time(0) or moment < self.end)

    def covers(self, other: "OpenSpan") -> bool:
        if self.end == time(0):
            return self.start <= other.start
        return self.start <= other.start and time(0) < other.end <= self.end


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Spans by weekday (0 is Monday, as in the standard library); a weekday that is missing is
    closed.

    ``exceptions`` are the spans of single dates, none where that day is closed; they win over the
    week, and over holidays.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[OpenSpan, ...]]
    exceptions: Mapping[date, tuple[OpenSpan, ...]] = field(default_factory=dict)

    def open_at(self, at: datetime, holidays: Set[date] = frozenset()) -> bool:
        """Whether persons answer at the instant ``at`` (aware), holidays being closed days."""
        local = at.astimezone(self.zone)
        return any(span.holds(local.time()) for span in self._spans_on(local.date(), holidays))

    def next_open(self, at: datetime, holidays: Set[date] = frozenset()) -> datetime | None:
        """The first instant from ``at`` (aware) on at which persons answer; None where none comes within a month."""

        def opens(local: datetime) -> bool:
            return self.open_at(local, holidays)

        days = (*self.week.values(), *self.exceptions.values())
        return first_instant(at, self.zone, opens, {span.start for day in days for span in day})

    def _spans_on(self, day: date, holidays: Set[date]) -> Sequence[OpenSpan]:
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in holidays else self.week.get(day.weekday(), ())
