"""Lists as tests write them, and what they must be read as."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from domain.case_entry import Entry, ListTerms, RowFault
from domain.language import Language
from domain.unfit_cell import Unfit
from rufwerk.telephone_numbers import e164
from sheets.case_lists import ReadList, read_list

HEADINGS = [
    "Tel.-Nr.", "Name", "Kd-Nr", "Adresse", "PLZ", "Offener Betrag", "W\u00e4hrung", "F\u00e4llig am", "Re-Nr.",
]  # fmt: skip
PHONE, NAME, NUMBER, ADDRESS, ZIP, SUM, CURRENCY, DUE, REFERENCE = range(9)

Cell = str | int | float | date | None
LINE: Sequence[Cell] = (
    "+49 171 3920001", "Anna Keller", "10000001", "Hauptstr. 5, Ettlingen", "76275", 12.5, "EUR", date(2026, 5, 1),
    "R-1",
)  # fmt: skip
ANNA = Entry(
    "Mai", 2, "+491713920001", "Anna Keller", "10000001", "Hauptstr. 5, Ettlingen", "76275", 1250, "EUR",
    date(2026, 5, 1),
    "R-1", "DE", (Language.DE,),
)  # fmt: skip
SWISS = {"2502": (Language.DE, Language.FR), "8001": (Language.DE,)}
TERMS = ListTerms("DE", "EUR", e164, SWISS)


def line(changes: Mapping[int, Cell] | None = None) -> list[Cell]:
    """The usual row with other cells."""
    changed = list(LINE)
    for place, cell in (changes or {}).items():
        changed[place] = cell
    return changed


@dataclass(frozen=True)
class Nasty:
    """A file that ``write`` makes, the entries it must give, and its faults by row, column and reason."""

    write: Callable[[Path], None]
    entries: Sequence[Entry] = (ANNA,)
    faults: Sequence[tuple[int, str | None, Unfit]] = ()
    terms: ListTerms = TERMS

    def check(self, path: Path) -> ReadList:
        self.write(path)
        found = read_list(path, self.terms)
        assert [asdict(one) for one in found.entries] == [asdict(one) for one in self.entries]
        assert told(found.faults) == list(self.faults)
        return found


def told(faults: Sequence[RowFault]) -> list[tuple[int, str | None, Unfit]]:
    return [(fault.row, fault.letter, fault.why) for fault in faults]


def anna(row: int = 2, **changes: object) -> Entry:
    return replace(ANNA, row=row, **changes)  # type: ignore[arg-type]
