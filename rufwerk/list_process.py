"""The process that reads or writes one client's file, for one wish on its standard input, within limits."""

import os
import pickle
import resource
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from domain.case_entry import ListTerms
from domain.sheet_row import text_of
from rufwerk.list_wire import (
    PORTION,
    Answer,
    AnyWish,
    Entries,
    Faults,
    Limits,
    NoHeadings,
    ParticipantFaults,
    Participants,
    ParticipantsRead,
    Read,
    ReadWish,
    Shown,
    ShowWish,
    Told,
    Unclear,
    Unreadable,
    Wish,
    Written,
)
from rufwerk.swiss_zips import swiss_languages
from rufwerk.telephone_numbers import e164
from sheets.blanking import Erased, blank
from sheets.case_lists import ColumnsUnclear, headings_end, read_list
from sheets.participant_list import HeadingsUnclear, read_participants, rows_shown
from sheets.results import Results, write_results
from sheets.unreadable import UnreadableFile, Why

_T = TypeVar("_T")


def main() -> None:
    wish = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent has written it
    assert isinstance(wish, AnyWish)
    limit(wish.limits)
    try:
        do(wish)
    except HeadingsUnclear as unclear:
        say(NoHeadings(unclear.doubled))
    except ColumnsUnclear as unclear:
        sample = {
            row.number: {place: text_of(value) for place, value in row.cells.items()}
            for row in unclear.sample
        }
        say(Unclear(unclear.sheet, unclear.recognised, sample))
    except UnreadableFile as error:
        say(Unreadable(error.why.name))
    except MemoryError:
        say(Unreadable(Why.TOO_COSTLY.name))
    except Exception as error:  # noqa: BLE001 - the last to hear of it, and its text may hold personal data
        place = traceback.extract_tb(error.__traceback__)[-1]
        cause = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        say(Unreadable(Why.DAMAGED.name, cause))


def do(wish: AnyWish) -> None:
    match wish:
        case ReadWish():
            read_people(wish)
        case ShowWish():
            show(wish)
        case Wish(change=None):
            read(wish)
        case Wish(change=change):
            assert change is not None
            write(wish, change)


def limit(limits: Limits) -> None:
    """Calls go before it, and whoever has it read something hostile loses nothing else by that."""
    os.nice(10)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = int(used.ru_utime + used.ru_stime) + limits.cpu_s
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(wish: Wish) -> None:
    terms = ListTerms(wish.terms.country, wish.terms.currency, e164, swiss_languages())
    found = read_list(
        Path(wish.source), terms, wish.terms.columns, progress=lambda rows: say(Told(rows))
    )
    for entries in portions(found.entries):
        say(Entries(tuple(entries)))
    for faults in portions(found.faults):
        say(Faults(tuple(faults)))
    say(Read(found.sheets, found.left_out))


def read_people(wish: ReadWish) -> None:
    found = read_participants(Path(wish.source), wish.terms, lambda rows: say(Told(rows)))
    for entries in portions(found.entries):
        say(Participants(tuple(entries)))
    for faults in portions(found.faults):
        say(ParticipantFaults(tuple(faults)))
    say(ParticipantsRead(found.columns, tuple(found.left_out)))


def show(wish: ShowWish) -> None:
    rows = rows_shown(Path(wish.source), wish.wanted, wish.pin_digits)
    while few := tuple(islice(rows, PORTION)):
        say(Shown(few))
    say(ParticipantsRead({}, ()))


def write(wish: Wish, change: Results | Erased) -> None:
    source, target, columns = Path(wish.source), Path(wish.target), wish.terms.columns
    match change:
        case Results():
            ends = headings_end(source, columns)
            write_results(source, target, replace(change, headings_end=ends))
        case Erased():
            blank(source, target, change, columns)
    say(Written())


def portions(whole: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(whole), PORTION):
        yield whole[start : start + PORTION]


def say(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
