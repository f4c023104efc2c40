"""Tell a participant what was last booked on his account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.fact import Origin
from domain.ids import ParticipantId
from domain.loyalty import LedgerEntry
from domain.portal_facts import MovementsTold
from domain.ports import Clock, Transactions

TOLD: Final = 5
"""Movements: as many as a caller keeps in mind."""


@dataclass(frozen=True, slots=True)
class TellMovements:
    """Reads the newest movements and records that they were told."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId) -> Sequence[LedgerEntry]:
        """The newest first. Raises StorageDown."""
        with self.transactions.write() as uow:
            movements = uow.ledger.newest(participant, TOLD)
            uow.facts.append(origin, self.clock(), MovementsTold(participant))
            uow.commit()
        return movements
