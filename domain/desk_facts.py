"""What is done for a participant at the desk, and who sits there, as facts; what was written stands in rows.

Each belongs to the call it was done in, if there was one; its actor is who was signed in, or the program that did it
for an agent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.customer_note import NoteKind
from domain.errand import ErrandKind, PointsReason
from domain.fact import Body
from domain.ids import (
    BlockId,
    CardId,
    ErrandId,
    IntegrationId,
    NoteId,
    ParticipantId,
    PersonId,
    Receipt,
    RecordId,
    SiteId,
    ViewId,
)

# Of a call


@dataclass(frozen=True, slots=True)
class ServiceRecorded(Body):
    """``price`` as ``read_price`` reads it: what was in force then."""

    record: RecordId
    participant: ParticipantId | None
    service: str
    price: str


@dataclass(frozen=True, slots=True)
class NoConcern(Body):
    """The caller wanted nothing: the call can be finished without a service."""

    record: RecordId
    participant: ParticipantId | None


@dataclass(frozen=True, slots=True)
class ServiceCorrected(Body):
    """``record`` counts from now on, and ``corrects`` no longer; without a service there was no concern."""

    record: RecordId
    corrects: RecordId
    participant: ParticipantId | None
    service: str | None
    price: str | None


# Of a participant


@dataclass(frozen=True, slots=True)
class NoteWritten(Body):
    note: NoteId
    participant: ParticipantId
    kind: NoteKind
    responsible: PersonId
    site: SiteId | None


@dataclass(frozen=True, slots=True)
class NoteDone(Body):
    note: NoteId


@dataclass(frozen=True, slots=True)
class NoteArchived(Body):
    note: NoteId


@dataclass(frozen=True, slots=True)
class ParticipantBlocked(Body):
    """``until``: the block lifts itself then, and no other fact says so."""

    participant: ParticipantId
    block: BlockId
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ParticipantUnblocked(Body):
    participant: ParticipantId
    block: BlockId


@dataclass(frozen=True, slots=True)
class CardUnblocked(Body):
    participant: ParticipantId
    card: CardId


@dataclass(frozen=True, slots=True)
class ReplacementSent(Body):
    """A new card is on its way in place of a blocked one."""

    participant: ParticipantId
    card: CardId


@dataclass(frozen=True, slots=True)
class PinUnlocked(Body):
    """He may try his PIN again before the lock has ended by itself, and his wrong tries are forgotten."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class DataChanged(Body):
    """``fields`` names what changed; the values stand in the participant's row alone."""

    participant: ParticipantId
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParticipantsImported(Body):
    """A client's file, all of it at once. ``new`` participants came, each with his opening balance, ``changed`` are
    otherwise than before, ``unchanged`` stand in it as they are; ``rejected`` rows weren't taken. ``digest`` is a keyed
    one of the file: who has both may ask which it was, and nobody can try what stood in it.
    """

    new: int
    changed: int
    unchanged: int
    rejected: int
    digest: str


@dataclass(frozen=True, slots=True)
class PointsBooked(Body):
    participant: ParticipantId
    points: int
    reason: PointsReason


@dataclass(frozen=True, slots=True)
class PayOutAsked(Body):
    """``points`` have left the account already, so that nobody spends them twice."""

    participant: ParticipantId
    points: int


@dataclass(frozen=True, slots=True)
class ErrandDone(Body):
    """Something was done or noted under a receipt; where rows changed, a fact beside this one says how."""

    errand: ErrandId
    kind: ErrandKind
    participant: ParticipantId
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class ApprovalAsked(Body):
    """It waits for somebody else than who asked."""

    errand: ErrandId
    kind: ErrandKind
    participant: ParticipantId
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class ErrandApproved(Body):
    errand: ErrandId


@dataclass(frozen=True, slots=True)
class ErrandDeclined(Body):
    errand: ErrandId


@dataclass(frozen=True, slots=True)
class MembershipEnded(Body):
    """The portal doesn't know him any more."""

    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class ParticipantErased(Body):
    """Nothing says any more who he was; his bookings stay."""

    participant: ParticipantId


# Of the people at the desk


@dataclass(frozen=True, slots=True)
class CheckedIn(Body):
    """``person`` sits at the desk of who is signed in, until somebody else does, he leaves, or the session ends."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class CheckedOut(Body):
    person: PersonId


@dataclass(frozen=True, slots=True)
class SiteAdded(Body):
    site: SiteId


@dataclass(frozen=True, slots=True)
class PersonPlaced(Body):
    """He works there now; None: nowhere in particular."""

    person: PersonId
    site: SiteId | None


@dataclass(frozen=True, slots=True)
class PersonFiguresSeen(Body):
    """The actor has named a purpose, which stands in the row of that id, and may look at what ``whom`` did from
    ``since`` until before ``until``.
    """

    view: ViewId
    whom: PersonId
    since: datetime
    until: datetime


# Of other programs


@dataclass(frozen=True, slots=True)
class ApiTokenAdded(Body):
    """A program may ask the API from now on."""

    integration: IntegrationId


@dataclass(frozen=True, slots=True)
class ApiTokenRevoked(Body):
    integration: IntegrationId


DESK_FACTS: Final[tuple[type[Body], ...]] = (
    ServiceRecorded,
    NoConcern,
    ServiceCorrected,
    NoteWritten,
    NoteDone,
    NoteArchived,
    ParticipantBlocked,
    ParticipantUnblocked,
    CardUnblocked,
    ReplacementSent,
    PinUnlocked,
    DataChanged,
    ParticipantsImported,
    PointsBooked,
    PayOutAsked,
    ErrandDone,
    ApprovalAsked,
    ErrandApproved,
    ErrandDeclined,
    MembershipEnded,
    ParticipantErased,
    CheckedIn,
    CheckedOut,
    SiteAdded,
    PersonPlaced,
    PersonFiguresSeen,
    ApiTokenAdded,
    ApiTokenRevoked,
)
