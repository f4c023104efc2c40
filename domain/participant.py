"""A brand's customer and the cards he holds."""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from domain.ids import CardId, ParticipantId, Receipt, TenantId
from domain.language import Language


class Membership(StrEnum):
    """Whether he is still of the scheme. The portal knows who is active; the desk finds who has left, too.

    IMPORTING --> ACTIVE --> LEFT --> ERASED
                     +------------------^
    """

    IMPORTING = "importing"
    """Only in his row: nobody finds him before all of his file are there, and from then on he counts as active."""
    ACTIVE = "active"
    LEFT = "left"
    ERASED = "erased"
    """The row is there for its bookings; the person is gone from it (GDPR art. 17)."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A member of one brand's reward scheme. ``phone`` is E.164 or None; ``number`` is the customer
    number, ``priority`` how far ahead of others he waits for a person (0: like everybody);
    ``address`` is street and place, as lines of a letter; ``email`` is where mails reach him, if any;
    ``short_form`` says that he wants to hear few words.
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
    address: str = field(default="", repr=False)
    membership: Membership = Membership.ACTIVE
    email: str | None = field(default=None, repr=False)
    short_form: bool = False

    def erased(self) -> "Participant":
        """Nobody: an id that bookings hang on, and nothing that says whose it was."""
        return replace(
            self,
            number=f"erased-{self.id}",
            name="",
            zip_code="",
            born=date.min,
            phone=None,
            priority=0,
            address="",
            membership=Membership.ERASED,
            email=None,
        )


def search_key(name: str) -> str:
    """A name as it is searched for: small letters without accents, single spaces."""
    small = unicodedata.normalize("NFKD", name).casefold()
    plain = unicodedata.normalize("NFKD", small)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


class CardState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


class Loss(StrEnum):
    """How a card was lost, as its holder tells it."""

    LOST = "lost"
    STOLEN = "stolen"


class Replacement(StrEnum):
    """Whether a new card comes in place of a blocked one.

    UNWANTED, or WANTED --> SENT
    """

    UNWANTED = "unwanted"
    WANTED = "wanted"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a participant. ``tail`` is how its number ends, four digits; "" where it isn't known. All else belongs
    to the block in force: ``without_pin`` where it was asked for with less proof than that; ``loss`` and
    ``replacement`` are None as long as nobody has said.
    """

    id: CardId
    participant: ParticipantId
    state: CardState
    blocked_at: datetime | None = None
    receipt: Receipt | None = None
    tail: str = field(default="", repr=False)
    without_pin: bool = False
    loss: Loss | None = None
    replacement: Replacement | None = None
