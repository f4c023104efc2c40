"""Files that are no list, or are meant to harm: each is refused with its reason, at once and in little memory."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from sheets import package, sheet_rows
from sheets.case_lists import ColumnsUnclear, read_list
from sheets.results import Results, write_results
from sheets.unreadable import UnreadableFile, Why
from tests.sheets.books import HEADINGS, TERMS, line

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xlsx"
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, line())
    return path


def changed(good: Path, parts: Mapping[str, Callable[[bytes], bytes | None]]) -> Path:
    """The workbook with some parts changed, added (from nothing) or left out (None)."""
    path = good.with_name("bad.xlsx")
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()}
        for name in [*contents, *(name for name in parts if name not in contents)]:
            content = contents.get(name, b"")
            made = parts[name](content) if name in parts else content
            if made is not None:
                new.writestr(name, made)
    return path


def refusal(path: Path) -> Why:
    with pytest.raises(UnreadableFile) as refused:
        read_list(path, TERMS)
    return refused.value.why


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return change


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<worksheet'


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({SHEET: replaced(b"<worksheet", ENTITIES)}, Why.FOREIGN_TEXT),
        ({STRINGS: replaced(b"<sst", b'<!DOCTYPE sst SYSTEM "file:///etc/passwd"><sst')}, Why.FOREIGN_TEXT),
        ({"xl/extra.xml": lambda _: b"<!-- " + b" " * 9000 + b"--><!DOCTYPE a><a/>"}, Why.FOREIGN_TEXT),
        ({"xl/extra.xml": lambda _: "<a/>".encode("utf-16")}, Why.FOREIGN_TEXT),
        ({"xl/extra.xml": lambda _: b'<?xml version="1.0" encoding="latin-1"?><a/>'}, Why.FOREIGN_TEXT),
        ({"xl/media/picture.bin": lambda _: bytes(64 << 20)}, Why.UNPACKS_TOO_LARGE),
        ({SHEET: replaced(b"<sheetData>", b"<sheetData>" + b" " * (32 << 20))}, Why.UNPACKS_TOO_LARGE),
        ({f"xl/a{number}.xml": lambda _: b"<a/>" for number in range(2000)}, Why.UNPACKS_TOO_LARGE),
        ({BOOK: replaced(b"schemas.openxmlformats.org/spreadsheetml/2006", b"purl.oclc.org/ooxml/spreadsheetml")},
         Why.STRICT_EXCEL),
        ({"xl/workbook.bin": lambda _: b"x"}, Why.BINARY_EXCEL),
        ({"mimetype": lambda _: b"application/vnd.oasis.opendocument.spreadsheet"}, Why.OPEN_DOCUMENT),
        ({"[Content_Types].xml": lambda _: None}, Why.NO_LIST),
        ({SHEET: lambda content: content[:-40]}, Why.DAMAGED),
        ({SHEET: replaced(b"<v>0</v>", b"<v>99</v>")}, Why.DAMAGED),
        ({SHEET: replaced(b"<v>0</v>", b"<v>-1</v>")}, Why.DAMAGED),
        ({SHEET: replaced(b'<row r="2"', b'<row r="1"')}, Why.DAMAGED),
        ({SHEET: replaced(b'<row r="2"', b'<row r="9999999"')}, Why.DAMAGED),
        ({SHEET: replaced(b'r="A1"', b'r="ZZZZ1"')}, Why.DAMAGED),
        ({SHEET: replaced(b'r="A1"', b'r="a1"')}, Why.DAMAGED),
        ({SHEET: replaced(b't="s"', b't="x"')}, Why.DAMAGED),
        ({SHEET: replaced(b"<v>12.5</v>", b"<v>zw\xc3\xb6lf</v>")}, Why.DAMAGED),
        ({BOOK: replaced(b"<sheets>", b"<sheets")}, Why.DAMAGED),
        ({BOOK: lambda _: None}, Why.DAMAGED),
        ({"xl/styles.xml": lambda _: b"<a><b></a>"}, Why.DAMAGED),
        ({SHEET: lambda _: b"<worksheet " + MAIN + b"><sheetData/></worksheet>"}, Why.EMPTY),
    ],
)  # fmt: skip
def test_a_workbook_that_isnt_as_excel_writes_it(
    good: Path, parts: Mapping[str, Callable[[bytes], bytes | None]], why: Why
) -> None:
    assert refusal(changed(good, parts)) is why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (OLE + bytes(4096), Why.OLD_EXCEL),
        (OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(64), Why.ENCRYPTED),
        (b"PK\x03\x04" + bytes(100), Why.DAMAGED),
        (b"%PDF-1.7\n", Why.NO_LIST),
        (b"\x89PNG\r\n\x1a\n", Why.NO_LIST),
        (b"Tel;Name\n\0\0\0;x\n", Why.NO_LIST),
        (b"<html><table><tr><td>Tel</td></tr></table></html>", Why.WEB_PAGE),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", Why.WEB_PAGE),
        (b"", Why.EMPTY),
        (b"\n\n", Why.EMPTY),
        (b'"' + b"x" * 200_000, Why.DAMAGED),
    ],
)
def test_a_file_under_a_false_name(tmp_path: Path, content: bytes, why: Why) -> None:
    path = tmp_path / "liste.xlsx"
    path.write_bytes(content)
    assert refusal(path) is why


def test_an_encrypted_zip(good: Path) -> None:
    data = bytearray(good.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    good.write_bytes(data)
    assert refusal(good) is Why.ENCRYPTED


def test_a_part_that_is_there_twice(good: Path) -> None:
    with zipfile.ZipFile(good, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")
    assert refusal(good) is Why.DAMAGED


def test_another_way_of_packing(good: Path) -> None:
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("xl/extra.bin", b"x", zipfile.ZIP_LZMA)
    assert refusal(good) is Why.DAMAGED


def test_a_file_too_large(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_FILE", 1000)
    assert refusal(good) is Why.TOO_LARGE


def test_more_rows_than_a_list_has(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "MOST_ROWS", 1)
    assert refusal(good) is Why.TOO_MANY_ROWS


def test_a_size_that_isnt_true_does_no_harm(good: Path) -> None:
    absurd = replaced(b'<dimension ref="A1:I2"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert len(read_list(changed(good, {SHEET: absurd}), TERMS).entries) == 1


def test_no_link_to_elsewhere_is_followed(good: Path) -> None:
    outside = replaced(
        b"</Relationships>",
        b'<Relationship Id="rId99" TargetMode="External" Target="http://127.0.0.1:1/x" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/externalLink"/></Relationships>',
    )
    path = changed(good, {"xl/_rels/workbook.xml.rels": outside})
    assert len(read_list(path, TERMS).entries) == 1


def test_a_workbook_with_macros_is_read_and_they_are_not(good: Path) -> None:
    macro = replaced(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    kind = replaced(
        b"openxmlformats-officedocument.spreadsheetml.sheet.macro", b"ms-excel.sheet.macro"
    )
    path = changed(
        good,
        {
            "[Content_Types].xml": lambda content: kind(macro(content)),
            "xl/vbaProject.bin": lambda _: OLE,
        },
    )
    assert len(read_list(path, TERMS).entries) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from((SHEET, BOOK, STRINGS, "xl/styles.xml", "[Content_Types].xml")),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 40),
    st.binary(max_size=3),
)
def test_whatever_is_broken_is_read_or_refused(
    good: Path, part: str, where: float, cut: int, put: bytes
) -> None:
    def broken(content: bytes) -> bytes:
        at = int(where * len(content))
        return content[:at] + put + content[at + cut :]

    path = changed(good, {part: broken})
    try:
        found = read_list(path, TERMS)
        rows = {(one.sheet, one.row): ("x",) for one in found.entries}
        write_results(path, good.with_name("out.xlsx"), Results(("a",), rows, {"Mai": 1}, "x", ()))
    except (UnreadableFile, ColumnsUnclear):
        return


def test_results_of_a_workbook_that_broke_meanwhile(good: Path) -> None:
    data = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        at = archive.getinfo("docProps/app.xml").header_offset + 60
    good.write_bytes(data[:at] + b"\xff\xff" + data[at + 2 :])
    with pytest.raises(UnreadableFile):
        write_results(good, good.with_name("out.xlsx"), Results((), {}, {}, "x", ()))


def test_no_sheet_has_the_columns(good: Path) -> None:
    number = replaced(b"10000001", b"rot")
    path = changed(good, {STRINGS: lambda content: number(content.replace(b"Kd-Nr", b"Farbe"))})
    with pytest.raises(ColumnsUnclear, match="customer_number") as unclear:
        read_list(path, TERMS)
    assert unclear.value.sheet == "Mai"
    assert [place.heading for place in unclear.value.recognised.offered][2] == "Farbe"
    assert unclear.value.sample[1].cells[0] == "+49 171 3920001"
