"""Hear from who has blocked his cards how he lost them, and whether new ones shall come; each is asked once."""

from dataclasses import dataclass, replace

from domain.card_block import under
from domain.fact import Origin
from domain.ids import ParticipantId, Receipt
from domain.participant import Loss, Replacement
from domain.portal_facts import CardLossTold, ReplacementAnswered
from domain.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class TellLoss:
    """Rows and facts in one transaction; the first word stands."""

    transactions: Transactions
    clock: Clock

    def __call__(
        self, origin: Origin, participant: ParticipantId, receipt: Receipt, loss: Loss
    ) -> None:
        """``receipt`` is the block's. Raises StorageDown."""
        with self.transactions.write() as uow:
            lost = [c for c in under(uow.cards.of(participant), receipt) if c.loss is None]
            for card in lost:
                uow.cards.note(replace(card, loss=loss))
            facts = [CardLossTold(participant, card.id, loss) for card in lost]
            uow.facts.append(origin, self.clock(), *facts)
            uow.commit()


@dataclass(frozen=True, slots=True)
class AnswerReplacement:
    """Rows and facts in one transaction; the first word stands, and an agent hears any other."""

    transactions: Transactions
    clock: Clock

    def __call__(
        self, origin: Origin, participant: ParticipantId, receipt: Receipt, *, wanted: bool
    ) -> None:
        """``receipt`` is the block's. Raises StorageDown."""
        answer = Replacement.WANTED if wanted else Replacement.UNWANTED
        with self.transactions.write() as uow:
            open_ = [c for c in under(uow.cards.of(participant), receipt) if c.replacement is None]
            for card in open_:
                uow.cards.note(replace(card, replacement=answer))
            facts = [ReplacementAnswered(participant, card.id, wanted) for card in open_]
            uow.facts.append(origin, self.clock(), *facts)
            uow.commit()
