"""A workbook's own charts, and the sheet with the figures that they are drawn from."""

from collections.abc import Sequence
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart as NativeChart
from xlsxwriter.worksheet import Worksheet

from reporting.chart_looks import (
    LOOKS,
    RULE,
    TARGET,
    Look,
    as_number,
    axis_name,
    is_sideways,
    labels,
    time_step,
)
from reporting.report import Chart, ChartKind, Unit
from reporting.sheet_cells import Formats, safe
from reporting.words import Words

_DAY_S: Final = 86_400
_WIDTH: Final = 540
_HEIGHT: Final = 300
_GAP: Final = 12
_ABREAST: Final = 2
_ROW: Final = 20
"""Pixels of a row."""

_MARKERS: Final = {
    "o": "circle",
    "s": "square",
    "^": "triangle",
    "D": "diamond",
    "v": "short_dash",
    "P": "plus",
    "X": "x",
    "*": "star",
}
_DASHES: Final = (
    "solid",
    "dash",
    "round_dot",
    "dash_dot",
    "square_dot",
    "long_dash",
    "long_dash_dot",
    "dash",
)


class ChartSheet:
    """One chart's figures under another's: its labels, then a column for each series."""

    def __init__(self, book: Workbook, sheet: Worksheet, formats: Formats, words: Words) -> None:
        self._book, self._sheet, self._formats, self._words = book, sheet, formats, words
        self._row = 0
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, len(LOOKS) + 1, 16)

    def put(self, sheet: Worksheet, row: int, charts: Sequence[Chart]) -> None:
        """On ``sheet`` from ``row`` on, two side by side."""
        for start in range(0, len(charts), _ABREAST):
            abreast = charts[start : start + _ABREAST]
            height = max(map(self._height, abreast))
            for place, chart in enumerate(abreast):
                drawn = self._drawn(chart)
                drawn.set_size({"width": _WIDTH, "height": height})
                looks = {
                    "x_offset": place * (_WIDTH + _GAP),
                    "object_position": 3,
                    "description": self._words.text(chart.title),
                }
                sheet.insert_chart(row, 0, drawn, looks)
            row += -(-height // _ROW) + 1

    def _height(self, chart: Chart) -> int:
        if not is_sideways(chart, self._words):
            return _HEIGHT
        return max(_HEIGHT, 90 + 24 * len(chart.labels))

    def _figures(self, chart: Chart) -> int:
        """The row of their heads."""
        sheet, head, names = self._sheet, self._row + 1, labels(chart, self._words)
        sheet.write_string(self._row, 0, self._words.text(chart.title), self._formats.heading)
        sheet.write_string(head, 0, "", self._formats.head(right=False))
        for number, name in enumerate(names, head + 1):
            sheet.write_string(number, 0, safe(name), self._formats.text)
        columns = [(self._words.label(one.label), one.values) for one in chart.series]
        if chart.target is not None:
            columns.append(
                (self._words.text("axis_target", value="").strip(), (chart.target,) * len(names))
            )
        looks = self._formats.figures(self._format(chart))
        for place, (name, values) in enumerate(columns, 1):
            sheet.write_string(head, place, safe(name), self._formats.head(right=True))
            for number, value in enumerate(values, head + 1):
                figure = as_number(value, chart.unit)
                if figure is not None:
                    sheet.write_number(number, place, figure * _scale(chart.unit), looks)
        self._row = head + len(names) + 2
        return head

    def _drawn(self, chart: Chart) -> NativeChart:
        head, count = self._figures(chart), len(chart.labels)
        sideways = is_sideways(chart, self._words)
        kind = "line" if chart.kind is ChartKind.LINES else "bar" if sideways else "column"
        stacked = {"subtype": "stacked"} if chart.kind is ChartKind.STACKED else {}
        drawn: NativeChart = self._book.add_chart({"type": kind, **stacked})
        for place, look in zip(range(1, len(chart.series) + 1), LOOKS, strict=False):
            paint = (
                _line(place) if kind == "line" else _bar(look, alone=chart.kind is ChartKind.BARS)
            )
            drawn.add_series(self._series(head, count, place) | paint)
        if chart.target is not None and not sideways:
            target = self._series(head, count, len(chart.series) + 1) | _TARGET_LINE
            if kind == "line":
                drawn.add_series(target)
            else:
                line = self._book.add_chart({"type": "line"})
                line.add_series(target)
                drawn.combine(line)
        self._axes(drawn, chart, sideways=sideways)
        return drawn

    def _series(self, head: int, count: int, place: int) -> dict[str, Any]:
        name = self._sheet.get_name()
        return {
            "name": [name, head, place],
            "categories": [name, head + 1, 0, head + count, 0],
            "values": [name, head + 1, place, head + count, place],
        }

    def _axes(self, drawn: NativeChart, chart: Chart, *, sideways: bool) -> None:
        title = {"name": self._words.text(chart.title), "name_font": {"size": 12}, "overlay": False}
        drawn.set_title(title | {"layout": {"x": 0.01, "y": 0.02}})
        figures: dict[str, Any] = {
            "num_format": self._format(chart),
            "major_gridlines": {"visible": True, "line": {"color": RULE}},
            "line": {"none": True},
            "name": axis_name(chart, self._words),
            "name_font": {"bold": False, "size": 9},
        }
        if chart.unit is Unit.SECONDS:
            values = [
                as_number(one, chart.unit) or 0.0 for each in chart.series for one in each.values
            ]
            figures["major_unit"] = time_step(max([*values, chart.target or 0.0])) / _DAY_S
        names: dict[str, Any] = {"label_position": "low"}
        if sideways:  # a bar's figures are along the x axis
            drawn.set_x_axis(figures)
            drawn.set_y_axis(names | {"reverse": True, "crossing": "max"})
        else:
            drawn.set_x_axis(names)
            drawn.set_y_axis(figures)
        alone = len(chart.series) == 1 and chart.target is None
        drawn.set_legend({"none": True} if alone else {"position": "bottom"})
        drawn.show_blanks_as("gap")

    def _format(self, chart: Chart) -> str:
        match chart.unit:
            case Unit.HOURS:
                return "#,##0.0"
            case Unit.MONEY:
                return "#,##0.00"
            case _:
                return self._formats.figure(chart.unit)


_TARGET_LINE: Final = {
    "line": {"color": TARGET, "width": 1.5, "dash_type": "long_dash"},
    "marker": {"type": "none"},
}


def _scale(unit: Unit) -> float:
    """To what a cell of that unit holds."""
    return {Unit.PERCENT: 0.01, Unit.SECONDS: 1 / _DAY_S}.get(unit, 1.0)


def _line(place: int) -> dict[str, Any]:
    look = LOOKS[place - 1]
    return {
        "line": {"color": look.line_colour, "width": 2, "dash_type": _DASHES[place - 1]},
        "marker": {
            "type": _MARKERS[look.marker],
            "size": 6,
            "fill": {"color": look.line_colour},
            "border": {"color": "#ffffff"},
        },
    }


def _bar(look: Look, *, alone: bool) -> dict[str, Any]:
    fill: dict[str, Any] = (
        {
            "pattern": {
                "pattern": look.pattern,
                "fg_color": look.hatch_colour,
                "bg_color": look.colour,
            }
        }
        if look.pattern
        else {"fill": {"color": look.colour}}
    )
    labelled = {"data_labels": {"value": True}} if alone else {}
    return {**fill, **labelled, "border": {"color": "#ffffff"}, "gap": 40}
