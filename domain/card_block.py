"""A participant's cards: what tells them apart, and the block that holds them all."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.ids import Receipt
from domain.participant import Card, CardState


@dataclass(frozen=True, slots=True)
class Block:
    """Cards blocked under one receipt; ``already`` where they were before it was asked for now."""

    receipt: Receipt
    cards: tuple[Card, ...]
    already: bool = False

    @property
    def of_several(self) -> bool:
        return len(self.cards) > 1

    @property
    def lacks_loss(self) -> bool:
        """Whether nobody has said how they were lost."""
        return any(card.loss is None for card in self.cards)

    @property
    def lacks_replacement(self) -> bool:
        """Whether nobody has said if new ones shall come."""
        return any(card.replacement is None for card in self.cards)


def active(cards: Sequence[Card]) -> Sequence[Card]:
    return [card for card in cards if card.state is CardState.ACTIVE]


def block_in_force(cards: Sequence[Card]) -> Block | None:
    """The newest block, where no card is active any more; None where one is, or there is none at all."""
    blocks = [
        (card.blocked_at, card.receipt)
        for card in cards
        if card.blocked_at is not None and card.receipt is not None
    ]
    if not blocks or active(cards):
        return None
    _, receipt = max(blocks)
    return Block(receipt, under(cards, receipt), already=True)


def under(cards: Sequence[Card], receipt: Receipt) -> tuple[Card, ...]:
    """Those that one block holds."""
    return tuple(card for card in cards if card.receipt == receipt)


def tails_to_choose_from(cards: Sequence[Card]) -> tuple[str, ...]:
    """How the numbers of active cards end, those of the newest cards first; none where they tell nothing apart."""
    tails = [card.tail for card in reversed(active(cards))]
    if len(set(tails)) < 2:
        return ()
    return tuple(dict.fromkeys(tail for tail in tails if tail))
