"""How long rows with personal data are kept once nobody needs them any more. Facts and figures hold opaque ids only:
they stay as they are, whatever goes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.ids import TenantId

Key = str | int


@dataclass(frozen=True, slots=True)
class Retention:
    """What a tenant wants kept, since it was done; None: for good. ``notes`` are those marked as done, and blocks that
    are over; ``records`` what agents wrote beside a service, a complaint or a wish; ``lists`` the files of debtors, who
    stands in them and what was remarked of them.
    """

    notes: timedelta | None = None
    records: timedelta | None = None
    lists: timedelta | None = None


@dataclass(frozen=True, slots=True)
class HouseRetention:
    """What belongs to no tenant: ``callers`` are telephone numbers, since they were last heard of; ``mails`` is what
    couldn't be sent, by mail or to the CRM, since it was refused for good; ``views`` are looks at one person's figures,
    each with its purpose, since somebody looked.
    """

    callers: timedelta | None = None
    mails: timedelta | None = None
    views: timedelta | None = None


def kept_for(days: int) -> timedelta | None:
    """As settings have it: 0 is for good."""
    return timedelta(days=days) if days else None


class Kind(StrEnum):
    NOTES = "notes"
    BLOCKS = "blocks"
    RECORDS = "records"
    ERRANDS = "errands"
    LISTS = "lists"
    CALLERS = "callers"
    MAILS = "mails"
    VIEWS = "views"


class Keeping(Protocol):
    """Part of a unit of work."""

    def old(
        self, kind: Kind, tenant: TenantId | None, before: datetime, limit: int
    ) -> Sequence[Key]:
        """Keys of those of a tenant's rows that nobody has needed since ``before`` and that still say something of a
        person; ``tenant`` is None for the kinds that belong to none. A number that a participant, an open case or an
        open call-back has is needed.
        """
        ...

    def forget(self, kind: Kind, keys: Sequence[Key]) -> None:
        """Delete the rows, or what they say of a person where they are counted or pointed to."""
        ...
