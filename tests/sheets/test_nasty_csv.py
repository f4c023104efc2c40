"""Nasty CSV files: encodings, separators, quotes and what Excel makes of digits."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from domain.unfit_cell import Unfit
from sheets.case_lists import ColumnsUnclear
from tests.sheets.books import Nasty, anna

HEADINGS = "Tel.-Nr.;Name;Kd-Nr;Adresse;PLZ;Offener Betrag;W\u00e4hrung;F\u00e4llig am;Re-Nr."
LINE = "+49 171 3920001;Anna Keller;10000001;Hauptstr. 5, Ettlingen;76275;12,50;EUR;01.05.2026;R-1"
ANNA = replace(anna(), sheet="")


def csv(lines: Sequence[str], encoding: str = "utf-8", end: str = "\r\n") -> Nasty:
    def write(path: Path) -> None:
        path.write_bytes(end.join([*lines, ""]).encode(encoding))

    return Nasty(write, [ANNA])


NASTY = {
    "UTF-8": csv([HEADINGS, LINE]),
    "UTF-8 with a mark": csv([HEADINGS, LINE], "utf-8-sig"),
    "Windows-1252": csv([HEADINGS, LINE], "cp1252"),
    "UTF-16 with tabs": csv([one.replace(";", "\t") for one in (HEADINGS, LINE)], "utf-16"),
    "line ends of Unix": csv([HEADINGS, LINE], end="\n"),
    "a comma between, and in the amount": csv(
        [HEADINGS.replace(";", ","), '"' + LINE.replace(";", '","') + '"']
    ),
    "Excel's own word for the separator": csv(["sep=|", HEADINGS.replace(";", "|"), LINE.replace(";", "|")]),
    "lines within quotes": replace(
        csv([HEADINGS, LINE.replace("Anna Keller", '"Anna\r\nKeller"'), "", LINE.replace("R-1", "R-2")]),
        entries=[ANNA, replace(ANNA, row=4, reference="R-2")],
    ),
    "digits as Excel leaves them": replace(
        csv([HEADINGS, LINE.replace("+49 171 3920001", "1713920001").replace("76275", "1067")]),
        entries=[replace(ANNA, zip_code="01067")],
    ),
    "digits that Excel has shortened": replace(
        csv([HEADINGS, LINE.replace("+49 171 3920001", "4,91714E+11")]),
        entries=[],
        faults=[(2, "A", Unfit.DIGITS_LOST)],
    ),
    "leading noughts": replace(
        csv([HEADINGS, LINE.replace("+49 171 3920001", "01713920001").replace("10000001", "0001")]),
        entries=[replace(ANNA, customer_number="0001")],
    ),
    "a quote alone, a line too short": replace(
        csv([HEADINGS, LINE.replace("Anna Keller", 'Anna "K" Keller'), "0171 3920001;Anna"]),
        entries=[replace(ANNA, name='Anna "K" Keller')],
        faults=[(3, letter, Unfit.MISSING) for letter in "CDF"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_it_is_imported_exactly_or_refused(name: str, tmp_path: Path) -> None:
    NASTY[name].check(tmp_path / "liste.csv")


def test_one_column_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(ColumnsUnclear):
        csv(["Tel.-Nr.", "0171 3920001"]).check(tmp_path / "liste.csv")
