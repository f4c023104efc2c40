"""Read what an agent who rings debtors has before her: her case, and what she has promised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from actions.desk import DeskError
from actions.dunning_desk import DunningDesk, ShownCase, Went, how_it_went, is_trained
from domain.dunning import Case
from domain.ids import AgentId, CaseId, TenantId
from domain.outcome import Outcome, proposed
from domain.person import Actor, Role
from domain.ports import KnownAgent, UnitOfWork
from domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class OnHand:
    """The case that an agent works on. ``went`` is how far her dial has come, None before one; ``proposed`` is the
    outcome that its end speaks for.
    """

    case: ShownCase
    went: Went | None
    proposed: Outcome | None

    @property
    def may_dial(self) -> bool:
        """Whether no call of hers waits for its outcome."""
        return self.went is None or (self.went.ended is not None and not self.went.counts)

    @property
    def may_record(self) -> bool:
        """Whether her dial has come to something."""
        return self.went is not None and (self.went.reached or self.went.ended is not None)


@dataclass(frozen=True, slots=True)
class MyCase:
    on: DunningDesk

    def __call__(self, actor: Actor) -> OnHand | None:
        """None where she has none, or none that she may ring about any more. Raises StorageDown."""
        with self.on.desk.transactions.read() as uow:
            mine = uow.cases.leased_to(AgentId(actor.person.id))
            if mine is None:
                return None
            try:
                _, dunning = self.on.tenant(uow, actor, mine.tenant)
            except DeskError:
                return None
            shown = self.on.shown(uow, mine)
            if shown.call is None:
                return OnHand(shown, None, None)
            went = how_it_went(uow, shown.call)
        return OnHand(shown, went, proposed(dunning.outcomes, went.ended))


@dataclass(frozen=True, slots=True)
class Promised:
    """A case that somebody has promised to see to, from ``due`` on. ``agent`` is who, maybe another for whom she stands
    in; ``promised`` is the day by which the debtor wanted to pay.
    """

    case: CaseId
    tenant: TenantId
    name: str = field(repr=False)
    due: datetime
    agent: AgentId
    promised: date | None


@dataclass(frozen=True, slots=True)
class Promises:
    """``cases`` soonest first; ``batch`` is how many more she has in batches of hers."""

    cases: Sequence[Promised]
    batch: int


@dataclass(frozen=True, slots=True)
class Board:
    """What she has promised, and what she stands in for."""

    on: DunningDesk

    def __call__(self, actor: Actor) -> Promises:
        """Raises StorageDown."""
        agent, now = AgentId(actor.person.id), self.on.desk.clock()
        with self.on.desk.transactions.read() as uow:
            rung = {tenant.id for tenant in self.on.tenants(uow, actor)}
            cases = [one for one in uow.cases.reserved_for(agent) if one.tenant in rung]
        kept = [case for case in cases if case.reserved is not None and case.reserved.until is None]
        in_batch = [one.reserved for one in cases if one.reserved and one.reserved.until]
        return Promises(list(map(_promised, kept)), sum(one.holds(now) for one in in_batch))


@dataclass(frozen=True, slots=True)
class DebtBrands:
    on: DunningDesk

    def __call__(self, actor: Actor) -> Sequence[Tenant]:
        """Those whose debtors she rings. Raises StorageDown."""
        with self.on.desk.transactions.read() as uow:
            return self.on.tenants(uow, actor)


@dataclass(frozen=True, slots=True)
class Substitutes:
    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId) -> Sequence[KnownAgent]:
        """Who else rings a brand's debtors, by name. Raises DeskError or StorageDown."""
        with self.on.desk.transactions.read() as uow:
            serves, _ = self.on.tenant(uow, actor, tenant)
            return [one for one in _colleagues(uow, actor) if _may_ring(serves, one)]


def _promised(case: Case) -> Promised:
    assert case.reserved is not None, "it is promised"
    return Promised(
        case.id, case.tenant, case.debtor.name, case.due, case.reserved.agent, case.promised
    )


def _colleagues(uow: UnitOfWork, actor: Actor) -> Sequence[KnownAgent]:
    own = AgentId(actor.person.id)
    return [one for one in uow.agents.all() if one.id != own and is_trained(one)]


def _may_ring(tenant: Tenant, agent: KnownAgent) -> bool:
    return tenant.is_served_by(Role.AGENT, agent.skills)
