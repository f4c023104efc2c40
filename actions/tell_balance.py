"""Tell a participant his points."""

from dataclasses import dataclass

from domain.fact import Origin
from domain.ids import ParticipantId
from domain.portal_facts import BalanceTold
from domain.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class TellBalance:
    """Reads the balance and records that it was told."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId) -> int:
        """The points on the account. Raises StorageDown."""
        with self.transactions.write() as uow:
            points = uow.ledger.balance(participant)
            uow.facts.append(origin, self.clock(), BalanceTold(participant))
            uow.commit()
        return points
