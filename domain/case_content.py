"""Columns told by what stands in them, where no heading tells."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Final

from domain.amounts import read_amount
from domain.case_headings import Column
from domain.currencies import currency_named
from domain.sheet_row import SheetRow, Value, is_blank, text_of
from domain.unfit_cell import UnfitCell
from domain.written_dates import DateOrder, read_day

_SHARE: Final = 0.9
"""Of a column's cells that must look alike: a list has typing errors."""

_PHONE: Final = re.compile(r"(?:\+|00?)[\d ()/.-]{7,20}", re.ASCII)
_NAME: Final = re.compile(r"[^\W\d_][^\d@]*[ ,][^\d@]*[^\W\d_]\.?")
_ADDRESS: Final = re.compile(r"(?=.*[^\W\d_]{3})(?=.*\d).*[ ,].*")
_CODE: Final = re.compile(r"(?=.*\d{3})[A-Za-z\d./-]{4,20}", re.ASCII)


def positions_by_content(
    rows: Sequence[SheetRow], positions: Collection[int], wanted: Collection[Column]
) -> Mapping[Column, int]:
    """The position of each of ``wanted`` that exactly one position fits, which fits no other of them."""
    fitting = {
        position: [
            column for column in wanted if column in _LOOKS and _fits(rows, position, column)
        ]
        for position in positions
    }
    found = {}
    for column in wanted:
        candidates = [position for position, columns in fitting.items() if column in columns]
        if len(candidates) == 1 and fitting[candidates[0]] == [column]:
            found[column] = candidates[0]
    return found


def _fits(rows: Sequence[SheetRow], position: int, column: Column) -> bool:
    values = [value for row in rows if not is_blank(value := row.cells.get(position))]
    shown = [value for value in values if value is not None]
    if not shown or len(shown) < len(rows) / 2:
        return False
    return sum(map(_LOOKS[column], shown)) >= _SHARE * len(shown)


def _is_phone(value: Value) -> bool:
    if isinstance(value, int | float):
        return 10**8 <= value < 10**15
    return bool(_PHONE.fullmatch(text_of(value)))


def _is_sum(value: Value) -> bool:
    """An amount that shows cents or its currency: a bare number may be anything."""
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return False
    try:
        _, named = read_amount(value, "EUR", None)
    except UnfitCell:
        return False
    return (
        isinstance(value, float) or bool(named) or bool(re.search(r"\d[.,]\d\d$", text_of(value)))
    )


def _is_day(value: Value) -> bool:
    if isinstance(value, int | float):
        return False  # it would be a code of eight digits
    try:
        read_day(value, DateOrder.DAY_FIRST)
    except UnfitCell:
        return False
    return True


def _is_code(value: Value) -> bool:
    if isinstance(value, date) or _is_phone(value) or _is_sum(value) or _is_day(value):
        return False
    return bool(_CODE.fullmatch(text_of(value)))


_LOOKS: Final[Mapping[Column, Callable[[Value], bool]]] = {
    Column.PHONE: _is_phone,
    Column.NAME: lambda value: isinstance(value, str) and bool(_NAME.fullmatch(text_of(value))),
    Column.CUSTOMER_NUMBER: _is_code,
    Column.ADDRESS: lambda value: bool(_ADDRESS.fullmatch(text_of(value))),
    Column.SUM: _is_sum,
    Column.CURRENCY: lambda value: (
        isinstance(value, str) and currency_named(text_of(value), "EUR") is not None
    ),
    Column.DUE: _is_day,
}
"""A ZIP can't be told from a short customer number; it is found in the address."""
