"""A client's sheet with columns added at its right, and everything else as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheets.result_cells import Dialect, ResultCell, cell_xml
from sheets.sheet_rows import position_of
from sheets.splicing import Splice, is_closed, scan, spliced, tag, tag_end

_WIDTH: Final = "16"


@dataclass(slots=True)
class _Layout:
    """What a first look at a sheet finds: the last position with content, the columns' widths, the headings' style."""

    headings_row: int
    last: int = -1
    heading: tuple[int, int | None] = (-1, None)
    columns: list[dict[str, str]] = field(default_factory=list)
    columns_at: tuple[int, int] = (0, 0)
    dimension_at: tuple[int, int] | None = None


def with_columns(
    data: bytes, rows: Mapping[int, Sequence[ResultCell]], headings_row: int, dialect: Dialect
) -> bytes:
    """``rows`` are the cells to be added, by the row's number, that of the headings among them; all of one length."""
    layout = _look(data, headings_row)
    first = layout.last + 1
    width = max(map(len, rows.values()), default=0)
    splicer = _RowSplicer(data, rows, first, dialect)
    splicer.styles[headings_row] = layout.heading[1]
    scan(data, splicer.start, splicer.end)
    columns = _columns(layout.columns, first + 1, first + width, dialect.prefix)
    splices = [*splicer.splices, Splice(*layout.columns_at, columns)]
    if layout.dimension_at:
        splices.append(Splice(*layout.dimension_at, ""))  # it may be missing; a wrong one misleads
    return spliced(data, splices)


def _columns(known: Sequence[Mapping[str, str]], first: int, last: int, prefix: str) -> str:
    """All widths, the new columns' (numbered from 1) among them: shown, even where all empty ones were hidden."""
    cut = []
    for one in known:
        begin, end = int(one["min"]), int(one["max"])
        for low, high in ((begin, min(end, first - 1)), (max(begin, last + 1), end)):
            if low <= high:
                cut.append({**one, "min": str(low), "max": str(high)})
    ours = {"min": str(first), "max": str(last), "width": _WIDTH, "customWidth": "1"}
    ordered = sorted([*cut, ours], key=lambda one: int(one["min"]))
    return f"<{prefix}cols>{''.join(tag(prefix + 'col', one) for one in ordered)}</{prefix}cols>"


def _look(data: bytes, headings_row: int) -> _Layout:
    layout = _Layout(headings_row)
    row = position = -1
    style: int | None = None
    columns_end = 0

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal row, position, style, columns_end
        match name:
            case "c":
                position = _position(attributes, position)
                style = int(attributes["s"]) if "s" in attributes else None
            case "v" | "is" | "f" if position >= 0:
                layout.last = max(layout.last, position)
                if row == layout.headings_row and position > layout.heading[0]:
                    layout.heading = (position, style)
            case "row":
                row = int(attributes.get("r", row + 1))
                position = -1
            case "col":
                layout.columns.append(attributes)
            case "cols":
                layout.columns_at = (at, at)
            case "sheetData" if layout.columns_at == (0, 0):
                layout.columns_at = (at, at)
            case "dimension":
                end = tag_end(data, at)
                layout.dimension_at = (at, end) if is_closed(data, at) else None
            case _:
                pass

    def end(name: str, at: int) -> None:
        if name == "cols":
            layout.columns_at = (layout.columns_at[0], tag_end(data, at))

    scan(data, start, end)
    return layout


def _position(attributes: Mapping[str, str], before: int) -> int:
    reference = attributes.get("r")
    return position_of(reference.rstrip("0123456789")) if reference else before + 1


class _RowSplicer:
    """Puts cells into rows, at the place where Excel wants them: by position. Empty cells that only have a style, as
    where a whole row was coloured, make room.
    """

    def __init__(
        self, data: bytes, rows: Mapping[int, Sequence[ResultCell]], first: int, dialect: Dialect
    ) -> None:
        self.splices: list[Splice] = []
        self.styles: dict[int, int | None] = {}
        self._data = data
        self._rows = rows
        self._first = first
        self._dialect = dialect
        self._row = 0
        self._position = -1
        self._at = -1
        self._blanks: dict[int, int] = {}
        self._blank_at: int | None = None

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._position = self._at = -1
            self._blanks = {}
            if self._row in self._rows and "spans" in attributes:
                self._without_spans(at)
        elif name == "c" and self._row in self._rows:
            self._position = _position(attributes, self._position)
            if self._position >= self._first:
                self._at = at if self._at < 0 else self._at
                if self._position < self._first + len(self._rows[self._row]):
                    self._blank_at = at
                    self._blanks[self._position] = int(attributes.get("s", "0"))

    def end(self, name: str, at: int) -> None:
        if name == "c" and self._blank_at is not None:
            self.splices.append(Splice(self._blank_at, tag_end(self._data, at), ""))
            self._blank_at = None
        elif name == "row" and self._row in self._rows:
            at = at if self._at < 0 else self._at
            self.splices.append(Splice(at, at, self._cells()))

    def _cells(self) -> str:
        style = self.styles.get(self._row)
        return "".join(
            cell_xml(position, self._row, cell, self._dialect, self._blanks.get(position, style))
            for position, cell in enumerate(self._rows[self._row], start=self._first)
        )

    def _without_spans(self, at: int) -> None:
        """``spans`` tells readers how far a row goes; they do without."""
        end = tag_end(self._data, at)
        written = self._data[at:end]
        begin = written.index(b" spans=")
        quote = written[begin + 7 : begin + 8]
        done = written.index(quote, begin + 8) + 1
        self.splices.append(Splice(at + begin, at + done, ""))
