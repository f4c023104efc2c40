"""What the desk's actions need of the outside, as Protocols; part of a unit of work."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.api_token import ApiToken
from domain.customer_note import CustomerNote, ParticipantBlock
from domain.errand import Errand, ErrandKind, ErrandState
from domain.ids import (
    BlockId,
    CallId,
    ErrandId,
    IntegrationId,
    NoteId,
    ParticipantId,
    PersonId,
    RecordId,
    SiteId,
    TenantId,
    ViewId,
)
from domain.person import Signature, Site
from domain.person_view import PersonView
from domain.service_record import ServiceRecord


class ServiceRecords(Protocol):
    def get(self, record: RecordId) -> ServiceRecord | None: ...

    def add(self, record: ServiceRecord) -> None:
        """A record is corrected once: the row of its correction is the claim."""
        ...

    def of_call(self, call: CallId) -> Sequence[ServiceRecord]:
        """Oldest first."""
        ...

    def of_participant(self, participant: ParticipantId, calls: int) -> Sequence[ServiceRecord]:
        """Those of his newest ``calls`` calls, oldest first."""
        ...

    def correction_of(self, record: RecordId) -> ServiceRecord | None: ...

    def forget(self, participant: ParticipantId) -> None:
        """Empty the fields that were filled in about him."""
        ...


class Notes(Protocol):
    def get(self, note: NoteId) -> CustomerNote | None: ...

    def add(self, note: CustomerNote) -> None: ...

    def of(
        self, participant: ParticipantId, limit: int, *, archived: bool
    ) -> Sequence[CustomerNote]:
        """The newest ``limit``, newest first; either those in the archive or the others."""
        ...

    def open_of(self, responsible: PersonId) -> Sequence[CustomerNote]:
        """Those that nobody has marked as done, oldest first."""
        ...

    def mark_done(self, note: NoteId, at: datetime) -> bool:
        """False, and nothing changed, where it is done already."""
        ...

    def archive(self, note: NoteId, at: datetime) -> bool:
        """False, and nothing changed, where it is open, or in the archive already."""
        ...

    def forget(self, participant: ParticipantId) -> None:
        """Delete all about him."""
        ...


class ParticipantBlocks(Protocol):
    def get(self, block: BlockId) -> ParticipantBlock | None: ...

    def add(self, block: ParticipantBlock) -> None: ...

    def in_force(self, participant: ParticipantId, now: datetime) -> ParticipantBlock | None: ...

    def lift(self, block: BlockId, lifted: Signature, why: str) -> None: ...

    def forget(self, participant: ParticipantId) -> None:
        """Delete all of him."""
        ...


class Errands(Protocol):
    def get(self, errand: ErrandId) -> Errand | None: ...

    def add(self, errand: Errand) -> None: ...

    def of(self, participant: ParticipantId, limit: int) -> Sequence[Errand]:
        """The newest ``limit``, newest first."""
        ...

    def asked(self, tenants: Collection[TenantId]) -> Sequence[Errand]:
        """Those that wait for a second person, oldest first."""
        ...

    def decide(self, errand: ErrandId, state: ErrandState, decided: Signature) -> None: ...

    def points_by(
        self, person: PersonId, participant: ParticipantId, kind: ErrandKind, since: datetime
    ) -> int:
        """What ``person`` moved on the account from ``since`` on, summed."""
        ...

    def forget(self, participant: ParticipantId) -> None:
        """Empty the texts about him."""
        ...


class CheckIns(Protocol):
    """Who sits where several share a desk: one person at a session, and none once it has ended."""

    def at(self, session: str) -> PersonId | None:
        """``session`` is the digest that it is kept by."""
        ...

    def put(self, session: str, person: PersonId | None, at: datetime) -> None:
        """Let ``person`` sit there; None leaves the desk empty."""
        ...


class ApiTokens(Protocol):
    """The ways in of other programs; a name is one program's as long as its token is in force."""

    def get(self, integration: IntegrationId) -> ApiToken | None:
        """In force or not."""
        ...

    def in_force(self, digest: str) -> ApiToken | None: ...

    def all(self) -> Sequence[ApiToken]:
        """Oldest first, revoked ones too."""
        ...

    def add(self, token: ApiToken) -> bool:
        """False, and nothing changed, where the name is taken. The row itself is the claim."""
        ...

    def revoke(self, name: str, at: datetime) -> IntegrationId | None:
        """Whose token was in force and isn't any more; None, and nothing changed, where there is none."""
        ...


class Sites(Protocol):
    def get(self, site: SiteId) -> Site | None: ...

    def by_name(self, name: str) -> Site | None: ...

    def all(self) -> Sequence[Site]:
        """By name."""
        ...

    def add(self, site: Site) -> None: ...


class PersonViews(Protocol):
    """They are never changed."""

    def get(self, view: ViewId) -> PersonView | None: ...

    def add(self, view: PersonView) -> None: ...

    def of(self, whom: PersonId, limit: int) -> Sequence[PersonView]:
        """Newest first."""
        ...
