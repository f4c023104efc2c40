"""The files that we write of participants: all of a brand, and the rows of a client's that weren't taken."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from desktop.lead.list_words import told_unfit
from domain.participant import Participant
from domain.participant_columns import SHOWN, Column, Columns
from domain.participant_row import Fault
from sheets.new_list import Row
from sheets.participant_list import ShownRow
from sheets.result_cells import ResultCell

PAGE: Final = 500
"""Participants that are read from the database at once."""

_EXCELS_FIRST: Final = date(1900, 3, 1)
"""Before it Excel counts a day that there wasn't."""

Page = Sequence[tuple[Participant, int]]


def listed(
    page: Callable[[str], Page], words: Mapping[str, str], progress: Callable[[int], None]
) -> Iterator[Row]:
    """``page`` gives those who follow a customer number, none after the last; ``words`` are those of the headings."""
    yield [words[f"column_{column}"] for column in SHOWN]
    after, count = "", 0
    while few := page(after):
        for someone, points in few:
            yield _row(someone, points)
        after = few[-1][0].number
        progress(count := count + len(few))


def _row(someone: Participant, points: int) -> Row:
    day = someone.born
    cells: Mapping[Column, ResultCell] = {
        Column.CUSTOMER_NUMBER: someone.number,
        Column.NAME: someone.name,
        Column.LANGUAGE: someone.language.value,
        Column.ZIP: someone.zip_code,
        Column.BORN: day if day >= _EXCELS_FIRST else day.isoformat(),
        Column.PHONE: someone.phone,
        Column.EMAIL: someone.email,
        Column.POINTS: points,
        Column.PRIORITY: someone.priority,
    }
    return [cells[column] for column in SHOWN]


def rejected_rows(
    shown: Iterable[ShownRow],
    faults: Iterable[Fault],
    columns: Mapping[str, Columns],
    words: Mapping[str, str],
) -> Iterator[Row]:
    """What stands in the rows that aren't taken, with where and why."""
    there = [one for one in SHOWN if any(one in sheet.places for sheet in columns.values())]
    reasons = defaultdict[tuple[str, int], list[str]](list)
    for fault in faults:
        reasons[fault.sheet, fault.row].append(told_fault(fault, words))
    several = [words["sheet"]] if len(columns) > 1 else []
    headings = [words[f"column_{column}"] for column in there]
    yield [*several, words["row"], *headings, words["reason"]]
    for row in shown:
        cells = [row.cells.get(column, "") for column in there]
        where = [row.sheet] if several else []
        yield [*where, row.row, *cells, "; ".join(reasons[row.sheet, row.row])]


def told_fault(fault: Fault, words: Mapping[str, str]) -> str:
    """``Telephone number: is none``; the row itself is named where no cell is to blame."""
    about = words[f"column_{fault.column}" if fault.column else "row"]
    return f"{about}: {told_unfit(fault.why, fault.other, words)}"
