"""The points account: a ledger of entries, never a balance that is written over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.ids import ParticipantId


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One booking of whole points, positive when earned; ``reason`` is a key, not free text."""

    participant: ParticipantId
    points: int
    reason: str
    at: datetime


def balance(entries: Iterable[LedgerEntry]) -> int:
    """The points on an account: the sum of its entries."""
    return sum(entry.points for entry in entries)
