"""What the process that handles clients' files is asked, and its answers: lines of JSON, as it isn't to be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec import Struct

from campaigns.dunning.list_files import Terms
from domain.case_columns import Recognised
from domain.case_entry import Entry, RowFault
from domain.participant_columns import Column, Columns
from domain.participant_row import Entry as ParticipantEntry
from domain.participant_row import Fault
from domain.participant_row import Terms as ParticipantTerms
from sheets.blanking import Erased
from sheets.case_lists import SheetRead
from sheets.participant_list import ShownRow
from sheets.results import Results

PORTION: Final = 500
"""Entries, or faults, in one line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` is in bytes, beyond what the program itself takes; ``cpu_s`` of a processor, ``wall_s`` in all."""

    memory: int = 1 << 30
    cpu_s: int = 180
    wall_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Wish:
    """Read the file ``source``, or write it to ``target``: with results, or without a debtor."""

    source: str
    terms: Terms
    limits: Limits
    target: str = ""
    change: Results | Erased | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReadWish:
    """Read the participants in the file ``source``."""

    source: str
    terms: ParticipantTerms
    limits: Limits


@dataclass(frozen=True, slots=True)
class ShowWish:
    """Say what stands in some of its rows, by sheet and number, but nothing that could be a PIN of ``pin_digits``; None
    where the file has no PINs.
    """

    source: str
    wanted: frozenset[tuple[str, int]]
    pin_digits: int | None
    limits: Limits


AnyWish = Wish | ReadWish | ShowWish


class Told(Struct, frozen=True, tag=True):
    rows: int


class Entries(Struct, frozen=True, tag=True):
    entries: tuple[Entry, ...]


class Faults(Struct, frozen=True, tag=True):
    faults: tuple[RowFault, ...]


class Read(Struct, frozen=True, tag=True):
    """Comes last, as all below do."""

    sheets: tuple[SheetRead, ...]
    left_out: tuple[str, ...]


class Unclear(Struct, frozen=True, tag=True):
    """``sample`` are rows by number, their cells as texts by position."""

    sheet: str
    recognised: Recognised
    sample: Mapping[int, Mapping[int, str]]


class Participants(Struct, frozen=True, tag=True):
    entries: tuple[ParticipantEntry, ...]


class ParticipantFaults(Struct, frozen=True, tag=True):
    faults: tuple[Fault, ...]


class Shown(Struct, frozen=True, tag=True):
    rows: tuple[ShownRow, ...]


class ParticipantsRead(Struct, frozen=True, tag=True):
    """Comes last, as all below do; after a ``ShowWish`` there is nothing in it."""

    columns: Mapping[str, Columns]
    left_out: tuple[str, ...]


class NoHeadings(Struct, frozen=True, tag=True):
    doubled: Mapping[Column, tuple[str, ...]]


class Unreadable(Struct, frozen=True, tag=True):
    """``why`` is the name of a ``sheets.unreadable.Why``; ``cause`` is for the log, where the fault may be ours."""

    why: str
    cause: str = ""


class Written(Struct, frozen=True, tag=True):
    pass


Answer = (
    Told | Entries | Faults | Read | Unclear
    | Participants | ParticipantFaults | Shown | ParticipantsRead | NoHeadings
    | Unreadable | Written
)  # fmt: skip
ANSWERS: Final = msgspec.json.Decoder(Answer)
