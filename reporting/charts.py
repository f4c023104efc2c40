"""Draws charts as PNG. The only module that imports matplotlib; it runs in a process of its own (``chart_process``)."""

import io
from collections.abc import Sequence
from datetime import timedelta
from textwrap import shorten
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, MultipleLocator

from reporting.chart_looks import (
    INK,
    LOOKS,
    RULE,
    SOFT,
    TARGET,
    WIDTH,
    Look,
    as_number,
    axis_name,
    is_sideways,
    labels,
    time_step,
)
from reporting.report import Chart, ChartKind, Unit
from reporting.words import Words

_WIDTH_IN: Final = 4.8
_HEIGHT_IN: Final = 2.6
_TITLE_IN: Final = 0.3
_LEGEND_LINE_IN: Final = 0.18
_DPI: Final = 2 * WIDTH / _WIDTH_IN

_SETTINGS: Final[Any] = {  # their names are matplotlib's
    "text.parse_math": False,  # what others wrote is text, whatever signs are in it
    "font.family": "DejaVu Sans",  # which comes with matplotlib
    "font.size": 8.3,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "ytick.major.size": 0,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.9,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
}

_LONGEST_LABEL: Final = 26
_MOST_VALUES: Final = 16
_NAMES_IN_A_LINE: Final = 62
_LABEL_GAP: Final = 0.075
"""Between two lines' names at their end, in parts of the axis."""

_MOST_TICKS: Final = 16
_MOST_MARKERS: Final = 32
_DECIMALS: Final = {Unit.MONEY: 2}


def draw(chart: Chart, words: Words) -> bytes:
    """A PNG; the same for the same chart."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        return _Drawing(chart, words).png()


class _Drawing:
    """``_sideways`` has a bar for each label lie, with its name before it: names are long."""

    def __init__(self, chart: Chart, words: Words) -> None:
        self._chart, self._words = chart, words
        self._labels = [
            shorten(label, _LONGEST_LABEL, placeholder="\N{HORIZONTAL ELLIPSIS}")
            for label in labels(chart, words)
        ]
        self._values = [
            [as_number(one, chart.unit) for one in each.values] for each in chart.series
        ]
        self._names = [words.label(one.label) for one in chart.series]
        self._sideways = is_sideways(chart, words)
        self._lowest, self._highest = self._find_ends()

    def _find_ends(self) -> tuple[float, float]:
        """The lowest and the highest that is drawn; nought is among them, but for lines of shares."""
        columns = [[one or 0.0 for one in column] for column in zip(*self._values, strict=True)]
        if self._chart.kind is ChartKind.STACKED:
            drawn = [sum(column) for column in columns]
        else:
            drawn = [one for each in self._values for one in each if one is not None]
        if self._chart.target is not None:
            drawn.append(self._chart.target)
        lowest, highest = min(drawn, default=0.0), max(drawn, default=0.0)
        if self._chart.kind is ChartKind.LINES and self._chart.unit is Unit.PERCENT:
            return max(0.0, lowest // 10 * 10 - 10) if lowest >= 0 else lowest, highest
        return min(lowest, 0.0), max(highest, 0.0)

    def png(self) -> bytes:
        figure = Figure(figsize=(_WIDTH_IN, self._height()), dpi=_DPI)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        match self._chart.kind:
            case ChartKind.LINES:
                self._lines(axes)
            case ChartKind.BARS:
                self._bars(axes)
            case ChartKind.STACKED:
                self._stack(axes)
        self._scale(axes)
        self._target(axes)
        if self._chart.kind is ChartKind.LINES:
            self._name_lines(axes)
        above = self._head(figure, axes) / self._height()
        figure.set_layout_engine("constrained", rect=(0.0, 0.0, 1.0, 1 - above))
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
        few = len(self._labels) <= _MOST_MARKERS
        for values, look in zip(self._values, LOOKS, strict=False):
            drawn = [float("nan") if one is None else one for one in values]
            axes.plot(
                range(len(drawn)),
                drawn,
                color=look.line_colour,
                linestyle=(0, look.dash) if look.dash else "-",
                marker=look.marker if few else "",
                markeredgecolor="white",
                markeredgewidth=0.7,
            )
        axes.set_xlim(-0.5, max(len(self._labels) - 0.5, 0.5))

    def _bars(self, axes: Axes) -> None:
        thick = 0.78 / max(len(self._values), 1)
        for place, (values, look) in enumerate(zip(self._values, LOOKS, strict=False)):
            shift = (place - (len(self._values) - 1) / 2) * thick
            at = [one + shift for one in range(len(values))]
            bars = self._put(axes, at, values, [0.0] * len(values), thick, look, self._names[place])
            if len(self._labels) * len(self._values) <= _MOST_VALUES or self._sideways:
                axes.bar_label(
                    bars, [self._told(one) for one in values], padding=2, fontsize=7.5, color=INK
                )

    def _stack(self, axes: Axes) -> None:
        under = [0.0] * len(self._labels)
        for values, look, name in zip(self._values, LOOKS, self._names, strict=False):
            self._put(axes, list(range(len(values))), values, under, 0.72, look, name)
            under = [low + (one or 0.0) for low, one in zip(under, values, strict=True)]
        if len(self._labels) <= _MOST_VALUES or self._sideways:
            self._name_sums(axes, under)

    def _name_sums(self, axes: Axes, sums: list[float]) -> None:
        for place, one in enumerate(sums):
            at, shift = ((one, place), (3, 0)) if self._sideways else ((place, one), (0, 2))
            axes.annotate(
                self._told(one) if one else "",
                at,
                xytext=shift,
                textcoords="offset points",
                ha="left" if self._sideways else "center",
                va="center" if self._sideways else "bottom",
                fontsize=7.5,
            )

    def _name_lines(self, axes: Axes) -> None:
        """Each line's name at its end, none over another; the target's beside them."""
        lowest, highest = axes.get_ylim()
        gap = _LABEL_GAP * (highest - lowest)
        ends = [
            (
                next((one for one in reversed(values) if one is not None), 0.0),
                name,
                look.line_colour,
            )
            for values, look, name in zip(self._values, LOOKS, self._names, strict=False)
        ]
        if self._chart.target is not None:
            ends.append((self._chart.target, self._target_name(), TARGET))
        ends.sort()
        places = apart([end for end, _, _ in ends], gap)
        for at, (_, name, colour) in zip(places, ends, strict=True):
            axes.annotate(
                name,
                (1, at),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                fontsize=7.5,
                fontweight="bold",
            )

    def _put(
        self,
        axes: Axes,
        at: list[float] | list[int],
        values: Sequence[float | None],
        under: list[float],
        thick: float,
        look: Look,
        name: str,
    ) -> Any:
        looks: dict[str, Any] = {
            "facecolor": look.colour,
            "hatch": look.hatch,
            "hatchcolor": look.hatch_colour,
            "edgecolor": "white",
            "linewidth": 0.6,
            "label": name,
        }
        drawn = [one or 0.0 for one in values]
        if self._sideways:
            return axes.barh(at, drawn, height=thick, left=under, **looks)
        return axes.bar(at, drawn, width=thick, bottom=under, **looks)

    # what it is read by

    def _scale(self, axes: Axes) -> None:
        figures, names = (axes.xaxis, axes.yaxis) if self._sideways else (axes.yaxis, axes.xaxis)
        figures.set_major_locator(self._locator())
        figures.set_major_formatter(FuncFormatter(lambda value, _: self._tick(value)))
        figures.grid(visible=True)
        every = 1 if self._sideways else max(1, -(-len(self._labels) // self._room()))
        shown = range(0, len(self._labels), every)
        names.set_major_locator(FixedLocator(list(shown)))
        names.set_major_formatter(FuncFormatter(lambda at, _: self._labels[round(at)]))
        room = 0.08 * (self._highest - self._lowest) or 1.0
        top = self._highest if self._lowest < 0 == self._highest else self._highest + room
        if self._chart.unit is Unit.PERCENT and 50 < self._highest <= 100:
            top = 101.0
        ends = self._lowest - room if self._lowest < 0 else self._lowest, top
        if self._sideways:
            axes.set_xlim(*ends)
            axes.invert_yaxis()
            axes.spines.bottom.set_visible(False)
            axes.spines.left.set_visible(True)
            axes.tick_params(axis="x", length=0)
            axes.set_xlabel(axis_name(self._chart, self._words), fontsize=8)
        else:
            axes.set_ylim(*ends)
            axes.set_ylabel(axis_name(self._chart, self._words), fontsize=8)

    def _room(self) -> int:
        """For how many labels side by side there is room."""
        longest = max(map(len, self._labels), default=1)
        return max(
            2,
            min(_MOST_TICKS, (44 if self._chart.kind is ChartKind.LINES else 62) // (longest + 1)),
        )

    def _locator(self) -> Any:
        match self._chart.unit:
            case Unit.SECONDS:
                return MultipleLocator(time_step(self._highest))
            case Unit.COUNT:
                return MaxNLocator(5, integer=True)
            case _:
                return MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])

    def _target(self, axes: Axes) -> None:
        if self._chart.target is None:
            return
        looks: dict[str, Any] = {"color": TARGET, "linewidth": 1.2, "linestyle": (0, (7, 3))}
        words: dict[str, Any] = {"color": TARGET, "fontsize": 7.5, "fontweight": "bold"}
        if self._sideways:
            axes.axvline(self._chart.target, **looks)
            axes.annotate(
                self._target_name(),
                (self._chart.target, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                **words,
            )
            return
        axes.axhline(self._chart.target, **looks)
        if self._chart.kind is not ChartKind.LINES:
            axes.annotate(
                self._target_name(),
                (1, self._chart.target),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                **words,
            )

    def _head(self, figure: Figure, axes: Axes) -> float:
        """The title, and the names of what bars are of; the inches that they take."""
        height = self._height()
        figure.text(
            0.008,
            1 - 0.06 / height,
            self._words.text(self._chart.title),
            va="top",
            fontsize=10.5,
            fontweight="bold",
        )
        if self._chart.kind is ChartKind.LINES or len(self._values) == 1:
            return _TITLE_IN
        handles, names = axes.get_legend_handles_labels()
        columns = _columns(names)
        # it is filled column by column, and read line by line
        order = [place for start in range(columns) for place in range(start, len(names), columns)]
        figure.legend(
            [handles[place] for place in order],
            [names[place] for place in order],
            loc="upper left",
            bbox_to_anchor=(0.0, 1 - 0.25 / height),
            ncols=columns,
            frameon=False,
            fontsize=8,
            handlelength=1.8,
            columnspacing=1.3,
            borderpad=0.2,
            borderaxespad=0.2,
        )
        return _TITLE_IN + 0.06 + _LEGEND_LINE_IN * -(-len(names) // columns)

    # in words

    def _tick(self, value: float) -> str:
        return self._told(value, whole=True)

    def _told(self, value: float | None, *, whole: bool = False) -> str:
        """``whole`` leaves decimals out where there are none."""
        if value is None:
            return ""
        decimals = 0 if whole and value == round(value) else _DECIMALS.get(self._chart.unit, 1)
        match self._chart.unit:
            case Unit.PERCENT:
                return self._words.percent(value, decimals)
            case Unit.SECONDS:
                return self._words.wait(timedelta(seconds=value))
            case Unit.COUNT:
                return self._words.number(value, 0)
            case _:
                return self._words.number(value, decimals)

    def _target_name(self) -> str:
        return self._words.text("axis_target", value=self._told(self._chart.target, whole=True))


def _columns(names: Sequence[str]) -> int:
    """How many names stand side by side above the bars."""
    for columns in range(len(names), 1, -1):
        widest = [max(map(len, names[start::columns])) for start in range(columns)]
        if sum(widest) + 5 * columns <= _NAMES_IN_A_LINE:
            return columns
    return 1


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Places in rising order, moved no further than they must be for each two to be a gap apart."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _first(groups[-1], gap) - _last(groups[-2], gap) < gap:
            together = groups.pop()
            groups[-1] += together
    return [_first(group, gap) + gap * number for group in groups for number in range(len(group))]


def _first(group: Sequence[float], gap: float) -> float:
    return sum(group) / len(group) - gap * (len(group) - 1) / 2


def _last(group: Sequence[float], gap: float) -> float:
    return _first(group, gap) + gap * (len(group) - 1)
