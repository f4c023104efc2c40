"""Draws charts as PNG. The only module that imports matplotlib; it runs in a process of its own (``chart_process``)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, MultipleLocator

from domain.service_record import Price
from reporting.report import Chart, ChartKind, Key, Unit
from reporting.words import Words

WIDTH: Final = 664
"""Pixels of the page that a chart is drawn for; its picture has twice as many."""

_WIDTH_IN: Final = 5.3
_HEIGHT_IN: Final = 2.75
_DPI: Final = 2 * WIDTH / _WIDTH_IN

_INK: Final = "#17211e"
_SOFT: Final = "#55625d"
_RULE: Final = "#dde3df"
_TARGET: Final = "#b3261e"


@dataclass(frozen=True, slots=True)
class _Style:
    """What tells a series from the others, with colours and without."""

    colour: str
    hatch: str
    line: Any
    marker: str


_STYLES: Final = (
    _Style("#0b6b57", "", "-", "o"),
    _Style("#e3b04b", "////", (0, (5, 2)), "s"),
    _Style("#9cc9d9", "....", (0, (1.5, 1.5)), "^"),
    _Style("#7a4b7d", "", (0, (6, 2, 1.5, 2)), "D"),
    _Style("#c9cfcb", "\\\\\\\\", (0, (3, 3)), "v"),
    _Style("#4a5bb0", "xxxx", (0, (8, 2)), "P"),
    _Style("#f1e3c6", "", (0, (2, 4)), "X"),
    _Style("#c7704a", "++++", (0, (4, 1)), "*"),
)
_LOOKS: Final = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 8.5,
    "text.color": _INK,
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "ytick.major.size": 0,
    "grid.color": _RULE,
    "grid.linewidth": 0.7,
    "hatch.color": "#ffffff",
    "hatch.linewidth": 0.9,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
}

_LONG_LABEL: Final = 6
_MOST_VALUES: Final = 12
_MOST_TICKS: Final = 13
_TIME_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
_HOUR: Final = timedelta(hours=1)
_SECOND: Final = timedelta(seconds=1)


def draw(chart: Chart, words: Words) -> bytes:
    """A PNG; the same for the same chart."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_LOOKS)
        return _Drawing(chart, words).png()


class _Drawing:
    """``_sideways`` has a bar for each label lie, with its name before it: names are long."""

    def __init__(self, chart: Chart, words: Words) -> None:
        self._chart, self._words = chart, words
        self._labels = [words.chart_label(label) for label in chart.labels]
        self._values = [[as_number(one, chart.unit) for one in each.values] for each in chart.series]
        self._names = [words.label(one.label) for one in chart.series]
        self._sideways = chart.kind is not ChartKind.LINES and any(
            isinstance(label, str) and len(text) > _LONG_LABEL
            for label, text in zip(chart.labels, self._labels, strict=True)
        )
        self._highest = self._find_highest()

    def _find_highest(self) -> float:
        columns = [[one or 0.0 for one in column] for column in zip(*self._values, strict=True)]
        stacked = self._chart.kind is ChartKind.STACKED
        tops = [sum(column) if stacked else max(column, default=0.0) for column in columns]
        return max([*tops, self._chart.target or 0.0, 0.0])

    def png(self) -> bytes:
        figure = Figure(figsize=(_WIDTH_IN, self._height()), dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        figure.suptitle(
            self._words.text(self._chart.title),
            x=0.01, ha="left", fontsize=10.5, fontweight="bold",
        )
        match self._chart.kind:
            case ChartKind.LINES:
                self._lines(axes)
            case ChartKind.BARS:
                self._bars(axes)
            case ChartKind.STACKED:
                self._stack(axes)
        self._scale(axes)
        self._target(axes)
        self._legend(axes)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": None})
        return content.getvalue()

    def _height(self) -> float:
        if not self._sideways:
            return _HEIGHT_IN
        bars = len(self._labels) * (len(self._values) if self._chart.kind is ChartKind.BARS else 1)
        return max(1.7, 1.1 + 0.24 * bars)

    # what is drawn

    def _lines(self, axes: Axes) -> None:
        few = len(self._labels) <= 2 * _MOST_TICKS
        for values, style, name in zip(self._values, _STYLES, self._names, strict=False):
            drawn = [float("nan") if one is None else one for one in values]
            axes.plot(
                range(len(drawn)), drawn,
                color=style.colour, linestyle=style.line, label=name,
                marker=style.marker if few else "", markeredgecolor="white", markeredgewidth=0.7,
            )
        axes.set_xlim(-0.5, max(len(self._labels) - 0.5, 0.5))

    def _bars(self, axes: Axes) -> None:
        thick = 0.78 / max(len(self._values), 1)
        for place, (values, style) in enumerate(zip(self._values, _STYLES, strict=False)):
            shift = (place - (len(self._values) - 1) / 2) * thick
            at = [one + shift for one in range(len(values))]
            bars = self._put(axes, at, values, [0.0] * len(values), thick, style, self._names[place])
            if len(self._labels) * len(self._values) <= _MOST_VALUES or self._sideways:
                axes.bar_label(
                    bars, [self._told(one) for one in values], padding=2, fontsize=7.5, color=_INK
                )

    def _stack(self, axes: Axes) -> None:
        under = [0.0] * len(self._labels)
        for values, style, name in zip(self._values, _STYLES, self._names, strict=False):
            self._put(axes, list(range(len(values))), values, under, 0.72, style, name)
            under = [low + (one or 0.0) for low, one in zip(under, values, strict=True)]

    def _put(
        self, axes: Axes, at: list[float] | list[int], values: Sequence[float | None],
        under: list[float], thick: float, style: _Style, name: str,
    ) -> Any:
        looks: dict[str, Any] = {
            "color": style.colour, "hatch": style.hatch, "edgecolor": "white", "linewidth": 0.6,
            "label": name,
        }
        drawn = [one or 0.0 for one in values]
        if self._sideways:
            return axes.barh(at, drawn, height=thick, left=under, **looks)
        return axes.bar(at, drawn, width=thick, bottom=under, **looks)

    # what it is read by

    def _scale(self, axes: Axes) -> None:
        figures, labels = (axes.xaxis, axes.yaxis) if self._sideways else (axes.yaxis, axes.xaxis)
        figures.set_major_locator(self._locator())
        figures.set_major_formatter(FuncFormatter(lambda value, _: self._tick(value)))
        figures.grid(visible=True)
        every = 1 if self._sideways else max(1, -(-len(self._labels) // self._room()))
        shown = range(0, len(self._labels), every)
        labels.set_major_locator(FixedLocator(list(shown)))
        labels.set_major_formatter(FuncFormatter(lambda at, _: self._labels[round(at)]))
        top = self._highest * 1.08 or 1.0
        if self._chart.unit is Unit.PERCENT:
            top = max(100.0, self._highest * 1.02) if self._highest > 50 else top
        if self._sideways:
            axes.set_xlim(0, top)
            axes.invert_yaxis()
            axes.spines.bottom.set_visible(False)
            axes.spines.left.set_visible(True)
            axes.tick_params(axis="x", length=0)
            axes.set_xlabel(self._unit(), fontsize=8)
        else:
            axes.set_ylim(0, top)
            axes.set_ylabel(self._unit(), fontsize=8)

    def _room(self) -> int:
        """For how many labels side by side there is room."""
        longest = max(map(len, self._labels), default=1)
        return max(2, min(_MOST_TICKS + 3, 66 // (longest + 2)))

    def _locator(self) -> Any:
        match self._chart.unit:
            case Unit.SECONDS:
                fits = (one for one in _TIME_STEPS if self._highest / one <= 5)
                return MultipleLocator(next(fits, _TIME_STEPS[-1]))
            case Unit.COUNT:
                return MaxNLocator(5, integer=True)
            case _:
                return MaxNLocator(5)

    def _target(self, axes: Axes) -> None:
        if self._chart.target is None:
            return
        told = self._words.text("axis_target", value=self._told(self._chart.target, whole=True))
        looks: dict[str, Any] = {"color": _TARGET, "linewidth": 1.3, "linestyle": (0, (7, 3))}
        words: dict[str, Any] = {"color": _TARGET, "fontsize": 7.5, "fontweight": "bold"}
        if self._sideways:
            axes.axvline(self._chart.target, **looks)
            axes.annotate(told, (self._chart.target, 1), xycoords=("data", "axes fraction"),
                          xytext=(0, 3), textcoords="offset points", ha="center", **words)
        else:
            axes.axhline(self._chart.target, **looks)
            axes.annotate(told, (1, self._chart.target), xycoords=("axes fraction", "data"),
                          xytext=(0, 3), textcoords="offset points", ha="right", **words)

    def _legend(self, axes: Axes) -> None:
        """Above, in the order of the series; a single one is what the title says."""
        if len(self._values) > 1:
            axes.figure.legend(
                loc="outside upper left", ncols=min(len(self._values), 4), frameon=False, fontsize=8,
                handlelength=2.4, columnspacing=1.4, borderaxespad=0.2,
            )

    # in words

    def _tick(self, value: float) -> str:
        return self._told(value, whole=True)

    def _told(self, value: float | None, *, whole: bool = False) -> str:
        """``whole`` leaves decimals out where there are none."""
        if value is None:
            return ""
        decimals = 0 if whole and value == round(value) else 1
        match self._chart.unit:
            case Unit.PERCENT:
                return self._words.percent(value, decimals)
            case Unit.SECONDS:
                return self._words.wait(timedelta(seconds=value))
            case Unit.COUNT:
                return self._words.number(value, 0)
            case _:
                return self._words.number(value, decimals)

    def _unit(self) -> str:
        money = [one for each in self._chart.series for one in each.values if isinstance(one, Price)]
        return money[0].currency if money else self._words.text(f"axis_{self._chart.unit}")


def as_number(value: int | float | timedelta | Price | None, unit: Unit) -> float | None:
    """Seconds of waits, hours of times at work, a price's amount."""
    match value:
        case timedelta():
            return value / (_HOUR if unit is Unit.HOURS else _SECOND)
        case Price():
            return float(value.amount)
        case _:
            return value
