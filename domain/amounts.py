"""Amounts of money as people and Excel write them, read to the last cent or refused."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from domain.currencies import MINOR_DIGITS, currency_named
from domain.sheet_row import Value, text_of
from domain.unfit_cell import Unfit, UnfitCell

LARGEST: Final = 10**11
"""Minor units: a thousand million euros."""

_NOISE: Final = Decimal("0.0001")
"""Minor units that a sum of binary fractions may be off; a third decimal is off by a tenth at least."""

_NUMBER: Final = re.compile(r"\d(?:[\d.,'\u2019 ]*\d)?(?:[.,][-\u2013\u2014]{1,2})?", re.ASCII)
_PLAIN: Final = re.compile(r"(\d+)(?:([.,])(\d+))?", re.ASCII)
_GROUPED: Final = re.compile(r"(\d{1,3}([.,'\u2019 ])\d{3}(?:\2\d{3})*)(?:([.,])(\d+))?", re.ASCII)
_NO_CENTS: Final = re.compile(r"[.,][-\u2013\u2014]{1,2}$")
_SIGNS: Final = "+-\u2212\u2013()"


class DecimalMark(StrEnum):
    """What stands before the cents."""

    COMMA = ","
    POINT = "."

    @property
    def groups(self) -> "DecimalMark":
        """What may stand between thousands where this one stands before the cents."""
        return DecimalMark.POINT if self is DecimalMark.COMMA else DecimalMark.COMMA


def mark_of(texts: Iterable[str]) -> DecimalMark | None:
    """The one decimal mark that a file's amounts agree on; None where none shows it, or some show the other."""
    shown = {mark for text in texts if (mark := _mark_shown(text))}
    return shown.pop() if len(shown) == 1 else None


def read_amount(
    value: Value, currency: str, mark: DecimalMark | None
) -> tuple[int, frozenset[str]]:
    """Minor units of ``currency``, and the currencies (ISO 4217) that the cell itself names.

    ``currency`` is what dollars and crowns are read as, and whose decimals count unless the cell names another.
    ``mark`` decides what ``1.234`` means (``mark_of``). Raises UnfitCell.
    """
    if isinstance(value, str):
        return _read_text(value, currency, mark)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitCell(Unfit.NO_AMOUNT)
    return _minor_units(Decimal(repr(value)), currency, _NOISE), frozenset()


def _read_text(text: str, currency: str, mark: DecimalMark | None) -> tuple[int, frozenset[str]]:
    found = _NUMBER.search(text)
    if found is None:
        raise UnfitCell(Unfit.NO_AMOUNT)
    around = text[: found.start()], text[found.end() :]
    words = [word for side in around if (word := side.strip(f"{_SIGNS} .:"))]
    if any(character.isdigit() for word in words for character in word):
        raise UnfitCell(Unfit.NO_AMOUNT)
    named = [currency_named(word, currency) for word in words]
    if None in named:
        raise UnfitCell(Unfit.NO_CURRENCY)
    said = frozenset(one for one in named if one)
    number = _decimal(found[0], mark)
    if any(sign in side for side in around for sign in "-\u2212\u2013("):
        number = -number
    return _minor_units(number, min(said, default=currency), Decimal(0)), said


def _decimal(written: str, mark: DecimalMark | None) -> Decimal:
    written = _NO_CENTS.sub("", written)
    if plain := _PLAIN.fullmatch(written):
        whole, separator, decimals = plain.groups()
        if not separator:
            return Decimal(whole)
        if not _is_ambiguous(whole, decimals):
            return Decimal(f"{whole}.{decimals}")
        if mark is None:
            raise UnfitCell(Unfit.AMBIGUOUS_AMOUNT)
        return Decimal(f"{whole}.{decimals}" if separator == mark else whole + decimals)
    grouped = _GROUPED.fullmatch(written)
    if grouped is None or grouped[2] == grouped[3]:
        raise UnfitCell(Unfit.NO_AMOUNT)
    return Decimal(grouped[1].replace(grouped[2], "") + "." + (grouped[4] or "0"))


def _is_ambiguous(whole: str, decimals: str) -> bool:
    """``1.234`` may be a thousand and more; ``0.500``, ``1234.567`` and ``1.23`` may not."""
    return len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0"


def _mark_shown(text: str) -> DecimalMark | None:
    found = _NUMBER.search(text_of(text))
    if found is None:
        return None
    written = _NO_CENTS.sub("", found[0])
    if plain := _PLAIN.fullmatch(written):
        whole, separator, decimals = plain.groups()
        return DecimalMark(separator) if separator and not _is_ambiguous(whole, decimals) else None
    grouped = _GROUPED.fullmatch(written)
    if grouped is None or grouped[2] == grouped[3]:
        return None
    if grouped[3]:
        return DecimalMark(grouped[3])
    return DecimalMark(grouped[2]).groups if grouped[2] in list(DecimalMark) else None


def _minor_units(amount: Decimal, currency: str, noise: Decimal) -> int:
    if not amount.is_finite():
        raise UnfitCell(Unfit.NO_AMOUNT)
    exact = amount.scaleb(MINOR_DIGITS.get(currency, 2))
    if exact <= 0:
        raise UnfitCell(Unfit.NOT_POSITIVE)
    if exact > LARGEST:
        raise UnfitCell(Unfit.TOO_LARGE)
    units = exact.quantize(Decimal(1), ROUND_HALF_UP)
    if abs(exact - units) > noise:
        raise UnfitCell(Unfit.TOO_FINE)
    if not units:
        raise UnfitCell(Unfit.NOT_POSITIVE)
    return int(units)
