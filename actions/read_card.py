"""Read all that an agent needs to see of a participant; find him first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from actions.desk import Desk, ReadPhone, first_of
from domain.customer_card import CustomerCard, calls_of
from domain.dial_facts import DialAsked
from domain.free_text import LONGEST_LINE, read_line
from domain.ids import CallId, ParticipantId, PersonId, TenantId
from domain.participant import Participant, search_key
from domain.person import Actor, Signature
from domain.portal_facts import CallArrived
from domain.ports import UnitOfWork
from domain.tenant import Tenant

MOVEMENTS: Final = 20
CALLS: Final = 10
NOTES: Final = 20
ERRANDS: Final = 10
REDEMPTIONS: Final = 10
FOUND: Final = 20
"""How many are shown at most, the newest; whoever searches and finds so many writes more."""

_SHORTEST: Final = 2  # one letter is in nearly every name


@dataclass(frozen=True, slots=True)
class ReadCard:
    desk: Desk

    def __call__(self, actor: Actor, participant: ParticipantId) -> CustomerCard:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            found = self.desk.participant(uow, actor.person, participant)
            records = uow.service_records.of_participant(participant, CALLS)
            notes = uow.notes.of(participant, NOTES, archived=False)
            errands = uow.errands.of(participant, ERRANDS)
            block = uow.participant_blocks.in_force(participant, self.desk.clock())
            signatures = [one.signature for one in records]
            signatures += [one.signature for one in notes]
            signatures += [one.signature for one in errands]
            signatures += [one.decided for one in errands if one.decided is not None]
            if block is not None:
                signatures.append(block.signature)
            people = _people(signatures) | {note.responsible for note in notes}
            return CustomerCard(
                participant=found,
                points=uow.ledger.balance(participant),
                movements=uow.ledger.newest(participant, MOVEMENTS),
                cards=uow.cards.of(participant),
                calls=calls_of(records),
                notes=notes,
                errands=errands,
                redemptions=uow.redemptions.of(participant, REDEMPTIONS),
                block=block,
                names=_names(uow, people),
            )


@dataclass(frozen=True, slots=True)
class ParticipantsByNumber:
    """Whose telephone number it is: nobody's, one's, or several's to choose from; ordered by customer number."""

    desk: Desk

    def __call__(self, actor: Actor, tenant: TenantId, e164: str) -> tuple[Participant, ...]:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            self.desk.tenant(uow, actor.person, tenant)
            return tuple(uow.participants.by_phone(tenant, e164))


@dataclass(frozen=True, slots=True)
class ParticipantsOfCall:
    """Whose telephone number the call came from or went to, as in ``ParticipantsByNumber``; nobody's where it was
    withheld.
    """

    desk: Desk

    def __call__(self, actor: Actor, call: CallId) -> tuple[Participant, ...]:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            tenant = self.desk.tenant_of_call(uow, actor.person, call).id
            match first_of(uow, call).body:
                case CallArrived(caller=str(caller)) | DialAsked(caller=str(caller)):
                    number = uow.callers.number_of(caller)
                case _:
                    number = None
            return () if number is None else tuple(uow.participants.by_phone(tenant, number))


@dataclass(frozen=True, slots=True)
class TenantOfCall:
    """Whose call it is."""

    desk: Desk

    def __call__(self, actor: Actor, call: CallId) -> Tenant:
        """Raises DeskError, where he may not serve it too, or StorageDown."""
        with self.desk.transactions.read() as uow:
            return self.desk.tenant_of_call(uow, actor.person, call)


@dataclass(frozen=True, slots=True)
class TenantOfParticipant:
    """Whose customer it is."""

    desk: Desk

    def __call__(self, actor: Actor, participant: ParticipantId) -> Tenant:
        """Raises DeskError, where he may not serve it too, or StorageDown."""
        with self.desk.transactions.read() as uow:
            found = self.desk.participant(uow, actor.person, participant)
            return self.desk.tenant(uow, actor.person, found.tenant)


@dataclass(frozen=True, slots=True)
class Search:
    """By customer number, name, telephone number, card or receipt; of the brands that the actor serves."""

    desk: Desk
    read_phone: ReadPhone

    def __call__(self, actor: Actor, written: str) -> tuple[Participant, ...]:
        """By name, ``FOUND`` at most; nobody where too little is written. Raises StorageDown."""
        try:
            written = read_line(written, LONGEST_LINE)
        except ValueError:
            return ()
        if len(written) < _SHORTEST:
            return ()
        with self.desk.transactions.read() as uow:
            found: dict[ParticipantId, Participant] = {}
            for tenant in self.desk.tenants(uow, actor.person):
                phone = self.read_phone(written, tenant.country)
                for one in uow.participants.search(tenant.id, written, phone, FOUND):
                    found[one.id] = one
        by_name = sorted(found.values(), key=lambda one: (search_key(one.name), one.number))
        return tuple(by_name[:FOUND])


def _people(signatures: Iterable[Signature]) -> set[PersonId]:
    pairs = ((one.by, one.checked_in) for one in signatures)
    return {person for pair in pairs for person in pair if person is not None}


def _names(uow: UnitOfWork, people: Iterable[PersonId]) -> dict[PersonId, str]:
    found = ((person, uow.people.get(person)) for person in sorted(people))
    return {person: one.name for person, one in found if one is not None}
