"""Telephone numbers as clients write them, one to a cell, read as E.164 or refused."""

import re
from collections.abc import Callable
from typing import Final

from domain.sheet_row import Value, text_of
from domain.unfit_cell import Unfit, UnfitCell

_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_EXACT: Final = 10**15
"""Excel keeps 15 digits of a number."""

_FEWEST: Final = 7
"""Digits: what is shorter lacks its area code."""

_LONGEST_NATIONAL: Final = 11
"""Digits of a number without nought and country's code, in practice."""

_AROUND: Final = re.compile(r"^[^\d+(]+|[^\d]+$", re.ASCII)
_BETWEEN: Final = re.compile(r"[;,|\n]|\b(?:oder|or|und|and|y|ou|et|u\.|o)\b", re.IGNORECASE)
_PLAIN: Final = re.compile(r"(?:\+|00?)[1-9][\d ()/-]{5,}", re.ASCII)
"""How nearly all are written: read at once."""

_INTERNATIONAL: Final = ("+", "00")
_BEGINNINGS: Final = ("+", "0", "(")
_TRUNK_ZERO: Final = re.compile(r"\(\s*0\s*\)")

NumberReader = Callable[[str, str], str | None]
"""E.164 of a number as someone in a country (ISO 3166) writes it; None where it is none."""


def is_shortened(value: Value) -> bool:
    """Whether Excel has dropped digits of a long number: ``4.91714E+11`` as text, or more than it can keep."""
    if isinstance(value, str):
        return ("E+" in value or "e+" in value) and bool(_SHORTENED.fullmatch(value.strip()))
    return isinstance(value, int | float) and abs(value) >= _EXACT


def is_international(value: Value) -> bool:
    """Whether it says itself which country it belongs to."""
    if isinstance(value, str) and value.startswith(_INTERNATIONAL):
        return True
    return _AROUND.sub("", text_of(value)).startswith(_INTERNATIONAL)


def read_phone(value: Value, country: str, read_number: NumberReader) -> str:
    """E.164. A number cell may have lost its leading nought, or the plus before the calling code.

    Where a cell holds several numbers, only one of which can be read, it is that one. Two that can be read are
    refused: which of them a debtor is rung at isn't ours to choose. Raises UnfitCell.
    """
    if is_shortened(value):
        raise UnfitCell(Unfit.DIGITS_LOST)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnfitCell(Unfit.NO_PHONE)
    written = str(value)
    if _PLAIN.fullmatch(written) and (one := _read_one(written, country, read_number)):
        return one
    found = _all_in(_BETWEEN.split(written), country, read_number)
    if not found and "/" in written:
        found = _all_in(written.split("/"), country, read_number)
    if len(found) > 1:
        raise UnfitCell(Unfit.SEVERAL_PHONES)
    if not found:
        raise UnfitCell(Unfit.NO_PHONE)
    return found.pop()


def _all_in(parts: list[str], country: str, read_number: NumberReader) -> set[str]:
    """Of several parts, only those that begin as a whole number does: the others may be pieces of one."""
    whole = [
        one for one in parts if len(parts) == 1 or _AROUND.sub("", one).startswith(_BEGINNINGS)
    ]
    return {number for part in whole if (number := _read_one(part, country, read_number))}


def _read_one(written: str, country: str, read_number: NumberReader) -> str | None:
    number = _TRUNK_ZERO.sub("", _AROUND.sub("", text_of(written)))
    if sum(map(str.isdecimal, number)) < _FEWEST:
        return None
    if number.isdecimal() and not number.startswith("0"):
        return _read_bare(number, country, read_number)
    if number.startswith("00"):
        number = "+" + number[2:]
    return read_number(number, country)


def _read_bare(digits: str, country: str, read_number: NumberReader) -> str | None:
    """Digits without nought or plus: ``1713920001`` is national, ``491713920001`` too long to be.

    What could be either (``4921112345`` is in Emden or in Düsseldorf) is refused: the wrong one is a stranger.
    """
    national = read_number(digits, country)
    if national is None or not national.endswith(digits):
        return national
    code = national[1:].removesuffix(digits)
    whole = read_number(f"+{digits}", country) if code and digits.startswith(code) else None
    if whole and len(digits) <= _LONGEST_NATIONAL:
        raise UnfitCell(Unfit.UNCLEAR_PHONE)
    return whole or national
