"""A debtor who is erased stands nowhere in the client's file, and nobody else is touched."""

import csv
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.case_columns import ColumnMap, Place
from domain.case_headings import Column
from sheets.blanking import Erased, blank
from sheets.case_lists import headings_end, read_list
from sheets.results import Results, write_results
from sheets.unreadable import UnreadableFile
from tests.sheets import office
from tests.sheets.books import HEADINGS, NAME, NUMBER, PHONE, REFERENCE, TERMS, Cell, line

LILYS = "77345678"
LILY: Mapping[int, Cell] = {
    PHONE: "+491761234509",
    NAME: "Lilybeth Quxdorf",
    NUMBER: LILYS,
    3: "Zwetschgenweg 11",
    4: "98127",
    5: 4711.5,
    REFERENCE: "RE-9081",
}
WORDS = ("77345678", "Lilybeth", "Quxdorf", "98127", "1761234509", "Zwetschgenweg", "4711.5", "RE-9081")  # fmt: skip
SHARED = line({NUMBER: "10000002", NAME: "Bert Jansen", REFERENCE: "R-2"})


def write(path: Path, *more: Callable[[Worksheet], object]) -> Path:
    """Anna, Lily, Bert; and two sheets that nobody reads: one is hidden, one isn't a list."""
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        bold = made.add_format({"bold": True})
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, HEADINGS, bold)
        for row, cells in enumerate((line(), line(LILY), SHARED), start=1):
            sheet.write_row(row, 0, cells)
        sheet.write_blank(2, 6, None, bold)
        sheet.write_formula(4, 5, "=SUM(F2:F4)", None, 4736.5)
        for one in more:
            one(sheet)
        hidden = made.add_worksheet("Alt")
        hidden.hide()
        hidden.write_row(0, 0, ("Kd-Nr", "Name", "Notiz"))
        hidden.write_row(1, 0, (77345678, "Lilybeth Quxdorf", "Anna Keller kennt sie"))
        hidden.write_row(2, 0, ("10000001", "Anna Keller", "Zwetschgenweg 11 gegen\u00fcber"))
        made.add_worksheet("Anderes").write(0, 0, "bleibt")
    return path


def gone(source: Path, *rows: tuple[str, int], kept: tuple[str, int] | None = None) -> Path:
    target = source.with_name(f"blank-{source.name}")
    erased = Erased(LILYS, frozenset(rows), frozenset() if kept is None else frozenset({kept}))
    blank(source, target, erased, None)
    return target


def parts(path: Path) -> Mapping[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("latin-1") for name in archive.namelist()}


def said(path: Path) -> set[str]:
    """Which of her words stand anywhere in the file."""
    text = "".join(parts(path).values())
    return {word for word in WORDS if word in text}


def with_parts(path: Path, change: Mapping[str, Callable[[str], str]]) -> Path:
    """The workbook with parts that its writer can't write."""
    target = path.with_name(f"made-{path.name}")
    known = parts(path)
    with zipfile.ZipFile(target, "w") as archive:
        for name in {**known, **change}:
            written = known.get(name, "")
            if name in change:
                written = change[name](written)
            archive.writestr(name, written.encode("latin-1"))
    return target


def cells(path: Path, sheet: str = "Mai") -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows()]


def test_her_rows_are_empty_and_all_others_are_as_they_were(tmp_path: Path) -> None:
    source = write(tmp_path / "liste.xlsx")
    target = gone(source)
    assert said(source) == set(WORDS)
    assert said(target) == {"Zwetschgenweg"}, "what stands with somebody else is his"
    before, after = cells(source), cells(target)
    assert after[2] == [None] * len(HEADINGS)
    assert after[:2] + after[3:] == before[:2] + before[3:]
    assert cells(target, "Alt")[1] == [None] * 3
    assert cells(target, "Alt")[2] == cells(source, "Alt")[2]
    changed = {name for name, text in parts(target).items() if text != parts(source)[name]}
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/sharedStrings.xml",
    }


def test_the_results_of_others_stand_in_their_rows(tmp_path: Path) -> None:
    target = gone(write(tmp_path / "liste.xlsx"))
    results = tmp_path / "ergebnis.xlsx"
    rows = {("Mai", number): (f"result {number}",) for number in (2, 3, 4)}
    ends = headings_end(target, None)
    write_results(target, results, Results(("Ergebnis",), rows, ends, "Summe", ()))
    assert [row[len(HEADINGS)] for row in cells(results)[:4]] == [
        *("Ergebnis", "result 2", "result 3", "result 4")
    ]
    assert cells(results)[2][: len(HEADINGS)] == [None] * len(HEADINGS)
    assert [one.row for one in read_list(results, TERMS).entries] == [2, 4]


def test_a_list_of_her_alone_has_its_headings_still(tmp_path: Path) -> None:
    source = tmp_path / "liste.xlsx"
    with Workbook(source) as made:
        sheet = made.add_worksheet("Mai")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, line(LILY))
    assert headings_end(gone(source), None) == {"Mai": 1}
    assert not said(gone(source))


def test_links_and_comments_go_with_the_row(tmp_path: Path) -> None:
    def links(sheet: Worksheet) -> None:
        sheet.write_url(2, 9, "mailto:lily.quxdorf@mail.example", string="Quxdorf")
        sheet.write_comment(2, 1, "Frau Quxdorf ruft gern zur\u00fcck", {"author": "Eva"})

    def others(sheet: Worksheet) -> None:
        sheet.write_url(1, 9, "mailto:anna@mail.example")
        sheet.write_comment(1, 1, "eilt")

    alone = gone(write(tmp_path / "allein.xlsx", links))
    assert "quxdorf" not in "".join(parts(alone).values()).lower()
    assert "hyperlink" not in parts(alone)["xl/worksheets/sheet1.xml"]
    target = gone(write(tmp_path / "liste.xlsx", links, others))
    assert "quxdorf" not in "".join(parts(target).values()).lower()
    sheet = load_workbook(target)["Mai"]
    assert sheet["J2"].hyperlink.target == "mailto:anna@mail.example"
    assert "eilt" in sheet["B2"].comment.text


def test_threaded_comments_go_too(tmp_path: Path) -> None:
    relation = (
        '<Relationship Id="rId9" Target="../threadedComments/threadedComment1.xml" '
        'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/>'
    )
    threads = (
        '<ThreadedComments xmlns="t"><threadedComment ref="B3"><text>Quxdorf!</text>'
        '</threadedComment><threadedComment ref="B2"><text>Anna!</text></threadedComment>'
        '<threadedComment ref="?"><text>bleibt</text></threadedComment></ThreadedComments>'
    )
    source = with_parts(
        write(tmp_path / "liste.xlsx", lambda sheet: sheet.write_comment(1, 1, "eilt")),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": lambda old: old.replace(
                "</Relationships>", f"{relation}</Relationships>"
            ),
            "xl/threadedComments/threadedComment1.xml": lambda _: threads,
        },
    )
    left = parts(gone(source))["xl/threadedComments/threadedComment1.xml"]
    assert left == threads.replace("<text>Quxdorf!</text>", "<text/>")


def test_a_link_over_several_rows_stays(tmp_path: Path) -> None:
    links = '<hyperlinks><hyperlink ref="B2:B4" r:id="rId1"/><hyperlink ref="A3" r:id="rId1"/>'
    source = with_parts(
        write(tmp_path / "liste.xlsx", lambda sheet: sheet.write_url(2, 9, "https://a.example")),
        {
            "xl/worksheets/sheet1.xml": lambda old: (
                old[: old.index("<hyperlinks>")] + links + old[old.index("</hyperlinks>") :]
            )
        },
    )
    left = parts(gone(source))
    assert (
        '<hyperlinks><hyperlink ref="B2:B4" r:id="rId1"/></hyperlinks>'
        in (left["xl/worksheets/sheet1.xml"])
    )
    assert "https://a.example" in left["xl/worksheets/_rels/sheet1.xml.rels"]


def test_formulas_that_others_share_stay_without_what_came_of_them(tmp_path: Path) -> None:
    def formulas(sheet: Worksheet) -> None:
        for row in (1, 2, 3):
            sheet.write_formula(row, 9, f"=F{row + 1}*2", None, 4711.5 if row == 2 else 25)
        sheet.write_formula(2, 10, '=HYPERLINK("mailto:Lilybeth@mail.example")', None, "Quxdorf")

    def shared(old: str) -> str:
        """As Excel writes a column that was filled down: her cell holds it for the one below too."""
        return old.replace("<f>F3*2</f>", '<f t="shared" ref="J3:J4" si="0">F3*2</f>').replace(
            "<f>F4*2</f>", '<f t="shared" si="0"/>'
        )

    source = with_parts(
        write(tmp_path / "liste.xlsx", formulas), {"xl/worksheets/sheet1.xml": shared}
    )
    sheet = parts(gone(source))["xl/worksheets/sheet1.xml"]
    assert (
        '<c r="J3" t="str"><f t="shared" ref="J3:J4" si="0">F3*2</f><v></v></c>'
        '<c r="K3" t="str"><f>""</f><v></v></c>'
    ) in sheet
    assert '<c r="J4"><f t="shared" si="0"/><v>25</v></c>' in sheet
    assert not said(gone(source)) - {"Zwetschgenweg"}
    assert [one.row for one in read_list(gone(source), TERMS).entries] == [2, 4]


def test_what_excel_has_copied_of_her_cells_goes(tmp_path: Path) -> None:
    cache = (
        '<pivotCacheDefinition xmlns="p" recordCount="3"><sharedItems count="3">'
        '<s v="Anna Keller"/><s v="Lilybeth Quxdorf"><x v="1"/></s><n v="4711.5"/>'
        "</sharedItems></pivotCacheDefinition>"
    )
    chart = (
        '<c:chart xmlns:c="c"><c:v>Lilybeth Quxdorf</c:v><c:v>4711.5</c:v><c:v>12.5</c:v></c:chart>'
    )
    untouched = '<pivotCacheDefinition xmlns="p"><s v="Anna Keller"/></pivotCacheDefinition>'

    def filtered(old: str) -> str:
        filters = (
            '<autoFilter ref="A1:I4"><filterColumn colId="1"><filters>'
            '<filter val="Lilybeth Quxdorf"/></filters></filterColumn></autoFilter>'
        )
        return old.replace("</sheetData>", f"</sheetData>{filters}")

    source = with_parts(
        write(tmp_path / "liste.xlsx"),
        {
            "xl/worksheets/sheet1.xml": filtered,
            "xl/pivotCache/pivotCacheDefinition1.xml": lambda _: cache,
            "xl/pivotCache/pivotCacheDefinition2.xml": lambda _: untouched,
            "xl/charts/chart9.xml": lambda _: chart,
        },
    )
    target = gone(source)
    assert said(target) == {"Zwetschgenweg"}
    left = parts(target)
    assert left["xl/pivotCache/pivotCacheDefinition1.xml"].startswith(
        '<pivotCacheDefinition xmlns="p" recordCount="3" refreshOnLoad="1">'
    )
    assert re.search(
        r'<s v="Anna Keller"/><s v="\(\d\)"><x v="1"/></s><n v="-\d"/>',
        left["xl/pivotCache/pivotCacheDefinition1.xml"],
    )
    assert left["xl/pivotCache/pivotCacheDefinition2.xml"] == untouched
    assert "<c:v></c:v><c:v>0</c:v><c:v>12.5</c:v>" in left["xl/charts/chart9.xml"]
    assert re.search(r'<filter val="\(\d\)"/>', left["xl/worksheets/sheet1.xml"])
    assert cells(target)[1] == cells(source)[1]


def test_faulty_and_hidden_rows_of_hers_go_too(tmp_path: Path) -> None:
    def more(sheet: Worksheet) -> None:
        sheet.write_row(5, 0, line({**LILY, PHONE: "none", REFERENCE: "RE-9082"}))
        sheet.write_row(6, 0, line({**LILY, REFERENCE: "RE-9083"}))
        sheet.set_row(6, None, None, {"hidden": True})

    target = gone(write(tmp_path / "liste.xlsx", more))
    assert said(target) == {"Zwetschgenweg"}


def test_what_she_still_owes_stays(tmp_path: Path) -> None:
    source = write(tmp_path / "liste.xlsx", lambda sheet: sheet.write_row(5, 0, line(LILY)))
    target = gone(source, kept=("Mai", 6))
    assert cells(target)[5] == cells(source)[5]
    assert cells(target)[2] == [None] * len(HEADINGS)


def test_rows_that_are_known_go_whatever_stands_in_them(tmp_path: Path) -> None:
    source = write(tmp_path / "liste.xlsx")
    target = gone(source, ("Mai", 4), ("Weg", 1))
    assert cells(target)[3] == [None] * len(HEADINGS)
    again = gone(target, ("Mai", 3), ("Mai", 4))
    assert again.read_bytes() == target.read_bytes(), "nothing stands there any more"


def test_a_column_that_was_chosen_for_another_list_hides_nothing(tmp_path: Path) -> None:
    source, target = write(tmp_path / "liste.xlsx"), tmp_path / "leer.xlsx"
    for places in ((Place(7, "Debitor"),), (Place(NUMBER, HEADINGS[NUMBER]),)):
        remembered = ColumnMap({Column.CUSTOMER_NUMBER: places})
        blank(source, target, Erased(LILYS), remembered)
        assert said(target) == {"Zwetschgenweg"}


def test_a_file_without_her_is_the_same_to_the_byte(tmp_path: Path) -> None:
    source, target = write(tmp_path / "liste.xlsx"), tmp_path / "leer.xlsx"
    blank(source, target, Erased("nobody"), None)
    assert target.read_bytes() == source.read_bytes()


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    target = gone(write(tmp_path / "liste.xlsx"))
    office.convert_files(tmp_path, [target], "csv")
    rows = list(csv.reader((tmp_path / "blank-liste.csv").read_text("latin-1").splitlines()))
    assert [row[1] for row in rows] == ["Name", "Anna Keller", "", "Bert Jansen", ""]


def test_a_workbook_of_libreoffice(tmp_path: Path) -> None:
    """Another writer, other habits: inline, shared and repeated cells."""
    rows = (HEADINGS, line(), line(LILY), SHARED)
    sheet = office.table([office.row(one) for one in rows])
    source = office.convert(tmp_path, {"liste": office.spreadsheet(sheet)})["liste"]
    target = gone(source)
    assert said(source)
    assert not said(target)
    assert [one.row for one in read_list(target, TERMS).entries] == [2, 4]


def test_a_damaged_one(tmp_path: Path) -> None:
    source = with_parts(
        write(tmp_path / "liste.xlsx"),
        {"xl/worksheets/sheet1.xml": lambda old: old.replace("</sheetData>", "")},
    )
    with pytest.raises(UnreadableFile):
        gone(source)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "liste.csv"
    own = [";".join(map(str, one)) for one in (line(), line(LILY), SHARED)]
    lines = [";".join(HEADINGS), own[0], own[1].replace("Zwet", '"\r\nZwet').replace("11", '11"')]
    source.write_bytes("\r\n".join([*lines, "", own[2], "# \u00fc"]).encode(encoding))
    target = gone(source)
    left = target.read_bytes().decode(encoding)
    assert left.split("\r\n") == [*lines[:2], ";" * 8, "", own[2], "# \u00fc"]
    assert target.read_bytes()[:3] == source.read_bytes()[:3]
    assert [one.row for one in read_list(target, TERMS).entries] == [2, 5]
