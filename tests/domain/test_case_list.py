"""Rows of a list become entries, or faults that name row, column and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from domain.case_columns import ColumnMap, recognise
from domain.case_entry import Entry, Evidence, ListTerms, RowFault
from domain.case_headings import Column
from domain.case_list import Seen, Skip, SkippedRow, evidence_of, read_rows
from domain.language import Language
from domain.sheet_row import BrokenCell, SheetRow, Value
from domain.unfit_cell import Unfit
from domain.written_dates import DateOrder

HEADINGS = ["Telefon", "Name", "Kd-Nr", "Adresse", "PLZ", "Betrag", "Whg", "F\u00e4llig", "Re-Nr"]


def read_number(written: str, country: str) -> str | None:
    digits = "".join(filter(str.isdecimal, written))
    if written.startswith("+"):
        return "+" + digits
    return {"DE": "+49", "CH": "+41"}[country] + digits.removeprefix("0")


TERMS = ListTerms("DE", "EUR", read_number, {"2502": (Language.DE, Language.FR)})
ANNA: Mapping[Column, Value] = {
    Column.PHONE: "0171 3920001",
    Column.NAME: "Anna  Keller",
    Column.CUSTOMER_NUMBER: 10000001,
    Column.ADDRESS: "Hauptstr. 5, 76275 Ettlingen",
    Column.SUM: 12.5,
}
ENTRY = Entry(
    "Mai", 2, "+491713920001", "Anna Keller", "10000001", "Hauptstr. 5, 76275 Ettlingen", "76275", 1250, "EUR",
    None, None,
    "DE", (Language.DE,),
)  # fmt: skip
PLACES = {column: place for place, column in enumerate(Column)}


def columns_of(headings: Sequence[str] = HEADINGS) -> ColumnMap:
    return recognise([SheetRow(1, dict(enumerate(headings)))]).columns


def row(changes: Mapping[Column, Value | None], number: int = 2) -> SheetRow:
    values = {**ANNA, **changes}
    return SheetRow(
        number, {PLACES[column]: value for column, value in values.items() if value is not None}
    )


def read(
    *rows: SheetRow,
    terms: ListTerms = TERMS,
    columns: ColumnMap | None = None,
    seen: Seen | None = None,
) -> list[Entry | RowFault | SkippedRow]:
    columns = columns or columns_of()
    evidence = evidence_of(rows, columns)
    return list(read_rows("Mai", rows, columns, terms, evidence, seen or Seen()))


def faults(changes: Mapping[Column, Value | None]) -> list[tuple[Column | None, str | None, Unfit]]:
    return [
        (one.column, one.letter, one.why) for one in read(row(changes)) if isinstance(one, RowFault)
    ]


def entry(changes: Mapping[Column, Value | None], terms: ListTerms = TERMS) -> Entry:
    (found,) = read(row(changes), terms=terms)
    assert isinstance(found, Entry), found
    return found


def test_a_row_of_five_columns_is_enough() -> None:
    assert read(row({})) == [ENTRY]


def test_a_row_of_all_nine() -> None:
    found = entry(
        {
            Column.ZIP: 1067,
            Column.CURRENCY: "eur",
            Column.DUE: date(2026, 5, 1),
            Column.REFERENCE: "R-1",
        }
    )
    assert found == replace(ENTRY, zip_code="01067", due=date(2026, 5, 1), reference="R-1")


@pytest.mark.parametrize(
    "column", [Column.PHONE, Column.NAME, Column.CUSTOMER_NUMBER, Column.ADDRESS, Column.SUM]
)
@pytest.mark.parametrize("nothing", [None, " ", "-", "k.A."])
def test_what_is_required_and_missing_is_named(column: Column, nothing: Value | None) -> None:
    place = "ABCDEFGHI"[PLACES[column]]
    assert faults({column: nothing}) == [(column, place, Unfit.MISSING)]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (Column.PHONE, "0171 3920001, 030 1234567", Unfit.SEVERAL_PHONES),
        (Column.NAME, "x" * 201, Unfit.TOO_LONG),
        (Column.CUSTOMER_NUMBER, "1.00000E+15", Unfit.DIGITS_LOST),
        (Column.CUSTOMER_NUMBER, date(2026, 1, 2), Unfit.MADE_A_DATE),
        (Column.ADDRESS, BrokenCell("#REF!"), Unfit.ERROR_CELL),
        (Column.ZIP, "123", Unfit.NO_ZIP),
        (Column.SUM, date(2026, 5, 12), Unfit.MADE_A_DATE),
        (Column.SUM, BrokenCell(""), Unfit.UNCALCULATED),
        (Column.SUM, "1.234", Unfit.AMBIGUOUS_AMOUNT),
        (Column.CURRENCY, "Taler", Unfit.NO_CURRENCY),
        (Column.DUE, "31.02.2026", Unfit.NO_DATE),
        (Column.REFERENCE, BrokenCell("#N/A"), Unfit.ERROR_CELL),
    ],
)
def test_each_fault_names_its_column_and_reason(column: Column, value: Value, why: Unfit) -> None:
    assert faults({column: value}) == [(column, "ABCDEFGHI"[PLACES[column]], why)]


def test_all_faults_of_a_row_are_told_together_and_keep_what_stood_there() -> None:
    found = read(
        row({Column.PHONE: "keine", Column.SUM: "viel"}),
        terms=replace(TERMS, read_number=lambda *_: None),
    )
    assert [(one.why, one.value) for one in found if isinstance(one, RowFault)] == [
        (Unfit.NO_AMOUNT, "viel"), (Unfit.NO_PHONE, "keine"),
    ]  # fmt: skip
    assert "viel" not in repr(found)
    assert isinstance(found[0], RowFault)
    assert found[0].text == "is no amount: write it as a number"


def test_currencies_agree_wherever_they_stand() -> None:
    assert entry({Column.SUM: "CHF 12.50"}).currency == "CHF"
    assert entry({Column.CURRENCY: "sFr."}).currency == "CHF"
    shown = replace(row({}), currencies={PLACES[Column.SUM]: "USD", 99: "GBP"})
    assert [one.currency for one in read(shown) if isinstance(one, Entry)] == ["USD"]
    headed = columns_of([*HEADINGS[:5], "Betrag (CHF)", *HEADINGS[6:]])
    assert [one.currency for one in read(row({}), columns=headed) if isinstance(one, Entry)] == [
        "CHF"
    ]
    (conflict,) = read(replace(shown, cells=row({Column.CURRENCY: "EUR"}).cells))
    assert isinstance(conflict, RowFault)
    assert (conflict.why, conflict.other) == (Unfit.CURRENCY_CONFLICT, "EUR, USD")


def test_a_zip_that_names_its_country_says_how_the_phone_is_read() -> None:
    found = entry({Column.ZIP: "CH-2502", Column.PHONE: "032 123 45 67"})
    assert (found.phone, found.zip_code, found.country) == ("+41321234567", "2502", "CH")
    assert found.languages == (Language.DE, Language.FR)


def test_a_phone_that_names_its_country_says_which_zip_it_is() -> None:
    found = entry({Column.ZIP: "2502", Column.PHONE: "+41 32 123 45 67"})
    assert (found.zip_code, found.country) == ("2502", "CH")
    at_home = entry({Column.ZIP: "76275", Column.PHONE: "+41 32 123 45 67"})
    assert (at_home.zip_code, at_home.country) == ("76275", "DE")
    found = entry({Column.ADDRESS: "Rue 1, 2502 Biel", Column.PHONE: "+41 32 123 45 67"})
    assert (found.zip_code, found.country) == ("2502", "CH")
    assert entry({Column.PHONE: "+999 12345678"}).country == "DE"


def test_a_foreign_zip_with_a_national_phone_is_refused_since_it_would_ring_a_stranger() -> None:
    changes = {Column.ADDRESS: "Bahnhofstr. 1, 8001 Z\u00fcrich", Column.PHONE: "044 123 45 67"}
    assert faults(changes) == [(Column.ADDRESS, "D", Unfit.NO_ZIP)]


def test_no_zip_is_no_fault() -> None:
    found = entry({Column.ADDRESS: "Hauptstr. 5, Ettlingen"})
    assert (found.zip_code, found.country) == (None, "DE")


def test_parts_are_joined() -> None:
    columns = columns_of(
        ["Telefon", "Nachname", "Kd-Nr", "Stra\u00dfe", "Hausnr", "Betrag", "Vorname", "Ort"]
    )
    cells: dict[int, Value] = {
        0: "0171 3920001", 1: "Keller", 2: "10000001", 3: "Hauptstr.", 4: "5 a", 5: 12.5, 6: "Anna",
        7: "76275 Ettlingen",
    }  # fmt: skip
    (found,) = read(SheetRow(2, cells), columns=columns)
    assert isinstance(found, Entry)
    assert (found.name, found.address) == ("Anna Keller", "Hauptstr. 5 a, 76275 Ettlingen")
    (broken,) = read(SheetRow(2, {**cells, 6: BrokenCell("#N/A")}), columns=columns)
    assert isinstance(broken, RowFault)
    assert (broken.column, broken.why) == (Column.NAME, Unfit.ERROR_CELL)
    (alone,) = read(
        SheetRow(2, {place: value for place, value in cells.items() if place != 6}), columns=columns
    )
    assert isinstance(alone, Entry)
    assert alone.name == "Keller"


def test_the_same_debt_twice_names_the_first_row() -> None:
    seen = Seen()
    found = read(
        row({}), row({}, 3), row({Column.SUM: 13}, 4), row({Column.REFERENCE: "R-1"}, 5),
        row({Column.REFERENCE: "R-1", Column.SUM: 99}, 6), seen=seen,
    )  # fmt: skip
    assert [(one.row, one.why, one.other, one.letter) for one in found if isinstance(one, RowFault)] == [
        (3, Unfit.DUPLICATE, "2", None), (6, Unfit.DUPLICATE, "5", None),
    ]  # fmt: skip
    (other,) = read_rows("Juni", [row({})], columns_of(), TERMS, Evidence(), seen)
    assert isinstance(other, RowFault)
    assert other.text == "stands in row Mai!2 already: leave one of the two"


def test_totals_and_repeated_headings_are_passed_over() -> None:
    totals = SheetRow(4, {PLACES[Column.NAME]: "Summe:", PLACES[Column.SUM]: 12.5})
    grand = SheetRow(5, {PLACES[Column.NAME]: "Total EUR", PLACES[Column.SUM]: 12.5})
    bare = SheetRow(6, {PLACES[Column.SUM]: 12.5})
    again = SheetRow(3, dict(enumerate(HEADINGS)))
    empty = SheetRow(7, {PLACES[Column.NAME]: " - "})
    found = read(row({}), again, totals, grand, bare)
    assert found[1:] == [
        SkippedRow(3, Skip.HEADINGS), SkippedRow(4, Skip.TOTALS), SkippedRow(5, Skip.TOTALS), SkippedRow(6,
        Skip.TOTALS),
    ]  # fmt: skip
    in_the_middle = read(bare, empty, row({}, 8))
    assert {one.why for one in in_the_middle if isinstance(one, RowFault)} == {Unfit.MISSING}


def test_the_sheet_tells_what_a_cell_alone_does_not() -> None:
    found = read(row({Column.SUM: "1.234"}), row({Column.SUM: "99,50"}, 3))
    assert [one.amount for one in found if isinstance(one, Entry)] == [123400, 9950]


@pytest.mark.parametrize(
    ("heading", "sums", "days", "order"),
    [
        ("F\u00e4llig", ["5"], ["05/04/2026"], DateOrder.DAY_FIRST),
        ("Due", ["5"], ["05/04/2026"], None),
        ("Due", ["5,50"], ["05/04/2026"], DateOrder.DAY_FIRST),
        ("Due", ["5"], ["05/04/2026", "05/31/2026"], DateOrder.MONTH_FIRST),
        ("F\u00e4llig", ["5"], ["31/12/2026", "12/31/2026"], None),
    ],
)
def test_headings_and_amounts_tell_what_a_day_begins_with(
    heading: str, sums: Sequence[str], days: Sequence[str], order: DateOrder | None
) -> None:
    columns = columns_of([*HEADINGS[:7], heading, "Re-Nr"])
    rows = [row({Column.DUE: day, Column.SUM: sums[0]}) for day in days]
    assert evidence_of(rows, columns).order is order
