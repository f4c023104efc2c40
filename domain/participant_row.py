"""Rows of a client's file of participants: read cell by cell, so that all faults of a row are told together."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NoReturn, TypeVar

from domain.case_phones import NumberReader, is_shortened, read_phone
from domain.errand import MOST_POINTS
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.participant_columns import Column, Columns
from domain.places import is_zip, read_zip, with_nought
from domain.sheet_row import BrokenCell, SheetRow, Value, is_blank, text_of
from domain.unfit_cell import Unfit, UnfitCell
from domain.written_dates import DateOrder, order_of, read_day

_T = TypeVar("_T")

MOST_PRIORITY: Final = 100
"""And the least, below nought."""

_LONGEST_NAME: Final = 200
_LONGEST_SHOWN: Final = 300
_DIGITS: Final = re.compile(r"\d+")
_HIDDEN: Final = "******"
_KEYED: Final = range(4, 13)
"""Digits of a customer number that the portal takes."""

_OLDEST: Final = 1900
_LANGUAGES: Final = {
    Language.DE: "de deu ger deutsch german alemán allemand",
    Language.EN: "en eng englisch english inglés anglais",
    Language.ES: "es esp spa spanisch spanish español castellano espagnol",
    Language.FR: "fr fra fre französisch french francés français",
}
_SPOKEN: Final = {name: one for one, names in _LANGUAGES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a file leaves unsaid: ``country`` (ISO 3166) is the one whose numbers and ZIPs are written without its code;
    a PIN has ``pin_digits``; nobody is born after ``today``.
    """

    country: str
    pin_digits: int
    today: date
    read_number: NumberReader


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was understood; what is None isn't said. ``phone`` is E.164. ``zips`` are what the ZIP may be, the
    likeliest first: Excel may have eaten a nought, or what stands before it its country.
    """

    sheet: str
    row: int
    number: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    language: Language | None = None
    zips: tuple[str, ...] = field(default=(), repr=False)
    born: date | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    points: int | None = None
    priority: int | None = None
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row, never with what stands there; ``column`` is None where it is the row itself.
    ``other`` fills the reason's hole.
    """

    sheet: str
    row: int
    column: Column | None
    why: Unfit
    other: str = ""


def read_rows(
    sheet: str,
    rows: Sequence[SheetRow],
    columns: Columns,
    terms: Terms,
    seen: dict[str, tuple[str, int]],
) -> Iterator[Entry | Fault]:
    """All ``rows`` below the headings, in order; empty ones and further rows of headings are passed over. ``seen`` says
    where each customer number has stood first, over all sheets of the file.
    """
    reader = _RowReader(sheet, columns, terms, _order_of(rows, columns))
    (number,) = columns.places[Column.CUSTOMER_NUMBER]
    for row in rows:
        if all(is_blank(value) for value in row.cells.values()):
            continue
        if text_of(row.cells.get(number.position)) == number.heading:
            continue
        if row.is_hidden:
            yield Fault(sheet, row.number, None, Unfit.HIDDEN)
            continue
        found = reader.read(row)
        if not isinstance(found, Entry):
            yield from found
            continue
        first = seen.setdefault(found.number, (sheet, row.number))
        if first == (sheet, row.number):
            yield found
        else:
            place = str(first[1]) if first[0] == sheet else f"{first[0]}!{first[1]}"
            yield Fault(sheet, row.number, Column.CUSTOMER_NUMBER, Unfit.DUPLICATE, place)


def shown(row: SheetRow, columns: Columns, pin_digits: int | None) -> Mapping[Column, str]:
    """What stands in a row as a person reads it, to be given back to the client: without its PIN, and each cell's text
    cut where no honest one ends. ``pin_digits`` is None where the file has no PINs.
    """

    def told(column: Column, value: Value | None) -> str:
        text = text_of(value)
        if pin_digits is not None and column is not Column.CUSTOMER_NUMBER:
            text = _without_pins(text, pin_digits)
        return text[:_LONGEST_SHOWN]

    return {
        column: " ".join(
            filter(None, (told(column, row.cells.get(one.position)) for one in places))
        )
        for column, places in columns.places.items()
        if column is not Column.PIN
    }


def _without_pins(text: str, pin_digits: int) -> str:
    """Cells may have slipped, and Excel may have eaten a PIN's leading nought."""
    lengths = (pin_digits - 1, pin_digits)
    return _DIGITS.sub(lambda run: _HIDDEN if len(run[0]) in lengths else run[0], text)


def _order_of(rows: Iterable[SheetRow], columns: Columns) -> DateOrder | None:
    """As all birth dates tell it; else a heading that isn't English: no month comes first there."""
    texts = {
        value
        for place in columns.places.get(Column.BORN, ())
        for row in rows
        if isinstance(value := row.cells.get(place.position), str)
    }
    headed = columns.languages_of(Column.BORN)
    shown_orders = {order_of([text]) for text in texts}
    if headed and Language.EN not in headed and DateOrder.MONTH_FIRST not in shown_orders:
        return DateOrder.DAY_FIRST
    return order_of(texts)


class _RowReader:
    def __init__(self, sheet: str, columns: Columns, terms: Terms, order: DateOrder | None) -> None:
        self._sheet = sheet
        self._columns = columns
        self._terms = terms
        self._order = order
        self._years = range(_OLDEST, terms.today.year + 1)
        self._row = SheetRow(0, {})
        self._faults: list[Fault] = []

    def read(self, row: SheetRow) -> Entry | Sequence[Fault]:
        self._row, self._faults = row, []
        number = self._cell(Column.CUSTOMER_NUMBER, _number)
        if number is None and not self._faults:
            self._fault(Column.CUSTOMER_NUMBER, UnfitCell(Unfit.MISSING))
        entry = Entry(
            self._sheet,
            row.number,
            number or "",
            self._name(),
            self._cell(Column.LANGUAGE, _language),
            self._cell(Column.ZIP, self._zips) or (),
            self._cell(Column.BORN, self._born),
            self._cell(Column.PHONE, self._phone),
            self._cell(Column.EMAIL, _email),
            self._cell(Column.POINTS, _points),
            self._cell(Column.PRIORITY, _priority),
            self._cell(Column.PIN, self._pin),
        )
        return self._faults or entry

    def _cell(self, column: Column, read: Callable[[Value], _T]) -> _T | None:
        places = self._columns.places.get(column)
        value = self._row.cells.get(places[0].position) if places else None
        if value is None or is_blank(value):
            return None
        return self._read(column, value, read)

    def _name(self) -> str | None:
        parts = [
            self._read(Column.NAME, value, _name)
            for place in self._columns.places.get(Column.NAME, ())
            if (value := self._row.cells.get(place.position)) is not None and not is_blank(value)
        ]
        name = " ".join(filter(None, parts))
        if len(name) > _LONGEST_NAME:
            self._fault(Column.NAME, UnfitCell(Unfit.TOO_LONG))
        return name or None

    def _read(self, column: Column, value: Value, read: Callable[[Value], _T]) -> _T | None:
        try:
            if isinstance(value, BrokenCell):
                _refuse(Unfit.ERROR_CELL if value.shown else Unfit.UNCALCULATED)
            return read(value)
        except UnfitCell as error:
            self._fault(column, error)
            return None

    def _fault(self, column: Column, error: UnfitCell) -> None:
        self._faults.append(Fault(self._sheet, self._row.number, column, error.why, error.other))

    def _zips(self, value: Value) -> tuple[str, ...]:
        _check_text(value)
        written = read_zip(text_of(value) if isinstance(value, str) else value)
        whole = text_of(value).upper()
        padded = with_nought(written, self._terms.country)
        found = tuple(dict.fromkeys((padded, written.text, whole)))
        if not all(map(is_zip, found)):
            raise UnfitCell(Unfit.NO_ZIP)
        return found

    def _born(self, value: Value) -> date:
        try:
            day = read_day(value, self._order, self._years)
        except UnfitCell as error:
            _refuse(Unfit.NO_BIRTH_DATE if error.why is Unfit.NO_DATE else error.why)
        if day > self._terms.today:
            raise UnfitCell(Unfit.NO_BIRTH_DATE)
        return day

    def _phone(self, value: Value) -> str:
        return read_phone(value, self._terms.country, self._terms.read_number)

    def _pin(self, value: Value) -> str:
        digits, length = text_of(value), self._terms.pin_digits
        if not _are_digits(digits) or len(digits) != length:
            raise UnfitCell(Unfit.PIN_DIGITS, str(length))
        return digits


def _number(value: Value) -> str:
    _check_text(value)
    digits = text_of(value)
    if not _are_digits(digits) or len(digits) not in _KEYED:
        raise UnfitCell(Unfit.NO_CUSTOMER_NUMBER)
    return digits


def _name(value: Value) -> str:
    _check_text(value)
    return text_of(value)


def _language(value: Value) -> Language:
    """``de``, ``DE-AT``, ``Deutsch``."""
    words = text_of(value).casefold().replace("_", "-").split("-")
    if words[0] not in _SPOKEN:
        raise UnfitCell(Unfit.NO_LANGUAGE)
    return _SPOKEN[words[0]]


def _email(value: Value) -> str:
    written = text_of(value)
    if not is_mail_address(written):
        raise UnfitCell(Unfit.NO_MAIL_ADDRESS)
    return written


def _points(value: Value) -> int:
    return _whole(value, range(MOST_POINTS + 1), Unfit.NO_POINTS)


def _priority(value: Value) -> int:
    return _whole(value, range(-MOST_PRIORITY, MOST_PRIORITY + 1), Unfit.NO_PRIORITY)


def _whole(value: Value, allowed: range, why: Unfit) -> int:
    written = text_of(value)
    digits = written.removeprefix("-")
    if not _are_digits(digits) or len(digits) > len(str(MOST_POINTS)):
        raise UnfitCell(why)
    number = int(written)
    if number not in allowed:
        raise UnfitCell(why)
    return number


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _check_text(value: Value) -> None:
    """Raises UnfitCell for what Excel has made of it."""
    if isinstance(value, date):
        raise UnfitCell(Unfit.MADE_A_DATE)
    if is_shortened(value):
        raise UnfitCell(Unfit.DIGITS_LOST)


def _refuse(why: Unfit) -> NoReturn:
    raise UnfitCell(why)
