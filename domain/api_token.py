"""Programs of others that ask our API, and how far each may go."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import IntegrationId, TenantId


class ApiRole(StrEnum):
    """What a program is for; what neither names, none may do."""

    AGENT_DESK = "agent-desk"
    """Does what agents do on their page, for each of them, and sees their customers."""
    FLOOR = "floor"
    """Sees the floor and changes what a team lead changes there, by opaque ids."""

    @property
    def sees_people(self) -> bool:
        """Whether names, numbers and texts are for its eyes."""
        return self is ApiRole.AGENT_DESK


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One program's way in. ``digest`` (SHA-256, hex) is all that is kept of the token; ``id`` stands in the log, and
    the row stays after ``revoked``, so that the log can be read. ``tenant`` is the only brand it may know of, None
    where it may know of all.
    """

    id: IntegrationId
    name: str
    role: ApiRole
    tenant: TenantId | None
    digest: str = field(repr=False)
    made: datetime
    revoked: datetime | None = None

    def may_know_of(self, tenant: TenantId | None) -> bool:
        """What belongs to no brand, or to nobody knows which, is for those who may know of all."""
        return self.tenant is None or self.tenant == tenant
