"""When persons answer: weekly hours in the tenant's zone, less the holidays given."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
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
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[OpenSpan, ...]]

    def open_at(self, at: datetime, holidays: Set[date] = frozenset()) -> bool:
        """Whether persons answer at the instant ``at`` (aware), holidays being closed days."""
        local = at.astimezone(self.zone)
        if local.date() in holidays:
            return False
        return any(span.holds(local.time()) for span in self.week.get(local.weekday(), ()))

    def next_open(self, at: datetime, holidays: Set[date] = frozenset()) -> datetime | None:
        """The first instant from ``at`` (aware) on at which persons answer; None where none comes within a month."""

        def opens(local: datetime) -> bool:
            return self.open_at(local, holidays)

        starts = {span.start for spans in self.week.values() for span in spans}
        return first_instant(at, self.zone, opens, starts)
