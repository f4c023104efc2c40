"""How every errand is run: once for each id, with rights, rows, facts and a receipt in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from actions.desk import Desk, checked_id, same_as
from domain.desk_facts import ApprovalAsked, ErrandDone
from domain.errand import NEEDS_SECOND, Errand, ErrandKind, ErrandState
from domain.fact import Body
from domain.ids import CallId, ErrandId, ParticipantId, Receipt
from domain.participant import Participant
from domain.person import Actor
from domain.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom an errand is for. ``id`` is the page's, the same for a second click; ``call`` is the one it is asked for in,
    if any.
    """

    id: ErrandId
    participant: ParticipantId
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What it is about; a second click under the same id must say the same."""

    kind: ErrandKind
    points: int = 0
    text: str = field(default="", repr=False)


Do = Callable[[UnitOfWork, Participant, Errand], Sequence[Body]]
"""Changes the rows of an errand and gives the facts that say how; raises DeskError where it can't be done."""


@dataclass(frozen=True, slots=True)
class Counter:
    """Where errands are run; ``new_receipt`` numbers them."""

    desk: Desk
    new_receipt: Callable[[], Receipt]

    def run(self, actor: Actor, wish: Wish, content: Content, do: Do) -> Errand:
        """The errand, run now or by the first click. Raises DeskError or StorageDown."""
        needs_second = content.kind in NEEDS_SECOND
        with self.desk.transactions.write() as uow:
            participant = self.desk.participant(uow, actor.person, wish.participant)
            errand = Errand(
                id=checked_id(wish.id),
                kind=content.kind,
                tenant=participant.tenant,
                participant=participant.id,
                call=wish.call,
                signature=actor.sign(self.desk.clock()),
                receipt=self.new_receipt(),
                points=content.points,
                text=content.text,
                state=ErrandState.ASKED if needs_second else ErrandState.DONE,
            )
            known = uow.errands.get(errand.id)
            if known is not None:
                return same_as(known, errand, "receipt", "state", "decided")
            origin = self.desk.origin(uow, actor, errand.tenant, wish.call)
            facts = do(uow, participant, errand)
            uow.errands.add(errand)
            end = ApprovalAsked if needs_second else ErrandDone
            last = end(errand.id, errand.kind, errand.participant, errand.receipt)
            uow.facts.append(origin, errand.signature.at, *facts, last)
            uow.commit()
        return errand


def note_only(_: UnitOfWork, __: Participant, ___: Errand) -> Sequence[Body]:
    """Nothing changes but that it was asked."""
    return ()
