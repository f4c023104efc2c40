"""Block a participant's cards, at once and exactly once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.card_block import Block, block_in_force, under
from domain.fact import Origin
from domain.ids import ParticipantId, Receipt
from domain.participant import Card
from domain.portal_facts import CardBlocked
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True)
class CardsOf:
    """A participant's cards, in the order they were issued."""

    transactions: Transactions

    def __call__(self, participant: ParticipantId) -> Sequence[Card]:
        """Raises StorageDown."""
        with self.transactions.read() as uow:
            return uow.cards.of(participant)


@dataclass(frozen=True, slots=True)
class BlockCard:
    """Blocks active cards of a participant under one receipt; row and fact in one transaction."""

    transactions: Transactions
    clock: Clock
    new_receipt: Callable[[], Receipt]

    def __call__(
        self, origin: Origin, participant: ParticipantId, tail: str | None = None
    ) -> Block | None:
        """All of his, or those whose numbers end in ``tail``. The block in force afterwards; None where there is no
        such card. Raises StorageDown.
        """
        with self.transactions.write() as uow:
            now, receipt = self.clock(), self.new_receipt()
            cards = [card for card in uow.cards.of(participant) if tail in {None, card.tail}]
            facts = block_each(uow, cards, now, receipt)
            if not facts:
                return block_in_force(cards)
            block = Block(receipt, under(uow.cards.of(participant), receipt))
            uow.facts.append(origin, now, *facts)
            uow.commit()
        return block


def block_each(
    uow: UnitOfWork,
    cards: Sequence[Card],
    at: datetime,
    receipt: Receipt,
    *,
    without_pin: bool = False,
) -> list[CardBlocked]:
    """A fact of each that was active."""
    return [
        CardBlocked(card.participant, card.id, receipt, without_pin)
        for card in cards
        if uow.cards.block(card.id, at, receipt, without_pin=without_pin)
    ]
