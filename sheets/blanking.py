"""A client's file without one of its debtors: his rows are there and empty, everything else is as it was.

Of a workbook more than cells goes: texts that no other cell points to, comments, links, and what Excel has copied of
the cells elsewhere. What a data model (Power Pivot) has copied stays.
"""

import posixpath
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final

from domain.case_columns import ColumnMap
from sheets import delimited
from sheets.blank_rows import blanked, without_comments
from sheets.case_lists import rows_with
from sheets.copied_texts import FOLDERS, without_texts
from sheets.package import DAMAGES, copy, is_workbook
from sheets.raw_cells import raw_cells
from sheets.shared_strings import unescaped, with_only
from sheets.splicing import Splice, scan, spliced, tag_end
from sheets.unreadable import UnreadableFile, Why
from sheets.workbook import Frame, Sheet, open_workbook

_SHORTEST: Final = 4
"""Characters of a text that is looked for beyond its cell: a shorter one says nothing of anybody."""

_COMMENTS: Final = ("/comments", "/threadedComment")

Row = tuple[str, int]
"""By sheet and number."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Who goes: whose ``customer_number`` a row has, and ``rows`` that are known to be his; but not those ``kept``."""

    customer_number: str = field(repr=False)
    rows: frozenset[Row] = frozenset()
    kept: frozenset[Row] = frozenset()


def blank(source: Path, target: Path, erased: Erased, remembered: ColumnMap | None) -> None:
    """``target`` is ``source``, to the byte where there is nothing of him; ``remembered`` are the client's columns.

    Raises UnreadableFile.
    """
    found = rows_with(source, erased.customer_number, erased.rows, remembered)
    rows = found - erased.kept
    if not rows:
        shutil.copyfile(source, target)
    elif is_workbook(source):
        _blank_workbook(source, target, rows)
    else:
        _blank_csv(source, target, rows)


def _blank_csv(source: Path, target: Path, rows: Collection[Row]) -> None:
    written = delimited.format_of(source)

    def left(record: delimited.Record) -> str:
        if ("", record.number) not in rows:
            return record.written
        end = record.written[len(record.written.rstrip("\r\n")) :]
        return written.separator * (len(record.fields) - 1) + end

    delimited.rewrite(source, target, written, left)


def _blank_workbook(source: Path, target: Path, rows: Collection[Row]) -> None:
    with open_workbook(source, "") as (archive, frame), zipfile.ZipFile(target, "w") as out:
        try:
            copy(archive, out, _Blanking(archive, frame).changed(rows))
        except DAMAGES:
            raise UnreadableFile(Why.DAMAGED) from None


class _Blanking:
    """``_new`` are the parts that aren't as they were, ``_texts`` what stood in his cells."""

    def __init__(self, archive: zipfile.ZipFile, frame: Frame) -> None:
        self._archive = archive
        self._frame = frame
        self._new: dict[str, bytes] = {}
        self._texts: set[str] = set()

    def changed(self, rows: Collection[Row]) -> Mapping[str, bytes]:
        for sheet in self._frame.sheets:
            numbers = {number for name, number in rows if name == sheet.name}
            if numbers:
                self._blank(sheet, numbers)
        used = self._used_elsewhere()
        if self._frame.strings_part is not None:
            part = self._frame.strings_part
            self._new[part] = with_only(self._read(part), used)
        alone = sorted(one for one in self._texts if len(one) >= _SHORTEST)
        self._take_away({text: number for number, text in enumerate(alone, start=1)})
        return self._new

    def _read(self, part: str) -> bytes:
        return self._new[part] if part in self._new else self._archive.read(part)

    def _blank(self, sheet: Sheet, rows: Collection[int]) -> None:
        done = blanked(self._read(sheet.part), rows, self._frame.strings)
        self._new[sheet.part] = done.data
        self._texts |= done.texts
        relations = _relations_of(sheet.part)
        if relations not in self._archive.namelist():
            return
        data = self._read(relations)
        for part in _parts(data, PurePosixPath(sheet.part).parent, _COMMENTS):
            self._new[part] = without_comments(self._read(part), rows)
        self._new[relations] = _without_relations(data, done.links)

    def _used_elsewhere(self) -> set[int]:
        """The numbers of the texts that cells still point to; what they hold isn't his alone."""
        used = set[int]()
        for sheet in self._frame.sheets:
            for kind, value in raw_cells(BytesIO(self._read(sheet.part))):
                if kind == "s":
                    used.add(int(value))
                else:
                    self._texts.discard(unescaped(value))
        self._texts -= {self._frame.strings[number] for number in used}
        return used

    def _take_away(self, stand_ins: Mapping[str, int]) -> None:
        if not stand_ins:
            return
        sheets = {sheet.part for sheet in self._frame.sheets}
        for part in self._archive.namelist():
            copies = part.endswith(".xml") and any(f"/{one}" in part for one in FOLDERS)
            if copies or (part in sheets and b"filter " in self._read(part)):
                self._new[part] = without_texts(self._read(part), stand_ins)


def _relations_of(part: str) -> str:
    path = PurePosixPath(part)
    return str(path.parent / "_rels" / f"{path.name}.rels")


def _parts(data: bytes, folder: PurePosixPath, kinds: tuple[str, ...]) -> Iterator[str]:
    """Those that relations of these kinds lead to."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str], _: int) -> None:
        if name == "Relationship" and attributes["Type"].endswith(kinds):
            found.append(posixpath.normpath(posixpath.join("/", folder, attributes["Target"])))

    scan(data, start, lambda *_: None)
    return (one.removeprefix("/") for one in found)


def _without_relations(data: bytes, ids: Collection[str]) -> bytes:
    begin = -1
    splices: list[Splice] = []

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal begin
        if name == "Relationship" and attributes["Id"] in ids:
            begin = at

    def end(name: str, at: int) -> None:
        nonlocal begin
        if name == "Relationship" and begin >= 0:
            splices.append(Splice(begin, tag_end(data, at), ""))
            begin = -1

    scan(data, start, end)
    return spliced(data, splices)
