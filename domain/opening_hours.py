"""When persons answer: weekly hours in the tenant's zone, less the holidays given, and single days' own hours."""

from collections.abc import Iterable, Mapping, Set
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
        return any(span.holds(local.time()) for span in self.on(local.date(), holidays))

    def next_open(self, at: datetime, holidays: Set[date] = frozenset()) -> datetime | None:
        """The first instant from ``at`` (aware) on at which persons answer; None where none comes within a month."""

        def opens(local: datetime) -> bool:
            return self.open_at(local, holidays)

        days = (*self.week.values(), *self.exceptions.values())
        return first_instant(at, self.zone, opens, {span.start for day in days for span in day})

    def on(self, day: date, holidays: Set[date] = frozenset()) -> tuple[OpenSpan, ...]:
        """The spans of a day of the zone, as ``joined`` has them."""
        if day in self.exceptions:
            return joined(self.exceptions[day])
        return () if day in holidays else joined(self.week.get(day.weekday(), ()))


def joined(spans: Iterable[OpenSpan]) -> tuple[OpenSpan, ...]:
    """Spans of one day in order; those that touch or overlap are one."""
    found: list[OpenSpan] = []
    for span in sorted(spans, key=lambda one: one.start):
        before = found[-1] if found else None
        if before is None or (before.end != time(0) and before.end < span.start):
            found.append(span)
        else:
            found[-1] = OpenSpan(before.start, max(before.end, span.end, key=_close))
    return tuple(found)


def common(some: Iterable[OpenSpan], others: Iterable[OpenSpan]) -> tuple[OpenSpan, ...]:
    """What of one day lies in spans of both, in order."""
    both = [
        OpenSpan(max(one.start, other.start), min(one.end, other.end, key=_close))
        for one in some
        for other in others
    ]
    return joined(span for span in both if _close(span.end) > (0, span.start))


def _close(end: time) -> tuple[int, time]:
    """By which ends are ordered: midnight comes last."""
    return int(end == time(0)), end
