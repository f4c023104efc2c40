"""Nasty workbooks made with XlsxWriter: shared and inline strings, cached formulas, tables, formats."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.case_list import Skip
from domain.language import Language
from domain.unfit_cell import Unfit
from tests.sheets.books import (
    ADDRESS,
    CURRENCY,
    DUE,
    HEADINGS,
    NAME,
    PHONE,
    REFERENCE,
    SUM,
    TERMS,
    Cell,
    Nasty,
    anna,
    line,
)


def book(
    fill: Callable[[Workbook, Worksheet], None], *, constant_memory: bool = False
) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with Workbook(
            path, {"default_date_format": "dd.mm.yyyy", "constant_memory": constant_memory}
        ) as made:
            fill(made, made.add_worksheet("Mai"))

    return write


def put(sheet: Worksheet, row: int, cells: list[Cell]) -> None:
    for place, cell in enumerate(cells):
        if cell is not None:
            sheet.write(row - 1, place, cell)


def plain(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(0, 0, HEADINGS)
    put(sheet, 2, line())


def rich(made: Workbook, sheet: Worksheet) -> None:
    plain(made, sheet)
    bold = made.add_format({"bold": True})
    sheet.write_rich_string(0, PHONE, "Tel", bold, ".-Nr.")
    sheet.write_rich_string(1, NAME, bold, "Anna", " Kel", bold, "ler")
    sheet.write_string(1, ADDRESS, "Hauptstr. 5,\r\n Ettlingen ")


def cached(made: Workbook, sheet: Worksheet) -> None:
    plain(made, sheet)
    sheet.write_formula(1, SUM, "=SUM(K1:K2)", None, 12.5)
    sheet.write_formula(1, NAME, '=B9&" "&C9', None, "Anna Keller")
    put(sheet, 3, line({REFERENCE: "R-2"}))
    sheet.write_formula(2, SUM, "=1/0", None, "#DIV/0!")
    put(sheet, 4, line({REFERENCE: "R-3"}))
    sheet.write_formula(3, SUM, "=K1", None, 0)


def table(_: Workbook, sheet: Worksheet) -> None:
    names = [{"header": heading} for heading in HEADINGS]
    sheet.add_table(3, 1, 6, 9, {"columns": names, "total_row": True, "name": "Offen"})
    for place, cell in enumerate(line(), start=1):
        sheet.write(4, place, cell)
    sheet.write(6, 1 + NAME, "Summe")
    sheet.write(6, 1 + SUM, 12.5)


def filtered(made: Workbook, sheet: Worksheet) -> None:
    plain(made, sheet)
    put(sheet, 3, line({REFERENCE: "R-2"}))
    sheet.autofilter(0, 0, 2, 8)
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(CURRENCY, REFERENCE, None, None, {"hidden": True})


def times(made: Workbook, sheet: Worksheet) -> None:
    plain(made, sheet)
    stamp = made.add_format({"num_format": "d/m/yy h:mm"})
    sheet.write_number(1, DUE, 46143.99999, stamp)  # one second before midnight of 1 May 2026
    put(sheet, 3, line({DUE: 46143, REFERENCE: "R-2"}))


def french(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(
        0, 0, ["Nom", "Pr\u00e9nom", "T\u00e9l. portable", "N\u00b0 client", "Rue", "NPA", "Localit\u00e9",
        "Montant d\u00fb (CHF)",
               "\u00c9ch\u00e9ance"]
    )  # fmt: skip
    sheet.write_row(
        1, 0, ["Martin", "Claire", "079 123 45 67", 20000001, "Rue de la Gare 5", 2502, "Bienne", "1'234.50",
        "05/04/2026"]
    )  # fmt: skip


def american(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(
        0,
        0,
        [
            "Customer",
            "Acct #",
            "Cell phone",
            "Street address",
            "City",
            "State",
            "ZIP code",
            "Amount due",
            "Due date",
        ],
    )
    sheet.write_row(
        1, 0, ["John Miller", "007", "(212) 555-0123", "1234 Main St", "Springfield", "IL", "62704-1234",
        "$1,234.50", "05/04/2026"]
    )  # fmt: skip
    sheet.write_row(
        2, 0, ["John Miller", "008", "1-212-555-0123", "1234 Main St", "Springfield", "IL", 2704, "$1,234",
        "12/31/2026"]
    )  # fmt: skip


def spanish(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(
        0,
        0,
        [
            "Apellidos",
            "Nombre",
            "M\u00f3vil",
            "N\u00ba cliente",
            "Direcci\u00f3n",
            "Importe pendiente",
            "Vence el",
        ],
    )
    sheet.write_row(
        1, 0, ["G\u00f3mez", "Luc\u00eda", 612345678, "A-1", "Calle Mayor 5, 28013 Madrid", "1.234,50 \u20ac",
        "5 de abril de 2026"]
    )  # fmt: skip


def odd_types(made: Workbook, sheet: Worksheet) -> None:
    plain(made, sheet)
    sheet.write_url(1, PHONE, "https://example.org/anna", string="tel:+491713920001")
    put(sheet, 3, line({REFERENCE: "R-2"}))
    sheet.write_boolean(2, SUM, True)
    put(sheet, 4, line({PHONE: None, REFERENCE: "R-3"}))
    sheet.write_boolean(3, PHONE, False)


def no_headings(_: Workbook, sheet: Worksheet) -> None:
    for number in range(3):
        sheet.write_row(
            number, 0, [f"K-1000{number}", "Anna Keller", "0171 3920001", "Hauptstr. 5, 76275 Ettlingen", 12.5 + number]
        )  # fmt: skip


BARE = anna(currency="EUR", due=None, reference=None, address="Hauptstr. 5, 76275 Ettlingen")
CLAIRE = replace(
    BARE, phone="+41791234567", name="Claire Martin", customer_number="20000001", address="Rue de la Gare 5, Bienne",
    zip_code="2502", amount=123450, currency="CHF", due=date(2026, 4, 5), country="CH",
    languages=(Language.DE, Language.FR),
)  # fmt: skip
JOHN = replace(
    BARE, phone="+12125550123", name="John Miller", customer_number="007", address="1234 Main St, Springfield, IL",
    zip_code="62704-1234", amount=123450, currency="USD", due=date(2026, 5, 4), country="US", languages=(Language.EN,),
)  # fmt: skip
LUCIA = replace(
    BARE, phone="+34612345678", name="Luc\u00eda G\u00f3mez", customer_number="A-1",
    address="Calle Mayor 5, 28013 Madrid",
    zip_code="28013", amount=123450, due=date(2026, 4, 5), country="ES", languages=(Language.ES,),
)  # fmt: skip

NASTY = {
    "inline strings": Nasty(book(plain, constant_memory=True)),
    "rich text and line ends": Nasty(book(rich)),
    "saved results of formulas": Nasty(
        book(cached), [anna()], [(3, "F", Unfit.ERROR_CELL), (4, "F", Unfit.NOT_POSITIVE)]
    ),
    "a table with totals, not at the corner": Nasty(book(table), [anna(5)]),
    "filtered rows, hidden columns": Nasty(book(filtered), [anna(3, reference="R-2")]),
    "days with times, days without a format": Nasty(
        book(times), [anna()], [(3, "H", Unfit.NO_DATE)]
    ),
    "French from Switzerland": Nasty(
        book(french), [CLAIRE], terms=replace(TERMS, country="CH", currency="CHF")
    ),
    "American": Nasty(
        book(american),
        [JOHN, replace(JOHN, row=3, customer_number="008", zip_code="02704", amount=123400, due=date(2026, 12, 31))],
        terms=replace(TERMS, country="US", currency="USD"),
    ),
    "Spanish": Nasty(book(spanish), [LUCIA], terms=replace(TERMS, country="ES")),
    "a link, and truth values": Nasty(
        book(odd_types), [anna()], [(3, "F", Unfit.NO_AMOUNT), (4, "A", Unfit.NO_PHONE)]
    ),
    "no headings": Nasty(
        book(no_headings),
        [replace(BARE, row=row + 1, customer_number=f"K-1000{row}", amount=1250 + 100 * row) for row in range(3)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_it_is_imported_exactly_or_refused(name: str, tmp_path: Path) -> None:
    NASTY[name].check(tmp_path / "liste.xlsx")


def test_totals_are_counted(tmp_path: Path) -> None:
    found = NASTY["a table with totals, not at the corner"].check(tmp_path / "x.xlsx")
    assert found.sheets[0].skipped == {Skip.TOTALS: 1}
    assert found.sheets[0].headings_end == 4
