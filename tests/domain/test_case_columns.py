"""A list's columns are found by headings in four languages, by content, and as remembered."""

from collections.abc import Sequence
from datetime import date

import pytest

from domain.case_columns import ColumnMap, Place, read_columns, recognise
from domain.case_headings import Column, meaning_of
from domain.headings import key_of
from domain.language import Language
from domain.sheet_row import SheetRow, Value, letter, text_of

GERMAN = [
    "Tel.-Nr.",
    "Name",
    "Kd-Nr",
    "Anschrift",
    "PLZ",
    "Offener Betrag",
    "Whg",
    "F\u00e4llig am",
    "Re-Nr.",
]
ENTRY: Sequence[Value] = [
    "+49 171 3920001", "Anna Keller", "K10001", "Hauptstr. 5, 76275 Ettlingen", "76275", 12.5, "EUR",
    date(2026, 5, 1), "R-1",
]  # fmt: skip


def rows(*lines: Sequence[Value | None]) -> list[SheetRow]:
    return [
        SheetRow(number, {place: value for place, value in enumerate(line) if value is not None})
        for number, line in enumerate(lines, start=1)
        if any(value is not None for value in line)
    ]


def positions(columns: ColumnMap) -> dict[Column, list[int]]:
    return {column: [one.position for one in places] for column, places in columns.places.items()}


NINE = {column: [place] for place, column in enumerate(Column)}


@pytest.mark.parametrize(
    "headings",
    [
        GERMAN,
        ["TELEFON:", "Kundenname", "Kunden Nr.", "Stra\u00dfe", "Postleitzahl", "Summe (EUR)", "W\u00e4hrung",
            "Faelligkeit", "Aktenzeichen"],
        ["Phone", "Customer name", "Customer #", "Address", "ZIP", "Amount due", "Currency", "Due date",
            "Invoice no."],
        ["Tel\u00e9fono", "Nombre", "N\u00ba de cliente", "Direcci\u00f3n", "C.P.", "Importe pendiente", "Divisa",
            "Vencimiento", "Factura"],
        ["T\u00e9l.", "Nom", "N\u00b0 client", "Adresse", "Code postal", "Montant d\u00fb en \u20ac", "Devise",
            "\u00c9ch\u00e9ance", "R\u00e9f."],
        ["phone", "name", "customer_number", "address", "zip", "sum", "currency", "due", "reference"],
    ],
)  # fmt: skip
def test_headings_of_four_languages(headings: Sequence[str]) -> None:
    found = recognise(rows(headings, ENTRY))
    assert found.is_ready
    assert found.headings_end == 1
    assert positions(found.columns) == NINE


def test_titles_above_the_headings_are_passed_over() -> None:
    found = recognise(rows(["Mahnliste Mai"], [None], ["Stand:", "1.5."], GERMAN, ENTRY))
    assert found.headings_end == 4
    assert positions(found.columns) == NINE


def test_headings_of_two_lines_are_read_together() -> None:
    upper = ["Tel.-Nr.", "Kunde", None, None, "PLZ", "Betrag", None, "F\u00e4llig am", "Re-Nr."]
    lower = [None, "Name", "Kd-Nr", "Anschrift", None, None, "Whg"]
    found = recognise(rows(upper, lower, ENTRY))
    assert found.headings_end == 2
    assert positions(found.columns) == NINE


def test_names_and_addresses_may_be_in_parts() -> None:
    headings = [
        "Nachname",
        "Vorname",
        "Stra\u00dfe",
        "Hausnr.",
        "Ort",
        "Handy",
        "Kundennummer",
        "Saldo",
    ]
    found = recognise(rows(headings))
    assert positions(found.columns) == {
        Column.NAME: [1, 0], Column.ADDRESS: [2, 3, 4], Column.PHONE: [5], Column.CUSTOMER_NUMBER: [6],
        Column.SUM: [7],
    }  # fmt: skip


def test_a_first_name_alone_is_no_name() -> None:
    found = recognise(rows(["Telefon", "Vorname", "Kundennr", "Ort", "Betrag"]))
    assert found.columns.missing == (Column.NAME, Column.ADDRESS)
    assert not found.is_ready


def test_the_open_amount_goes_before_the_invoices() -> None:
    found = recognise(rows(["Telefon", "Name", "Kd-Nr", "Adresse", "Rechnungsbetrag", "Offen"]))
    assert positions(found.columns)[Column.SUM] == [5]


def test_two_telephone_numbers_are_a_question() -> None:
    found = recognise(rows(["Telefon", "Mobil", "Name", "Kd-Nr", "Adresse", "Betrag"]))
    assert found.unclear == {Column.PHONE: (Place(0, "Telefon"), Place(1, "Mobil"))}
    assert found.columns.missing == (Column.PHONE,)
    answered = ColumnMap({Column.PHONE: (Place(1, "Mobil"),)})
    assert positions(recognise(rows(GERMAN), answered).columns)[Column.NAME] == [1]
    again = recognise(rows(["Telefon", "Mobil", "Name", "Kd-Nr", "Adresse", "Betrag"]), answered)
    assert again.is_ready
    assert not again.unclear


def test_content_tells_where_headings_do_not() -> None:
    strange = ["Spalte A", "B", "C", "D", "E", "F", "G", "H", "I"]
    lines = [[*ENTRY[:2], f"K1000{number}", *ENTRY[3:]] for number in range(9)]
    headings: list[Value] = ["Tel", *strange[1:8], "Name 2"]
    found = recognise(rows(headings, *lines))
    assert found.headings_end == 1
    assert positions(found.columns)[Column.SUM] == [5]
    assert positions(found.columns)[Column.DUE] == [7]
    assert positions(found.columns)[Column.CURRENCY] == [6]
    assert positions(found.columns)[Column.ADDRESS] == [3]


def test_a_list_without_headings() -> None:
    lines = [
        [f"0171 392000{number}", "Anna Keller", f"K-1000{number}", "Hauptstr. 5, 76275 Ettlingen", "12,50"]
        for number in range(5)
    ]  # fmt: skip
    found = recognise(rows(*lines))
    assert found.headings_end == 0
    assert positions(found.columns) == {
        Column.PHONE: [0], Column.NAME: [1], Column.CUSTOMER_NUMBER: [2], Column.ADDRESS: [3], Column.SUM: [4],
    }  # fmt: skip
    assert found.is_ready


@pytest.mark.parametrize(
    "line",
    [
        [171392000123, 10001, "A1", True, 5.0],
        [None, None, None, None, None],
        ["0171 3920001", "0171 3920002", "x", "y", "z"],
        [date(2026, 1, 1), date(2026, 1, 2), "EUR", "12", "?"],
    ],
)
def test_content_that_tells_nothing_is_asked_for(line: Sequence[Value | None]) -> None:
    assert not recognise(rows(line, line)).is_ready


def test_an_empty_sheet_has_no_columns() -> None:
    assert recognise([]).columns == ColumnMap({})


def test_what_is_remembered_is_written_and_read() -> None:
    columns = recognise(rows(GERMAN)).columns
    assert read_columns(columns.write()) == columns


@pytest.mark.parametrize(
    "written", ["", "[]", '{"phone": 1}', '{"fax": []}', '{"phone": [["x", ""]]}']
)
def test_what_nobody_has_written_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Choose them anew"):
        read_columns(written)


def test_what_is_remembered_goes_before_what_is_recognised() -> None:
    headings = ["Telefon", "Name", "Kd-Nr", "Adresse", "Betrag", "Rest lt. FIBU"]
    remembered = ColumnMap({Column.SUM: (Place(5, "Rest lt. FIBU"),)})
    assert positions(recognise(rows(headings), remembered).columns)[Column.SUM] == [5]
    moved = ["Rest  lt. Fibu:", *headings[:5]]
    assert positions(recognise(rows(moved), remembered).columns)[Column.SUM] == [0]


def test_what_is_remembered_and_gone_is_said_not_guessed() -> None:
    remembered = ColumnMap({Column.SUM: (Place(5, "Rest lt. FIBU"),)})
    found = recognise(rows(["Telefon", "Name", "Kd-Nr", "Adresse", "Betrag"]), remembered)
    assert found.lost == remembered.places
    assert Column.SUM not in found.columns.places
    assert not found.is_ready
    twice = recognise(rows(["Rest lt. FIBU", "Rest lt. FIBU", *GERMAN[:5]]), remembered)
    assert twice.lost == remembered.places


def test_a_column_without_a_heading_is_remembered_by_its_place() -> None:
    remembered = ColumnMap({Column.SUM: (Place(4, ""),)})
    headings = ["Telefon", "Name", "Kd-Nr", "Adresse"]
    found = recognise(rows(headings, [*ENTRY[:4], 1250]), remembered)
    assert positions(found.columns)[Column.SUM] == [4]
    assert recognise(rows([*headings, "Betrag"], ENTRY), remembered).lost == remembered.places


def test_a_heading_knows_its_languages() -> None:
    columns = recognise(rows(GERMAN)).columns
    assert columns.languages_of(Column.DUE) == {Language.DE}
    assert columns.languages_of(Column.ZIP) == {Language.DE}
    assert ColumnMap({}).languages_of(Column.DUE) == frozenset()
    assert ColumnMap({Column.DUE: (Place(1, "?"),)}).languages_of(Column.DUE) == frozenset()
    assert columns.positions == frozenset(range(9))


def test_headings_are_compared_by_what_matters() -> None:
    assert key_of("Stra\u00dfe + Hausnr.") == key_of("STRASSE/HAUSNR")
    assert key_of("Betrag (EUR)") == key_of("Betrag in \u20ac") == key_of("betrag")
    assert key_of("EUR") == "eur"
    assert meaning_of("Bemerkung") is None


def test_letters_are_those_of_excel() -> None:
    assert [letter(place) for place in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("  a\u00a0 b\n", "a b"), ("a\u200bb\u0308", "ab\u0308"), (12, "12"), (12.0, "12"), (12.5,
        "12.5"),
        (True, "TRUE"), (date(2026, 1, 2), "2026-01-02"),
    ],
)  # fmt: skip
def test_cells_as_a_person_reads_them(value: Value | None, text: str) -> None:
    assert text_of(value) == text
