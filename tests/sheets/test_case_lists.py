"""A list is read as a whole: with progress, with what was remembered, over all its sheets."""

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from domain.case_columns import ColumnMap, Place
from domain.case_headings import Column
from domain.case_list import Skip
from sheets import case_lists
from sheets.case_lists import ColumnsUnclear, read_list
from tests.sheets.books import HEADINGS, REFERENCE, SUM, TERMS, anna, line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "liste.xlsx"
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, [*HEADINGS, "Rest lt. FIBU"])
        for row in range(1, 7):
            sheet.write_row(row, 0, [*line({REFERENCE: f"R-{row}"}), 99])
        sheet.write_row(7, 0, HEADINGS)
    return path


def test_progress_is_told_while_rows_are_read_and_understood(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_lists, "EVERY", 3)
    told: list[int] = []
    found = read_list(path, TERMS, progress=told.append)
    assert told == [3, 6, 3, 6]
    assert found.sheets[0].skipped == {Skip.HEADINGS: 1}


def test_what_a_client_always_means_is_remembered(path: Path) -> None:
    first = read_list(path, TERMS)
    assert first.entries[0] == anna(2, reference="R-1")
    assert read_list(path, TERMS, first.sheets[0].columns) == first
    chosen = ColumnMap({Column.SUM: (Place(SUM + 4, "Rest lt. FIBU"),)})
    assert {one.amount for one in read_list(path, TERMS, chosen).entries} == {9900}


def test_what_was_remembered_and_is_gone_stops_the_import(path: Path) -> None:
    gone = ColumnMap({Column.SUM: (Place(SUM, "Offen lt. SAP"),)})
    with pytest.raises(ColumnsUnclear, match="sum") as unclear:
        read_list(path, TERMS, gone)
    assert unclear.value.recognised.lost == gone.places


def test_nothing_personal_is_shown_where_values_are_shown(path: Path) -> None:
    shown = repr(read_list(path, TERMS))
    assert not any(word in shown for word in ("Keller", "3920001", "10000001", "Hauptstr", "1250"))


def test_two_columns_for_what_can_be_missing_are_told_and_neither_is_read(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, [*HEADINGS, "Aktenzeichen"])
        sheet.write_row(1, 0, [*line(), "AZ-1"])
    found = read_list(path, TERMS)
    assert found.entries == [anna(reference=None)]
    assert [place.position for place in found.sheets[0].unclear[Column.REFERENCE]] == [8, 9]
