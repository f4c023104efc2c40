"""Have a caller rung back: one wish at a time for each caller, kept until he was reached or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.dialling import CallBack, CallBackState
from domain.fact import Origin
from domain.field_facts import CallBackAsked
from domain.ids import CallerId, CallId, TenantId
from domain.ports import Clock, Transactions


class CallBackWish(StrEnum):
    """What came of asking."""

    NOTED = "noted"
    ALREADY_ASKED = "already_asked"


@dataclass(frozen=True, slots=True)
class AskCallBack:
    """Notes a caller's wish to be rung back; row and fact in one transaction.

    Whoever has an open wish at the tenant, from whichever call, keeps that one, and its place.
    """

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, caller: CallerId) -> CallBackWish:
        """``origin`` is the call's. Raises StorageDown."""
        if origin.tenant is None or origin.call is None:
            raise ValueError("a call-back belongs to a call at a tenant")
        with self.transactions.write() as uow:
            now = self.clock()
            wish = CallBack(origin.call, origin.tenant, caller, CallBackState.OPEN, now)
            if not uow.call_backs.claim(wish):
                return CallBackWish.ALREADY_ASKED
            uow.facts.append(origin, now, CallBackAsked(caller))
            uow.commit()
        return CallBackWish.NOTED


@dataclass(frozen=True, slots=True)
class EndCallBack:
    """Marks a wish as done or given up, so that the caller may ask again.

    What came of it is a fact already, written by who found out; asking twice does no harm.
    """

    transactions: Transactions
    clock: Clock

    def __call__(self, call: CallId, state: CallBackState) -> bool:
        """Whether that changed anything: only what is open can be given up. Raises StorageDown."""
        with self.transactions.write() as uow:
            ended = uow.call_backs.end(call, state, self.clock())
            uow.commit()
        return ended


@dataclass(frozen=True, slots=True)
class CallBacksGivenUp:
    """The team lead's list: callers who weren't reached, the oldest wish first."""

    transactions: Transactions

    def __call__(self, tenant: TenantId) -> Sequence[CallBack]:
        with self.transactions.read() as uow:
            return uow.call_backs.given_up(tenant)
