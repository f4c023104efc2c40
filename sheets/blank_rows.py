"""Rows of a sheet emptied: cells, links and comments; how they look stays, and so do the formulas of others."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheets.shared_strings import unescaped
from sheets.splicing import Splice, prefix_of, scan, spliced, tag, tag_end

_REFERENCE: Final = re.compile(r"[A-Z]+([0-9]+)(?::[A-Z]+([0-9]+))?")
_SHARED: Final = frozenset({"shared", "array", "dataTable"})
"""Formulas that one cell holds for several (ECMA-376, part 1, 18.18.6)."""

_OWN_FORMULA: Final = '""'
_COMMENTS: Final = frozenset({"comment", "threadedComment"})


@dataclass(frozen=True, slots=True)
class Blanked:
    """``texts`` stood in the cells, ``links`` are the relations of links that are gone and that no other uses."""

    data: bytes
    texts: frozenset[str] = field(repr=False)
    links: frozenset[str]


def blanked(data: bytes, rows: Collection[int], strings: Sequence[str]) -> Blanked:
    """A sheet with these rows emptied; ``strings`` are the workbook's. Raises what expat raises, or LookupError."""
    cells, links = _Cells(data, rows, strings), _Links(data, rows)

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        cells.start(name, attributes, at)
        links.start(name, attributes, at)

    def end(name: str, at: int) -> None:
        cells.end(name, at)
        links.end(name, at)

    scan(data, start, end, cells.text)
    done = spliced(data, [*cells.splices, *links.splices])
    return Blanked(done, frozenset(cells.found), frozenset(links.gone - links.kept))


def without_comments(data: bytes, rows: Collection[int]) -> bytes:
    """A part of a sheet's comments, those of these rows without a text."""
    inside, begin = False, -1
    splices: list[Splice] = []

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal inside, begin
        if name in _COMMENTS:
            inside = _within(attributes.get("ref", ""), rows)
        elif name == "text" and inside:
            begin = at

    def end(name: str, at: int) -> None:
        nonlocal begin
        if name == "text" and begin >= 0:
            splices.append(Splice(begin, tag_end(data, at), f"<{prefix_of(data)}text/>"))
            begin = -1

    scan(data, start, end)
    return spliced(data, splices)


def _within(reference: str, rows: Collection[int]) -> bool:
    """Whether it reaches beyond none of the rows: ``B7``, ``B7:D8``."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return False
    first = int(found[1])
    return all(row in rows for row in range(first, int(found[2] or first) + 1))


class _Cells:
    """Empties cells. One that had a formula keeps one, since the workbook lists where it has formulas: that which it
    holds for other cells too, else one that gives nothing.
    """

    def __init__(self, data: bytes, rows: Collection[int], strings: Sequence[str]) -> None:
        self.splices: list[Splice] = []
        self.found: set[str] = set()
        self._data = data
        self._prefix = prefix_of(data)
        self._rows = rows
        self._strings = strings
        self._row = 0
        self._cell: tuple[int, Mapping[str, str]] | None = None
        self._texts: list[str] | None = None
        self._value = ""
        self._formula_at = -1
        self._formula: str | None = None

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
        elif name == "c" and self._row in self._rows:
            self._cell, self._value, self._formula = (at, attributes), "", None
        elif self._cell is not None and name in {"v", "t"}:
            self._texts = []
        elif self._cell is not None and name == "f":
            shared = attributes.get("t") in _SHARED and ":" in attributes.get("ref", ":")
            self._formula_at = at
            self._formula = None if shared else f"<{self._prefix}f>{_OWN_FORMULA}</{self._prefix}f>"

    def text(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def end(self, name: str, at: int) -> None:
        if self._texts is not None and name in {"v", "t"}:
            self._value += "".join(self._texts)
            self._texts = None
        elif self._cell is not None and name == "f" and self._formula is None:
            self._formula = self._data[self._formula_at : tag_end(self._data, at)].decode()
        elif self._cell is not None and name == "c":
            begin, attributes = self._cell
            self._keep(attributes.get("t", "n"))
            self.splices.append(Splice(begin, tag_end(self._data, at), self._empty(attributes)))
            self._cell = None

    def _keep(self, kind: str) -> None:
        if kind == "s" and self._value:
            self.found.add(self._strings[int(self._value)])
        elif self._value:
            self.found.add(unescaped(self._value))

    def _empty(self, attributes: Mapping[str, str]) -> str:
        name = self._prefix + "c"
        kept = {key: attributes[key] for key in ("r", "s") if key in attributes}
        if self._formula is None:
            return tag(name, kept)
        begin = tag(name, {**kept, "t": "str"}).removesuffix("/>")
        return f"{begin}>{self._formula}<{self._prefix}v></{self._prefix}v></{name}>"


class _Links:
    """Takes links away, and what held them where none is left: an empty list of them is none that Excel knows."""

    def __init__(self, data: bytes, rows: Collection[int]) -> None:
        self.splices: list[Splice] = []
        self.gone: set[str] = set()
        self.kept: set[str] = set()
        self._data = data
        self._rows = rows
        self._begin = self._link = -1
        self._all = True

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "hyperlinks":
            self._begin = at
        elif name == "hyperlink":
            relations = {value for key, value in attributes.items() if key.endswith(":id")}
            if _within(attributes.get("ref", ""), self._rows):
                self._link = at
                self.gone |= relations
            else:
                self._all = False
                self.kept |= relations

    def end(self, name: str, at: int) -> None:
        if name == "hyperlink" and self._link >= 0:
            self.splices.append(Splice(self._link, tag_end(self._data, at), ""))
            self._link = -1
        elif name == "hyperlinks" and self._all:
            self.splices = [Splice(self._begin, tag_end(self._data, at), "")]
