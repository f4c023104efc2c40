"""All that an agent sees of a participant, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from domain.customer_note import CustomerNote, ParticipantBlock
from domain.errand import Errand
from domain.ids import CallId, PersonId
from domain.loyalty import LedgerEntry
from domain.participant import Card, Participant
from domain.reward import Redemption
from domain.service_record import ServiceRecord


@dataclass(frozen=True, slots=True)
class EarlierCall:
    """``at`` is when the first of ``records`` was written; they come in that order, corrected ones among them."""

    call: CallId
    at: datetime
    records: Sequence[ServiceRecord]


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Movements, calls, notes, errands and redemptions come newest first, and only the newest of them; ``cards`` in the
    order they were issued. ``block`` is the one in force. ``names`` are those of the people who wrote or see to any of
    it.
    """

    participant: Participant
    points: int
    movements: Sequence[LedgerEntry]
    cards: Sequence[Card]
    calls: Sequence[EarlierCall]
    notes: Sequence[CustomerNote]
    errands: Sequence[Errand]
    redemptions: Sequence[Redemption]
    block: ParticipantBlock | None
    names: Mapping[PersonId, str] = field(repr=False)


def calls_of(records: Sequence[ServiceRecord]) -> Sequence[EarlierCall]:
    """The calls that records were written in, the newest first; ``records`` come oldest first."""
    ordered = sorted(records, key=lambda record: record.call)
    calls = [
        EarlierCall(call, written[0].signature.at, written)
        for call, written in ((call, list(of)) for call, of in groupby(ordered, lambda r: r.call))
    ]
    return sorted(calls, key=lambda call: (call.at, call.call), reverse=True)
