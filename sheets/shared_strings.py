"""The texts that the cells of a workbook point to."""

import re
from collections.abc import Collection, Sequence
from typing import IO, Final
from xml.parsers import expat

from sheets.splicing import Splice, prefix_of, scan, spliced, tag_end
from sheets.unreadable import UnreadableFile, Why

_CHUNK: Final = 1 << 16
_MOST: Final = 4_000_000
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_ITEM: Final = _MAIN + "si"
_TEXT: Final = _MAIN + "t"
_SPOKEN: Final = _MAIN + "rPh"
"""How Japanese is pronounced; it is not part of the text."""

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text as people see it: Excel writes what XML has no place for as ``_x000D_`` (ECMA-376, part 1, 22.4.2.4)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def strings_of(source: IO[bytes]) -> Sequence[str]:
    """In order, without their formats. Raises UnreadableFile, and what expat raises on broken XML.

    openpyxl takes three times as long.
    """
    strings: list[str] = []
    texts: list[str] = []
    spoken = False
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal spoken
        if name == _TEXT:
            parser.CharacterDataHandler = None if spoken else texts.append
        elif name == _SPOKEN:
            spoken = True

    def end(name: str) -> None:
        nonlocal spoken
        parser.CharacterDataHandler = None
        if name == _ITEM:
            strings.append(unescaped("".join(texts)))
            texts.clear()
        elif name == _SPOKEN:
            spoken = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk)
        if len(strings) > _MOST:
            raise UnreadableFile(Why.UNPACKS_TOO_LARGE)
    parser.Parse(b"", True)
    return strings


def with_only(data: bytes, used: Collection[int]) -> bytes:
    """The part with empty texts in the places that no cell points to."""
    place, begin = -1, 0
    empty = f"<{(p := prefix_of(data))}si><{p}t/></{p}si>"
    splices: list[Splice] = []

    def start(name: str, _: dict[str, str], at: int) -> None:
        nonlocal place, begin
        if name == "si":
            place, begin = place + 1, at

    def end(name: str, at: int) -> None:
        if name == "si" and place not in used:
            splices.append(Splice(begin, tag_end(data, at), empty))

    scan(data, start, end)
    return spliced(data, splices)
