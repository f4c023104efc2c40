"""Send a new card in place of a blocked one: what its holder may have wished for, and somebody has seen to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.desk import DeskError, NotYours
from actions.errand import Content, Counter, Wish
from actions.why_not import WhyNot
from domain.desk_facts import ReplacementSent
from domain.errand import Errand, ErrandKind
from domain.fact import Body
from domain.ids import CardId
from domain.participant import CardState, Participant, Replacement
from domain.person import Actor
from domain.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReplaceCard:
    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, card: CardId) -> Errand:
        """Raises DeskError, where the card works or a new one was sent too, or StorageDown."""

        def do(uow: UnitOfWork, participant: Participant, _: Errand) -> Sequence[Body]:
            found = next((one for one in uow.cards.of(participant.id) if one.id == card), None)
            if found is None:
                raise NotYours
            if found.state is not CardState.BLOCKED or found.replacement is Replacement.SENT:
                raise DeskError(WhyNot.NOTHING_TO_REPLACE)
            uow.cards.note(replace(found, replacement=Replacement.SENT))
            return (ReplacementSent(participant.id, card),)

        return self.counter.run(actor, wish, Content(ErrandKind.REPLACE_CARD, text=card), do)
