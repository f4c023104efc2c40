"""Days and opening hours as clips, in the order that all four languages share."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Final

from domain.opening_hours import OpenSpan
from domain.opening_week import DaysAlike, days_alike, runs
from ivr.speech.parts import PAUSE, Clips, Tongue, week_key

_ALSO: Final = week_key("also")
_WHOLE_DAY: Final = (OpenSpan(time(0), time(0)),)
_WEEK: Final = tuple(range(7))
_RUN: Final = 3
"""Days that are told by the first and the last of them; two are both told."""


def day_near(day: date, today: date, tongue: Tongue) -> Clips:
    """See ``ivr.speech``."""
    on = week_key(f"on/{day.weekday()}")
    match (day - today).days:
        case 0:
            return (week_key("today"),)
        case 1:
            return (week_key("tomorrow"),)
        case ahead if ahead < 0:
            raise ValueError("only a day to come can be said so")
        case ahead if ahead < len(_WEEK):
            return (on,)
    the = () if tongue.WEEK.the is None else (week_key("the"),)
    return (on, *the, *tongue.day_(day.month, day.day))


def weekdays(days: Sequence[int], tongue: Tongue) -> Clips:
    """See ``ivr.speech``."""
    if tuple(days) == _WEEK:
        return (week_key("every_day"),)
    first = "each" if tongue.WEEK.first is None else "first"
    told: list[Clips] = []
    for run in runs(days):
        if len(run) < _RUN:
            told += [(week_key(f"each/{day}"),) for day in run]
        else:
            told.append((week_key(f"{first}/{run[0]}"), week_key(f"last/{run[-1]}")))
    return _listed(told)


def spans(day: Sequence[OpenSpan], tongue: Tongue) -> Clips:
    """See ``ivr.speech``."""
    if tuple(day) == _WHOLE_DAY:
        return (week_key("whole_day"),)
    return _listed([tongue.from_to(span.start, span.end) for span in day])


def hours(week: Mapping[int, tuple[OpenSpan, ...]], tongue: Tongue) -> Clips:
    """See ``ivr.speech``."""
    groups = days_alike(week)
    if groups == (DaysAlike(_WEEK, _WHOLE_DAY),):
        return (week_key("always"),)
    told = [(*weekdays(one.days, tongue), *spans(one.spans, tongue)) for one in groups]
    return _listed(told, breath=True)


def _listed(parts: Sequence[Clips], *, breath: bool = False) -> Clips:
    """One after another, "and" before the last; with a ``breath`` between long ones."""
    pause = (PAUSE,) if breath else ()
    said: list[Clips] = []
    for place, part in enumerate(parts):
        before = pause if place else ()
        also = (_ALSO,) if place and place == len(parts) - 1 else ()
        said.append((*before, *also, *part))
    return tuple(clip for part in said for clip in part)
