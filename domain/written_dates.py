"""Days as people and Excel write them in German, English, Spanish and French."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from domain.sheet_row import Value, text_of
from domain.unfit_cell import Unfit, UnfitCell

YEARS: Final = range(1990, 2100)
"""Nothing that is dunned was due before, or will be after."""

_NUMERIC: Final = re.compile(r"(\d{1,4}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})", re.ASCII)
_COMPACT: Final = re.compile(r"\d{8}", re.ASCII)
_TIME: Final = re.compile(r"[ T]\d{1,2}:\d{2}.*$")
_WORDS: Final = re.compile(r"[a-z]+|\d+")
_FILLING: Final = frozenset(
    {"de", "del", "of", "the", "den", "am", "le", "el", "er", "st", "nd", "rd", "th"}
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar janner jan january enero ene janvier janv",
            "februar feb feber february febrero fevrier fevr fev",
            "marz mar mrz maerz march marzo mars",
            "april apr abril abr avril avr",
            "mai may mayo",
            "juni jun june junio juin",
            "juli jul july julio juillet juil",
            "august aug agosto ago aout",
            "september sep sept septiembre set septembre",
            "oktober okt october oct octubre octobre",
            "november nov noviembre novembre",
            "dezember dez december dec diciembre dic decembre",
        ),
        start=1,
    )
    for name in names.split()
}


class DateOrder(StrEnum):
    """What ``05/04/2026`` begins with."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def order_of(texts: Iterable[str]) -> DateOrder | None:
    """The one order that a file's days agree on; None where none shows it, or some show the other."""
    shown = {order for text in texts if (order := _order_shown(text))}
    return shown.pop() if len(shown) == 1 else None


def read_day(value: Value, order: DateOrder | None, years: range = YEARS) -> date:
    """``order`` decides where day and month could change places (``order_of``). Raises UnfitCell."""
    if isinstance(value, date):
        day = value
    elif isinstance(value, str | int) and not isinstance(value, bool):
        day = _read_text(_TIME.sub("", text_of(value)), order)
    else:
        raise UnfitCell(Unfit.NO_DATE)
    if day.year not in years:
        raise UnfitCell(Unfit.NO_DATE)
    return day


def _read_text(text: str, order: DateOrder | None) -> date:
    if _COMPACT.fullmatch(text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    numeric = _NUMERIC.fullmatch(text)
    if numeric is None:
        return _in_words(text)
    first, separator, second, third = numeric.groups()
    if len(first) == 4:
        return _day(int(first), int(second), int(third))
    one, two, year = int(first), int(second), _year(third)
    if separator == "." or one > 12 or one == two:
        return _day(year, two, one)
    if two > 12:
        return _day(year, one, two)
    if order is None:
        raise UnfitCell(Unfit.AMBIGUOUS_DATE)
    return _day(year, two, one) if order is DateOrder.DAY_FIRST else _day(year, one, two)


def _in_words(text: str) -> date:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = [word for word in _WORDS.findall(plain) if word not in _FILLING]
    match words:
        case [day, month, year] if day.isdigit() and month in _MONTHS and year.isdigit():
            return _day(_year(year), _MONTHS[month], int(day))
        case [month, day, year] if month in _MONTHS and day.isdigit() and year.isdigit():
            return _day(_year(year), _MONTHS[month], int(day))
        case _:
            raise UnfitCell(Unfit.NO_DATE)


def _order_shown(text: str) -> DateOrder | None:
    numeric = _NUMERIC.fullmatch(_TIME.sub("", text_of(text)))
    if numeric is None or len(numeric[1]) == 4 or numeric[2] == ".":
        return None
    one, two = int(numeric[1]), int(numeric[3])
    if one <= 12 < two:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if two <= 12 < one else None


def _year(written: str) -> int:
    """Two digits are a year from 1980 to 2079."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (2000 if year < 80 else 1900)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise UnfitCell(Unfit.NO_DATE) from None
