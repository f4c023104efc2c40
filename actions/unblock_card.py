"""Make a blocked card of a participant work again."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.desk import DeskError, NotYours
from actions.errand import Content, Counter, Wish
from actions.why_not import WhyNot
from domain.desk_facts import CardUnblocked
from domain.errand import Errand, ErrandKind
from domain.fact import Body
from domain.ids import CardId
from domain.participant import Participant
from domain.person import Actor
from domain.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class UnblockCard:
    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, card: CardId) -> Errand:
        """Raises DeskError, where the card isn't blocked too, or StorageDown."""

        def do(uow: UnitOfWork, participant: Participant, _: Errand) -> Sequence[Body]:
            if card not in {one.id for one in uow.cards.of(participant.id)}:
                raise NotYours
            if not uow.cards.unblock(card):
                raise DeskError(WhyNot.CARD_NOT_BLOCKED)
            return (CardUnblocked(participant.id, card),)

        return self.counter.run(actor, wish, Content(ErrandKind.UNBLOCK_CARD, text=card), do)
