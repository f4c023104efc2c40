"""What charts share, whoever draws them: how series are told apart with colours and without, and what is drawn of a
cell.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.service_record import Price
from reporting.report import Chart, ChartKind, Unit
from reporting.words import Words

WIDTH: Final = 680
"""Pixels of the page that a chart is drawn for; its picture has twice as many."""

INK: Final = "#17211e"
SOFT: Final = "#55625d"
RULE: Final = "#dde3df"
TARGET: Final = "#b3261e"

_WHITE: Final = "#ffffff"


@dataclass(frozen=True, slots=True)
class Look:
    """A series'. ``hatch`` is matplotlib's, ``pattern`` the same in a workbook; ``dash`` are on and off, in points."""

    colour: str
    marker: str
    dash: tuple[float, ...] = ()
    hatch: str = ""
    pattern: str = ""
    hatch_colour: str = _WHITE

    @property
    def line_colour(self) -> str:
        """What is light as a bar is drawn as a line in the colour of its hatch."""
        return self.colour if self.hatch_colour == _WHITE else self.hatch_colour


LOOKS: Final = (
    Look("#0b6b57", "o"),
    Look("#d99a2b", "s", (5, 2), "////", "wide_upward_diagonal"),
    Look("#cfe3ea", "^", (1.5, 1.5), "....", "percent_20", "#3d7f96"),
    Look("#8f7aa8", "D", (6, 2, 1.5, 2)),
    Look("#e6e9e7", "v", (3, 3), "\\\\\\\\", "wide_downward_diagonal", "#7b8a84"),
    Look("#3f4f9e", "P", (8, 2), "xxxx", "outlined_diamond"),
    Look("#f1dfb8", "X", (2, 4), "----", "light_horizontal", "#b08d3c"),
    Look("#b5532f", "*", (4, 1), "++++", "large_grid"),
)
"""A chart has no more series than that."""

_TIME_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
_LONG_LABEL: Final = 6
_FEW_DAYS: Final = 8
_HOUR: Final = timedelta(hours=1)
_SECOND: Final = timedelta(seconds=1)


def labels(chart: Chart, words: Words) -> list[str]:
    """Of its axis; days by their names too where they are few."""
    few = len(chart.labels) <= _FEW_DAYS
    return [words.chart_label(label, weekday=few) for label in chart.labels]


def is_sideways(chart: Chart, words: Words) -> bool:
    """Bars lie, each with its name before it, where names are long."""
    return chart.kind is not ChartKind.LINES and any(
        not isinstance(label, date) and len(words.label(label)) > _LONG_LABEL
        for label in chart.labels
    )


def as_number(value: float | timedelta | Price | None, unit: Unit) -> float | None:
    """Seconds of waits, hours of times at work, a price's amount."""
    match value:
        case timedelta():
            return value / (_HOUR if unit is Unit.HOURS else _SECOND)
        case Price():
            return float(value.amount)
        case _:
            return value


def time_step(highest: float) -> int:
    """Seconds from tick to tick, so that there are no more than five."""
    return next((one for one in _TIME_STEPS if highest / one <= 5), _TIME_STEPS[-1])


def axis_name(chart: Chart, words: Words) -> str:
    values = [one for each in chart.series for one in each.values]
    money = next((one for one in values if isinstance(one, Price)), None)
    return money.currency if money else words.text(f"axis_{chart.unit}")
