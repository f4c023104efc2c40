"""Whether and when a tenant's persons answer and ring back, as an instant has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from domain.dialling import Window
from domain.opening_hours import OpenSpan
from domain.tenant import Tenant

DAYS_AHEAD: Final = 14
"""How far ahead a call-back may be wished for: a day and a month name one day, and who rings today still knows of it
then.
"""

_WINDOW: Final = timedelta(hours=2)
"""Long enough that somebody comes free within it, short enough to wait for by the telephone."""

_SHORTEST: Final = timedelta(minutes=30)
"""What a window must have before everybody is gone."""


@dataclass(frozen=True, slots=True)
class Starts:
    """Times of a day at which a window may begin, both included."""

    first: time
    last: time


@dataclass(frozen=True, slots=True)
class Attendance:
    """A tenant seen at ``now`` (aware); ``holidays`` are its country's, open or not, of some months on."""

    tenant: Tenant
    now: datetime
    holidays: frozenset[date]

    @property
    def open(self) -> bool:
        """Whether persons answer."""
        return self.tenant.hours.open_at(self.now, self._closed)

    @property
    def today(self) -> date:
        return self._local.date()

    @property
    def opens_next(self) -> datetime | None:
        """When they answer next, by the tenant's clock; None where that isn't within a month."""
        found = self.tenant.hours.next_open(self.now, self._closed)
        return None if found is None else found.astimezone(self.tenant.hours.zone)

    @property
    def keeps_holidays(self) -> bool:
        """Whether there are days of the week's hours on which nobody answers."""
        return bool(self._closed)

    @property
    def rings_back(self) -> bool:
        """Whether anybody may be rung back within a month."""
        rules = self.tenant.dialling
        if rules.show is None or not rules.countries:
            return False
        return self.tenant.rings_back_from(self.now, self.holidays) is not None

    @property
    def days(self) -> Sequence[date]:
        """Those on which a window may begin, the next one first."""
        ahead = (self.today + timedelta(days=days) for days in range(DAYS_AHEAD + 1))
        return [day for day in ahead if self.starts(day)]

    def starts(self, day: date) -> Sequence[Starts]:
        """When a window may begin on one of the ``days``, in order."""
        return [
            Starts(span.start, (_close(day, span) - _SHORTEST).time()) for span in self._spans(day)
        ]

    def window(self, day: date, at: time) -> Window | None:
        """The window that begins on one of the ``days`` at ``at``; None where none does."""
        for span, starts in zip(self._spans(day), self.starts(day), strict=True):
            if starts.first <= at <= starts.last:
                begins = datetime.combine(day, at)
                ends = min(begins + _WINDOW, _close(day, span))
                return Window(self._instant(begins), self._instant(ends))
        return None

    def _spans(self, day: date) -> Sequence[OpenSpan]:
        """Those in which somebody may be rung and that have room for several windows. What has begun is no wish for
        later any more.
        """
        return [
            span
            for span in self.tenant.rings_back_on(day, self.holidays)
            if _close(day, span) - datetime.combine(day, span.start) > _SHORTEST
            and datetime.combine(day, span.start) > self._local
        ]

    @property
    def _local(self) -> datetime:
        """The tenant's clock."""
        return self.now.astimezone(self.tenant.hours.zone).replace(tzinfo=None)

    def _instant(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.tenant.hours.zone).astimezone(UTC)

    @property
    def _closed(self) -> frozenset[date]:
        return frozenset() if self.tenant.open_on_holidays else self.holidays


def _close(day: date, span: OpenSpan) -> datetime:
    """A span's end, by the clock of its day."""
    end = datetime.combine(day, span.end)
    return end + timedelta(days=1) if span.end == time(0) else end
