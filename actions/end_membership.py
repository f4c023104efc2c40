"""Let a participant leave the scheme, or erase him: asked for by one person, approved by another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from actions.block_card import block_each
from actions.desk import Desk, DeskError, NotYours, checked_id, checked_text
from actions.errand import Content, Counter, Wish
from actions.why_not import What, WhyNot
from domain import list_messages, mail
from domain.crm_messages import CHANNEL
from domain.desk_facts import ErrandApproved, ErrandDeclined, MembershipEnded, ParticipantErased
from domain.errand import Errand, ErrandKind, ErrandState
from domain.fact import Body, Origin
from domain.ids import ErrandId
from domain.list_messages import RowsErased
from domain.participant import Membership, Participant
from domain.person import Actor
from domain.ports import UnitOfWork

End = Literal[ErrandKind.LEAVE, ErrandKind.DELETE]


@dataclass(frozen=True, slots=True)
class AskToEnd:
    """Nothing changes before somebody else approves of it; one such wish at a time."""

    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, end: End, why: str) -> Errand:
        """Raises DeskError or StorageDown."""

        def do(uow: UnitOfWork, participant: Participant, _: Errand) -> Sequence[Body]:
            if end is ErrandKind.LEAVE and participant.membership is Membership.LEFT:
                raise DeskError(WhyNot.HAS_LEFT)
            asked = uow.errands.asked((participant.tenant,))
            if any(one.participant == participant.id for one in asked):
                raise DeskError(WhyNot.WAITS_ALREADY)
            return ()

        return self.counter.run(actor, wish, Content(end, text=checked_text(What.REASON, why)), do)


@dataclass(frozen=True, slots=True)
class WaitingErrands:
    """What waits for a second person, of the brands that the actor serves, oldest first."""

    desk: Desk

    def __call__(self, actor: Actor) -> tuple[Errand, ...]:
        """Raises StorageDown."""
        with self.desk.transactions.read() as uow:
            tenants = [tenant.id for tenant in self.desk.tenants(uow, actor.person)]
            return tuple(uow.errands.asked(tenants))


@dataclass(frozen=True, slots=True)
class Approve:
    """Carries out what somebody else has asked for; a second click changes nothing."""

    desk: Desk

    def __call__(self, actor: Actor, errand: ErrandId) -> Errand:
        """The errand as it is then. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            asked = _errand(self.desk, uow, actor, errand)
            signature = actor.sign(self.desk.clock())
            if asked.state is ErrandState.DONE and asked.decided is not None:
                return asked
            if asked.state is not ErrandState.ASKED:
                raise DeskError(WhyNot.NOTHING_WAITS)
            if not signature.is_second_to(asked.signature):
                raise DeskError(WhyNot.ASKED_YOURSELF)
            participant = self.desk.participant(uow, actor.person, asked.participant)
            done = replace(asked, state=ErrandState.DONE, decided=signature)
            uow.errands.decide(errand, done.state, signature)
            facts = self._end(uow, participant, done)
            origin = Origin(asked.tenant, None, actor.person.id)
            uow.facts.append(origin, signature.at, ErrandApproved(errand), *facts)
            uow.commit()
        return done

    def _end(self, uow: UnitOfWork, participant: Participant, errand: Errand) -> list[Body]:
        assert errand.decided is not None, "it has just been approved"
        now, cards = errand.decided.at, uow.cards.of(participant.id)
        facts = list[Body](block_each(uow, cards, now, errand.receipt))
        if participant.membership is Membership.ACTIVE:
            facts.append(MembershipEnded(participant.id))
        if errand.kind is ErrandKind.DELETE:
            self._erase(uow, participant, now)
            facts.append(ParticipantErased(participant.id))
        else:
            uow.participants.change(replace(participant, membership=Membership.LEFT))
        return facts

    def _erase(self, uow: UnitOfWork, participant: Participant, now: datetime) -> None:
        """Leaves figures as they are: bookings, redemptions, records, errands and cases stay, without a word of his.
        What he still owes is the client's to claim, and so is the number to ring him at. Out of clients' files he is
        taken later: that takes its time.
        """
        for rows in (
            uow.notes,
            uow.participant_blocks,
            uow.service_records,
            uow.errands,
            uow.cards,
            uow.participant_imports,
        ):
            rows.forget(participant.id)
        uow.participants.change(participant.erased())
        phones = {participant.phone, *uow.cases.forget(participant.tenant, participant.number)}
        for of in uow.case_lists.of([participant.tenant]):
            uow.outbox.add(list_messages.as_message(RowsErased(of.id, participant.number)), now)
        uow.outbox.forget_naming(CHANNEL, participant.number)
        uow.outbox.forget_naming(mail.CHANNEL, participant.id)
        for phone in phones:
            if phone is not None and not self._somebody_has(uow, phone):
                uow.callers.forget(phone)
                uow.outbox.forget_naming(CHANNEL, phone)

    def _somebody_has(self, uow: UnitOfWork, phone: str) -> bool:
        return any(
            uow.participants.by_phone(tenant, phone) or uow.cases.open_at(tenant, phone)
            for tenant in self.desk.book().tenants
        )


@dataclass(frozen=True, slots=True)
class Decline:
    """Lets what was asked for rest; who has asked may take it back so. A second click changes nothing."""

    desk: Desk

    def __call__(self, actor: Actor, errand: ErrandId) -> Errand:
        """The errand as it is then. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            asked = _errand(self.desk, uow, actor, errand)
            if asked.state is ErrandState.DECLINED:
                return asked
            if asked.state is not ErrandState.ASKED:
                raise DeskError(WhyNot.DONE_ALREADY)
            decided = actor.sign(self.desk.clock())
            uow.errands.decide(errand, ErrandState.DECLINED, decided)
            origin = Origin(asked.tenant, None, actor.person.id)
            uow.facts.append(origin, decided.at, ErrandDeclined(errand))
            uow.commit()
        return replace(asked, state=ErrandState.DECLINED, decided=decided)


def _errand(desk: Desk, uow: UnitOfWork, actor: Actor, errand: ErrandId) -> Errand:
    found = uow.errands.get(checked_id(errand))
    if found is None:
        raise NotYours
    desk.tenant(uow, actor.person, found.tenant)
    return found
