"""The zip that a workbook is: opened only where it is what it says and no larger than it may be, and copied with other
parts.
"""

import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.parsers import expat

from sheets.unreadable import UnreadableFile, Why

LARGEST_FILE: Final = 64 << 20
LARGEST_UNPACKED: Final = 768 << 20
"""Bytes. 100,000 rows of nine columns are 5 MiB, and 60 MiB unpacked."""

_MOST_PARTS: Final = 2_000
_LARGEST_RATIO: Final = 150
"""Text that repeats itself packs to a thirtieth; a bomb to a thousandth."""

_SMALL: Final = 1 << 20
_LARGEST_OF: Final = {"sharedStrings": 256 << 20, "styles": 16 << 20, "workbook": 4 << 20}
"""Bytes of the parts that are held in memory as a whole, by name."""

_LARGEST_OTHER: Final = 16 << 20
_CHUNK: Final = 4096
_SHEETS: Final = "xl/worksheets/"
_SIGNATURES: Final = "_xmlsignatures/"
_STRICT: Final = "http://purl.oclc.org/ooxml/"

DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
)
"""What damaged workbooks raise in the standard library, openpyxl and lxml, whose errors are SyntaxErrors."""

DAMAGES_IN_READING: Final = (*DAMAGES, OSError)
"""The same where nothing is written: a zip that points outside itself, one without a workbook in it."""


_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")


def is_workbook(path: Path) -> bool:
    """Whether it is a zip, by its first bytes; what is neither that nor text is refused. Raises UnreadableFile."""
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFile(Why.TOO_LARGE)
    with path.open("rb") as source:
        begin = source.read(8)
        if begin.startswith(b"PK"):
            return True
        if begin == _OLE:
            raise UnreadableFile(Why.ENCRYPTED if _PROTECTED in source.read() else Why.OLD_EXCEL)
    if not begin:
        raise UnreadableFile(Why.EMPTY)
    if begin.startswith((b"%PDF", b"{\\rtf", b"\x1f\x8b", b"\x89PNG")):
        raise UnreadableFile(Why.NO_LIST)
    return False


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The workbook's zip, checked. Raises UnreadableFile."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGES_IN_READING:
        raise UnreadableFile(Why.DAMAGED) from None
    with archive:
        try:
            _check_sizes(archive)
            _check_kind(archive)
            for part in archive.namelist():
                if part.endswith((".xml", ".rels")):
                    _check_beginning(archive, part)
        except DAMAGES_IN_READING:
            raise UnreadableFile(Why.DAMAGED) from None
        yield archive


def copy(archive: zipfile.ZipFile, out: zipfile.ZipFile, changed: Mapping[str, bytes]) -> None:
    """All parts as they are, but for those that are changed or new. A digital signature doesn't survive, as it must
    not.
    """
    new = dict(changed)
    for part in archive.infolist():
        if part.filename.startswith(_SIGNATURES):
            continue
        if part.filename in new:
            out.writestr(part, new.pop(part.filename))
        else:
            with archive.open(part) as source, out.open(part, "w") as target:
                shutil.copyfileobj(source, target)
    for name, content in new.items():
        out.writestr(name, content, zipfile.ZIP_DEFLATED)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """By what the directory declares: zipfile gives out no more of a part than that."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(Why.ENCRYPTED)
    if len({part.filename for part in parts}) < len(parts):
        raise UnreadableFile(Why.DAMAGED)
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        raise UnreadableFile(Why.DAMAGED)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableFile(Why.UNPACKS_TOO_LARGE)
    if any(map(_is_swollen, parts)):
        raise UnreadableFile(Why.UNPACKS_TOO_LARGE)


def _is_swollen(part: zipfile.ZipInfo) -> bool:
    if part.file_size > _SMALL and part.file_size > _LARGEST_RATIO * part.compress_size:
        return True
    if part.filename.startswith(_SHEETS) or not part.filename.endswith((".xml", ".rels")):
        return False
    return part.file_size > _LARGEST_OF.get(Path(part.filename).stem, _LARGEST_OTHER)


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise UnreadableFile(Why.OPEN_DOCUMENT)
    if "xl/workbook.bin" in names:
        raise UnreadableFile(Why.BINARY_EXCEL)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(Why.NO_LIST)


class _Begun(Exception):
    """The first element has come: no declaration can come any more."""


def _check_beginning(archive: zipfile.ZipFile, part: str) -> None:
    """UTF-8, which all programs write, and no document type, whose entities can grow or fetch."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "us-ascii", "ascii"}:
            raise UnreadableFile(Why.FOREIGN_TEXT)

    def doctype(*_: object) -> None:
        raise UnreadableFile(Why.FOREIGN_TEXT)

    def begun(name: str, _attributes: dict[str, str]) -> None:
        if name.startswith(_STRICT):
            raise UnreadableFile(Why.STRICT_EXCEL)
        raise _Begun

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    with archive.open(part) as source:
        chunk = source.read(_CHUNK)
        if chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnreadableFile(Why.FOREIGN_TEXT)
        try:
            while chunk:
                parser.Parse(chunk)
                chunk = source.read(_CHUNK)
        except _Begun:
            return
