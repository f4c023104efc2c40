"""A brand's customer and the cards he holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.ids import CardId, ParticipantId, Receipt, TenantId
from domain.language import Language


@dataclass(frozen=True, slots=True)
class Participant:
    """A member of one brand's reward scheme. ``phone`` is E.164 or None; ``number`` is the customer
    number, ``priority`` how far ahead of others he waits for a person (0: like everybody).
    """

    id: ParticipantId
    tenant: TenantId
    number: str = field(repr=False)
    name: str = field(repr=False)
    language: Language
    zip_code: str = field(repr=False)
    born: date = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    priority: int = 0


class CardState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a participant; ``receipt`` and ``blocked_at`` belong to the block in force."""

    id: CardId
    participant: ParticipantId
    state: CardState
    blocked_at: datetime | None = None
    receipt: Receipt | None = None
