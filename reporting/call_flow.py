"""Tables and charts of how callers fared: by tenant, hour, day, week, language and concern."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.call import Concern
from domain.figures import CallCut, CallFlow, Handling, Waits, percent, rolled_up, total
from domain.figures_ports import Figures, Parts
from domain.language import Language
from domain.period import Grain, Period, divided
from reporting.report import Cell, Chart, ChartKind, Column, Key, Series, Table, Unit
from reporting.subject import Subject


@dataclass(frozen=True, slots=True)
class Flow:
    """Of the calls ``counted`` by their tenants' contracts ``kept`` the service level."""

    calls: CallFlow = field(default_factory=CallFlow)
    kept: int = 0
    counted: int = 0
    handling: Handling = field(default_factory=Handling)

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.calls + other.calls,
            self.kept + other.kept,
            self.counted + other.counted,
            self.handling + other.handling,
        )

    @property
    def level(self) -> float | None:
        """Percent, by the formula of the contract; of several tenants each call by that of its own."""
        return percent(self.kept, self.counted)


def flows_of(figures: Figures, subject: Subject, parts: Parts) -> Mapping[CallCut, Flow]:
    found: dict[CallCut, Flow] = {}
    for cut, calls in figures.call_flow(parts, subject.tenants).items():
        found[cut] = Flow(calls, *calls.level_parts(subject.brand(cut.tenant).formula))
    for cut, handling in figures.handling(parts, subject.tenants).items():
        found[cut] = found.get(cut, Flow()) + Flow(handling=handling)
    return found


Label = Key | str | date | datetime

_CLOCK: Final = (Grain.QUARTER, Grain.HOUR)


@dataclass(frozen=True, slots=True)
class By:
    """What the rows of a table are: a column, and the cell that a cut belongs to. ``order`` sorts them."""

    column: Column
    cell: Callable[[CallCut], Label]
    order: Callable[[Any], Any]

    @property
    def name(self) -> str:
        return self.column.key


def by_tenant(subject: Subject) -> By:
    names = [brand.name for brand in subject.brands]
    column = Column(Key("tenant"), Unit.NAME)
    return By(column, lambda cut: subject.brand(cut.tenant).name, names.index)


def by_part(subject: Subject, period: Period, grain: Grain) -> By:
    """Of figures by that grain, or a finer one."""
    starts = part_labels(period, grain, subject.zone)
    return By(part_column(grain), lambda cut: starts[cut.since], str)


def part_column(grain: Grain) -> Column:
    return Column(Key(grain), Unit.TIME if grain in _CLOCK else Unit.DAY)


def part_labels(period: Period, grain: Grain, zone: ZoneInfo) -> Mapping[datetime, date | datetime]:
    """What a part is called that begins with a slot, of that grain or a finer one: hours and quarters are
    instants, days and weeks (their Monday) dates.
    """
    labels: dict[datetime, date | datetime] = {}
    for part in divided(period, grain, zone):
        label = part.since if grain in _CLOCK else part.since.astimezone(zone).date()
        for quarter in divided(part, Grain.QUARTER, zone):
            labels[quarter.since] = label
    return labels


def by_language() -> By:
    column = Column(Key("language"), Unit.TEXT)
    keys = [language_key(language) for language in Language]
    return By(column, lambda cut: language_key(cut.language), keys.index)


def by_concern() -> By:
    keys = [concern_key(concern) for concern in (*Concern, None)]
    column = Column(Key("concern"), Unit.TEXT)
    return By(column, lambda cut: concern_key(cut.concern), keys.index)


def language_key(language: Language | None) -> Key:
    return Key(f"language_{language or 'none'}")


def concern_key(concern: Concern | None) -> Key:
    return Key(f"concern_{concern or 'none'}")


def counts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(Key(name), Unit.COUNT) for name in names)


FLOW: Final = (
    *counts("offered", "answered", "in_time", "abandoned", "short", "rung_back", "elsewhere"),
    Column(
        Key("still_waiting"), Unit.COUNT, "offered - answered - abandoned - rung_back - elsewhere"
    ),
    *counts("kept", "counted"),
    Column(Key("service_level"), Unit.PERCENT, "kept / counted"),
    Column(Key("service_level_a"), Unit.PERCENT, "in_time / (answered + abandoned)"),
    Column(Key("service_level_f"), Unit.PERCENT, "in_time / answered"),
    Column(Key("abandonment"), Unit.PERCENT, "abandoned / offered"),
    Column(Key("net_abandonment"), Unit.PERCENT, "(abandoned - short) / (offered - short)"),
    Column(Key("asa"), Unit.SECONDS),
)
HANDLING: Final = (
    *counts("handled"),
    *(Column(Key(name), Unit.HOURS) for name in ("talk", "hold", "wrap_up")),
    Column(Key("aht"), Unit.SECONDS, "(talk + hold + wrap_up) / handled"),
)
WAITS: Final = (
    *counts("answered"),
    Column(Key("answered_wait"), Unit.HOURS),
    Column(Key("asa"), Unit.SECONDS, "answered_wait / answered"),
    *(Column(Key(name), Unit.SECONDS) for name in ("median_wait", "wait_of_90", "longest_wait")),
    *counts("abandoned"),
    Column(Key("abandoned_wait"), Unit.HOURS),
    Column(Key("abandoned_after"), Unit.SECONDS, "abandoned_wait / abandoned"),
)


def flow_table(flows: Mapping[CallCut, Flow], by: By) -> Table:
    return _table(f"flow_by_{by.name}", by, FLOW, _rolled(flows, by), _flow_cells)


def handling_table(flows: Mapping[CallCut, Flow], by: By) -> Table:
    return _table(f"handling_by_{by.name}", by, HANDLING, _rolled(flows, by), _handling_cells)


def waits_table(
    figures: Figures, subject: Subject, period: Period, flows: Mapping[CallCut, Flow]
) -> Table:
    """By tenant, since what most of them waited can't be added up. ``flows`` are those of the period."""
    offered = {cut: flow.calls for cut, flow in flows.items() if flow.calls.offered}
    calls = rolled_up(offered, lambda cut: cut.tenant)
    waits = figures.waits(period, subject.tenants)
    shown = [brand for brand in subject.brands if brand.id in calls]
    rows = tuple(
        (brand.name, *_waits_cells(calls[brand.id], waits.get(brand.id, Waits())))
        for brand in shown
    )
    together = _waits_cells(total(calls.values(), CallFlow()), total(waits.values(), Waits()))
    columns = (Column(Key("tenant"), Unit.NAME), *WAITS)
    return Table(Key("waits_by_tenant"), columns, rows, (None, *together))


def _rolled(flows: Mapping[CallCut, Flow], by: By) -> Mapping[Label, Flow]:
    found = rolled_up(flows, by.cell)
    return {cell: found[cell] for cell in sorted(found, key=by.order)}


def _table(
    title: str,
    by: By,
    columns: tuple[Column, ...],
    parts: Mapping[Label, Flow],
    cells: Callable[[Flow], tuple[Cell, ...]],
) -> Table:
    rows = tuple((cell, *cells(part)) for cell, part in parts.items())
    totals = (None, *cells(total(parts.values(), Flow())))
    return Table(Key(title), (by.column, *columns), rows, totals)


def _flow_cells(flow: Flow) -> tuple[Cell, ...]:
    calls = flow.calls
    return (
        calls.offered,
        calls.answered,
        calls.in_time,
        calls.abandoned,
        calls.short,
        calls.rung_back,
        calls.elsewhere,
        calls.still_waiting,
        flow.kept,
        flow.counted,
        flow.level,
        percent(calls.in_time, calls.answered + calls.abandoned),
        percent(calls.in_time, calls.answered),
        calls.abandonment,
        calls.net_abandonment,
        calls.asa,
    )


def _handling_cells(flow: Flow) -> tuple[Cell, ...]:
    handling = flow.handling
    return handling.handled, handling.talk, handling.hold, handling.wrap_up, handling.aht


def _waits_cells(calls: CallFlow, waits: Waits) -> tuple[Cell, ...]:
    percentiles = (waits.percentile(50), waits.percentile(90), waits.longest)
    return (
        calls.answered,
        calls.answered_wait,
        calls.asa,
        *(None if one is None else timedelta(seconds=one) for one in percentiles),
        calls.abandoned,
        calls.abandoned_wait,
        calls.abandoned_after,
    )


def charts(flows: Mapping[CallCut, Flow], by: By, level: float | None) -> tuple[Chart, ...]:
    """What became of the calls, and the service level with the line that was agreed."""
    parts = _rolled(flows, by)
    labels = tuple(parts)
    ends = {
        name: tuple(getattr(part.calls, name) for part in parts.values())
        for name in ("answered", "abandoned", "rung_back", "elsewhere")
    }
    shown = tuple(
        Series(Key(name), values)
        for name, values in ends.items()
        if name in ("answered", "abandoned") or any(values)
    )
    levels = Series(Key("service_level"), tuple(part.level for part in parts.values()))
    return (
        Chart(Key(f"calls_by_{by.name}"), ChartKind.STACKED, labels, shown, Unit.COUNT),
        Chart(Key(f"level_by_{by.name}"), ChartKind.LINES, labels, (levels,), Unit.PERCENT, level),
    )
