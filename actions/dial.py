"""The gate that every outgoing dial passes, right before it: a call-back, a number that an agent keys, a transfer."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from actions.clear_case import SEEN_BACK, ClearCase
from domain.dial_facts import DialledFor
from domain.dialling import (
    Cleared,
    DialMade,
    DialUnderWay,
    Refusal,
    Refused,
    TelephoneNumber,
    may_dial,
)
from domain.dialling_ports import ReadNumber
from domain.dunning import Case, CaseState, ListState
from domain.ids import CallerId, CallId, CaseId, TenantId
from domain.ports import Clock, Transactions, UnitOfWork
from domain.tenant import Tenant, TenantBook


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """The number that somebody rang from, or that is dialled; ``call`` is the one that it is rung for."""

    id: CallerId
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class RungNow:
    """A number that is dialled in ``call`` as soon as it is cleared: that dial counts."""

    id: CallerId
    call: CallId


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A number in E.164."""

    e164: str = field(repr=False)


_AGAIN: Final = timedelta(minutes=1)
"""After which somebody may be asked for anew whom another agent dials."""

Whom = KnownCaller | RungNow | GivenNumber


@dataclass(frozen=True, slots=True)
class Dial:
    """Clears a number by its kind and country, the hours and holidays of the tenant, and the numbers blocked and
    locked out; whose brand doesn't serve him by telephone may still be rung as its debtor.

    A number of an open case is judged by its brand's profile too, by how often we have rung it whatever for: so each
    dial is written down with the last answer before it, though a number that belongs to no debtor stays under the
    rules named above alone. Who asked to be rung back is rung back under those as well, and it counts.

    An answer counts for the dial that follows it at once. ``book`` and ``holidays`` (of a tenant, about an instant)
    are asked each time, so that changed rules count from the next dial.
    """

    transactions: Transactions
    clock: Clock
    book: Callable[[], TenantBook]
    read_number: ReadNumber
    holidays: Callable[[Tenant, datetime], Set[date]]
    clear_case: ClearCase

    def __call__(self, tenant: TenantId, whom: Whom) -> Cleared | Refused:
        """Whether ``tenant`` may dial ``whom`` now. Raises StorageDown."""
        if isinstance(whom, RungNow):
            with self.transactions.write() as uow:
                answer = self.within(uow, tenant, whom)
                if isinstance(answer, Cleared):
                    self._count(uow, whom)
                    uow.commit()
                return answer
        with self.transactions.read() as uow:
            return self.within(uow, tenant, whom)

    def within(self, uow: UnitOfWork, tenant: TenantId, whom: Whom) -> Cleared | Refused:
        """The same in a transaction that goes on. Raises StorageDown."""
        book = self.book()
        dialling = book.tenants.get(tenant)
        if dialling is None:
            return Refused(Refusal.TENANT)
        number = self._number(uow, whom)
        blocked = number is not None and uow.blocked_numbers.holds(number.e164)
        if number is not None and book.dialled(number.e164) is not None:
            return Refused(Refusal.OWN)
        held = None if isinstance(whom, GivenNumber) else uow.dials_under_way.of(whom.id)
        if not isinstance(whom, GivenNumber) and held is not None:
            if held.call != whom.call and held.holds(self.clock()):
                return Refused(Refusal.UNDER_WAY, self.clock() + _AGAIN)
            case = self._case(uow, held, number)
            if case is not None:
                leased = _may_ring(uow, case, held)
                return self.clear_case(uow, case, leased=leased, call=held.call)
        return self._judge(dialling, number, blocked=blocked)

    def _count(self, uow: UnitOfWork, whom: RungNow) -> None:
        now, held = self.clock(), uow.dials_under_way.of(whom.id)
        case = None
        if held is not None and held.call == whom.call and held.purpose is DialledFor.DEBT:
            case = CaseId(held.about or "")
        uow.dials_made.forget(now - SEEN_BACK)
        uow.dials_made.add(DialMade(whom.call, whom.id, now, case))

    def _case(
        self, uow: UnitOfWork, held: DialUnderWay, number: TelephoneNumber | None
    ) -> Case | None:
        """Whose debtor is dialled, whatever for; who asked to be rung back is no debtor in that."""
        if held.purpose is DialledFor.DEBT:
            return uow.cases.get(CaseId(held.about or ""))
        if held.purpose is DialledFor.CALL_BACK or number is None:
            return None
        return uow.cases.open_at(held.tenant, number.e164)

    def _number(self, uow: UnitOfWork, whom: Whom) -> TelephoneNumber | None:
        match whom:
            case KnownCaller(caller) | RungNow(caller):
                known = uow.callers.number_of(caller)
                return None if known is None else self.read_number(known)
            case GivenNumber(e164):
                return self.read_number(e164)

    def _judge(
        self, tenant: Tenant, number: TelephoneNumber | None, *, blocked: bool
    ) -> Cleared | Refused:
        if number is not None and tenant.locks_out(number.e164):
            return Refused(Refusal.LOCKED_OUT)
        rules, now = tenant.dialling, self.clock()
        holidays = self.holidays(tenant, now)
        refusal = may_dial(number, rules, now, holidays, blocked=blocked)
        if refusal is Refusal.HOURS:
            return Refused(refusal, tenant.rings_back_from(now, holidays))
        if refusal is not None:
            return Refused(refusal)
        assert number is not None, "may_dial refuses what is no number"
        assert rules.show is not None, "may_dial refuses where there is nothing to show"
        return Cleared(number.e164, rules.show)


def _may_ring(uow: UnitOfWork, case: Case, held: DialUnderWay) -> bool:
    """For the debt: who has the case, as long as it is open and its list called. For anything else everybody but for a
    colleague of hers who has it.
    """
    if held.purpose is not DialledFor.DEBT:
        return case.lease is None or case.lease.agent == held.agent
    of = uow.case_lists.get(case.list)
    called = of is not None and of.state is ListState.RUNNING
    hers = case.lease is not None and case.lease.agent == held.agent
    return called and hers and case.state is CaseState.OPEN
