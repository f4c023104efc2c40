"""A client's file, workbook or CSV, read as a list of debtors."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

from domain.case_columns import SAMPLE, ColumnMap, Place, Recognised, recognise
from domain.case_entry import Entry, ListTerms, RowFault
from domain.case_headings import Column
from domain.case_list import Seen, Skip, SkippedRow, evidence_of, read_rows
from domain.sheet_row import SheetRow, text_of
from sheets.tables import Table, open_tables
from sheets.unreadable import UnreadableFile, Why

_T = TypeVar("_T")

EVERY: Final = 1_000
"""Rows between two words of progress."""


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that was read, what was taken for what, and how many rows were passed over; a CSV's name is empty.

    ``unclear`` are columns that weren't read since several places fit; none that is required is among them.
    ``offered`` are all the places that there were to choose from.
    """

    name: str
    headings_end: int
    columns: ColumnMap
    skipped: Mapping[Skip, int]
    unclear: Mapping[Column, tuple[Place, ...]]
    offered: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadList:
    """Entries and faults in the file's order. ``left_out`` are the sheets that are hidden or hold no such list."""

    entries: Sequence[Entry] = field(repr=False)
    faults: Sequence[RowFault]
    sheets: tuple[SheetRead, ...]
    left_out: tuple[str, ...]


class ColumnsUnclear(Exception):
    """No sheet has all columns that are required, or one that was remembered isn't there: a person must say which they
    are. ``recognised`` and ``sample`` are those of the sheet that comes nearest.
    """

    def __init__(self, sheet: str, recognised: Recognised, sample: Sequence[SheetRow]) -> None:
        missing = ", ".join((*recognised.columns.missing, *recognised.lost))
        super().__init__(f"These columns can't be told: {missing}. Say which they are.")
        self.sheet = sheet
        self.recognised = recognised
        self.sample = sample


def read_list(
    path: Path,
    terms: ListTerms,
    remembered: ColumnMap | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ReadList:
    """All visible sheets that hold a list. ``remembered`` are the client's columns of old, or those that a person has
    chosen now; ``progress`` is told how many rows have been read, and then how many of these have been understood.

    Nothing of an unclear list is read. Raises UnreadableFile, ColumnsUnclear.
    """
    reading = _Reading(terms, remembered, progress)
    with open_tables(path, terms.currency) as (tables, hidden):
        for table in tables:
            reading.take(table)
    return reading.result(hidden)


def headings_end(path: Path, remembered: ColumnMap | None) -> Mapping[str, int]:
    """In which row the headings of each visible sheet end, 0 without any. Raises UnreadableFile."""
    found = {}
    with open_tables(path, "") as (tables, _):
        for table in tables:
            shown = [row for row in islice(table.rows, SAMPLE) if not row.is_hidden]
            found[table.name] = recognise(shown, remembered).headings_end
    return found


def rows_with(
    path: Path,
    customer_number: str,
    known: Collection[tuple[str, int]],
    remembered: ColumnMap | None,
) -> set[tuple[str, int]]:
    """By sheet and number, the rows in which a customer's number stands, as far as a column is known for that: faulty
    and hidden ones too, also on sheets that weren't read. With them those ``known``, where they aren't empty.

    Raises UnreadableFile.
    """
    found = set()
    with open_tables(path, "", hidden=True) as (tables, _):
        for table in tables:
            rows = iter(table.rows)
            top = list(islice(rows, SAMPLE))
            places = _places_of_numbers(
                [row for row in top if not row.is_hidden] or top, remembered
            )
            found |= {
                (table.name, row.number)
                for row in chain(top, rows)
                if (table.name, row.number) in known
                or any(text_of(row.cells.get(place)) == customer_number for place in places)
            }
    return found


def _places_of_numbers(rows: Sequence[SheetRow], remembered: ColumnMap | None) -> set[int]:
    """What is remembered may be another list's columns."""
    number, known = Column.CUSTOMER_NUMBER, (recognise(rows, remembered), recognise(rows))
    return {
        place.position
        for one in known
        for place in (*one.columns.places.get(number, ()), *one.unclear.get(number, ()))
    }


class _Reading:
    def __init__(
        self, terms: ListTerms, remembered: ColumnMap | None, progress: Callable[[int], None]
    ) -> None:
        self._terms = terms
        self._remembered = remembered
        self._progress = progress
        self._seen = Seen()
        self._entries: list[Entry] = []
        self._faults: list[RowFault] = []
        self._sheets: list[SheetRead] = []
        self._unclear: list[ColumnsUnclear] = []

    def take(self, table: Table) -> None:
        rows = iter(table.rows)
        top = list(islice(rows, SAMPLE))
        shown = [row for row in top if not row.is_hidden]
        if not shown:
            return
        recognised = recognise(shown, self._remembered)
        if not recognised.is_ready:
            self._unclear.append(ColumnsUnclear(table.name, recognised, shown))
            return
        skipped: Counter[Skip] = Counter()
        kept = self._below(chain(top, rows), recognised, skipped)
        evidence = evidence_of(kept, recognised.columns)
        drained = (kept.popleft() for _ in range(len(kept)))
        found = read_rows(
            table.name, drained, recognised.columns, self._terms, evidence, self._seen
        )
        for one in self._told(found):
            match one:
                case Entry():
                    self._entries.append(one)
                case RowFault():
                    self._faults.append(one)
                case SkippedRow():
                    skipped[one.why] += 1
        self._sheets.append(
            SheetRead(
                table.name,
                recognised.headings_end,
                recognised.columns,
                skipped,
                recognised.unclear,
                recognised.offered,
            )
        )

    def _below(
        self, rows: Iterable[SheetRow], recognised: Recognised, skipped: Counter[Skip]
    ) -> deque[SheetRow]:
        """The rows under the headings, with the columns that count. What an amount or a day means is known only when
        all have been seen, so they are held.
        """
        positions = recognised.columns.positions
        kept: deque[SheetRow] = deque()
        for row in self._told(rows):
            if row.number <= recognised.headings_end:
                continue
            held = row
            if not row.cells.keys() <= positions:
                cells = {place: value for place, value in row.cells.items() if place in positions}
                held = replace(row, cells=cells)
            if held.cells and row.is_hidden:
                skipped[Skip.HIDDEN] += 1
            elif held.cells:
                kept.append(held)
        return kept

    def _told(self, steps: Iterable[_T]) -> Iterator[_T]:
        for count, step in enumerate(steps, start=1):
            if count % EVERY == 0:
                self._progress(count)
            yield step

    def result(self, hidden: Sequence[str]) -> ReadList:
        if not self._sheets:
            if not self._unclear:
                raise UnreadableFile(Why.EMPTY)
            raise max(self._unclear, key=lambda one: len(one.recognised.columns.places))
        left_out = (*hidden, *(one.sheet for one in self._unclear))
        return ReadList(self._entries, self._faults, tuple(self._sheets), left_out)
