"""The client gets his own file back: new columns at the right, a summary, and not a byte else changed."""

import csv
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as OpenpyxlBook
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from xlsxwriter import Workbook

from sheets.case_lists import read_list
from sheets.result_cells import ResultCell
from sheets.results import Results, write_results
from sheets.unreadable import UnreadableFile
from tests.sheets import office
from tests.sheets.books import HEADINGS, REFERENCE, TERMS, line

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

ADDED = ("Ergebnis", "am", "Versuche", "Zusage", "Bemerkung")
CELLS: Sequence[ResultCell] = (
    "Zusage",
    date(2026, 5, 4),
    2,
    None,
    "=1+1 & <x> _x0041_\x01\nzweite Zeile",
)
SHOWN = ("Zusage", date(2026, 5, 4), 2, None, "=1+1 & <x> _x005F_x0041_\nzweite Zeile")
"""As openpyxl reads it, which leaves Excel's way of escaping as it is."""
SUMMARY: Sequence[Sequence[ResultCell]] = (("Liste", "Mai"), (), ("Zusagen", 1, "@SUM(A1)"))


def results(source: Path, name: str = "Zusammenfassung") -> Results:
    """All entries of a list with the same outcome."""
    found = read_list(source, TERMS)
    rows = {(one.sheet, one.row): CELLS for one in found.entries}
    ends = {sheet.name: sheet.headings_end for sheet in found.sheets}
    return Results(ADDED, rows, ends, name, SUMMARY)


def cells(path: Path, row: int, sheet: str = "Mai") -> list[object]:
    book = load_workbook(path)
    found = [cell.value for cell in book[sheet][row]]
    book.close()
    return [value.date() if isinstance(value, datetime) else value for value in found]


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """With what openpyxl would lose or change: a picture, a chart, sparklines, comments, hidden things."""
    path = tmp_path / "liste.xlsx"
    picture = tmp_path / "dot.png"
    picture.write_bytes(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
            "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
        )
    )
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, HEADINGS, made.add_format({"bold": True}))
        for row in range(1, 4):
            sheet.write_row(row, 0, line({REFERENCE: f"R-{row}"}))
        sheet.write_formula(5, 5, "=SUM(F2:F4)", None, 37.5)
        sheet.set_row(2, 30, None, {"hidden": True})
        sheet.set_column(9, 16383, None, None, {"hidden": True})
        sheet.insert_image(8, 1, picture)
        chart = made.add_chart({"type": "bar"})
        chart.add_series({"values": "=Mai!$F$2:$F$4"})
        sheet.insert_chart(12, 1, chart)
        sheet.add_sparkline(6, 1, {"range": "Mai!F2:F4"})
        sheet.write_comment(1, 1, "ruft gern zur\u00fcck")
        sheet.data_validation(1, 6, 3, 6, {"validate": "list", "source": ["EUR", "CHF"]})
        other = made.add_worksheet("Anderes")
        other.write(0, 0, "bleibt")
    return path


def test_columns_come_at_the_right_of_the_entries_and_the_headings(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich))
    assert cells(target, 1)[9:] == list(ADDED)
    assert cells(target, 2)[9:] == list(SHOWN)
    assert cells(target, 3)[9:] == [None] * 5  # hidden, so never imported
    assert cells(target, 4)[9:] == list(SHOWN)
    assert cells(target, 6)[:6] == [None] * 5 + ["=SUM(F2:F4)"]


def test_the_new_columns_look_as_they_should(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich))
    book = load_workbook(target)
    sheet = book["Mai"]
    assert sheet["J1"].font.bold
    assert sheet["K2"].is_date
    assert sheet["N2"].data_type == "s"
    assert not sheet.column_dimensions["J"].hidden
    assert sheet.column_dimensions["O"].hidden
    assert sheet.row_dimensions[3].hidden


def test_nothing_else_is_changed(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich))
    with zipfile.ZipFile(rich) as before, zipfile.ZipFile(target) as after:
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
        added = set(after.namelist()) - set(before.namelist())
        old, new = (one.read("xl/worksheets/sheet1.xml").decode() for one in (before, after))
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }  # fmt: skip
    assert added == {"xl/worksheets/summary1.xml"}
    kept = old[old.index('<row r="5"') if '<row r="5"' in old else old.index('<row r="6"') :]
    assert new.endswith(kept)


def test_the_summary_is_a_sheet_of_its_own(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich, "mai"))
    book = load_workbook(target)
    assert book.sheetnames == ["Mai", "Anderes", "mai (2)"]
    summary = book["mai (2)"]
    assert [[cell.value for cell in row] for row in summary] == [
        ["Liste", "Mai", None], [None] * 3, ["Zusagen", 1, "@SUM(A1)"],
    ]  # fmt: skip
    assert summary["C3"].data_type == "s"


def test_a_sheets_name_is_made_to_fit(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich, "'Stand: 1/5 [Mai] & was noch alles dazukommt"))
    assert load_workbook(target).sheetnames[-1] == "Stand  1 5  Mai  & was noch all"
    write_results(rich, target, results(rich, "/"))
    assert load_workbook(target).sheetnames[-1] == "Summary"


def test_what_is_written_is_imported_again(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich))
    before, after = (read_list(path, TERMS) for path in (rich, target))
    assert after.entries == before.entries
    assert after.left_out == ("Anderes", "Zusammenfassung")


def test_libreoffice_opens_it_and_shows_text_as_text(rich: Path) -> None:
    target = rich.with_name("ergebnis.xlsx")
    write_results(rich, target, results(rich))
    office.convert_files(rich.parent, [target], "csv")
    rows = list(csv.reader((rich.parent / "ergebnis.csv").read_text("latin-1").splitlines()))
    assert rows[0][9:] == list(ADDED)
    assert rows[1][9:12] == ["Zusage", "05/04/2026", "2"]
    assert rows[1][13].startswith("=1+1 & <x> _x0041_")


def test_a_workbook_of_libreoffice_comes_back(tmp_path: Path) -> None:
    sheet = office.table([office.row(HEADINGS), office.row(line())])
    source = office.convert(tmp_path, {"liste": office.spreadsheet(sheet)})["liste"]
    target = tmp_path / "ergebnis.xlsx"
    write_results(source, target, results(source))
    assert cells(target, 2)[9:] == list(SHOWN)


def test_coloured_rows_days_from_1904_and_titles(tmp_path: Path) -> None:
    source, target = tmp_path / "liste.xlsx", tmp_path / "ergebnis.xlsx"
    made = OpenpyxlBook()
    made.epoch = CALENDAR_MAC_1904
    sheet = made.worksheets[0]
    sheet.title = "Mai"
    for row in (["Mahnliste"], HEADINGS, line(), line({REFERENCE: "R-2"})):
        sheet.append(row)
    for place in range(1, 30):
        sheet.cell(3, place).fill = PatternFill("solid", "FFFF00")
    made.save(source)
    write_results(source, target, results(source))
    assert cells(target, 2)[9:14] == list(ADDED)
    assert cells(target, 3)[9:14] == list(SHOWN)
    coloured = load_workbook(target)["Mai"]
    assert coloured["J3"].fill.fgColor.rgb == "00FFFF00"
    assert coloured["AC3"].fill.fgColor.rgb == "00FFFF00"


def test_coloured_cells_as_excel_writes_them_make_room(tmp_path: Path) -> None:
    """In one tag each, the last of them at the row's end."""
    source, target = tmp_path / "liste.xlsx", tmp_path / "ergebnis.xlsx"
    with Workbook(source, {"default_date_format": "dd.mm.yyyy"}) as made:
        yellow, sheet = made.add_format({"bg_color": "yellow"}), made.add_worksheet("Mai")
        for row, own in enumerate((HEADINGS, line(), line({REFERENCE: "R-2"}))):
            sheet.write_row(row, 0, own)
        for place in range(9, 12):
            sheet.write_blank(1, place, None, yellow)
    write_results(source, target, results(source))
    assert [cells(target, row)[9:] for row in (1, 2, 3)] == [list(ADDED), list(SHOWN), list(SHOWN)]
    assert load_workbook(target)["Mai"]["L2"].fill.fgColor.rgb == "FFFFFF00"


def test_elements_with_a_prefix_spans_and_a_signature(rich: Path) -> None:
    source, target = rich.with_name("andere.xlsx"), rich.with_name("ergebnis.xlsx")
    with zipfile.ZipFile(rich) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = prefixed(content)
            new.writestr(name, content)
        new.writestr("_xmlsignatures/sig1.xml", "<a/>")
    write_results(source, target, results(source))
    assert cells(target, 2)[9:] == list(SHOWN)
    with zipfile.ZipFile(target) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "_xmlsignatures/sig1.xml" not in archive.namelist()
    assert '<x:c r="J2"' in sheet
    assert '<x:row r="2" spans' not in sheet
    assert " spans='1:9' x=\">\"" in sheet.split('r="3"')[1]


def prefixed(content: bytes) -> bytes:
    """Only what lists need of it, written as some programs write it."""
    text = content.decode()
    rows = text[text.index("<sheetData>") : text.index("</sheetData>")]
    rows = (
        rows.replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace('spans="1:9"', "spans='1:9' x=\">\"")
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<x:worksheet xmlns:x="{main}">{rows}</x:sheetData></x:worksheet>'.encode()


def test_without_a_style_sheet_days_are_text(rich: Path) -> None:
    source, target = rich.with_name("andere.xlsx"), rich.with_name("ergebnis.xlsx")
    with zipfile.ZipFile(rich) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            if name != "xl/styles.xml":
                new.writestr(name, old.read(name))
    write_results(source, target, Results(ADDED, {("Mai", 2): CELLS}, {"Mai": 1}, "x", ()))
    with zipfile.ZipFile(target) as archive:
        assert ">2026-05-04</t>" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_file_that_isnt_the_one_imported(rich: Path) -> None:
    rich.write_bytes(rich.read_bytes()[:-100])
    with pytest.raises(UnreadableFile):
        write_results(rich, rich.with_name("x.xlsx"), Results(ADDED, {}, {}, "x", ()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_comes_back_as_csv(tmp_path: Path, encoding: str) -> None:
    source, target = tmp_path / "liste.csv", tmp_path / "ergebnis.csv"
    lines = [
        "\t".join(HEADINGS),
        "\t".join(str(cell).replace("12.5", "12,5") for cell in line()),
        "",
        "# Ende\u00fc",
    ]
    source.write_bytes("\r\n".join(lines).encode(encoding))
    write_results(source, target, Results(ADDED, {("", 2): CELLS}, {"": 1}, "x", ()))
    written = target.read_bytes().decode(encoding)
    first, second, *rest = written.split("\r\n")
    assert first == "\t".join([lines[0], *ADDED])
    assert second.startswith(lines[1] + "\tZusage\t2026-05-04\t2\t\t\"'=1+1")
    assert rest == ["", "# Ende\u00fc"]
    assert target.read_bytes()[:3] == source.read_bytes()[:3]


def test_results_stand_under_their_headings_where_a_row_is_shorter(tmp_path: Path) -> None:
    source, target = tmp_path / "liste.csv", tmp_path / "ergebnis.csv"
    source.write_text("Tel;Name;Notiz\r\n1;A;abends\r\n2;B\r\n", newline="")
    rows = {("", 2): ("bezahlt",), ("", 3): ("offen",)}
    write_results(source, target, Results(("Ergebnis",), rows, {"": 1}, "x", ()))
    assert target.read_text().splitlines() == [
        "Tel;Name;Notiz;Ergebnis",
        "1;A;abends;bezahlt",
        "2;B;;offen",
    ]


def test_a_csv_with_its_separator_announced_and_no_line_end(tmp_path: Path) -> None:
    source, target = tmp_path / "liste.csv", tmp_path / "ergebnis.csv"
    source.write_text('sep=;\r\nTel;"Na""me"\r\n1;2', newline="")
    write_results(source, target, Results(("a;b",), {("", 2): ('+"x"',)}, {"": 1}, "x", ()))
    assert target.read_bytes() == b'sep=;\r\nTel;"Na""me";"a;b"\r\n1;2;"\'+""x"""\r\n'
