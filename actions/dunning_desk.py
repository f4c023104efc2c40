"""What every action on a case begins with: who may, which case, and what of it may be shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from actions.clear_case import ClearCase
from actions.desk import Desk, DeskError, NotYours, checked_key
from actions.why_not import WhyNot
from domain.case_reason import CaseReason
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.dunning import (
    Attempt,
    Case,
    CaseList,
    Debt,
    Debtor,
    Lease,
    Recorded,
    why_this_one,
)
from domain.dunning_profile import Dunning
from domain.fact import Origin
from domain.field_facts import CallEnded, Connected, FoundTalking
from domain.ids import AgentId, CallId, CaseId, ListId, Skill, TenantId
from domain.language import Language
from domain.person import Actor
from domain.portal_facts import CallArrived
from domain.ports import KnownAgent, UnitOfWork
from domain.tenant import Tenant

DUNNING: Final = Skill("dunning")
"""Whoever has it is trained for these calls."""

LEASE: Final = timedelta(minutes=15)
"""How long a case is hers if she does nothing; a call keeps it."""

_NEVER_RANG: Final = frozenset(
    {DialResult.NOT_TAKEN, DialResult.REFUSED, DialResult.CANCELLED, DialResult.FAILED}
)
"""Ends of a dial after which the debtor's telephone may not have rung; it hasn't where nothing says so."""

RANG_BACK: Final = (CaseReason.RANG_BACK.value,)
"""Why a case is hers, as the log has it, where she answered its debtor."""


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as its agent sees it. ``debt``, and the debtor's reference, are None until she has confirmed that she
    speaks to him. ``reason`` is why it is hers (``CaseReason``); ``before`` are the attempts recorded, oldest first,
    till then without remarks, in which anything may stand; ``call`` is her own that has no outcome yet.
    """

    id: CaseId
    list: ListId
    tenant: TenantId
    fence: int
    debtor: Debtor
    languages: tuple[Language, ...]
    attempts: int
    limit: int
    reason: tuple[str, ...]
    before: tuple[Attempt, ...]
    call: CallId | None
    debt: Debt | None


@dataclass(frozen=True, slots=True)
class DunningDesk:
    desk: Desk
    clear: ClearCase
    new_id: Callable[[], str]

    def tenant(self, uow: UnitOfWork, actor: Actor, tenant: TenantId) -> tuple[Tenant, Dunning]:
        """Raises DeskError where it has no debtors, or she isn't trained to ring them."""
        found = self.desk.tenant(uow, actor.person, tenant)
        if found.dunning is None or not is_trained(uow.agents.get(AgentId(actor.person.id))):
            raise DeskError(WhyNot.NO_DUNNING, tenant=found.name)
        return found, found.dunning

    def tenants(self, uow: UnitOfWork, actor: Actor) -> list[Tenant]:
        """Those whose debtors she may ring."""
        if not is_trained(uow.agents.get(AgentId(actor.person.id))):
            return []
        served = self.desk.tenants(uow, actor.person)
        return [tenant for tenant in served if tenant.dunning is not None]

    def hers(self, uow: UnitOfWork, actor: Actor, case: CaseId, fence: int) -> Case:
        """The case that she works on. Raises DeskError where she doesn't, or has lost it."""
        found = uow.cases.get(checked_key(case))
        if found is None:
            raise NotYours
        self.tenant(uow, actor, found.tenant)
        if not found.is_leased_to(AgentId(actor.person.id), fence):
            raise DeskError(WhyNot.CASE_LOST)
        return found

    def list_of(self, uow: UnitOfWork, case: Case) -> CaseList:
        found = uow.case_lists.get(case.list)
        assert found is not None, "a case stands on a list"
        return found

    def origin(self, actor: Actor, tenant: TenantId, call: CallId | None = None) -> Origin:
        return Origin(tenant, call, actor.logged_as)

    def check_recorded(self, uow: UnitOfWork, actor: Actor, now: datetime) -> None:
        """A dial that never rang him needs no outcome. Raises DeskError where another has none yet."""
        attempt = uow.attempts.unrecorded(AgentId(actor.person.id))
        if attempt is None:
            return
        went = how_it_went(uow, attempt.call)
        if went.counts or went.reached:
            raise DeskError(WhyNot.RECORD_FIRST)
        uow.attempts.change(replace(attempt, counts=False, recorded=now))

    def promised_from(self, case: Case, recorded: Recorded) -> datetime | None:
        """Midnight of the promised day, where the tenant is."""
        tenant = self.desk.book().tenants.get(case.tenant)
        if recorded.day is None or tenant is None:
            return None
        return datetime.combine(recorded.day, time(0), tenant.hours.zone)

    def renewed(self, case: Case, since: datetime) -> Case:
        """With all of her time before her again, from ``since`` on."""
        assert case.lease is not None, "it is hers"
        return replace(case, lease=replace(case.lease, until=since + LEASE))

    def leased(self, case: Case, agent: AgentId, now: datetime) -> Case:
        fence = case.fences + 1
        return replace(case, fences=fence, lease=Lease(agent, fence, now + LEASE))

    def shown(self, uow: UnitOfWork, case: Case) -> ShownCase:
        tries = uow.attempts.of_case(case.id)
        assert case.lease is not None, "it is somebody's"
        agent = case.lease.agent
        newest = uow.attempts.unrecorded(agent)
        confirmed = newest is not None and newest.confirmed is not None
        rang_back = newest is not None and how_it_went(uow, newest.call).came_in
        return ShownCase(
            case.id,
            case.list,
            case.tenant,
            case.lease.fence,
            case.debtor if confirmed else replace(case.debtor, reference=None),
            case.languages,
            case.attempts,
            case.limit,
            RANG_BACK if rang_back else why_this_one(case, agent, self.desk.clock()),
            tuple(
                one if confirmed else replace(one, remark="")
                for one in tries
                if one.recorded is not None
            ),
            None if newest is None else newest.call,
            case.debt if confirmed else None,
        )


def is_trained(agent: KnownAgent | None) -> bool:
    """Whether she rings debtors, of the brands that she serves."""
    return agent is not None and DUNNING in agent.skills


@dataclass(frozen=True, slots=True)
class Went:
    """How far a dial has come; ``ended`` is how, where nobody was reached. ``came_in``: it was the debtor who rang, and
    ``over`` that he has hung up. ``newest`` is when its call's last fact was written.
    """

    rang: bool = False
    reached: bool = False
    ended: DialResult | None = None
    came_in: bool = False
    over: bool = False
    newest: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether it is one of the debtor's attempts: his telephone rang, or may have for all that is known."""
        if self.came_in:
            return False
        return self.rang or self.reached or self.ended not in _NEVER_RANG


def how_it_went(uow: UnitOfWork, call: CallId) -> Went:
    went = Went()
    for fact in uow.facts.read(call=call):
        went = replace(went, newest=fact.at)
        match fact.body:
            case CallArrived():
                went = replace(went, came_in=True)
            case Connected() | FoundTalking() if went.came_in:
                went = replace(went, reached=True)
            case CallEnded():
                went = replace(went, over=True)
            case DialRang():
                went = replace(went, rang=True)
            case DialReached():
                went = replace(went, reached=True)
            case DialEnded(result=result):
                went = replace(went, ended=result)
            case _:
                pass
    return went
