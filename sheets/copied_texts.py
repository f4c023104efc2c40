"""What Excel keeps of cells elsewhere in a workbook: for pivot tables, charts, filters, and of other workbooks."""

from collections.abc import Mapping
from typing import Final

from sheets.shared_strings import unescaped
from sheets.splicing import Splice, retagged, scan, spliced, tag_end

FOLDERS: Final = ("pivotCache/", "charts/", "drawings/", "tables/", "externalLinks/")
"""Of the parts that hold such copies."""

_CACHE: Final = "pivotCacheDefinition"
_SAID_IN: Final = {"s": ("v", "({})"), "n": ("v", "-{}"), "filter": ("val", "({})")}
"""Attributes of elements that are counted on: what stands there for a text must be of its kind, and once."""

_TEXTS: Final = frozenset({"v", "t"})


def without_texts(data: bytes, stand_ins: Mapping[str, int]) -> bytes:
    """A part in which nothing says one of the texts, but in a sheet's cells; each has a number that may stand for it.
    Excel makes a pivot table anew when it opens the workbook.
    """
    splices: list[Splice] = []
    cache: Splice | None = None
    in_cells, begin, texts = False, 0, list[str]()

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal cache, in_cells, begin
        if name == _CACHE:
            cache = retagged(data, at, {**attributes, "refreshOnLoad": "1"})
        elif name == "sheetData":
            in_cells = True
        elif name in _SAID_IN and not in_cells:
            key, written = _SAID_IN[name]
            number = stand_ins.get(unescaped(attributes.get(key, "")))
            if number is not None:
                splices.append(retagged(data, at, {**attributes, key: written.format(number)}))
        begin = tag_end(data, at)
        texts.clear()

    def end(name: str, at: int) -> None:
        nonlocal in_cells
        if name == "sheetData":
            in_cells = False
        elif name in _TEXTS and not in_cells and (said := unescaped("".join(texts))) in stand_ins:
            splices.append(Splice(begin, at, "0" if _is_number(said) else ""))
        texts.clear()

    scan(data, start, end, texts.append)
    if splices and cache is not None:
        splices.append(cache)
    return spliced(data, splices)


def _is_number(text: str) -> bool:
    """As a cell's value is written: what follows from it can't do without one."""
    return text.lstrip("-").replace(".", "", 1).isdecimal()
