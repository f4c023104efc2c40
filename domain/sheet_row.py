"""A row of a client's sheet as it was read: typed cells, before anybody asks what they mean."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A formula that came out as an error (``shown`` is Excel's word for it: ``#N/A``), or whose result the file
    doesn't hold (``shown`` is empty).
    """

    shown: str


Value: TypeAlias = str | int | float | date | BrokenCell
"""A day has no time; what Excel shows as a percentage or a currency is a plain number."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``number`` is the row's as Excel shows it; ``cells`` are those that hold anything, by position from 0.

    ``currencies`` (ISO 4217, by position) are what number formats say: a cell of 12.5 that is shown as ``12,50 €``.
    """

    number: int
    cells: Mapping[int, Value] = field(repr=False)
    currencies: Mapping[int, str] = field(default_factory=dict)
    is_hidden: bool = False


_LONGEST_NOTHING: Final = 6
_NOTHING: Final = frozenset({"", "-", "--", "\u2013", "\u2014", "/", "n/a", "k.a.", "k. a."})


def text_of(value: Value | None) -> str:
    """What a person reads in the cell, in one line and in NFC, without space around it or what can't be seen."""
    if isinstance(value, str):
        text = " ".join(value.split())
        if text.isprintable() and text.isascii():
            return text
        return unicodedata.normalize("NFC", "".join(c for c in text if c.isprintable()))
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() else format(value, ".15g")
        case BrokenCell():
            return value.shown
        case _:
            return str(value)


def is_nothing(text: str) -> bool:
    """Whether it is empty or what people write for nothing: a dash, ``n/a``, ``k.A.``"""
    return len(text) < _LONGEST_NOTHING and text.casefold() in _NOTHING


def is_blank(value: Value | None) -> bool:
    """Whether nothing stands in the cell."""
    return value is None or (isinstance(value, str) and is_nothing(text_of(value)))


def letter(position: int) -> str:
    """The column's name in Excel: ``A`` for 0, ``AA`` for 26."""
    name = ""
    position += 1
    while position:
        position, place = divmod(position - 1, 26)
        name = chr(ord("A") + place) + name
    return name
