"""The client's own file again, with what became of each case in columns at its right.

A workbook isn't loaded and saved, which loses pictures, charts, slicers and whatever openpyxl doesn't know: cells are
spliced into the XML of its sheets, and every part that needs no change is copied as it is.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from xml.sax.saxutils import quoteattr

from sheets import delimited
from sheets.package import DAMAGES, copy, is_workbook
from sheets.result_cells import Dialect, ResultCell, cell_xml, field_of
from sheets.result_sheet import with_columns
from sheets.splicing import Splice, prefix_of, scan, spliced, tag, tag_end
from sheets.unreadable import UnreadableFile, Why
from sheets.workbook import Frame, open_workbook

_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NEW_ID: Final = "rIdRufwerkSummary"
_TYPES: Final = "[Content_Types].xml"
_SHORT_DATE: Final = 14
"""The number format that shows a day as the reader's country does (ECMA-376, part 1, 18.8.30)."""

_LONGEST_NAME: Final = 31
_UNFIT_IN_NAME: Final = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Results:
    """``rows`` are the cells to be added, by sheet and row of the entry; ``headings`` stand over them, in the row of
    each sheet that ``headings_end`` names. ``summary`` is a sheet of its own; a CSV has no place for it.
    """

    headings: tuple[str, ...]
    rows: Mapping[tuple[str, int], Sequence[ResultCell]] = field(repr=False)
    headings_end: Mapping[str, int]
    summary_name: str
    summary: Sequence[Sequence[ResultCell]]


def write_results(source: Path, target: Path, results: Results) -> None:
    """``target`` is of the kind that ``source`` is, which is the file that was imported. Raises UnreadableFile."""
    if is_workbook(source):
        _write_workbook(source, target, results)
    else:
        _write_csv(source, target, results)


def _write_csv(source: Path, target: Path, results: Results) -> None:
    written = delimited.format_of(source)
    with delimited.records(source, written) as records:
        width = max((len(record.fields) for record in records), default=0)

    def longer(record: delimited.Record) -> str:
        return _longer(record, width, written.separator, results)

    delimited.rewrite(source, target, written, longer)


def _longer(record: delimited.Record, width: int, separator: str, results: Results) -> str:
    """With cells from the field ``width`` on (0 is the first): Excel leaves out empty fields at the end of rows."""
    cells = results.rows.get(("", record.number))
    if cells is None and record.number == results.headings_end.get(""):
        cells = results.headings
    if cells is None:
        return record.written
    text = record.written.rstrip("\r\n")
    fields = (delimited.quoted(field_of(cell), separator) for cell in cells)
    missing = [""] * (width - len(record.fields))
    return separator.join([text, *missing, *fields]) + (record.written[len(text) :] or "\r\n")


def _write_workbook(source: Path, target: Path, results: Results) -> None:
    with open_workbook(source, "") as (archive, frame), zipfile.ZipFile(target, "w") as out:
        try:
            copy(archive, out, _changed(archive, frame, results))
        except DAMAGES:
            raise UnreadableFile(Why.DAMAGED) from None


def _changed(archive: zipfile.ZipFile, frame: Frame, results: Results) -> dict[str, bytes]:
    """The parts that aren't as they were, and the new one."""
    folder = PurePosixPath(frame.part).parent
    relations = str(folder / "_rels" / (PurePosixPath(frame.part).name + ".rels"))
    styles = str(folder / "styles.xml")
    changed = {}
    day_style = None
    if styles in archive.namelist():
        changed[styles], day_style = _with_day_style(archive.read(styles))
    for sheet in frame.sheets:
        rows = {row: cells for (name, row), cells in results.rows.items() if name == sheet.name}
        if rows:
            headings_row = results.headings_end.get(sheet.name, 0)
            data = archive.read(sheet.part)
            dialect = Dialect(prefix_of(data), day_style, frame.is_mac)
            rows |= {headings_row: results.headings}
            changed[sheet.part] = with_columns(data, rows, headings_row, dialect)
    summary = _free_name(archive, str(folder / "worksheets" / "summary{}.xml"))
    changed[summary] = _summary(results.summary, Dialect("", day_style, frame.is_mac))
    changed[frame.part] = _with_sheet(archive.read(frame.part), results.summary_name)
    changed[relations] = _with_end(
        archive.read(relations),
        "Relationships",
        "Relationship",
        {"Id": _NEW_ID, "Type": f"{_RELATIONS}/worksheet", "Target": f"/{summary}"},
    )
    changed[_TYPES] = _with_end(
        archive.read(_TYPES),
        "Types",
        "Override",
        {"PartName": f"/{summary}", "ContentType": _SHEET_KIND},
    )
    return changed


def _free_name(archive: zipfile.ZipFile, pattern: str) -> str:
    taken = set(archive.namelist())
    numbers = range(1, len(taken) + 2)
    return next(name for number in numbers if (name := pattern.format(number)) not in taken)


def _summary(rows: Sequence[Sequence[ResultCell]], dialect: Dialect) -> bytes:
    written = "".join(
        f'<row r="{number}">'
        + "".join(cell_xml(place, number, cell, dialect) for place, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        f'<cols><col min="1" max="1" width="40" customWidth="1"/></cols>'
        f"<sheetData>{written}</sheetData></worksheet>"
    ).encode()


def _with_end(data: bytes, parent: str, name: str, attributes: Mapping[str, str]) -> bytes:
    """One child more, at the end."""
    found: list[int] = []
    scan(data, lambda *_: None, lambda ended, at: found.append(at) if ended == parent else None)
    return spliced(data, [Splice(found[-1], found[-1], tag(prefix_of(data) + name, attributes))])


def _with_sheet(data: bytes, wanted: str) -> bytes:
    names: set[str] = set()
    numbers = {0}

    def start(name: str, attributes: dict[str, str], _: int) -> None:
        if name == "sheet":
            names.add(attributes["name"].casefold())
            numbers.add(int(attributes["sheetId"]))

    scan(data, start, lambda *_: None)
    name = _sheet_name(wanted, names)
    relation = {"xmlns:r": _RELATIONS, "r:id": _NEW_ID}
    return _with_end(
        data, "sheets", "sheet", {"name": name, "sheetId": str(max(numbers) + 1), **relation}
    )


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """As Excel allows it: short, without brackets and the like, and no other sheet's."""
    plain = _UNFIT_IN_NAME.sub(" ", wanted).strip("' ")[:_LONGEST_NAME] or "Summary"
    if plain.casefold() not in taken:
        return plain
    tries = (f"{plain[: _LONGEST_NAME - 5]} ({number})" for number in range(2, len(taken) + 3))
    return next(name for name in tries if name.casefold() not in taken)


def _with_day_style(data: bytes) -> tuple[bytes, int]:
    """The style sheet with a style more, which shows days, and the style's number."""
    inside = False
    count = 0
    begin = ended = -1

    def start(name: str, _: dict[str, str], at: int) -> None:
        nonlocal inside, count, begin
        if name == "cellXfs":
            inside, begin = True, at
        elif inside and name == "xf":
            count += 1

    def end(name: str, at: int) -> None:
        nonlocal inside, ended
        if name == "cellXfs":
            inside, ended = False, at

    scan(data, start, end)
    if ended <= begin:
        raise UnreadableFile(Why.DAMAGED)  # Excel's own always has a style
    p = prefix_of(data)
    style = {
        "numFmtId": str(_SHORT_DATE),
        "fontId": "0",
        "fillId": "0",
        "borderId": "0",
        "xfId": "0",
    }
    opening = f"<{p}cellXfs count={quoteattr(str(count + 1))}>"
    splices = [
        Splice(begin, tag_end(data, begin), opening),
        Splice(ended, ended, tag(p + "xf", {**style, "applyNumberFormat": "1"})),
    ]
    return spliced(data, splices), count
