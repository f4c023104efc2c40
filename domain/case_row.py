"""Reads one row of a client's list, all of its cells, so that its faults are told together."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NoReturn, TypeVar

from domain.amounts import read_amount
from domain.case_columns import ColumnMap
from domain.case_entry import Entry, Evidence, ListTerms, RowFault
from domain.case_headings import Column
from domain.case_phones import is_international, is_shortened, read_phone
from domain.currencies import currency_named, currency_of_heading
from domain.places import WrittenZip, country_of_phone, languages_of, read_zip, settle, zip_in
from domain.sheet_row import BrokenCell, SheetRow, Value, is_nothing, letter, text_of
from domain.unfit_cell import Unfit, UnfitCell
from domain.written_dates import read_day

_T = TypeVar("_T")

_LONGEST: Final = {
    Column.NAME: 200,
    Column.CUSTOMER_NUMBER: 50,
    Column.ADDRESS: 300,
    Column.REFERENCE: 100,
}
"""Characters."""

_HOUSE: Final = re.compile(r"\d+ ?[a-zA-Z]?(?: ?[-/] ?\d+ ?[a-zA-Z]?)?", re.ASCII)


_REPEATED: Final = 4096
_day_of = lru_cache(_REPEATED, typed=True)(read_day)
_zip_of = lru_cache(_REPEATED, typed=True)(read_zip)
_settled = lru_cache(_REPEATED)(settle)
_currency_of = lru_cache(_REPEATED)(currency_named)
"""Days, ZIPs and currencies stand in a list thousands of times."""

Values = Mapping[Column, Value]
"""What stands in a row's columns, those that are empty left out. Texts are in one line, but for telephone numbers."""


class RowReader:
    """Reads the cells of one row after another and gathers what is wrong with each."""

    def __init__(
        self, sheet: str, columns: ColumnMap, terms: ListTerms, evidence: Evidence
    ) -> None:
        self._sheet = sheet
        self._places = [
            (column, places[0].position, tuple(place.position for place in places))
            for column, places in columns.places.items()
        ]
        self._letters = {column: letter(position) for column, position, _ in self._places}
        self._terms = terms
        self._evidence = evidence
        (self._sum,) = (place.position for place in columns.places[Column.SUM])
        headings = (place.heading for place in columns.places[Column.SUM])
        headed = (currency_of_heading(heading, terms.currency) for heading in headings)
        self._headed = frozenset(filter(None, headed))
        self._row = SheetRow(0, {})
        self._values: Values = {}
        self._faults: list[RowFault] = []

    def values_of(self, row: SheetRow) -> Values:
        """What a composed column's parts make up is a text, or broken where one of them is."""
        values: dict[Column, Value] = {}
        cells = row.cells
        for column, position, positions in self._places:
            if len(positions) > 1:
                parts = [
                    value for one in positions if (value := _clean(cells.get(one))) is not None
                ]
                value = _joined(column, parts)
            else:
                value = _clean(cells.get(position))
                if column is Column.PHONE and value is not None:
                    value = cells[position]
            if value is not None:
                values[column] = value
        return values

    def read(self, row: SheetRow, values: Values) -> Entry | tuple[RowFault, ...]:
        """``values`` are the row's (``values_of``)."""
        self._row = row
        self._values = values
        self._faults = []
        name = self._required(Column.NAME, self._text)
        number = self._required(Column.CUSTOMER_NUMBER, self._text)
        address = self._required(Column.ADDRESS, self._text)
        sum_and_currency = self._required(Column.SUM, self._amount)
        due = self._optional(Column.DUE, self._day)
        reference = self._optional(Column.REFERENCE, self._text)
        phone, zip_code, country = self._whereabouts(address or "")
        if self._faults or not (phone and name and number and address and sum_and_currency):
            return tuple(self._faults)
        amount, currency = sum_and_currency
        languages = languages_of(country, zip_code, self._terms.swiss)
        return Entry(
            self._sheet, row.number, phone, name, number, address, zip_code, amount, currency, due, reference,
            country, languages,
        )  # fmt: skip

    def _whereabouts(self, address: str) -> tuple[str | None, str | None, str | None]:
        """Phone, ZIP and country, each of which tells something of the others.

        A ZIP that names its country says how the phone is read; a phone with its country's code says which country's
        ZIP it is, unless that doesn't fit; the list's country is what is left.
        """
        own = self._terms.country
        in_column = self._optional(Column.ZIP, _zip)
        written = in_column or zip_in(address, own)
        home = written.country if written and written.country else own
        phone = self._required(
            Column.PHONE, lambda value, _: read_phone(value, home, self._terms.read_number)
        )
        if phone is None:
            return None, None, None
        by_phone = country_of_phone(phone, own)
        told = by_phone if is_international(self._values[Column.PHONE]) else None
        if in_column is None and told:
            written = zip_in(address, told)
        if written is None:
            return phone, None, by_phone
        zip_code, country = self._settled(written, (told, own) if told else (own,))
        return phone, zip_code, country

    def _settled(
        self, written: WrittenZip, countries: tuple[str, ...]
    ) -> tuple[str | None, str | None]:
        try:
            return _settled(written, countries)
        except UnfitCell as error:
            column = Column.ZIP if Column.ZIP in self._values else Column.ADDRESS
            self._fault(column, error, written.text)
            return None, None

    def _required(self, column: Column, read: Callable[[Value, Column], _T]) -> _T | None:
        if column not in self._values:
            self._fault(column, UnfitCell(Unfit.MISSING), "")
        return self._optional(column, read)

    def _optional(self, column: Column, read: Callable[[Value, Column], _T]) -> _T | None:
        value = self._values.get(column)
        if value is None:
            return None
        try:
            if isinstance(value, BrokenCell):
                _refuse(value)
            return read(value, column)
        except UnfitCell as error:
            self._fault(column, error, text_of(value))
            return None

    def _text(self, value: Value, column: Column) -> str:
        if isinstance(value, date):
            raise UnfitCell(Unfit.MADE_A_DATE)
        if is_shortened(value):
            raise UnfitCell(Unfit.DIGITS_LOST)
        text = value if isinstance(value, str) else text_of(value)
        if len(text) > _LONGEST[column]:
            raise UnfitCell(Unfit.TOO_LONG)
        return text

    def _day(self, value: Value, _: Column) -> date:
        return _day_of(value, self._evidence.order)

    def _amount(self, value: Value, _: Column) -> tuple[int, str]:
        """Minor units and currency: whatever names one (its column, cell, number format, heading) must agree."""
        if isinstance(value, date):
            raise UnfitCell(Unfit.MADE_A_DATE)
        own = self._terms.currency
        said = set(self._headed)
        if self._sum in self._row.currencies:
            said.add(self._row.currencies[self._sum])
        if currency := self._optional(Column.CURRENCY, self._currency):
            said.add(currency)
        amount, named = read_amount(value, min(said, default=own), self._evidence.mark)
        said |= named
        if len(said) > 1:
            raise UnfitCell(Unfit.CURRENCY_CONFLICT, ", ".join(sorted(said)))
        return amount, min(said, default=own)

    def _currency(self, value: Value, _: Column) -> str:
        currency = _currency_of(text_of(value), self._terms.currency)
        if currency is None:
            raise UnfitCell(Unfit.NO_CURRENCY)
        return currency

    def _fault(self, column: Column, error: UnfitCell, value: str) -> None:
        self._faults.append(
            RowFault(
                self._sheet, self._row.number, self._letters.get(column), column, error.why, value, error.other
            )
        )  # fmt: skip


def _zip(value: Value, _: Column) -> WrittenZip:
    return _zip_of(value)


def _clean(value: Value | None) -> Value | None:
    if not isinstance(value, str):
        return value
    text = text_of(value)
    return None if is_nothing(text) else text


def _refuse(broken: BrokenCell) -> NoReturn:
    raise UnfitCell(Unfit.ERROR_CELL if broken.shown else Unfit.UNCALCULATED)


def _joined(column: Column, parts: list[Value]) -> Value | None:
    """Names with spaces; an address with commas, but for house numbers: ``Hauptstr. 5, Ettlingen``."""
    if len(parts) < 2:
        return parts[0] if parts else None
    broken = next((part for part in parts if isinstance(part, BrokenCell)), None)
    if broken:
        return broken
    joined = ""
    for text in map(text_of, parts):
        close = column is Column.NAME or _HOUSE.fullmatch(text)
        joined += (" " if close else ", ") + text if joined else text
    return joined
