"""Rows of a file of participants: what they say, and what is wrong with them."""

from collections.abc import Mapping
from datetime import date

import pytest

from domain.language import Language
from domain.participant_columns import Column, recognise
from domain.participant_row import Entry, Fault, Terms, read_rows, shown
from domain.sheet_row import BrokenCell, SheetRow, Value
from domain.unfit_cell import Unfit
from rufwerk.telephone_numbers import e164

HEADINGS = "Kundennummer|Vorname|Name|Sprache|PLZ|Geburtsdatum|Telefon|E-Mail|Punkte|Prio|PIN"
ANNA: Mapping[str, Value] = {
    "Kundennummer": 30000001, "Vorname": " Anna ", "Name": "Keller", "Sprache": "Deutsch", "PLZ": 1067,
    "Geburtsdatum": date(1985, 5, 17), "Telefon": "0171 3920001", "E-Mail": "anna@keller.example", "Punkte": 1200.0,
    "Prio": -3, "PIN": "013579",
}  # fmt: skip
TERMS = Terms("DE", 6, date(2026, 3, 2), e164)


def read(
    *lines: Mapping[str, Value | None], headings: str = HEADINGS, terms: Terms = TERMS
) -> list[Entry | Fault]:
    """Each line is the usual one with other cells."""
    names = headings.split("|")
    top = SheetRow(1, dict(enumerate(names)))
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = {place: {**ANNA, **line}.get(name) for place, name in enumerate(names)}
        there = {place: value for place, value in cells.items() if value is not None}
        rows.append(SheetRow(number, there))
    columns = recognise([top])
    assert columns is not None
    return list(read_rows("Mai", rows, columns, terms, {}))


def test_a_row_is_understood() -> None:
    assert read({}) == [
        Entry(
            "Mai", 2, "30000001", "Anna Keller", Language.DE, ("01067", "1067"), date(1985, 5, 17),
            "+491713920001", "anna@keller.example", 1200, -3, "013579",
        )
    ]  # fmt: skip


def test_what_is_empty_isnt_said() -> None:
    empty = dict.fromkeys(ANNA, "-") | {"Kundennummer": "0001"}
    assert read(empty) == [Entry("Mai", 2, "0001")]
    assert read(dict.fromkeys(ANNA, " ")) == []
    assert read(dict.fromkeys(ANNA, None)) == []


@pytest.mark.parametrize(
    ("heading", "value", "column", "why"),
    [
        ("Kundennummer", "", Column.CUSTOMER_NUMBER, Unfit.MISSING),
        ("Kundennummer", "K-100", Column.CUSTOMER_NUMBER, Unfit.NO_CUSTOMER_NUMBER),
        ("Kundennummer", "123", Column.CUSTOMER_NUMBER, Unfit.NO_CUSTOMER_NUMBER),
        ("Kundennummer", "1" * 13, Column.CUSTOMER_NUMBER, Unfit.NO_CUSTOMER_NUMBER),
        ("Kundennummer", "٤٤٤٤", Column.CUSTOMER_NUMBER, Unfit.NO_CUSTOMER_NUMBER),
        ("Kundennummer", 10**15, Column.CUSTOMER_NUMBER, Unfit.DIGITS_LOST),
        ("Kundennummer", date(2026, 1, 1), Column.CUSTOMER_NUMBER, Unfit.MADE_A_DATE),
        ("Kundennummer", BrokenCell("#N/A"), Column.CUSTOMER_NUMBER, Unfit.ERROR_CELL),
        ("Name", BrokenCell(""), Column.NAME, Unfit.UNCALCULATED),
        ("Name", date(2026, 1, 1), Column.NAME, Unfit.MADE_A_DATE),
        ("Name", "x" * 200, Column.NAME, Unfit.TOO_LONG),
        ("Sprache", "Klingonisch", Column.LANGUAGE, Unfit.NO_LANGUAGE),
        ("PLZ", "7", Column.ZIP, Unfit.NO_ZIP),
        ("PLZ", "76275 Ettlingen-Oberweier", Column.ZIP, Unfit.NO_ZIP),
        ("PLZ", date(2026, 1, 1), Column.ZIP, Unfit.MADE_A_DATE),
        ("Geburtsdatum", "gestern", Column.BORN, Unfit.NO_BIRTH_DATE),
        ("Geburtsdatum", "31.02.1985", Column.BORN, Unfit.NO_BIRTH_DATE),
        ("Geburtsdatum", date(2026, 3, 3), Column.BORN, Unfit.NO_BIRTH_DATE),
        ("Geburtsdatum", date(1899, 12, 31), Column.BORN, Unfit.NO_BIRTH_DATE),
        ("Telefon", "0171", Column.PHONE, Unfit.NO_PHONE),
        ("E-Mail", "anna", Column.EMAIL, Unfit.NO_MAIL_ADDRESS),
        ("Punkte", -1, Column.POINTS, Unfit.NO_POINTS),
        ("Punkte", 12.5, Column.POINTS, Unfit.NO_POINTS),
        ("Punkte", "1.200", Column.POINTS, Unfit.NO_POINTS),
        ("Punkte", "9" * 5000, Column.POINTS, Unfit.NO_POINTS),
        ("Prio", 101, Column.PRIORITY, Unfit.NO_PRIORITY),
        ("PIN", 13579, Column.PIN, Unfit.PIN_DIGITS),
        ("PIN", "13579a", Column.PIN, Unfit.PIN_DIGITS),
    ],
)
def test_what_is_wrong_is_told(heading: str, value: Value, column: Column, why: Unfit) -> None:
    (fault,) = read({heading: value})
    assert isinstance(fault, Fault)
    assert (fault.row, fault.column, fault.why) == (2, column, why)


def test_a_pins_digits_are_in_no_reason() -> None:
    assert read({"PIN": "12"}) == [Fault("Mai", 2, Column.PIN, Unfit.PIN_DIGITS, "6")]
    (entry,) = read({})
    assert "013579" not in repr(entry)
    told = told_of({0: "30000001", 1: "Anna", 2: "Keller", 10: "013579"})
    assert told[Column.NAME] == "Anna Keller"
    assert Column.PIN not in told


def told_of(cells: Mapping[int, Value], pin_digits: int | None = 6) -> Mapping[Column, str]:
    columns = recognise([SheetRow(1, dict(enumerate(HEADINGS.split("|"))))])
    assert columns is not None
    return shown(SheetRow(2, cells), columns, pin_digits)


def test_what_could_be_a_pin_isnt_shown_wherever_it_slipped_to() -> None:
    slipped: Mapping[int, Value] = {
        0: "135790", 1: "135790", 2: "Keller", 3: "de PIN:013579", 4: 13579, 6: "0171 3920001", 7: "a135790@b.example",
        8: "1357901",
    }  # fmt: skip
    told = told_of(slipped)
    assert told == {
        Column.CUSTOMER_NUMBER: "135790",
        Column.NAME: "****** Keller",
        Column.LANGUAGE: "de PIN:******",
        Column.ZIP: "******",
        Column.BORN: "",
        Column.PHONE: "0171 3920001",
        Column.EMAIL: "a******@b.example",
        Column.POINTS: "1357901",
        Column.PRIORITY: "",
    }
    assert told_of(slipped, None)[Column.NAME] == "135790 Keller", "without PINs there is none"


def test_of_a_long_text_the_beginning_is_shown() -> None:
    told = told_of({0: "1" * 10_000, 1: "x" * 10_000, 2: "Keller"})
    assert told[Column.CUSTOMER_NUMBER] == "1" * 300
    assert told[Column.NAME] == "x" * 300 + " Keller"


def test_all_faults_of_a_row_are_told_together() -> None:
    faults = read({"Kundennummer": "x", "Telefon": "7", "PIN": "1"})
    assert [one.column for one in faults if isinstance(one, Fault)] == [
        Column.CUSTOMER_NUMBER,
        Column.PHONE,
        Column.PIN,
    ]


def test_of_two_rows_with_one_number_the_second_is_refused() -> None:
    found = read({}, {"Kundennummer": "30000001"})
    assert found[1:] == [Fault("Mai", 3, Column.CUSTOMER_NUMBER, Unfit.DUPLICATE, "2")]
    columns = recognise([SheetRow(1, {0: "Nummer", 1: "Name"})])
    assert columns is not None
    rows = [SheetRow(7, {0: "30000001", 1: "Anna"})]
    (fault,) = read_rows("Juni", rows, columns, TERMS, {"30000001": ("Mai", 2)})
    assert fault == Fault("Juni", 7, Column.CUSTOMER_NUMBER, Unfit.DUPLICATE, "Mai!2")


def test_hidden_rows_are_refused_and_headings_passed_over() -> None:
    columns = recognise([SheetRow(1, {0: "Nummer", 1: "Name"})])
    assert columns is not None
    rows = [
        SheetRow(2, {0: "30000001", 1: "Anna"}, is_hidden=True),
        SheetRow(3, {0: "Nummer", 1: "Name"}),
    ]
    assert list(read_rows("Mai", rows, columns, TERMS, {})) == [Fault("Mai", 2, None, Unfit.HIDDEN)]


@pytest.mark.parametrize(
    ("written", "language"),
    [("DE", "de"), ("de-AT", "de"), ("en_US", "en"), ("Spanish", "es"), ("français", "fr")],
)
def test_languages_as_people_write_them(written: str, language: str) -> None:
    (entry,) = read({"Sprache": written})
    assert isinstance(entry, Entry)
    assert entry.language == language


@pytest.mark.parametrize(
    ("written", "zips"),
    [
        ("76275", ("76275",)),
        ("1067", ("1067",)),
        (8001, ("08001", "8001")),
        ("CH-8001", ("8001", "CH-8001")),
        ("sw1a 1aa", ("SW1A 1AA",)),
    ],
)
def test_zips_of_any_country(written: Value, zips: tuple[str, ...]) -> None:
    (entry,) = read({"PLZ": written})
    assert isinstance(entry, Entry)
    assert entry.zips == zips


@pytest.mark.parametrize(
    ("heading", "days", "first"),
    [
        ("Geburtsdatum", ["04/07/1990"], date(1990, 7, 4)),
        ("Birth date", ["04/07/1990", "12/31/1990"], date(1990, 4, 7)),
        ("Birth date", ["04/07/1990", "31/12/1990"], date(1990, 7, 4)),
        ("Geburtsdatum", ["04/07/1990", "12/31/1990"], date(1990, 4, 7)),
        ("Birth date", ["04/07/1990"], None),
    ],
)
def test_day_or_month_first(heading: str, days: list[str], first: date | None) -> None:
    lines: list[dict[str, Value | None]] = [
        {heading: day, "Kundennummer": 30000001 + row} for row, day in enumerate(days)
    ]
    found = read(*lines, headings=f"Kundennummer|{heading}")
    if first is None:
        assert found == [Fault("Mai", 2, Column.BORN, Unfit.AMBIGUOUS_DATE)]
    else:
        assert isinstance(found[0], Entry)
        assert found[0].born == first
