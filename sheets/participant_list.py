"""A client's file, workbook or CSV, read as a list of participants."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from domain.participant_columns import Column, Columns, recognise
from domain.participant_row import Entry, Fault, Terms, read_rows, shown
from domain.sheet_row import SheetRow, letter
from sheets.result_cells import text_of_field
from sheets.tables import Table, open_tables
from sheets.unreadable import UnreadableFile, Why

SAMPLE: Final = 60
"""Rows from a sheet's top among which its headings are."""

EVERY: Final = 1_000
"""Rows between two words of progress."""


@dataclass(frozen=True, slots=True)
class ReadParticipants:
    """Entries and faults in the file's order; the columns of each sheet that was read, by its name, "" that of a CSV.
    ``left_out`` are the sheets that are hidden or have no such headings.
    """

    entries: list[Entry] = field(default_factory=list, repr=False)
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, Columns] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """What stands in a row of the file, without what could be a PIN."""

    sheet: str
    row: int
    cells: Mapping[Column, str] = field(repr=False)


class HeadingsUnclear(Exception):
    """No sheet has the headings that are needed, or two columns of one claim to be the same. No retry helps."""

    def __init__(self, doubled: Mapping[Column, tuple[str, ...]]) -> None:
        told = "; ".join(
            f"{' and '.join(places)} could be {one}" for one, places in doubled.items()
        )
        super().__init__(
            f"Columns can't be told apart: {told}. Change the heading of those that aren't meant."
            if told
            else "There is no row of headings. Write one with Customer number and the others, as an export has it."
        )
        self.doubled = doubled


def read_participants(
    path: Path, terms: Terms, progress: Callable[[int], None] = lambda _: None
) -> ReadParticipants:
    """All visible sheets that hold a list; ``progress`` is told how many rows have been read, and then how many of
    these have been understood. Raises UnreadableFile, HeadingsUnclear.
    """
    read, seen = ReadParticipants(), dict[str, tuple[str, int]]()
    with open_tables(path, "") as (tables, hidden):
        for table in tables:
            columns, rows = _headed(table)
            if columns is None:
                read.left_out.append(table.name)
                continue
            if columns.doubled:
                raise HeadingsUnclear(_named(columns))
            read.columns[table.name] = columns
            kept = list(_told(_below(rows, columns), progress))
            found = read_rows(table.name, kept, columns, terms, seen)
            for count, one in enumerate(found, start=1):
                (read.entries if isinstance(one, Entry) else read.faults).append(one)  # type: ignore[arg-type]
                if count % EVERY == 0:
                    progress(count)
    if not read.columns:
        raise HeadingsUnclear({}) if read.left_out else UnreadableFile(Why.EMPTY)
    read.left_out.extend(hidden)
    return read


def rows_shown(
    path: Path, wanted: Collection[tuple[str, int]], pin_digits: int | None
) -> Iterator[ShownRow]:
    """The rows ``wanted``, by sheet and number; ``pin_digits`` as for ``shown``. Raises UnreadableFile."""
    with open_tables(path, "") as (tables, _):
        for table in tables:
            columns, rows = _headed(table)
            if columns is None:
                continue
            for row in rows:
                if (table.name, row.number) in wanted:
                    yield ShownRow(table.name, row.number, shown(row, columns, pin_digits))


def _headed(table: Table) -> tuple[Columns | None, Iterator[SheetRow]]:
    rows = iter(table.rows) if table.name else map(_unquoted, table.rows)
    top = list(islice(rows, SAMPLE))
    return recognise(top), chain(top, rows)


def _unquoted(row: SheetRow) -> SheetRow:
    """Of a CSV: without the quotes that keep its texts from being formulas."""
    cells = {
        place: text_of_field(value) if isinstance(value, str) else value
        for place, value in row.cells.items()
    }
    return replace(row, cells=cells)


def _below(rows: Iterable[SheetRow], columns: Columns) -> Iterator[SheetRow]:
    """Those under the headings, with the columns that count."""
    positions = columns.positions
    for row in rows:
        if row.number > columns.headings_row:
            cells = {place: value for place, value in row.cells.items() if place in positions}
            yield replace(row, cells=cells)


def _told(rows: Iterable[SheetRow], progress: Callable[[int], None]) -> Iterator[SheetRow]:
    for count, row in enumerate(rows, start=1):
        if count % EVERY == 0:
            progress(count)
        yield row


def _named(columns: Columns) -> Mapping[Column, tuple[str, ...]]:
    return {
        column: tuple(f"{letter(place.position)} {place.heading}" for place in places)
        for column, places in columns.doubled.items()
    }
