"""Write a note about a participant, mark it as done, and put it into the archive."""

from dataclasses import dataclass, field
from datetime import datetime

from actions.desk import Desk, DeskError, NotYours, checked_id, checked_key, checked_text, same_as
from actions.why_not import What, WhyNot
from domain.customer_note import CustomerNote, NoteKind
from domain.desk_facts import NoteArchived, NoteDone, NoteWritten
from domain.fact import Body, Origin
from domain.ids import CallId, NoteId, ParticipantId, PersonId, SiteId, TenantId
from domain.person import Actor, Person
from domain.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewNote:
    """``id`` is the page's, the same for a second click; ``site`` None: where the writer works. ``call`` is the one it
    was written in, if any.
    """

    id: NoteId
    participant: ParticipantId
    kind: NoteKind
    responsible: PersonId
    text: str = field(repr=False)
    site: SiteId | None = None
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class WriteNote:
    desk: Desk

    def __call__(self, actor: Actor, new: NewNote) -> CustomerNote:
        """The note, written now or by the first click. Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            participant = self.desk.participant(uow, actor.person, new.participant)
            note = CustomerNote(
                id=checked_id(new.id),
                tenant=participant.tenant,
                participant=participant.id,
                kind=new.kind,
                responsible=self._responsible(uow, new.responsible, participant.tenant),
                text=checked_text(What.NOTE, new.text),
                signature=actor.sign(self.desk.clock()),
                site=self._site(uow, new.site or actor.person.site),
            )
            known = uow.notes.get(note.id)
            if known is not None:
                return same_as(known, note, "done_at", "archived_at")
            origin = self.desk.origin(uow, actor, note.tenant, new.call)
            uow.notes.add(note)
            fact = NoteWritten(note.id, note.participant, note.kind, note.responsible, note.site)
            uow.facts.append(origin, note.signature.at, fact)
            uow.commit()
        return note

    def _responsible(self, uow: UnitOfWork, person: PersonId, tenant: TenantId) -> PersonId:
        if person not in {one.id for one in _serving(self.desk, uow, tenant)}:
            raise DeskError(WhyNot.NOBODY_RESPONSIBLE)
        return person

    def _site(self, uow: UnitOfWork, site: SiteId | None) -> SiteId | None:
        if site is not None and uow.sites.get(checked_key(site)) is None:
            raise DeskError(WhyNot.NO_SUCH_SITE)
        return site


@dataclass(frozen=True, slots=True)
class MarkNoteDone:
    """Only who is responsible can tell; a second click changes nothing."""

    desk: Desk

    def __call__(self, actor: Actor, note: NoteId) -> None:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            found = _note(self.desk, uow, actor, note)
            if actor.author != found.responsible:
                raise DeskError(WhyNot.NOT_YOUR_NOTE)
            now = self.desk.clock()
            if uow.notes.mark_done(note, now):
                _append(uow, actor, found, now, NoteDone(note))


@dataclass(frozen=True, slots=True)
class ArchiveNote:
    """Takes a note that is done off the card; a second click changes nothing."""

    desk: Desk

    def __call__(self, actor: Actor, note: NoteId) -> None:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.write() as uow:
            found = _note(self.desk, uow, actor, note)
            if found.done_at is None:
                raise DeskError(WhyNot.NOTE_OPEN)
            now = self.desk.clock()
            if uow.notes.archive(note, now):
                _append(uow, actor, found, now, NoteArchived(note))


@dataclass(frozen=True, slots=True)
class OpenNotes:
    """What somebody still has to see to, oldest first."""

    desk: Desk

    def __call__(self, actor: Actor) -> tuple[CustomerNote, ...]:
        """His own, or those of who is checked in; of brands that he serves. Raises StorageDown."""
        with self.desk.transactions.read() as uow:
            tenants = {tenant.id for tenant in self.desk.tenants(uow, actor.person)}
            return tuple(note for note in uow.notes.open_of(actor.author) if note.tenant in tenants)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who may be made responsible for a note: whoever serves the brand, by name."""

    desk: Desk

    def __call__(self, actor: Actor, tenant: TenantId) -> tuple[Person, ...]:
        """Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            self.desk.tenant(uow, actor.person, tenant)
            return tuple(_serving(self.desk, uow, tenant))


def _serving(desk: Desk, uow: UnitOfWork, tenant: TenantId) -> list[Person]:
    serving = [(person, desk.tenants(uow, person)) for person in uow.people.all()]
    return [person for person, tenants in serving if tenant in {one.id for one in tenants}]


def _note(desk: Desk, uow: UnitOfWork, actor: Actor, note: NoteId) -> CustomerNote:
    found = uow.notes.get(checked_id(note))
    if found is None:
        raise NotYours
    desk.participant(uow, actor.person, found.participant)
    return found


def _append(uow: UnitOfWork, actor: Actor, note: CustomerNote, at: datetime, fact: Body) -> None:
    uow.facts.append(Origin(note.tenant, None, actor.logged_as), at, fact)
    uow.commit()
