"""A column's formula: how a cell follows from others of its row, printed for people and written for a workbook."""

import re
from collections.abc import Callable
from typing import Final

from reporting.report import Table
from reporting.words import Words

_PART: Final = re.compile(
    r"\s*(?:(?P<name>[a-z_][a-z0-9_]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/()]))"
)
_SIGNS: Final = {"*": "\N{MULTIPLICATION SIGN}", "-": "\N{MINUS SIGN}"}


class UnfitFormula(ValueError):
    """It is made of something else than columns' keys, numbers, the four signs and brackets."""


def parts(formula: str) -> list[tuple[str, str]]:
    """``(kind, text)`` of each part, in order; kinds are name, number and sign. Raises UnfitFormula."""
    found: list[tuple[str, str]] = []
    rest = formula.rstrip()
    while rest:
        part = _PART.match(rest)
        if part is None or part.lastgroup is None:
            raise UnfitFormula(f"{formula!r} can't be read from {rest!r} on")
        found.append((part.lastgroup, part[part.lastgroup]))
        rest = rest[part.end() :]
    return found


def names(formula: str) -> list[str]:
    """The keys of the columns that it is made of."""
    return [text for kind, text in parts(formula) if kind == "name"]


def printed(formula: str, label: Callable[[str], str]) -> str:
    """As people read it: ``Answered in time / (Answered + Hung up)``."""
    shown = "".join(
        f" {_SIGNS.get(text, text)} "
        if kind == "sign" and text not in "()"
        else label(text)
        if kind == "name"
        else text
        for kind, text in parts(formula)
    )
    return shown.strip()


def written(formula: str, reference: Callable[[str], str]) -> str:
    """As a workbook has it, without the leading ``=``; ``reference`` is how it finds the column's cell."""
    return "".join(reference(text) if kind == "name" else text for kind, text in parts(formula))


def footnotes(table: Table, words: Words) -> list[str]:
    """What stands under a table: its note, and by which formulas columns are computed."""
    note = [words.text(table.note)] if table.note is not None else []
    return note + [
        f"{words.text(column.key)} = {printed(column.formula, words.text)}"
        for column in table.columns
        if column.formula is not None
    ]
