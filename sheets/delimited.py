"""CSV files, as Excel would open them: encoding and separator found out, rows as records."""

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from domain.sheet_row import SheetRow, Value
from sheets.sheet_rows import MOST_ROWS
from sheets.unreadable import UnreadableFile, Why

_CHUNK: Final = 1 << 16
_SAMPLE: Final = 50
_SEPARATORS: Final = ";,\t|"
_LONGEST_NUMBER: Final = 15


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written. ``announced`` says that its first line is Excel's ``sep=;``, which is no row."""

    encoding: str
    separator: str
    announced: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A row: ``written`` is all of it in the file, with its line ends."""

    number: int
    fields: Sequence[str]
    written: str


def format_of(path: Path) -> Format:
    """UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. Raises UnreadableFile."""
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as source:
        first = source.readline(200)
        if first.lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
            return Format(encoding, first.strip()[-1], announced=True)
        sample = [first, *islice(source, _SAMPLE)]
    if first.lstrip().startswith("<"):
        raise UnreadableFile(Why.WEB_PAGE)
    if any("\0" in line for line in sample):
        raise UnreadableFile(Why.NO_LIST)
    return Format(encoding, _separator_of(sample), announced=False)


@contextmanager
def records(path: Path, written: Format) -> Iterator[Iterator[Record]]:
    """All records, empty ones too, numbered as Excel numbers rows: a field may hold several lines."""
    with path.open(encoding=written.encoding, errors="replace", newline="") as source:
        if written.announced:
            source.readline()
        yield _numbered(source, written.separator)


def rewrite(source: Path, target: Path, written: Format, change: Callable[[Record], str]) -> None:
    """``target`` is written as ``source`` is, each of its records as ``change`` has it, with its line ends."""
    encoding = "utf-16-le" if written.encoding == "utf-16" else written.encoding
    with (
        records(source, written) as found,
        target.open("w", encoding=encoding, errors="replace", newline="") as out,
    ):
        if encoding == "utf-16-le":
            out.write("\ufeff")
        if written.announced:
            out.write(f"sep={written.separator}\r\n")
        for record in found:
            out.write(change(record))


def _numbered(source: TextIO, separator: str) -> Iterator[Record]:
    lines: list[str] = []

    def kept() -> Iterator[str]:
        for line in source:
            lines.append(line)
            yield line

    try:
        for number, fields in enumerate(csv.reader(kept(), delimiter=separator), start=1):
            yield Record(number, fields, "".join(lines))
            lines.clear()
    except csv.Error:
        raise UnreadableFile(Why.DAMAGED) from None


def rows_of(found: Iterable[Record]) -> Iterator[SheetRow]:
    """Fields that are all digits are numbers, as Excel takes them; those with a leading nought are text."""
    for count, record in enumerate(found):
        if count > MOST_ROWS:
            raise UnreadableFile(Why.TOO_MANY_ROWS)
        cells = {place: _value(text) for place, text in enumerate(record.fields) if text.strip()}
        if cells:
            yield SheetRow(record.number, cells)


def _value(text: str) -> Value:
    digits = text.strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER:
        return text if digits.startswith("0") else int(digits)
    return text


def _encoding_of(path: Path) -> str:
    with path.open("rb") as source:
        begin = source.read(4)
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        encoding = "utf-8-sig" if begin.startswith(codecs.BOM_UTF8) else "utf-8"
        source.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := source.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return encoding


def _separator_of(sample: Sequence[str]) -> str:
    """The one that gives most records the same number of fields, and the most of these."""
    return max(_SEPARATORS, key=lambda separator: _regularity(sample, separator))


def _regularity(sample: Sequence[str], separator: str) -> tuple[bool, int]:
    try:
        widths = Counter(
            len(fields) for fields in csv.reader(sample, delimiter=separator) if fields
        )
    except csv.Error:
        return False, 0
    width, often = widths.most_common(1)[0] if widths else (0, 0)
    return width > 1 and often > widths.total() / 2, width


def quoted(text: str, separator: str) -> str:
    """A field as it stands in the file."""
    if not any(mark in text for mark in (separator, '"', "\r", "\n")):
        return text
    return '"' + text.replace('"', '""') + '"'
