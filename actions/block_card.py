"""Block a participant's card, at once and exactly once."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.fact import Origin
from domain.ids import ParticipantId, Receipt
from domain.participant import CardState
from domain.portal_facts import CardBlocked
from domain.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class Block:
    """A block in force; ``already`` where it was in force before. None of it depends on how often
    it was asked.
    """

    receipt: Receipt
    already: bool


@dataclass(frozen=True, slots=True)
class BlockInForce:
    """The block that holds all of a participant's cards, if there is one."""

    transactions: Transactions

    def __call__(self, participant: ParticipantId) -> Block | None:
        with self.transactions.read() as uow:
            cards = uow.cards.of(participant)
        receipts = [card.receipt for card in cards if card.receipt is not None]
        if not receipts or any(card.state is CardState.ACTIVE for card in cards):
            return None
        return Block(receipts[-1], already=True)


@dataclass(frozen=True, slots=True)
class BlockCard:
    """Blocks every active card of a participant under one receipt; row and fact in one transaction."""

    transactions: Transactions
    clock: Clock
    new_receipt: Callable[[], Receipt]

    def __call__(self, origin: Origin, participant: ParticipantId) -> Block | None:
        """The block in force afterwards; None where there is no card. Raises StorageDown."""
        with self.transactions.write() as uow:
            now, receipt = self.clock(), self.new_receipt()
            cards = uow.cards.of(participant)
            blocked = [card for card in cards if uow.cards.block(card.id, now, receipt)]
            if blocked:
                facts = [CardBlocked(participant, card.id, receipt) for card in blocked]
                uow.facts.append(origin, now, *facts)
                uow.commit()
                return Block(receipt, already=False)
        receipts = [card.receipt for card in cards if card.receipt is not None]
        return Block(receipts[-1], already=True) if receipts else None
