"""Short notes about a participant: they document, and nobody answers them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import BlockId, NoteId, ParticipantId, PersonId, SiteId, TenantId
from domain.person import Signature


class NoteKind(StrEnum):
    INTERNAL = "internal"
    HOUSE_RULE = "house_rule"
    """A rule of the house was broken."""
    COMPLAINT_OR_WISH = "complaint_or_wish"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CustomerNote:
    """``responsible`` is who sees to it and marks it as done; in the archive it is off the card."""

    id: NoteId
    tenant: TenantId
    participant: ParticipantId
    kind: NoteKind
    responsible: PersonId
    text: str = field(repr=False)
    signature: Signature
    site: SiteId | None = None
    done_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParticipantBlock:
    """Why somebody isn't served for now. ``until`` is when it lifts itself, None where somebody has to lift it."""

    id: BlockId
    participant: ParticipantId
    reason: str = field(repr=False)
    signature: Signature
    until: datetime | None = None
    lifted: Signature | None = None
    lifted_why: str | None = field(default=None, repr=False)

    def is_in_force(self, now: datetime) -> bool:
        """From the moment it was set to right before its end."""
        return self.lifted is None and (self.until is None or now < self.until)
