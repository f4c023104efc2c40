"""Change a participant's PIN."""

from dataclasses import dataclass

from domain.fact import Origin
from domain.ids import ParticipantId
from domain.mail import PinNoticeWanted, as_message
from domain.new_pin import NewPin
from domain.portal_facts import PinChanged
from domain.ports import Clock, PinHasher, Transactions


@dataclass(frozen=True, slots=True)
class ChangePin:
    """Puts a new PIN in the place of the old one, which ``LogIn`` has seen right before; hash, fact and the mail that
    tells him, where he has an address, in one transaction.
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
            now, who = self.clock(), uow.participants.get(participant)
            uow.facts.append(origin, now, PinChanged(participant))
            if who is not None and who.email is not None:
                uow.outbox.add(as_message(PinNoticeWanted(participant, now)), now)
            uow.commit()
        return True
