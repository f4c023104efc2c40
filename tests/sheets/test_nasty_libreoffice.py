"""Nasty workbooks made with LibreOffice, which calculates, merges and hides in its own way."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.unfit_cell import Unfit
from sheets.case_lists import read_list
from tests.sheets import office
from tests.sheets.books import (
    ADDRESS,
    DUE,
    HEADINGS,
    NAME,
    PHONE,
    REFERENCE,
    SUM,
    TERMS,
    ZIP,
    Nasty,
    anna,
    line,
)

TOP = office.row(HEADINGS)
PLAIN = office.row(line())


def second(**attributes: str) -> str:
    written = " ".join(f'table:{name}="{value}"' for name, value in attributes.items())
    return office.row(line({REFERENCE: "R-2"}), written)


SPANNED = (
    '<table:table-row><table:table-cell table:number-columns-spanned="9" office:value-type="string">'
    "<text:p>Mahnliste</text:p></table:table-cell></table:table-row>"
)

SEVENTY = '<table:table-row table:number-rows-repeated="70"><table:table-cell/></table:table-row>'
FORMULAS = {SUM: "of:=10+5/2", NAME: 'of:="Anna"&" "&"Keller"', ZIP: "of:=76000+275"}
SUMS = ({SUM: "of:=0.1+0.2+12.2"}, {SUM: "of:=100/3", REFERENCE: "R-2"})

NASTY: Mapping[str, tuple[str, Nasty]] = {
    "plain": (office.table([TOP, PLAIN]), Nasty(lambda _: None)),
    "formulas": (
        office.table([TOP, office.row(line(FORMULAS))]),
        Nasty(lambda _: None),
    ),
    "formulas_that_fail": (
        office.table([TOP, office.row(line({SUM: "of:=1/0"})), office.row(line({PHONE: "of:=NA()"}))]),
        Nasty(lambda _: None, (), [(2, "F", Unfit.ERROR_CELL), (3, "A", Unfit.ERROR_CELL)]),
    ),
    "noise": (
        office.table([TOP, *(office.row(line(one)) for one in SUMS)]),
        Nasty(lambda _: None, faults=[(3, "F", Unfit.TOO_FINE)]),
    ),
    "hidden_rows": (
        office.table([TOP, second(visibility="collapse"), PLAIN, second(visibility="filter")]),
        Nasty(lambda _: None, [anna(3)]),
    ),
    "merged_title": (office.table([SPANNED, TOP, PLAIN]), Nasty(lambda _: None, [anna(3)])),
    "rows_repeated": (
        office.table([TOP, SEVENTY, PLAIN, office.row(line(), 'table:number-rows-repeated="2"')]),
        Nasty(lambda _: None, [anna(72)], [(73, None, Unfit.DUPLICATE), (74, None, Unfit.DUPLICATE)]),
    ),
    "text_that_looks_like_numbers": (
        office.table([TOP, office.row(line({SUM: "12,50", PHONE: "0171/3920001", DUE: "1.5.26"}))]),
        Nasty(lambda _: None),
    ),
    "sheets": (
        office.table([TOP, PLAIN]) + office.table([TOP, PLAIN], "Alt", 'table:style-name="hidden"'),
        Nasty(lambda _: None),
    ),
    "line_breaks": (
        office.table([TOP, PLAIN]).replace("Hauptstr. 5, Ettlingen", "Hauptstr. 5,</text:p><text:p>Ettlingen"),
        Nasty(lambda _: None),
    ),
    "missing": (
        office.table([TOP, office.row(line({ADDRESS: None})), office.row([None, "Summe", None, None, None, 12.5])]),
        Nasty(lambda _: None, (), [(2, "D", Unfit.MISSING)]),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("office")
    return office.convert(
        folder, {name: office.spreadsheet(one) for name, (one, _) in NASTY.items()}
    )


@pytest.mark.parametrize("name", NASTY)
def test_it_is_imported_exactly_or_refused(name: str, made: Mapping[str, Path]) -> None:
    NASTY[name][1].check(made[name])


def test_hidden_sheets_are_left_out(made: Mapping[str, Path]) -> None:
    found = read_list(made["sheets"], TERMS)
    assert found.left_out == ("Alt",)
