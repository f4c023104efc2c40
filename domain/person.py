"""People who may open the desk, how long their sessions last, and who sits at a desk that several share."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.ids import IntegrationId, PersonId, SiteId, TenantId

LONGEST: Final = timedelta(hours=12)
"""A session ends then, in use or not: longer than a shift, shorter than a day."""

IDLE: Final = timedelta(hours=1)
"""A session ends that long after its last use; an open phone uses it."""


class Role(StrEnum):
    AGENT = "agent"
    TEAM_LEAD = "team_lead"
    MANAGEMENT = "management"
    CLIENT_CONTACT = "client_contact"
    OPERATOR = "operator"


MAY_PHONE: Final = frozenset({Role.AGENT, Role.TEAM_LEAD, Role.OPERATOR})
"""Who may have a phone in the browser."""

MAY_SERVE: Final = frozenset({Role.AGENT, Role.TEAM_LEAD})
"""Who may open a participant's card and act on it."""

MAY_LEAD: Final = frozenset({Role.TEAM_LEAD, Role.OPERATOR})
"""Who sees the whole floor, and changes what others work on."""

MAY_READ_FIGURES: Final = frozenset(
    {Role.TEAM_LEAD, Role.MANAGEMENT, Role.OPERATOR, Role.CLIENT_CONTACT}
)
"""Who sees how calls fared; a client those of his own brand."""

MAY_READ_STORIES: Final = MAY_LEAD | {Role.MANAGEMENT}
"""Who may follow a figure down to one call."""

MAY_READ_MAIL: Final = frozenset({Role.TEAM_LEAD, Role.MANAGEMENT, Role.OPERATOR})
"""Who sees all that the demo's mail box caught."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever may sign in; ``tenant`` is the one whose contact this is, and nobody else has one. ``site`` is where he
    works, None where that isn't known.
    """

    id: PersonId
    name: str = field(repr=False)
    role: Role
    tenant: TenantId | None = None
    site: SiteId | None = None

    def __post_init__(self) -> None:
        if (self.tenant is not None) != (self.role is Role.CLIENT_CONTACT):
            raise ValueError("a client contact, and nobody else, belongs to a tenant")


@dataclass(frozen=True, slots=True)
class Session:
    """``digest`` (SHA-256, hex) is all that is kept of the token that the browser holds."""

    digest: str
    person: PersonId
    begun: datetime
    used: datetime

    def is_in_force(self, now: datetime) -> bool:
        return now < self.begun + LONGEST and now < self.used + IDLE


@dataclass(frozen=True, slots=True)
class Site:
    """A location or an office."""

    id: SiteId
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something at the desk: ``person`` is signed in, and his are the rights. ``checked_in`` is who sits
    there, where several share the desk. His password proved it as he sat down, but whoever sits there now may have
    found the desk as he left it: it gives no right. ``through`` is the program that does it for him: the log has it as
    the actor, the rows have him.
    """

    person: Person
    checked_in: PersonId | None = None
    through: IntegrationId | None = None

    @property
    def logged_as(self) -> str:
        """Whom a fact has as its actor."""
        return self.through or self.person.id

    @property
    def author(self) -> PersonId:
        """Who is taken to have written what is written."""
        return self.checked_in or self.person.id

    def sign(self, at: datetime) -> "Signature":
        return Signature(self.person.id, self.checked_in, at)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote something, and when; nobody keys it."""

    by: PersonId
    checked_in: PersonId | None
    at: datetime

    @property
    def author(self) -> PersonId:
        return self.checked_in or self.by

    def is_second_to(self, first: "Signature") -> bool:
        """Whether these are another pair of eyes: another password, and another person before the screen."""
        return self.by != first.by and self.author != first.author
