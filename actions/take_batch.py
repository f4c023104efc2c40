"""Let an agent keep a batch of cases that she works off by herself, as it was done before each came singly."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from actions.dunning_desk import DunningDesk
from actions.lease_case import languages_of
from domain.dunning import Case, Reserved
from domain.dunning_facts import CaseReserved
from domain.ids import AgentId, TenantId
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant

BATCH: Final = 30
"""How many cases an agent may have in a batch."""

_LOOKED_AT: Final = 2 * BATCH
"""Those that she has promised come first, and go into no batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """``taken`` are how many came to those she had, ``until`` when all of them are anybody's again."""

    taken: int
    until: datetime


@dataclass(frozen=True, slots=True)
class TakeBatch:
    """Each case of it is hers once; what is left at the end of the tenant's day is anybody's again."""

    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId, count: int) -> Batch:
        """``count`` more, so that she has ``BATCH`` at most. Raises DeskError or StorageDown."""
        agent, transactions = AgentId(actor.person.id), self.on.desk.transactions
        with transactions.read() as uow:
            now = self.on.desk.clock()
            serves, _ = self.on.tenant(uow, actor, tenant)
            due = uow.cases.next_for(tenant, agent, languages_of(uow, agent), now, _LOOKED_AT)
        until = _end_of_day(serves, now)
        with transactions.write() as uow:
            wanted = min(count, BATCH - self._held(uow, agent, now))
            cases = [uow.cases.get(one.id) for one in due]
            free = [one for one in cases if one is not None and _is_free(one, agent, now)]
            taken = free[: max(0, wanted)]
            for case in taken:
                uow.cases.change(replace(case, reserved=Reserved(agent, until=until)))
                fact = CaseReserved(case.id, agent, until)
                uow.facts.append(self.on.origin(actor, tenant), now, fact)
            uow.commit()
        return Batch(len(taken), until)

    def _held(self, uow: UnitOfWork, agent: AgentId, now: datetime) -> int:
        reserved = [case.reserved for case in uow.cases.reserved_for(agent)]
        return sum(
            one is not None and one.agent == agent and one.until is not None and one.holds(now)
            for one in reserved
        )


def _is_free(case: Case, agent: AgentId, now: datetime) -> bool:
    """Whether she may be given it, and nobody has promised it, nor has it in a batch."""
    kept = case.reserved is not None and case.reserved.holds(now)
    return case.may_be_given(agent, now) and not kept


def _end_of_day(tenant: Tenant, now: datetime) -> datetime:
    """The next midnight where the tenant is."""
    zone = tenant.hours.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC)
