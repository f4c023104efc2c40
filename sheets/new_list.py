"""Lists of our own making, as a workbook or a CSV: written row by row, however many there are."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias
from xml.sax.saxutils import quoteattr

from sheets.delimited import quoted
from sheets.result_cells import Dialect, ResultCell, cell_xml, field_of

Row: TypeAlias = Sequence[ResultCell]

SUFFIXES: Final = (".xlsx", ".csv")

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY_STYLE: Final = 1
_FONT: Final = '<font><sz val="11"/><name val="Calibri"/></font>'
_FILLS: Final = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1">{_FONT}</fonts><fills count="2">{_FILLS}</fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
"""Style 1 shows a day as the reader's country does (ECMA-376, part 1, 18.8.30)."""


def write_list(target: Path, suffix: str, sheet: str, rows: Iterable[Row]) -> None:
    """``suffix`` (one of SUFFIXES) says which kind it is; the first row are the headings, ``sheet`` is its name in a
    workbook. A CSV is UTF-8 with a mark and semicolons, as Excel opens it. Raises OSError.
    """
    if suffix == ".csv":
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            out.writelines(";".join(_fields(row)) + "\r\n" for row in rows)
        return
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _frame(sheet):
            archive.writestr(name, _DECLARED + text)
        with (
            archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
            io.TextIOWrapper(part, encoding="utf-8", newline="") as out,
        ):
            out.writelines(_sheet(rows))


def _fields(row: Row) -> Iterator[str]:
    return (quoted(field_of(cell), ";") for cell in row)


def _sheet(rows: Iterable[Row]) -> Iterator[str]:
    dialect = Dialect("", _DAY_STYLE, is_mac=False)
    yield f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetFormatPr baseColWidth="16" defaultRowHeight="15"/><sheetData>'
    for number, row in enumerate(rows, start=1):
        cells = (cell_xml(place, number, cell, dialect) for place, cell in enumerate(row))
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData></worksheet>"


def _frame(sheet: str) -> Iterator[tuple[str, str]]:
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
        )
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    types = f'<Default Extension="rels" ContentType="{rels}"/>{kinds}'
    yield "[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>'
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    sheets = f'<sheets><sheet name={quoteattr(sheet)} sheetId="1" r:id="rId1"/></sheets>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>'
    yield "xl/workbook.xml", book
    parts = (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"))
    yield "xl/_rels/workbook.xml.rels", _relations(*parts)
    yield "xl/styles.xml", _STYLES


def _relations(*targets: tuple[str, str]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
