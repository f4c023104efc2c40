"""Cells of results as XML and as CSV: text stays text, whatever it begins with."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from domain.sheet_row import letter

ResultCell: TypeAlias = str | int | Decimal | date | None

_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""

_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_LONGEST: Final = 32_767
"""Characters that Excel keeps in a cell."""

_EPOCH: Final = date(1899, 12, 30)
_MAC_EPOCH: Final = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a workbook writes its cells: the prefix of its elements (``x:`` or none), the style of days, its day 0."""

    prefix: str
    day_style: int | None
    is_mac: bool


def cell_xml(
    position: int, row: int, cell: ResultCell, dialect: Dialect, style: int | None = None
) -> str:
    """One ``c`` element; empty for nothing. A text is an inline string, which Excel never takes for a formula."""
    if cell is None or cell == "":
        return ""
    p = dialect.prefix
    if isinstance(cell, date) and dialect.day_style is None:
        cell = cell.isoformat()
    if isinstance(cell, str):
        kind = ' t="inlineStr"'
        text = _LOOKS_ESCAPED.sub("_x005F_", escape(_UNFIT.sub("", cell[:_LONGEST])))
        content = f'<{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is>'
    else:
        kind = ""
        if isinstance(cell, date):
            style = dialect.day_style
            cell = (cell - (_MAC_EPOCH if dialect.is_mac else _EPOCH)).days
        content = f"<{p}v>{cell}</{p}v>"
    styled = "" if style is None else f' s="{style}"'
    return f'<{p}c r="{letter(position)}{row}"{styled}{kind}>{content}</{p}c>'


def field_of(cell: ResultCell) -> str:
    """As it stands in a CSV: a text that a spreadsheet would take for a formula has a quote before it."""
    match cell:
        case None:
            return ""
        case str():
            return "'" + cell if _FORMULA.match(cell) else cell
        case _:
            return str(cell)


def text_of_field(field: str) -> str:
    """The text that ``field_of`` has written so."""
    return field[1:] if field.startswith("'") and _FORMULA.match(field) else field
