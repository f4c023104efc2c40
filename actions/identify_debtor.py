"""Find the case of a debtor who rings back, by what he keys and under the rules against guessing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal

from domain.dunning import Case
from domain.fact import Body, Origin
from domain.ids import CallerId, TenantId
from domain.pin_policy import Failures, PinPolicy, after_wrong_pin, caller_exhausted, locked
from domain.portal_facts import DebtorIdentified, DebtorNotIdentified
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True)
class KeyedByDebtor:
    """The digits of his reference, and his ZIP."""

    reference: str = field(repr=False)
    zip_code: str = field(repr=False)


class Identified(Enum):
    """What came of a try. The caller hears no difference between the last two."""

    YES = "yes"
    NO = "no"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class IdentifyDebtor:
    """A reference that we don't have and a wrong ZIP cost the same work, and count the same: against the reference, as
    wrong PINs do against an account, and against the calling number. Who owes twice is identified with what is most
    due; where several people fit nobody is, though that was no guess. ``digest`` hides what was keyed.
    """

    transactions: Transactions
    clock: Clock
    digest: Callable[[str, str], str]

    def __call__(
        self, origin: Origin, policy: PinPolicy, keyed: KeyedByDebtor, caller: CallerId | None
    ) -> Identified:
        """Whether it is one open case of the tenant's; which, the log alone is told. Raises StorageDown."""
        assert origin.tenant is not None, "a line is a tenant's"
        with self.transactions.write() as uow:
            found = self._try(uow, origin.tenant, policy, keyed, caller)
            match found:
                case Case():
                    body: Body = DebtorIdentified(found.id, found.list)
                    answer = Identified.YES
                case answer:
                    body = DebtorNotIdentified(answer is Identified.LOCKED, caller)
            uow.facts.append(origin, self.clock(), body)
            uow.commit()
        return answer

    def _try(
        self,
        uow: UnitOfWork,
        tenant: TenantId,
        policy: PinPolicy,
        keyed: KeyedByDebtor,
        caller: CallerId | None,
    ) -> Case | Literal[Identified.NO, Identified.LOCKED]:
        """The log's lock is held: tries side by side gain no extra guesses."""
        now, account = self.clock(), self.digest("reference", keyed.reference)
        failures = uow.pin_attempts.failures(tenant, account)
        fitting = uow.cases.by_reference(tenant, keyed.reference, keyed.zip_code)
        if locked(failures, now) or _is_exhausted(uow, caller, policy, now):
            return Identified.LOCKED
        if fitting and _is_one_person(fitting):
            uow.pin_attempts.put(tenant, {account: Failures()})
            return min(fitting, key=lambda one: (one.due, one.id))
        if fitting:
            return Identified.NO
        uow.pin_attempts.put(tenant, {account: after_wrong_pin(failures, now, policy)})
        if caller is not None:
            uow.pin_attempts.note_caller(caller, now)
        return Identified.NO


def _is_one_person(cases: Sequence[Case]) -> bool:
    """By his number, or as the brand's customer."""
    debtors = [one.debtor for one in cases]
    return (
        len({one.phone for one in debtors}) == 1
        or len({one.customer_number for one in debtors}) == 1
    )


def _is_exhausted(
    uow: UnitOfWork, caller: CallerId | None, policy: PinPolicy, now: datetime
) -> bool:
    """Whether the calling number has used up its wrong tries; withheld ones share none."""
    if caller is None:
        return False
    recent = uow.pin_attempts.recent_of_caller(caller, now - policy.caller_window)
    return caller_exhausted(recent, policy)
