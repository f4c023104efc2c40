"""A report as it is before anybody has drawn it: figures in tables and charts, without a language.

Labels are keys of ``reporting/texts``; whatever is drawn (mail, workbook, page) draws the same report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.ids import TenantId
from domain.issued_report import ReportKind
from domain.period import Period
from domain.service_record import Price


class Key(str):
    """Of a text, which every language has; a plain str is drawn as it stands."""

    __slots__ = ()


Cell = str | Key | int | float | timedelta | date | datetime | Price | None
"""What a column's unit says; None where there is nothing to tell, as a share of no calls."""


class Unit(StrEnum):
    """How the cells of a column are read."""

    NAME = "name"
    """As it stands: a person's, a tenant's, a service's."""
    TEXT = "text"
    """A ``Key``."""
    COUNT = "count"
    PERCENT = "percent"
    """A float, of a hundred."""
    SECONDS = "seconds"
    """A timedelta, as a wait: ``0:12`` or ``4:05``."""
    HOURS = "hours"
    """A timedelta, as time at work: ``7:45:10``."""
    MONEY = "money"
    """A ``Price``."""
    DAY = "day"
    TIME = "time"
    """An instant, as the report's zone has the hour: ``08:15``."""
    NUMBER = "number"
    """A float with one decimal."""


Kind = ReportKind
"""What a report is."""


@dataclass(frozen=True, slots=True)
class Column:
    """``formula`` says how a cell follows from others of its row, by the keys of their columns:
    ``in_time / (answered + abandoned - short)``. A workbook computes by it, and every reader sees it.
    """

    key: Key
    unit: Unit
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``totals`` is the last row, of as many cells, where there is one."""

    title: Key
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] | None = None
    note: Key | None = None


class ChartKind(StrEnum):
    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """``values`` are as many as the chart has labels; None is a gap."""

    label: Key | str
    values: tuple[int | float | timedelta | Price | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """``labels`` are read as cells are: a date as a day, an instant as the hour that the report's zone has. ``unit`` is
    PERCENT, COUNT, NUMBER, SECONDS, HOURS or MONEY; ``target`` is a line across, in that unit (seconds for times), as
    the service level that was agreed.
    """

    title: Key
    kind: ChartKind
    labels: tuple[Key | str | date | datetime, ...]
    series: tuple[Series, ...]
    unit: Unit
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the few figures that stand at the top; ``before`` is what it was in the period before."""

    label: Key
    value: Cell
    unit: Unit
    before: Cell = None


@dataclass(frozen=True, slots=True)
class Section:
    title: Key
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A CSV beside the report, from which an outsider recomputes it: a header, then lines. They may be many, and are
    read anew each time somebody goes through them.
    """

    name: str
    columns: tuple[str, ...]
    lines: Iterable[Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """``tenant`` is None where it is about all of them; ``brand`` is its name then, ``zone`` what its days are of.
    ``formulas`` are the texts that say what the figures mean. ``corrects`` is the number of the issued report that this
    one corrects: its tables hold the differences alone.
    """

    kind: Kind
    tenant: TenantId | None
    brand: str
    period: Period
    zone: ZoneInfo
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    formulas: tuple[Key, ...]
    sources: tuple[Source, ...] = ()
    corrects: str | None = None
