"""Change a participant's PIN."""

from dataclasses import dataclass

from domain.fact import Origin
from domain.ids import ParticipantId
from domain.new_pin import NewPin
from domain.portal_facts import PinChanged
from domain.ports import Clock, PinHasher, Transactions


@dataclass(frozen=True, slots=True)
class ChangePin:
    """Puts a new PIN in the place of the old one, which ``LogIn`` has seen right before; hash and fact in one
    transaction.
    """

    transactions: Transactions
    hasher: PinHasher
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId, pin: NewPin) -> bool:
        """False where he has left the scheme meanwhile. Raises StorageDown."""
        hashed = self.hasher.hash(participant, pin.digits)  # slow: the log's lock isn't held
        with self.transactions.write() as uow:
            if not uow.participants.set_pin(participant, hashed):
                return False
            uow.facts.append(origin, self.clock(), PinChanged(participant))
            uow.commit()
        return True
