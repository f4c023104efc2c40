"""People who may open the desk, and how long their sessions last."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.ids import PersonId, TenantId

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


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever may sign in; ``tenant`` is the one whose contact this is, and nobody else has one."""

    id: PersonId
    name: str = field(repr=False)
    role: Role
    tenant: TenantId | None = None

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
