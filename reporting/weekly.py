"""A week by day, the weeks before it, and how many agents the next one needs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.figures import CallCut, CallFlow, Handling, total
from domain.figures_ports import Figures
from domain.period import Grain, Period, divided, of_week
from domain.staffing import Goal, Load, needed
from reporting import headlines
from reporting.call_flow import (
    Flow,
    by_part,
    by_tenant,
    charts,
    flow_table,
    flows_of,
    handling_table,
    waits_table,
)
from reporting.daily import all_sources, formulas
from reporting.headlines import Sums
from reporting.people import People
from reporting.report import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Key,
    Kind,
    Report,
    Section,
    Series,
    Table,
    Unit,
)
from reporting.source_lines import Sources
from reporting.subject import Subject

WEEKS: Final = 4
"""How many are looked at for trends and staffing, the one of the report among them."""

_WEEK: Final = timedelta(days=7)
_HALF_HOUR: Final = timedelta(minutes=30)
_DAYS: Final = tuple(
    Key(f"needed_{day}") for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
)


def weekly(figures: Figures, subject: Subject, day: date) -> Report:
    """Of the week that holds the day, beside the week before. Raises StorageDown."""
    week = of_week(day, subject.zone)
    before = of_week(day - _WEEK, subject.zone)
    weeks = Period(of_week(day - (WEEKS - 1) * _WEEK, subject.zone).since, week.until)
    past = flows_of(figures, subject, tuple(divided(weeks, Grain.DAY, subject.zone)))
    people = None if subject.floor is None else People.of(figures, subject.floor, week)
    work = None if people is None else people.section()
    those = None if subject.floor is None else People.of(figures, subject.floor, before)
    now, was = Sums.counted(_of(week, past), people), Sums.counted(_of(before, past), those)
    aht = total((one.handling for one in past.values()), Handling()).aht
    staffing = _staffing(figures, subject, weeks, aht)
    sections = (
        _days(figures, subject, week, _of(week, past)),
        _trend(past, subject, weeks),
        work,
        staffing,
    )
    hint = () if staffing is None else (Key("formula_staffing"),)
    return Report(
        Kind.WEEKLY,
        subject.tenant,
        subject.name,
        week,
        subject.zone,
        (*headlines.of_calls(now, was), *headlines.of_work(now, was)),
        tuple(one for one in sections if one is not None),
        (*formulas(subject, people=work is not None), *hint),
        all_sources(Sources(figures, subject, weeks, week), people),
    )


def _of(period: Period, flows: Mapping[CallCut, Flow]) -> Mapping[CallCut, Flow]:
    return {cut: flow for cut, flow in flows.items() if cut.since in period}


def _days(
    figures: Figures, subject: Subject, week: Period, flows: Mapping[CallCut, Flow]
) -> Section:
    by_day = by_part(subject, week, Grain.DAY)
    cuts = (by_day, by_tenant(subject))
    tables = (
        *(flow_table(flows, by) for by in cuts),
        waits_table(figures, subject, week, flows),
        *(handling_table(flows, by) for by in cuts),
    )
    return Section(Key("call_flow"), tables, charts(flows, by_day, subject.goal.level))


def _trend(past: Mapping[CallCut, Flow], subject: Subject, weeks: Period) -> Section:
    by_week = by_part(subject, weeks, Grain.WEEK)
    tables = (flow_table(past, by_week), handling_table(past, by_week))
    return Section(Key("trend"), tables, charts(past, by_week, subject.goal.level))


def _staffing(
    figures: Figures, subject: Subject, weeks: Period, aht: timedelta | None
) -> Section | None:
    """How many agents each half hour of each weekday needs, if as many call as on the average of these weeks, and each
    call lasts as long as all did.
    """
    if aht is None:
        return None
    quarters = tuple(divided(weeks, Grain.QUARTER, subject.zone))
    past = figures.call_flow(quarters, subject.tenants)
    agents = staffing(past, aht, subject.goal, subject.zone)
    if not agents:
        return None
    columns = (Column(Key("half_hour"), Unit.NAME), *(Column(day, Unit.COUNT) for day in _DAYS))
    rows: tuple[tuple[Cell, ...], ...] = tuple((one, *counts) for one, counts in agents.items())
    series = tuple(
        Series(day, tuple(counts[weekday] for counts in agents.values()))
        for weekday, day in enumerate(_DAYS)
    )
    chart = Chart(Key("agents_needed"), ChartKind.LINES, tuple(agents), series, Unit.COUNT)
    table = Table(Key("needed_by_half_hour"), columns, rows, note=Key("note_staffing"))
    return Section(Key("staffing"), (table,), (chart,))


def staffing(
    past: Mapping[CallCut, CallFlow], aht: timedelta, goal: Goal, zone: ZoneInfo
) -> Mapping[str, tuple[int, ...]]:
    """By half hour (``08:30``) from the first that needs somebody to the last, for Monday to Sunday. As many calls are
    expected as came in a week since the first one.
    """
    weeks = _weeks(cut.since.astimezone(zone).date() for cut in past)
    offered = Counter[tuple[str, int]]()
    for cut, calls in past.items():
        offered[_half_hour(cut.since, zone)] += calls.offered
    found = {
        place: needed(Load(count / weeks, _HALF_HOUR, aht), goal)
        for place, count in offered.items()
    }
    times = sorted({half_hour for half_hour, _ in found})
    return {one: tuple(found.get((one, weekday), 0) for weekday in range(7)) for one in times}


def _weeks(days: Iterable[date]) -> int:
    """How many there are from the first day's to the last day's: before the first call there was nobody to answer."""
    mondays = {day - timedelta(days=day.weekday()) for day in days}
    return (max(mondays) - min(mondays)) // _WEEK + 1 if mondays else 1


def _half_hour(at: datetime, zone: ZoneInfo) -> tuple[str, int]:
    local = at.astimezone(zone)
    return f"{local:%H}:{'00' if local.minute < 30 else '30'}", local.weekday()
