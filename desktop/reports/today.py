"""Today as far as it has come, beside yesterday and the same weekday a week before up to the same time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from desktop.reports.asked import Asked, Stretch
from desktop.reports.rights import Sight
from domain.figures import CallFlow, PortalFlow, rolled_up, total
from domain.figures_ports import Figures
from domain.period import Grain, Period, divided
from domain.projection import SLOT, slot_of
from reporting.call_flow import Flow, flows_of
from reporting.report import Cell, Chart, ChartKind, Key, Series, Unit
from reporting.subject import Subject

_DAYS: Final = (0, 1, 7)
"""So many days ago."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the few, on each of the days."""

    label: Key
    unit: Unit
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Today:
    days: tuple[date, ...]
    figures: tuple[Figure, ...]
    chart: Chart


def periods(now: datetime, asked: Asked) -> tuple[Period, ...]:
    """The days whole, today first."""
    today = now.astimezone(asked.zone).date()
    day = replace(asked, stretch=Stretch.DAY, day=today)
    return tuple(replace(day, day=today - timedelta(days=ago)).period for ago in _DAYS)


def so_far(figures: Figures, subject: Subject, asked: Asked, sight: Sight, now: datetime) -> Today:
    """Raises StorageDown."""
    days = periods(now, asked)
    elapsed = slot_of(now) + SLOT - days[0].since
    cut = [Period(one.since, min(one.until, one.since + elapsed)) for one in days]
    flows = [total(flows_of(figures, subject, [one]).values(), Flow()) for one in cut]
    portal = [
        total(figures.portal_flow(one, subject.tenants).values(), PortalFlow())
        for one in (cut if sight.work else ())
    ]
    rows = (
        ("offered", Unit.COUNT, [one.calls.offered for one in flows]),
        ("answered", Unit.COUNT, [one.calls.answered for one in flows]),
        ("abandoned", Unit.COUNT, [one.calls.abandoned for one in flows]),
        ("service_level", Unit.PERCENT, [one.level for one in flows]),
        ("asa", Unit.SECONDS, [one.calls.asa for one in flows]),
        *((("aht", Unit.SECONDS, [one.handling.aht for one in flows]),) if sight.work else ()),
        ("portal_calls", Unit.COUNT, [one.calls for one in portal]),
        ("self_served_share", Unit.PERCENT, [one.self_served_share for one in portal]),
    )
    shown = tuple(Figure(Key(name), unit, tuple(values)) for name, unit, values in rows if values)
    dates = tuple(one.since.astimezone(asked.zone).date() for one in days)
    return Today(dates, shown, _chart(figures, subject, days, now))


def _chart(figures: Figures, subject: Subject, days: tuple[Period, ...], now: datetime) -> Chart:
    """Calls offered by the hour, each day a line; today's ends now."""
    hours = [tuple(divided(one, Grain.HOUR, subject.zone)) for one in days]
    series = []
    for day, parts in zip(days, hours, strict=True):
        by_hour = rolled_up(figures.call_flow(parts, subject.tenants), lambda cut: cut.since)
        counts = tuple(
            by_hour.get(part.since, CallFlow()).offered if part.since <= now else None
            for part in parts
        )
        # a day on which the clock changes has fewer hours, or more
        counts = (*counts, *[None] * len(hours[0]))[: len(hours[0])]
        series.append(Series(day.since.astimezone(subject.zone).date().isoformat(), counts))
    labels = tuple(one.since for one in hours[0])
    return Chart(Key("calls_by_hour"), ChartKind.LINES, labels, tuple(series), Unit.COUNT)
