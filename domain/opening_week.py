"""A week's opening hours as people tell them: days that are alike together, closed ones left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.opening_hours import OpenSpan, joined


@dataclass(frozen=True, slots=True)
class DaysAlike:
    """Weekdays (0 is Monday) in order that have the same spans, of which there is at least one."""

    days: tuple[int, ...]
    spans: tuple[OpenSpan, ...]


def days_alike(week: Mapping[int, tuple[OpenSpan, ...]]) -> tuple[DaysAlike, ...]:
    """A week as ``OpeningHours`` has it; the groups in the order of their first days."""
    days: dict[tuple[OpenSpan, ...], list[int]] = {}
    for day in sorted(week):
        if spans := joined(week[day]):
            days.setdefault(spans, []).append(day)
    return tuple(DaysAlike(tuple(alike), spans) for spans, alike in days.items())


def runs(days: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Weekdays in order, those that follow each other together; no run goes over Sunday."""
    found: list[tuple[int, ...]] = []
    for day in days:
        if found and found[-1][-1] == day - 1:
            found[-1] = (*found[-1], day)
        else:
            found.append((day,))
    return tuple(found)
