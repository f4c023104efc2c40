"""The first instant at which the clocks of a zone show what is asked for, whatever changes of clock do to the day."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MONTH: Final = timedelta(days=31)
"""How far ahead is looked."""

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def first_instant(
    at: datetime, zone: ZoneInfo, holds: Callable[[datetime], bool], starts: Collection[time] = ()
) -> datetime | None:
    """The first instant from ``at`` (aware) on at which ``holds`` of the zone's local time; None where none comes
    within a month.

    ``holds`` may come true at midnight, at one of ``starts`` (times of day), and where the clock is changed.
    """
    local = at.astimezone(zone)
    if holds(local):
        return at
    for days in range(MONTH.days + 1):
        day = local.date() + timedelta(days=days)
        for instant in sorted(_turns(zone, day, {time(0), *starts})):
            if instant >= at and holds(instant.astimezone(zone)):
                return instant
    return None


def _turns(zone: ZoneInfo, day: date, starts: Collection[time]) -> Iterator[datetime]:
    """The instants of a local day at which its clocks show one of ``starts``, twice if they are put back over it, and
    the one at which they are changed.
    """
    for start in starts:
        for fold in (0, 1):
            shown = datetime.combine(day, start.replace(fold=fold), zone)
            instant = shown.astimezone(UTC)
            back = instant.astimezone(zone)
            if back.replace(tzinfo=None) == shown.replace(tzinfo=None):  # else it is skipped
                yield instant
    change = _change(zone, day)
    if change is not None and change.astimezone(zone).date() == day:
        yield change


def _change(zone: ZoneInfo, day: date) -> datetime | None:
    """The instant about ``day`` from which the zone is another time away from UTC; zones change at whole seconds."""
    noon = datetime.combine(day, time(12), UTC)
    before, after = noon - 2 * _DAY, noon + 2 * _DAY
    offset = after.astimezone(zone).utcoffset()
    if before.astimezone(zone).utcoffset() == offset:
        return None
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
