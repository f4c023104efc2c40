"""Nasty workbooks made with openpyxl: each is imported exactly, or refused with row, column and reason."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from domain.case_list import Skip
from domain.unfit_cell import Unfit
from tests.sheets.books import (
    ADDRESS,
    CURRENCY,
    DUE,
    HEADINGS,
    NAME,
    NUMBER,
    PHONE,
    REFERENCE,
    SUM,
    ZIP,
    Cell,
    Nasty,
    anna,
    line,
)


def book(fill: Callable[[Workbook, Worksheet], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        made = Workbook()
        sheet = made.worksheets[0]
        sheet.title = "Mai"
        fill(made, sheet)
        made.save(path)

    return write


def lines(*changes: Mapping[int, Cell]) -> Callable[[Path], None]:
    """Headings and a row for each of ``changes``."""

    def fill(_: Workbook, sheet: Worksheet) -> None:
        sheet.append(HEADINGS)
        for one in changes:
            sheet.append(line(one))

    return book(fill)


def titled(_: Workbook, sheet: Worksheet) -> None:
    sheet["A1"] = "Mahnliste Mai"
    sheet.merge_cells("A1:I1")
    sheet["A3"] = "Stand: 2.5.2026"
    sheet.append([])
    for row in (HEADINGS, line()):
        sheet.append(row)
    sheet["B7"] = "Summe"
    sheet["F7"] = 12.5


def merged(_: Workbook, sheet: Worksheet) -> None:
    sheet.append(
        [
            "Tel.-Nr.",
            "Kunde",
            None,
            None,
            "PLZ",
            "Offener Betrag",
            "W\u00e4hrung",
            "F\u00e4llig am",
            "Re-Nr.",
        ]
    )
    sheet.append([None, "Name", "Kd-Nr", "Adresse"])
    sheet.merge_cells("B1:D1")
    for letter in "AEFGHI":
        sheet.merge_cells(f"{letter}1:{letter}2")
    sheet.append(line())


def hidden(_: Workbook, sheet: Worksheet) -> None:
    for row in (HEADINGS, line(), line({REFERENCE: "R-2"}), line({REFERENCE: "R-3"})):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[4].hidden = True


def several_sheets(made: Workbook, sheet: Worksheet) -> None:
    sheet.append(HEADINGS)
    sheet.append(line())
    notes = made.create_sheet("Hinweise", 0)
    notes["A1"] = "Bitte zuerst lesen"
    for name, state in (("Alt", "hidden"), ("Geheim", "veryHidden"), ("Juni", "visible")):
        other = made.create_sheet(name)
        other.sheet_state = state
        other.append(HEADINGS)
        other.append(line({REFERENCE: f"R-{name}"}))
        other.append(line())
    made.create_chartsheet("Bild")


def formulas(_: Workbook, sheet: Worksheet) -> None:
    sheet.append(HEADINGS)
    sheet.append(line({SUM: "=10+2.5"}))
    sheet.append(line({NAME: '="Anna"&" Keller"', REFERENCE: "R-2"}))


def gaps(_: Workbook, sheet: Worksheet) -> None:
    for place, heading in enumerate(HEADINGS, start=1):
        sheet.cell(1, place, heading)
        sheet.cell(5, place, line()[place - 1])
        sheet.cell(900, place, line({REFERENCE: "R-2"})[place - 1])
    sheet["A3"] = " "
    sheet["XFD7"] = "weit weg"


def errors(_: Workbook, sheet: Worksheet) -> None:
    for row in (HEADINGS, line({SUM: "#N/A"}), line({ADDRESS: "#REF!"})):
        sheet.append(row)


def of_the_mac(made: Workbook, sheet: Worksheet) -> None:
    made.epoch = CALENDAR_MAC_1904
    sheet.append(HEADINGS)
    sheet.append(line())


def shown_as_money(_: Workbook, sheet: Worksheet) -> None:
    formats = ("#,##0.00 [$\u20ac-407]", "[$CHF] #,##0.00", '"$"#,##0.00')
    sheet.append(HEADINGS)
    for row, number_format in enumerate(formats, start=2):
        sheet.append(line({CURRENCY: None, REFERENCE: f"R-{row}"}))
        sheet.cell(row, SUM + 1).number_format = number_format


def impossible_day(_: Workbook, sheet: Worksheet) -> None:
    for cells in (HEADINGS, line({DUE: 99999999999}), line({DUE: 0.5}), line({DUE: -1})):
        sheet.append(cells)
    for row in (2, 3, 4):
        sheet.cell(row, DUE + 1).number_format = "dd.mm.yyyy"


NASTY = {
    "titles above, totals below, merged": Nasty(book(titled), [anna(6)]),
    "headings merged over two lines": Nasty(book(merged), [anna(3)]),
    "hidden rows": Nasty(book(hidden), [anna(3, reference="R-2")]),
    "empty rows, a cell in the last column": Nasty(book(gaps), [anna(5), anna(900, reference="R-2")]),
    "error cells": Nasty(book(errors), (), [(2, "F", Unfit.ERROR_CELL), (3, "D", Unfit.ERROR_CELL)]),
    "formulas never calculated": Nasty(
        book(formulas), (), [(2, "F", Unfit.UNCALCULATED), (3, "B", Unfit.UNCALCULATED)]
    ),
    "days counted from 1904": Nasty(book(of_the_mac)),
    "currencies in number formats": Nasty(
        book(shown_as_money),
        [anna(2, reference="R-2"), anna(3, currency="CHF", reference="R-3"), anna(4, currency="USD", reference="R-4")],
    ),
    "impossible days": Nasty(
        book(impossible_day), (), [(2, "H", Unfit.ERROR_CELL), (3, "H", Unfit.NO_DATE), (4, "H", Unfit.NO_DATE)]
    ),
    "number cells without their noughts": Nasty(
        lines({PHONE: 1713920001, ZIP: 1067, NUMBER: 10000001}, {PHONE: 491713920001.0, ZIP: "01067",
        REFERENCE: "R-2"}),
        [anna(2, zip_code="01067"), anna(3, zip_code="01067", reference="R-2")],
    ),
    "telephone numbers": Nasty(
        lines(
            {PHONE: "0049 (0) 171 / 392 00 01"}, {PHONE: "4,91714E+11", REFERENCE: "R-2"},
            {PHONE: "0171 3920001, 030 23125100", REFERENCE: "R-3"}, {PHONE: "unbekannt", REFERENCE: "R-4"},
        ),
        [anna()],
        [(3, "A", Unfit.DIGITS_LOST), (4, "A", Unfit.SEVERAL_PHONES), (5, "A", Unfit.NO_PHONE)],
    ),
    "amounts as text": Nasty(
        lines(
            {SUM: "1.234,56"}, {SUM: "\u20ac 12,50", REFERENCE: "R-2"}, {SUM: "1.234", REFERENCE: "R-3"},
            {SUM: "12,50-", REFERENCE: "R-4"}, {SUM: "0", REFERENCE: "R-5"}, {SUM: "nach Absprache", REFERENCE: "R-6"},
        ),
        [anna(2, amount=123456), anna(3, reference="R-2"), anna(4, amount=123400, reference="R-3")],
        [(5, "F", Unfit.NOT_POSITIVE), (6, "F", Unfit.NOT_POSITIVE), (7, "F", Unfit.NO_AMOUNT)],
    ),
    "a thousand or one and some": Nasty(lines({SUM: "1.234"}), (), [(2, "F", Unfit.AMBIGUOUS_AMOUNT)]),
    "noise of fractions, and a third decimal": Nasty(
        lines({SUM: 12.499999999999998}, {SUM: 12.345, REFERENCE: "R-2"}), [anna()], [(3, "F", Unfit.TOO_FINE)]
    ),
    "an amount that Excel made a day": Nasty(
        lines({SUM: date(2026, 5, 12)}, {NUMBER: date(2026, 5, 12), REFERENCE: "R-2"}),
        (),
        [(2, "F", Unfit.MADE_A_DATE), (3, "C", Unfit.MADE_A_DATE)],
    ),
    "the same debt twice": Nasty(lines({}, {}), [anna()], [(3, None, Unfit.DUPLICATE)]),
    "currencies that disagree": Nasty(
        lines({SUM: "CHF 12.50"}, {CURRENCY: "Taler"}), (), [(2, "F", Unfit.CURRENCY_CONFLICT), (3, "G",
        Unfit.NO_CURRENCY)]
    ),
    "all five missing": Nasty(
        lines(dict.fromkeys((PHONE, NAME, NUMBER, ADDRESS, SUM))),
        (),
        [(2, letter, Unfit.MISSING) for letter in "BCDFA"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_it_is_imported_exactly_or_refused(name: str, tmp_path: Path) -> None:
    NASTY[name].check(tmp_path / "liste.xlsx")


def test_every_visible_sheet_with_such_a_list_is_read(tmp_path: Path) -> None:
    both = [anna(), anna(sheet="Juni", reference="R-Juni")]
    found = Nasty(book(several_sheets), both, [(3, None, Unfit.DUPLICATE)]).check(
        tmp_path / "x.xlsx"
    )
    assert [(fault.sheet, fault.other) for fault in found.faults] == [("Juni", "Mai!2")]
    assert [sheet.name for sheet in found.sheets] == ["Mai", "Juni"]
    assert found.left_out == ("Alt", "Geheim", "Hinweise")


def test_hidden_rows_are_counted(tmp_path: Path) -> None:
    found = NASTY["hidden rows"].check(tmp_path / "x.xlsx")
    assert found.sheets[0].skipped == {Skip.HIDDEN: 2}
