"""Reads one row of a client's list, all of its cells, so that its faults are told together."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from domain.amounts import read_amount
from domain.case_columns import ColumnMap
from domain.case_entry import Entry, Evidence, ListTerms, RowFault
from domain.case_headings import Column
from domain.case_phones import is_international, is_shortened, read_phone
from domain.currencies import currency_named, currency_of_heading
from domain.places import WrittenZip, country_of_phone, languages_of, read_zip, settle, zip_in
from domain.sheet_row import BrokenCell, SheetRow, Value, is_blank, letter, text_of
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


class RowReader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(
        self, sheet: str, columns: ColumnMap, terms: ListTerms, evidence: Evidence
    ) -> None:
        self._sheet = sheet
        self._places = {
            column: tuple(place.position for place in places)
            for column, places in columns.places.items()
        }
        self._terms = terms
        self._evidence = evidence
        sums = columns.places.get(Column.SUM, ())
        headed = (currency_of_heading(place.heading, terms.currency) for place in sums)
        self._headed = frozenset(filter(None, headed))
        self._row = SheetRow(0, {})
        self._faults: list[RowFault] = []

    def read(self, row: SheetRow) -> Entry | tuple[RowFault, ...]:
        self._row = row
        self._faults = []
        name = self._required(Column.NAME, self._text)
        number = self._required(Column.CUSTOMER_NUMBER, self._text)
        address = self._required(Column.ADDRESS, self._text)
        sum_and_currency = self._required(Column.SUM, self._amount)
        due = self._optional(Column.DUE, lambda value, _: read_day(value, self._evidence.order))
        reference = self._optional(Column.REFERENCE, self._text)
        phone, zip_code, country = self._whereabouts(address or "")
        if self._faults or not (phone and name and number and address and sum_and_currency):
            return tuple(self._faults)
        amount, currency = sum_and_currency
        languages = languages_of(country or "", zip_code, self._terms.swiss)
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
        in_column = self._optional(Column.ZIP, lambda value, _: read_zip(value))
        written = in_column or zip_in(address, own)
        home = written.country if written and written.country else own
        phone = self._required(
            Column.PHONE, lambda value, _: read_phone(value, home, self._terms.read_number)
        )
        if phone is None:
            return None, None, None
        by_phone = country_of_phone(phone, own)
        told = by_phone if is_international(self._value(Column.PHONE) or "") else None
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
            return settle(written, countries)
        except UnfitCell as error:
            self._fault(
                Column.ZIP if self._value(Column.ZIP) else Column.ADDRESS, error, written.text
            )
            return None, None

    def _required(self, column: Column, read: Callable[[Value, Column], _T]) -> _T | None:
        if self._value(column) is None:
            self._fault(column, UnfitCell(Unfit.MISSING), "")
            return None
        return self._optional(column, read)

    def _optional(self, column: Column, read: Callable[[Value, Column], _T]) -> _T | None:
        value = self._value(column)
        if value is None:
            return None
        try:
            return read(_whole(value), column)
        except UnfitCell as error:
            self._fault(column, error, text_of(value))
            return None

    def _value(self, column: Column) -> Value | None:
        """What stands in the column, None where nothing does. A composed one is a broken cell where a part is."""
        positions = self._places.get(column, ())
        cells = self._row.cells
        values = [cells[one] for one in positions if not is_blank(cells.get(one))]
        if len(values) < 2:
            return values[0] if values else None
        broken = next((value for value in values if isinstance(value, BrokenCell)), None)
        return broken or _joined(column, [text_of(value) for value in values])

    def _text(self, value: Value, column: Column) -> str:
        if isinstance(value, date):
            raise UnfitCell(Unfit.MADE_A_DATE)
        if is_shortened(value):
            raise UnfitCell(Unfit.DIGITS_LOST)
        text = text_of(value)
        if not text:
            raise UnfitCell(Unfit.MISSING)
        if len(text) > _LONGEST[column]:
            raise UnfitCell(Unfit.TOO_LONG)
        return text

    def _amount(self, value: Value, _: Column) -> tuple[int, str]:
        """Minor units and currency: whatever names one (its column, cell, number format, heading) must agree."""
        if isinstance(value, date):
            raise UnfitCell(Unfit.MADE_A_DATE)
        own = self._terms.currency
        said = set(self._headed)
        said |= {
            self._row.currencies[one]
            for one in self._places[Column.SUM]
            if one in self._row.currencies
        }
        said |= {one for one in [self._optional(Column.CURRENCY, self._currency)] if one}
        amount, named = read_amount(value, min(said, default=own), self._evidence.mark)
        said |= named
        if len(said) > 1:
            raise UnfitCell(Unfit.CURRENCY_CONFLICT, ", ".join(sorted(said)))
        return amount, min(said, default=own)

    def _currency(self, value: Value, _: Column) -> str:
        currency = currency_named(text_of(value), self._terms.currency)
        if currency is None:
            raise UnfitCell(Unfit.NO_CURRENCY)
        return currency

    def _fault(self, column: Column, error: UnfitCell, value: str) -> None:
        positions = self._places.get(column, ())
        name = letter(positions[0]) if positions else None
        self._faults.append(
            RowFault(self._sheet, self._row.number, name, column, error.why, value, error.other)
        )


def _whole(value: Value) -> Value:
    if isinstance(value, BrokenCell):
        raise UnfitCell(Unfit.ERROR_CELL if value.shown else Unfit.UNCALCULATED)
    return value


def _joined(column: Column, parts: list[str]) -> str:
    """Names with spaces; an address with commas, but for house numbers: ``Hauptstr. 5, Ettlingen``."""
    if column is Column.NAME:
        return " ".join(parts)
    text = parts[0]
    for part in parts[1:]:
        text += (" " if _HOUSE.fullmatch(part) else ", ") + part
    return text
