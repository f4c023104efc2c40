"""Lists of debtors in words: sums, outcomes, and rows that aren't taken, in the language of who reads it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.lead.uploads import Ready
from desktop.texts import texts
from domain.case_columns import Place
from domain.case_entry import RowFault
from domain.currencies import MINOR_DIGITS
from domain.language import Language
from domain.outcome import BARRED, UNDIALLABLE, UNRECORDED
from domain.sheet_row import letter
from domain.tenant import Tenant
from domain.unfit_cell import Unfit
from sheets.unreadable import Why

_MARKS: Final = {Language.EN: (",", "."), Language.FR: ("\N{NARROW NO-BREAK SPACE}", ",")}
_OTHER_MARKS: Final = (".", ",")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def money(amount: int, currency: str, language: Language) -> str:
    """``amount`` in minor units."""
    digits = MINOR_DIGITS.get(currency, 2)
    thousands, mark = _MARKS.get(language, _OTHER_MARKS)
    written = f"{amount / 10**digits:,.{digits}f}"
    swapped = written.translate({ord(","): thousands, ord("."): mark})
    return f"{swapped}\N{NO-BREAK SPACE}{currency}"


def outcome_name(tenant: Tenant | None, key: str, language: Language) -> str:
    """As the tenant calls it; the key where it has no such outcome any more."""
    if key == UNRECORDED.key:
        return UNRECORDED.names[language]
    found = None if tenant is None or tenant.dunning is None else tenant.dunning.outcome(key)
    return texts(language).get(f"outcome_{key}", key) if found is None else found.names[language]


def outcome_keys(tenant: Tenant) -> Sequence[str]:
    """Of all that can become of a case."""
    own = () if tenant.dunning is None else tenant.dunning.outcomes
    return [*(one.key for one in own), UNRECORDED.key, UNDIALLABLE, BARRED]


def told_unfit(why: Unfit, other: str, words: Mapping[str, str]) -> str:
    return words[f"unfit_{why.name.lower()}"].format(other=other)


def told_unreadable(why: Why, words: Mapping[str, str]) -> str:
    return words[f"file_{why.name.lower()}"]


def place_name(place: Place) -> str:
    """As Excel shows it, with its heading."""
    name = letter(place.position)
    return f"{name} · {place.heading}" if place.heading else name


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that isn't taken; ``column`` is where the fault is, "" where it is the row's."""

    sheet: str
    row: int
    column: str
    reason: str
    value: str


def rejected(ready: Ready, words: Mapping[str, str]) -> Iterator[Rejected]:
    """All of them: what is wrong, and what stands on other lists."""
    for fault in ready.faults:
        reason = told_unfit(fault.why, fault.other, words)
        yield Rejected(fault.sheet, fault.row, _column(fault, words), reason, fault.value)
    for sheet, row, name in ready.duplicates:
        yield Rejected(sheet, row, "", words["on_other_list"].format(list=name), "")


def as_csv(rows: Iterator[Rejected], language: Language) -> bytes:
    """As Excel opens it where that language is spoken; nothing in it is taken for a formula."""
    words, out = texts(language), io.StringIO()
    writer = csv.writer(out, delimiter="," if language is Language.EN else ";")
    writer.writerow([words[key] for key in ("sheet", "row", "column", "reason", "what_stands")])
    for one in rows:
        cells: Sequence[object] = (one.sheet, one.row, one.column, one.reason, one.value)
        writer.writerow([_harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _column(fault: RowFault, words: Mapping[str, str]) -> str:
    parts = [fault.letter, fault.column and words[f"column_{fault.column}"]]
    return " · ".join(part for part in parts if part)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
