"""Lists of our own making are read back as they were written, by us and by openpyxl."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sheets.new_list import SUFFIXES, Row, write_list
from sheets.result_cells import field_of, text_of_field
from sheets.tables import open_tables

ROWS: list[Row] = [
    ["Nummer", "Name"],
    ["007", '=1+1;"x"\ny', 12, None, date(1985, 5, 17)],
    [],
    ["'=1", "'quoted'", -3, "", "_x0041_"],
]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_it_is_read_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"list{suffix}"
    write_list(path, suffix, "R&D <1>", iter(ROWS))
    with open_tables(path, "") as (tables, hidden):
        ((name, rows),) = [(table.name, list(table.rows)) for table in tables]
    assert (name, hidden) == (("", ()) if suffix == ".csv" else ("R&D <1>", []))
    assert [row.number for row in rows] == [1, 2, 4]
    second = rows[1].cells
    assert second[0] == "007"
    assert second[2] == 12
    assert second[4] == ("1985-05-17" if suffix == ".csv" else date(1985, 5, 17))


def test_excel_sees_texts_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_list(path, ".xlsx", "Liste", ROWS)
    sheet = load_workbook(path)["Liste"]
    cells = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row}
    assert (cells["B2"].value, cells["B2"].data_type) == ('=1+1;"x"\ny', "s")
    assert cells["A4"].value == "'=1"
    assert str(cells["E2"].value) == "1985-05-17 00:00:00"
    assert all(cell.data_type != "f" for cell in cells.values())


@pytest.mark.parametrize(
    "text", ["=1", "+49", "-", "@x", "\tx", "'=1", "''@", "'x", "", "'", "a=b"]
)
def test_no_field_is_a_formula_and_each_comes_back(text: str) -> None:
    field = field_of(text)
    assert not field.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert text_of_field(field) == text
