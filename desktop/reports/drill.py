"""From a figure to the calls behind it: what leads there, and the lists of them. Nobody's name is in them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final

from actions.desk import DeskError
from actions.why_not import WhyNot
from desktop.reports.asked import Asked
from domain.figures_ports import FieldVisit, Figures, PortalCall
from domain.ids import CallId, TenantId
from domain.period import Period, divided
from domain.portal_facts import DialogEnd
from domain.projection import VisitEnd, slot_of
from reporting.call_flow import concern_key, language_key
from reporting.report import Cell, Column, Key, Table, Unit
from reporting.subject import Subject

LISTED: Final = 500
"""Calls of a list; whoever wants more narrows it down."""

_ENDS: Final = {
    "answered": VisitEnd.ANSWERED,
    "abandoned": VisitEnd.ABANDONED,
    "rung_back": VisitEnd.RUNG_BACK,
    "elsewhere": VisitEnd.ELSEWHERE,
}
_FIELD: Final = frozenset({"offered", "in_time", "short", "still_waiting", *_ENDS})
_PORTAL: Final = frozenset({"calls", "self_served", "handed_over", "gave_up"})
_CALL_TABLES: Final = ("flow_by_",)


@dataclass(frozen=True, slots=True)
class Wish:
    """Calls counted under ``figure``. What is None isn't asked."""

    of: str
    figure: str
    period: Period
    language: str | None = None
    concern: str | None = None
    line: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A call; ``cells`` are those of the list's columns."""

    call: CallId
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """``heads`` are the keys of what each cell is called at the desk, and its unit; ``is_cut``: there are more."""

    heads: tuple[tuple[str, Unit], ...]
    calls: tuple[Found, ...]
    is_cut: bool


Link = Callable[[Table, tuple[Cell, ...] | None, Column], str | None]
"""``(table, row, column)``: where a cell's calls are listed; the row of totals is None."""


def link(asked: Asked, subject: Subject) -> Link:
    """Where a table's cell leads to, if anywhere."""
    ids = {brand.name: brand.id for brand in subject.brands}
    parts = {one.since: one for one in divided(asked.period, asked.grain, asked.zone)}
    days = {since.astimezone(asked.zone).date(): one for since, one in parts.items()}

    def of(table: Table, row: tuple[Cell, ...] | None, column: Column) -> str | None:
        kind = _kind_of(table, column)
        if kind is None:
            return None
        said = {"of": kind, "figure": str(column.key)}
        period = asked.period
        for cell, head in zip(row or (), table.columns, strict=False):
            match str(head.key), cell:
                case "tenant", str():
                    said["tenant"] = ids[cell]
                case ("line" | "prompt") as name, str():
                    said[name] = cell
                case "language" | "concern" as name, Key():
                    said[name] = cell.removeprefix(f"{name}_")
                case "prompt", None:
                    said["prompt"] = ""
                case _, datetime():
                    period = parts[cell]
                case _, date():
                    period = days[cell]
                case _:
                    continue
        said["since"], said["until"] = _written(period.since), _written(period.until)
        return f"/reports/calls?{asked.query(**said)}"

    return of


def _kind_of(table: Table, column: Column) -> str | None:
    if table.title.startswith(_CALL_TABLES) and column.key in _FIELD:
        return "field"
    if table.title in ("portal_by_line", "gave_up_by_prompt") and column.key in _PORTAL:
        return "portal"
    return None


def wish(query: Mapping[str, str], asked: Asked) -> Wish:
    """Raises DeskError."""
    of, figure = query.get("of", ""), query.get("figure", "")
    if figure not in {"field": _FIELD, "portal": _PORTAL}.get(of, frozenset()):
        raise DeskError(WhyNot.NO_CHOICE)
    since, until = _read(query.get("since", "")), _read(query.get("until", ""))
    if not asked.period.since <= since < until <= asked.period.until:
        raise DeskError(WhyNot.NO_PERIOD)
    return Wish(
        of,
        figure,
        Period(since, until),
        *(query.get(name) for name in ("language", "concern", "line", "prompt")),
    )


def listed(figures: Figures, subject: Subject, wish: Wish) -> Listed:
    """Raises StorageDown."""
    names = {brand.id: brand.name for brand in subject.brands}
    in_field = wish.of == "field"
    rows = (_in_field if in_field else _in_portal)(figures, names, wish)
    found = tuple(islice(rows, LISTED + 1))
    heads = _FIELD_HEADS if in_field else _PORTAL_HEADS
    return Listed(heads, found[:LISTED], len(found) > LISTED)


def _in_field(figures: Figures, names: Mapping[TenantId, str], wish: Wish) -> Iterator[Found]:
    for one in figures.visits(wish.period, tuple(names)):
        if _is_meant(one, wish):
            spoken, about = language_key(one.language), concern_key(one.concern)
            end = None if one.end is None else Key(_end(one.end))
            yield Found(one.call, (one.entered, names[one.tenant], spoken, about, one.wait, end))


def _in_portal(figures: Figures, names: Mapping[TenantId, str], wish: Wish) -> Iterator[Found]:
    for one in figures.portal_calls(wish.period, tuple(names)):
        if _is_meant_there(one, wish):
            spent = None if one.left is None else one.left - one.arrived
            there = names[one.tenant], one.line, language_key(one.language)
            yield Found(one.call, (one.arrived, *there, spent, one.last_prompt))


_FIELD_HEADS: Final = (
    ("time", Unit.TIME),
    ("brand", Unit.NAME),
    ("language", Unit.TEXT),
    ("concern", Unit.TEXT),
    ("waited", Unit.SECONDS),
    ("came_of", Unit.TEXT),
)
_PORTAL_HEADS: Final = (
    ("time", Unit.TIME),
    ("brand", Unit.NAME),
    ("line", Unit.NAME),
    ("language", Unit.TEXT),
    ("time_there", Unit.SECONDS),
    ("heard_last", Unit.NAME),
)


def _end(end: VisitEnd) -> str:
    return next(name for name, one in _ENDS.items() if one is end)


def _is_meant(visit: FieldVisit, wish: Wish) -> bool:
    if visit.dialled is not None:
        return False
    if wish.language is not None and wish.language != visit.language:
        return False
    if wish.concern is not None and wish.concern != (visit.concern or "none"):
        return False
    match wish.figure:
        case "offered":
            return True
        case "in_time":
            return visit.end is VisitEnd.ANSWERED and visit.in_time
        case "short":
            return visit.end is VisitEnd.ABANDONED and visit.short
        case "still_waiting":
            return visit.end is None
        case name:
            return visit.end is _ENDS[name]


def _is_meant_there(call: PortalCall, wish: Wish) -> bool:
    if wish.line is not None and wish.line != call.line:
        return False
    if wish.prompt is not None and wish.prompt != (call.last_prompt or ""):
        return False
    match wish.figure:
        case "self_served":
            return call.served and not call.handed_over
        case "handed_over":
            return call.handed_over
        case "gave_up":
            return call.end is DialogEnd.HUNG_UP and not call.served and not call.handed_over
        case _:
            return True


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _read(written: str) -> datetime:
    """When a slot begins. Raises DeskError."""
    try:
        at = datetime.strptime(written, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        raise DeskError(WhyNot.NO_PERIOD) from None
    if slot_of(at) != at:
        raise DeskError(WhyNot.NO_PERIOD)
    return at
