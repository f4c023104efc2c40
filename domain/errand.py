"""What an agent does for a participant upon his word, each under a receipt."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.ids import CallId, ErrandId, ParticipantId, Receipt, TenantId
from domain.person import Role, Signature


class ErrandKind(StrEnum):
    UNBLOCK_CARD = "unblock_card"
    REPLACE_CARD = "replace_card"
    UNLOCK_PIN = "unlock_pin"
    CHANGE_DATA = "change_data"
    PAY_OUT = "pay_out"
    RETURN = "return"
    COMPLAINT = "complaint"
    BOOK_POINTS = "book_points"
    LEAVE = "leave"
    DELETE = "delete"


class ErrandState(StrEnum):
    """DONE at once, or ASKED --> DONE | DECLINED, by somebody else than who asked."""

    DONE = "done"
    ASKED = "asked"
    DECLINED = "declined"


NEEDS_SECOND: Final = frozenset({ErrandKind.LEAVE, ErrandKind.DELETE})
"""What can't be taken back wants a second pair of eyes."""


@dataclass(frozen=True, slots=True)
class Errand:
    """``points`` are what it moved on the account, ``text`` what was written to it; ``decided`` is by the second person
    where one is needed.
    """

    id: ErrandId
    kind: ErrandKind
    tenant: TenantId
    participant: ParticipantId
    call: CallId | None
    signature: Signature
    receipt: Receipt
    points: int = 0
    text: str = field(default="", repr=False)
    state: ErrandState = ErrandState.DONE
    decided: Signature | None = None


MOST_POINTS: Final = 1_000_000_000
"""In one errand: a slip of the finger, and what a column holds."""


class PointsReason(StrEnum):
    """Why an agent books points; the word stands in the ledger."""

    GOODWILL = "goodwill"
    CORRECTION = "correction"
    MISSING_PURCHASE = "missing_purchase"


@dataclass(frozen=True, slots=True)
class PointsLimits:
    """How many points somebody may book to or from one account within a window, all his bookings taken together."""

    agent: int = 500
    team_lead: int = 5000

    def of(self, role: Role) -> int:
        if role is Role.TEAM_LEAD:
            return self.team_lead
        return self.agent if role is Role.AGENT else 0

    def allow(self, role: Role, before: int, points: int) -> bool:
        """Whether he may book ``points`` where his bookings of the window come to ``before``; taking back is a booking
        too.
        """
        return max(abs(points), abs(before + points)) <= self.of(role)


POINTS_WINDOW: Final = timedelta(hours=24)
"""No midnight at which a limit begins anew."""
