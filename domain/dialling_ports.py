"""What dialling needs of the outside, as Protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.dialling import CallBack, CallBackState, DialMade, DialUnderWay, TelephoneNumber
from domain.ids import CallerId, CallId, TenantId


class CallBacks(Protocol):
    """Wishes to be rung back: one open at a time for each tenant and caller."""

    def claim(self, wish: CallBack) -> bool:
        """Note an open wish; False, and nothing changed, where the caller has one. The row itself is the claim."""
        ...

    def end(self, call: CallId, was: CallBackState, state: CallBackState, at: datetime) -> bool:
        """Change a wish from what it was; False, and nothing changed, where it wasn't."""
        ...

    def of(self, call: CallId) -> CallBack | None:
        """The wish that was made in a call."""
        ...

    def open_of(self, tenant: TenantId, caller: CallerId) -> CallBack | None:
        """The open wish of a caller."""
        ...

    def unsettled(self, tenant: TenantId | None) -> Sequence[CallBack]:
        """All that are open, or were given up and not seen to since; of one tenant, if given; the oldest first."""
        ...


class DialsUnderWay(Protocol):
    """Whom agents dial: one at a time for each number."""

    def of(self, caller: CallerId) -> DialUnderWay | None: ...

    def claim(self, dial: DialUnderWay) -> DialUnderWay | None:
        """Note a dial. Where another one holds the number nothing changes, and that one comes back. The row itself is
        the claim.
        """
        ...

    def release(self, call: CallId) -> None:
        """Whom this call was for may be dialled again."""
        ...


class DialsMade(Protocol):
    """Who was dialled when, whatever for: what the gate counts by number."""

    def add(self, made: DialMade) -> None: ...

    def to_number(self, caller: CallerId, since: datetime) -> Sequence[DialMade]:
        """Oldest first."""
        ...

    def reached(self, call: CallId, at: datetime) -> None:
        """Somebody answered the newest of the call."""
        ...

    def never_rang(self, call: CallId) -> None:
        """The newest of the call is none."""
        ...

    def forget(self, before: datetime) -> None:
        """Those that no rule looks back at any more."""
        ...


class BlockedNumbers(Protocol):
    """Numbers (E.164) that nobody may dial: who has them asked not to be called."""

    def holds(self, number: str) -> bool: ...

    def add(self, number: str, since: datetime) -> None:
        """Adding one that is there already changes nothing."""
        ...


class ReadNumber(Protocol):
    def __call__(self, e164: str) -> TelephoneNumber | None:
        """What is known of a number in E.164; None where it is none."""
        ...
