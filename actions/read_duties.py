"""Read what waits for somebody at the desk, and find notes again: each list with all the names that it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from actions.call_back import CallBacksListed, Unsettled
from actions.desk import Desk
from actions.end_membership import WaitingErrands
from actions.read_card import Search
from actions.write_note import OpenNotes
from domain.customer_note import CustomerNote
from domain.errand import Errand
from domain.ids import ParticipantId, PersonId, SiteId
from domain.participant import Card, Membership, Participant
from domain.person import Actor

SHOWN: Final = 100
"""Of a list at most: who has so much before him begins at its top."""


@dataclass(frozen=True, slots=True)
class Duties:
    """``names`` are those of all people, and ``participants`` those whom a note or an errand is about. There are
    ``notes_found`` notes and ``errands_found`` errands, shown or not. ``call_backs`` are who is to be rung back,
    ``replacements`` the blocked cards whose holders want new ones.
    """

    notes: Sequence[CustomerNote]
    errands: Sequence[Errand]
    participants: Mapping[ParticipantId, Participant]
    names: Mapping[PersonId, str] = field(repr=False)
    sites: Mapping[SiteId, str]
    notes_found: int
    errands_found: int
    call_backs: Sequence[Unsettled] = ()
    replacements: Sequence[Card] = ()


@dataclass(frozen=True, slots=True)
class ReadDuties:
    """The notes that the actor sees to, what waits for a second person, who is to be rung back, and who wants a new
    card; each oldest first.
    """

    desk: Desk

    def __call__(self, actor: Actor) -> Duties:
        """Raises StorageDown."""
        notes, errands = OpenNotes(self.desk)(actor), WaitingErrands(self.desk)(actor)
        wanted = _to_replace(self.desk, actor)
        found = _with_names(self.desk, notes, errands, wanted)
        return replace(found, call_backs=_to_ring_back(self.desk, actor))


@dataclass(frozen=True, slots=True)
class FindNotes:
    """All notes about whoever the search finds, in the archive or not; the newest first."""

    desk: Desk
    search: Search

    def __call__(self, actor: Actor, written: str) -> Duties:
        """``written`` as ``Search`` takes it. Raises StorageDown."""
        found = self.search(actor, written)
        with self.desk.transactions.read() as uow:
            notes = [
                note
                for participant in found
                for archived in (False, True)
                for note in uow.notes.of(participant.id, SHOWN, archived=archived)
            ]
        notes.sort(key=lambda note: (note.signature.at, note.id), reverse=True)
        return _with_names(self.desk, notes, ())


def _to_ring_back(desk: Desk, actor: Actor) -> Sequence[Unsettled]:
    """Of the brands that he serves, the oldest wish first."""
    with desk.transactions.read() as uow:
        tenants = {tenant.id for tenant in desk.tenants(uow, actor.person)}
    listed = CallBacksListed(desk.transactions)()
    return [one for one in listed if one.wish.tenant in tenants][:SHOWN]


def _to_replace(desk: Desk, actor: Actor) -> Sequence[Card]:
    """Of participants of the brands that he serves."""
    with desk.transactions.read() as uow:
        tenants = [tenant.id for tenant in desk.tenants(uow, actor.person)]
        return uow.cards.to_replace(tenants)[:SHOWN]


def _with_names(
    desk: Desk,
    notes: Sequence[CustomerNote],
    errands: Sequence[Errand],
    replacements: Sequence[Card] = (),
) -> Duties:
    """Who has been erased since they were read is missing, and with him what is about him."""
    wanted = {note.participant for note in notes[:SHOWN]}
    wanted |= {errand.participant for errand in errands[:SHOWN]}
    wanted |= {card.participant for card in replacements}
    with desk.transactions.read() as uow:
        rows = (uow.participants.get(of) for of in wanted)
        known = [one for one in rows if one and one.membership is not Membership.ERASED]
        found = {one.id: one for one in known}
        known_notes = [one for one in notes[:SHOWN] if one.participant in found]
        known_errands = [one for one in errands[:SHOWN] if one.participant in found]
        return Duties(
            known_notes,
            known_errands,
            found,
            {one.id: one.name for one in uow.people.all()},
            {one.id: one.name for one in uow.sites.all()},
            len(known_notes) + len(notes[SHOWN:]),
            len(known_errands) + len(errands[SHOWN:]),
            replacements=[one for one in replacements if one.participant in found],
        )
