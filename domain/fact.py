"""An entry of the log of facts: its envelope, and what all bodies have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from domain.ids import CallId, TenantId

CALLER: Final = "caller"
"""The actor of what a caller does in the portal."""


class Body:
    """What happened. Subclasses are frozen dataclasses named in the past tense; the class name is
    the kind.
    """

    version: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose call a fact belongs to and who caused it: ``CALLER``, ``ivr``, ``cti``, ``jobs``,
    ``operator``, or an agent's id.
    """

    tenant: TenantId | None
    call: CallId | None
    actor: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the log. ``seq`` is the order of commits, ``at`` is aware UTC, ``node`` the
    machine that wrote it.
    """

    seq: int
    at: datetime
    origin: Origin
    node: str
    body: Body
