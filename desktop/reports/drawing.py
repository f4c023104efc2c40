"""Tables and charts of figures as a page shows them, as its charts read them, and as a file to keep."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from desktop.reports.drill import Link
from domain.service_record import Price
from reporting.formulas import footnotes
from reporting.report import Cell, Chart, Key, Source, Table, Unit
from reporting.sources import as_csv, instant, seconds
from reporting.words import Words

_FIGURES: Final = frozenset(Unit) - {Unit.NAME, Unit.TEXT, Unit.DAY, Unit.TIME}


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    is_figure: bool
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ShownTable:
    """The first cell of a row is its heading; so is that of ``totals``, which is empty where there are none."""

    id: str
    title: str
    heads: tuple[ShownCell, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    totals: tuple[ShownCell, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """``dated``: hours are of several days, so each says of which."""

    words: Words
    dated: bool = False

    def cell(self, value: Cell, unit: Unit) -> str:
        if unit is Unit.TIME and self.dated and isinstance(value, datetime):
            day = value.astimezone(self.words.zone).date()
            return f"{self.words.chart_label(day, weekday=True)} {self.words.time(value)}"
        return self.words.cell(value, unit)

    def label(self, label: Key | str | date | datetime) -> str:
        """As short as ``cell`` has it."""
        if isinstance(label, datetime):
            return self.cell(label, Unit.TIME)
        return self.words.chart_label(label, weekday=True)

    def table(self, table: Table, link: Link | None = None) -> ShownTable:
        def shown(row: tuple[Cell, ...], of: tuple[Cell, ...] | None) -> tuple[ShownCell, ...]:
            return tuple(
                ShownCell(
                    self.cell(value, column.unit),
                    column.unit in _FIGURES,
                    link(table, of, column) if link is not None and value else None,
                )
                for value, column in zip(row, table.columns, strict=True)
            )

        totals = () if table.totals is None else shown(table.totals, None)
        return ShownTable(
            str(table.title),
            self.words.text(table.title),
            tuple(
                ShownCell(self.words.text(one.key), one.unit in _FIGURES) for one in table.columns
            ),
            tuple(shown(row, row) for row in table.rows),
            totals and (ShownCell(self.words.text("total"), is_figure=False), *totals[1:]),
            tuple(footnotes(table, self.words)),
        )

    def chart(self, chart: Chart) -> Mapping[str, Any]:
        """JSON: numbers are counts, percent or seconds; ``texts`` say the same, as people read it."""
        return {
            "id": str(chart.title),
            "kind": chart.kind.value,
            "unit": chart.unit.value,
            "title": self.words.text(chart.title),
            "labels": [self.label(one) for one in chart.labels],
            "target": chart.target,
            "series": [
                {
                    "label": self.words.label(one.label),
                    "values": [_number(value) for value in one.values],
                    "texts": [self.cell(value, chart.unit) for value in one.values],
                }
                for one in chart.series
            ],
        }

    def beside(self, chart: Chart) -> ShownTable:
        """The values of a chart, for whom a picture tells nothing."""
        heads = ("", *(self.words.label(one.label) for one in chart.series))
        rows = zip(chart.labels, *(one.values for one in chart.series), strict=True)
        return ShownTable(
            f"{chart.title}-values",
            self.words.text(chart.title),
            tuple(ShownCell(text, place > 0) for place, text in enumerate(heads)),
            tuple(
                (
                    ShownCell(self.label(label), is_figure=False),
                    *(ShownCell(self.cell(one, chart.unit), is_figure=True) for one in values),
                )
                for label, *values in rows
            ),
            (),
            (),
        )

    def csv(self, table: Table) -> bytes:
        """A header in the reader's language, and what is shown, exactly: times in seconds, instants in UTC. Totals
        aren't in it: a program would add them up again.
        """
        heads = tuple(self.words.text(one.key) for one in table.columns)
        lines = [[self._exact(value) for value in row] for row in table.rows]
        return as_csv(Source(str(table.title), heads, lines))

    def _exact(self, value: Cell) -> str:
        match value:
            case None:
                return ""
            case Key():
                return self.words.text(value)
            case timedelta():
                return seconds(value)
            case datetime():
                return instant(value)
            case date():
                return value.isoformat()
            case Price():
                return f"{value.amount} {value.currency}"
            case _:
                return str(value)


def file_name(*parts: str) -> str:
    """What a download is called."""
    return re.sub(r"[^\w.-]+", "-", "-".join(parts)).strip("-") + ".csv"


def find(tables: Sequence[Table], title: str) -> Table | None:
    return next((one for one in tables if one.title == title), None)


def _number(value: object) -> float | int | None:
    match value:
        case timedelta():
            return value.total_seconds()
        case int() | float():
            return value
        case Price():
            return float(value.amount)
        case _:
            return None
