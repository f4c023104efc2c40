"""The rows of one sheet of a workbook, as a stream."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Final
from xml.parsers import expat

from domain.sheet_row import BrokenCell, SheetRow, Value
from sheets.package import DAMAGES_IN_READING
from sheets.shared_strings import unescaped
from sheets.unreadable import UnreadableFile, Why
from sheets.workbook import Frame

MOST_ROWS: Final = 250_000
"""That hold anything."""

_LAST_ROW: Final = 1 << 20
_LAST_POSITION: Final = (1 << 14) - 1
_CHUNK: Final = 1 << 16
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_ROW: Final = _MAIN + "row"
_CELL: Final = _MAIN + "c"
_VALUE: Final = _MAIN + "v"
_FORMULA: Final = _MAIN + "f"
_TEXT: Final = _MAIN + "t"
_LISTENED: Final = frozenset({_VALUE, _TEXT})
_SPOKEN: Final = _MAIN + "rPh"
_HALF_A_SECOND: Final = 0.5 / 86_400
_DIGITS: Final = "0123456789"


def rows_of(source: IO[bytes], frame: Frame) -> Iterator[SheetRow]:
    """Those that hold anything, hidden ones marked, numbered as Excel shows them; one chunk of XML in memory at a time.

    The values of formulas are those that were saved with them. Raises UnreadableFile.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    reader = _SheetReader(frame, parser)
    count = 0
    try:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk)
            count += len(reader.ready)
            if count > MOST_ROWS:
                raise UnreadableFile(Why.TOO_MANY_ROWS)
            yield from reader.ready
            reader.ready.clear()
        parser.Parse(b"", True)
    except DAMAGES_IN_READING:
        raise UnreadableFile(Why.DAMAGED) from None


class _SheetReader:
    """Gathers cells into rows; the names of the attributes are those of ECMA-376, part 1, 18.3.1.4 and 18.3.1.73."""

    def __init__(self, frame: Frame, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        self._parser = parser
        self.ready: list[SheetRow] = []
        self._frame = frame
        self._positions: dict[str, int] = {}
        self._number = 0
        self._is_hidden = False
        self._cells: dict[int, Value] = {}
        self._currencies: dict[int, str] = {}
        self._cell: dict[str, str] = {}
        self._position = -1
        self._has_formula = False
        self._is_spoken = False
        self._texts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _VALUE:
            self._parser.CharacterDataHandler = self._texts.append
        elif name == _CELL:
            self._cell = attributes
            letters = attributes.get("r", "").rstrip(_DIGITS)
            position = self._positions.get(letters)
            self._position = self._place(letters) if position is None else position
            self._has_formula = False
            self._texts = []
        elif name == _TEXT:
            self._parser.CharacterDataHandler = None if self._is_spoken else self._texts.append
        elif name == _FORMULA:
            self._has_formula = True
        elif name == _ROW:
            self._begin(attributes)
        elif name == _SPOKEN:
            self._is_spoken = True

    def end(self, name: str) -> None:
        if name in _LISTENED:
            self._parser.CharacterDataHandler = None
        elif name == _CELL:
            value = self._value("".join(self._texts))
            if value is not None and value != "":
                self._cells[self._position] = value
        elif name == _ROW and self._cells:
            self.ready.append(
                SheetRow(self._number, self._cells, self._currencies, self._is_hidden)
            )
            self._cells = {}
        elif name == _SPOKEN:
            self._is_spoken = False

    def _begin(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if not self._number < number <= _LAST_ROW:
            raise UnreadableFile(Why.DAMAGED)
        self._number = number
        self._is_hidden = attributes.get("hidden") in {"1", "true"}
        self._cells = {}
        self._currencies = {}
        self._position = -1

    def _place(self, letters: str) -> int:
        if not letters:
            return self._position + 1
        position = self._positions[letters] = position_of(letters)
        return position

    def _value(self, text: str) -> Value | None:
        match self._cell.get("t", "n"):
            case "s":
                return self._frame.strings[_natural(text)] if text else None
            case "n":
                if text:
                    return self._numeric(text)
                return BrokenCell("") if self._has_formula else None
            case "str" | "inlineStr":
                return unescaped(text)
            case "b":
                return text in {"1", "true"}
            case "e":
                return BrokenCell(text)
            case "d":
                return date.fromisoformat(text[:10])
            case _:
                raise UnreadableFile(Why.DAMAGED)

    def _numeric(self, text: str) -> Value:
        number = int(text) if text.isdecimal() else float(text)
        style = int(self._cell.get("s", "0"))
        if style in self._frame.dates:
            return self._day(number)
        if style in self._frame.currencies:
            self._currencies[self._position] = self._frame.currencies[style]
        return number

    def _day(self, number: float) -> Value:
        try:
            return self._frame.epoch + timedelta(days=int(number + _HALF_A_SECOND))
        except (OverflowError, ValueError):
            return BrokenCell("########")  # as Excel shows it


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise UnreadableFile(Why.DAMAGED)
    return int(text)


def position_of(letters: str) -> int:
    """0 for ``A``, 26 for ``AA``. Raises UnreadableFile where Excel has no such column."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    if not (letters.isascii() and letters.isupper() and 0 < position <= _LAST_POSITION + 1):
        raise UnreadableFile(Why.DAMAGED)
    return position - 1
