"""Have a caller rung back: one wish at a time for each caller, kept until he was reached or given up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from actions.take_call import handed_over
from domain.dialling import CallBack, CallBackState, Window
from domain.fact import Origin
from domain.field_facts import CallBackAsked, CallBackSeenTo, CallBackSettled, CallBackStands
from domain.handover import Handover
from domain.ids import CallerId, CallId, TenantId
from domain.ports import Clock, Transactions, UnitOfWork


class CallBackWish(StrEnum):
    """What came of asking."""

    NOTED = "noted"
    ALREADY_ASKED = "already_asked"


@dataclass(frozen=True, slots=True)
class AskCallBack:
    """Notes a caller's wish to be rung back; row and fact in one transaction.

    Whoever has an open wish at the tenant, from whichever call, keeps that one, and its place; but one for a window to
    come gives way to one that is rung sooner, or that he makes in its place. ``rings_back_from`` is the first instant
    from another on at which a tenant may ring somebody back, None where none comes.
    """

    transactions: Transactions
    clock: Clock
    rings_back_from: Callable[[TenantId, datetime], datetime | None]

    def __call__(
        self,
        origin: Origin,
        caller: CallerId,
        entering: Handover | None = None,
        wished: Window | None = None,
        instead_of: CallId | None = None,
    ) -> CallBackWish:
        """``origin`` is the call's; ``entering`` takes a caller into the field who isn't there yet, since whoever is
        rung back needs a place. ``wished`` is when he wants to be rung, None: as soon as can be; ``instead_of`` is the
        call of his wish that this one takes the place of. Raises StorageDown.
        """
        if origin.tenant is None or origin.call is None:
            raise ValueError("a call-back belongs to a call at a tenant")
        with self.transactions.write() as uow:
            now = self.clock()
            first, window = self._when(origin.tenant, now, wished)
            wish = CallBack(
                origin.call, origin.tenant, caller, CallBackState.OPEN, now, window=window
            )
            for old in _outdone(uow, wish, first, instead_of):
                uow.call_backs.end(old.call, CallBackState.OPEN, CallBackState.DONE, now)
                uow.facts.append(replace(origin, call=old.call), now, CallBackSettled(origin.call))
            if not uow.call_backs.claim(wish):
                if entering is None:
                    uow.facts.append(origin, now, CallBackStands())
                    uow.commit()
                return CallBackWish.ALREADY_ASKED
            later = first if first > now else None
            if entering is not None:
                uow.facts.append(origin, now, handed_over(entering, later=later is not None))
            until = None if window is None else window.end
            uow.facts.append(origin, now, CallBackAsked(caller, later, until))
            uow.commit()
        return CallBackWish.NOTED

    def _when(
        self, tenant: TenantId, now: datetime, wished: Window | None
    ) -> tuple[datetime, Window | None]:
        """When he may be rung first, and what is left of the window: the hours may have been changed since it was
        chosen.
        """
        begins = now if wished is None else max(now, wished.start)
        first = self.rings_back_from(tenant, begins) or begins
        if wished is None or first >= wished.end:
            return first, None
        return first, Window(first, wished.end)


def _outdone(
    uow: UnitOfWork, wish: CallBack, first: datetime, instead_of: CallId | None
) -> Sequence[CallBack]:
    """The open wishes that ``wish``, rung at ``first``, takes the place of; none where another one stands in its way.
    Whose window has begun may be rung at any moment: his stands.
    """
    standing = uow.call_backs.open_of(wish.tenant, wish.caller)
    named = None if instead_of is None else uow.call_backs.of(instead_of)
    if standing is not None and standing.call != instead_of and not _begins_after(standing, first):
        return []
    found = {one.call: one for one in (standing, named) if one is not None}
    return [
        one
        for one in found.values()
        if one.state is CallBackState.OPEN
        and one.call != wish.call
        and _begins_after(one, wish.asked_at)
    ]


def _begins_after(wish: CallBack, at: datetime) -> bool:
    return wish.window is not None and wish.window.start > at


@dataclass(frozen=True, slots=True)
class CallBackStanding:
    """Somebody's open wish at a tenant, so that he isn't asked for another in vain."""

    transactions: Transactions

    def __call__(self, tenant: TenantId, caller: CallerId) -> CallBack | None:
        """Raises StorageDown."""
        with self.transactions.read() as uow:
            return uow.call_backs.open_of(tenant, caller)


@dataclass(frozen=True, slots=True)
class SeeToCallBack:
    """Takes a caller who wasn't reached off the team lead's list; row and fact in one transaction."""

    transactions: Transactions
    clock: Clock

    def __call__(self, by: str, call: CallId) -> bool:
        """Whether he stood on it; ``by`` is who has seen to him. Raises StorageDown."""
        with self.transactions.write() as uow:
            now = self.clock()
            ended = uow.call_backs.end(call, CallBackState.GIVEN_UP, CallBackState.DONE, now)
            if ended:
                asked = next(uow.facts.read(limit=1, call=call))
                uow.facts.append(replace(asked.origin, actor=by), now, CallBackSeenTo())
            uow.commit()
        return ended


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A wish on the list, and the number (E.164) to ring, None where it has been erased."""

    wish: CallBack
    number: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallBacksListed:
    """Callers to be rung back, and the team lead's list of those who weren't reached; the oldest wish first."""

    transactions: Transactions

    def __call__(self, tenant: TenantId | None = None) -> Sequence[Unsettled]:
        """Of one tenant, or of all. Raises StorageDown."""
        with self.transactions.read() as uow:
            wishes = uow.call_backs.unsettled(tenant)
            return [Unsettled(wish, uow.callers.number_of(wish.caller)) for wish in wishes]
