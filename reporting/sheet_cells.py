"""A workbook's cells: their formats in a language, and foreign text made harmless."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.language import Language
from domain.service_record import Price
from reporting.chart_looks import INK, SOFT
from reporting.report import Cell, Unit
from reporting.words import Words, decimals_of

_LONGEST_TEXT: Final = 32_767
_LONGEST_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_PERCENT: Final = {Language.EN: "0.0%"}
_DAY: Final = {Language.DE: "dd\\.mm\\.yyyy", Language.EN: "mm\\/dd\\/yyyy"}
_FONT: Final = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "vcenter"}
_TEXTS: Final = frozenset({Unit.NAME, Unit.TEXT})

Place = tuple[int, int]
"""Row and column, from 0 on."""


class Formats:
    """Each made once. A figure's separators are those of the reader's own Excel; all else is the language's."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book, self._language = book, language
        self._made: dict[tuple[object, ...], Format] = {}
        self.title = self._format(font_size=16, bold=True)
        self.heading = self._format(font_size=11, bold=True)
        self.strong = self._format(bold=True)
        self.soft = self._format(font_color=SOFT)
        self.text = self._format()
        self.link = self._format(font_color="#0b6b57", underline=1)
        self.wrapped = self._format(text_wrap=True, valign="top")

    def head(self, *, right: bool) -> Format:
        return self._format(
            bold=True, text_wrap=True, align="right" if right else "left", bottom=1,
            bottom_color=SOFT, bg_color="#eef3f1",
        )  # fmt: skip

    def of(self, unit: Unit, value: Cell = None, *, total: bool = False) -> Format:
        """For a cell of that unit; ``value`` says a price's currency."""
        looks: dict[str, Any] = {"bold": True, "top": 1, "top_color": SOFT} if total else {}
        if unit not in _TEXTS:
            looks |= {"num_format": self.figure(unit, value), "align": "right"}
        return self._format(**looks)

    def figures(self, num_format: str) -> Format:
        return self._format(num_format=num_format, align="right")

    def figure(self, unit: Unit, value: Cell = None) -> str:
        """As Excel writes a format, whatever language it speaks."""
        match unit:
            case Unit.COUNT:
                return "#,##0"
            case Unit.PERCENT:
                return _PERCENT.get(self._language, "0.0\\ %")
            case Unit.NUMBER:
                return "#,##0.0"
            case Unit.SECONDS:
                return "[m]:ss"
            case Unit.HOURS:
                return "[h]:mm:ss"
            case Unit.DAY:
                return _DAY.get(self._language, "dd\\/mm\\/yyyy")
            case Unit.TIME:
                return "hh:mm"
            case Unit.MONEY if isinstance(value, Price):
                decimals = decimals_of(value)
                return f'#,##0{"." if decimals else ""}{"0" * decimals}\\ "{value.currency}"'
            case _:
                return "General"

    def _format(self, **looks: Any) -> Format:
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_FONT, **looks})
        return self._made[key]


def write(
    sheet: Worksheet,
    place: Place,
    value: Cell,
    unit: Unit,
    formats: Formats,
    words: Words,
    *,
    total: bool = False,
) -> None:
    """Text as text, whatever it begins with."""
    looks = formats.of(unit, value, total=total)
    match as_cell(value, unit, words):
        case None:
            sheet.write_blank(*place, None, looks)
        case str() as text:
            sheet.write_string(*place, text, looks)
        case datetime() | date() as day:
            sheet.write_datetime(*place, day, looks)
        case figure:
            sheet.write_number(*place, figure, looks)


def as_cell(value: Cell, unit: Unit, words: Words) -> str | float | date | None:
    """As a workbook has it: times in days, shares in parts of one, instants as the zone's clocks show them."""
    match value:
        case str():
            return safe(words.text(value) if unit is Unit.TEXT else words.label(value))
        case timedelta():
            return value / timedelta(days=1)
        case Price():
            return float(value.amount)
        case datetime():
            local = value.astimezone(words.zone).replace(tzinfo=None)
            return local.date() if unit is Unit.DAY else local
        case int() | float() if unit is Unit.PERCENT:
            return value / 100
        case _:
            return value


def safe(text: str) -> str:
    return text[:_LONGEST_TEXT]


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel takes, no two the same."""
    found: list[str] = []
    for one in wanted:
        words = " ".join(_NOT_IN_NAMES.sub(" ", one).split())
        plain = words.strip("' ")[:_LONGEST_NAME].strip("' ") or "-"
        found.append(unlike(plain, found, _LONGEST_NAME))
    return found


def unlike(name: str, others: Sequence[str], longest: int = 200) -> str:
    """The name, with a number after it where one of the others is the same but for capitals."""
    taken, number, new = {one.casefold() for one in others}, 1, name
    while new.casefold() in taken:
        number += 1
        end = f" ({number})"
        new = name[: longest - len(end)] + end
    return new
