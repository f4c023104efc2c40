"""Block a participant with a reason, for a time or until somebody lifts it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from actions.desk import Desk, DeskError, NotYours, checked_id, checked_text, same_as
from actions.why_not import What, WhyNot
from domain.customer_note import ParticipantBlock
from domain.desk_facts import ParticipantBlocked, ParticipantUnblocked
from domain.ids import BlockId, CallId, ParticipantId
from domain.person import Actor
from domain.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewBlock:
    """``id`` is the page's, the same for a second click. ``until`` (aware): it lifts itself then; None: somebody has to
    lift it. ``call`` is the one it was set in, if any.
    """

    id: BlockId
    participant: ParticipantId
    reason: str = field(repr=False)
    until: datetime | None = None
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class BlockParticipant:
    """One block at a time; one that is over doesn't count."""

    desk: Desk

    def __call__(self, actor: Actor, new: NewBlock) -> ParticipantBlock:
        """The block, set now or by the first click. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            participant = self.desk.participant(uow, actor.person, new.participant)
            now = self.desk.clock()
            block = ParticipantBlock(
                id=checked_id(new.id),
                participant=participant.id,
                reason=checked_text(What.REASON, new.reason),
                signature=actor.sign(now),
                until=new.until,
            )
            known = uow.participant_blocks.get(block.id)
            if known is not None:
                return same_as(known, block, "lifted", "lifted_why")
            _check(uow, block, now)
            origin = self.desk.origin(uow, actor, participant.tenant, new.call)
            uow.participant_blocks.add(block)
            fact = ParticipantBlocked(participant.id, block.id, block.until)
            uow.facts.append(origin, now, fact)
            uow.commit()
        return block


@dataclass(frozen=True, slots=True)
class UnblockParticipant:
    """Lifts a block before its end; where none is in force any more, nothing changes."""

    desk: Desk

    def __call__(
        self, actor: Actor, block: BlockId, why: str, call: CallId | None = None
    ) -> ParticipantBlock:
        """The block as it is then. Raises DeskError or StorageDown."""
        why = checked_text(What.REASON, why)
        with self.desk.transactions.write() as uow:
            found = uow.participant_blocks.get(checked_id(block))
            if found is None:
                raise NotYours
            participant = self.desk.participant(uow, actor.person, found.participant)
            now = self.desk.clock()
            if not found.is_in_force(now):
                return found
            origin = self.desk.origin(uow, actor, participant.tenant, call)
            lifted = actor.sign(now)
            uow.participant_blocks.lift(block, lifted, why)
            uow.facts.append(origin, now, ParticipantUnblocked(participant.id, block))
            uow.commit()
        return replace(found, lifted=lifted, lifted_why=why)


def _check(uow: UnitOfWork, block: ParticipantBlock, now: datetime) -> None:
    if block.until is not None and block.until <= now:
        raise DeskError(WhyNot.BLOCK_IS_PAST)
    if uow.participant_blocks.in_force(block.participant, now) is not None:
        raise DeskError(WhyNot.BLOCKED_ALREADY)
