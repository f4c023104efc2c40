"""Give an agent the one case that is next for her, and take it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from actions.dunning_desk import DunningDesk, ShownCase
from domain.dialling import Refusal, Refused
from domain.dunning import Case, CaseState, ListState, why_this_one
from domain.dunning_facts import (
    CaseGivenBack,
    CaseLeased,
    CaseUndiallable,
    GivenBack,
    ListChanged,
)
from domain.ids import AgentId, CaseId, TenantId
from domain.language import Language
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant

_LOOKED_AT: Final = 50
"""How many cases are looked at for one wish; those that can't be rung now are put off, and so aren't looked at again."""

_UNDIALLABLE: Final = "undiallable"


@dataclass(frozen=True, slots=True)
class NothingDue:
    """No case is due for her; ``more``: not all were looked at, so she had better ask again."""

    more: bool = False


@dataclass(frozen=True, slots=True)
class NextCase:
    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId) -> ShownCase | NothingDue:
        """The case that she has already, or the next one. Raises DeskError or StorageDown."""
        agent, now = AgentId(actor.person.id), self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            serves, _ = self.on.tenant(uow, actor, tenant)
            take_back_expired(self.on, uow, actor, now)
            mine = uow.cases.leased_to(agent)
            if mine is not None:
                found = self.on.renewed(mine, now)
                uow.cases.change(found)
                reason: tuple[str, ...] = ()
            else:
                chosen = self._chosen(uow, actor, serves, now)
                if isinstance(chosen, NothingDue):
                    uow.commit()
                    return chosen
                found, reason = chosen
            shown = self.on.shown(uow, found, reason)
            uow.commit()
        return shown

    def _chosen(
        self, uow: UnitOfWork, actor: Actor, tenant: Tenant, now: datetime
    ) -> tuple[Case, tuple[str, ...]] | NothingDue:
        agent = AgentId(actor.person.id)
        languages = _languages(uow, agent)
        cases = uow.cases.next_for(tenant.id, agent, languages, now, _LOOKED_AT)
        for case in cases:
            answer = self.on.clear(uow, case)
            if isinstance(answer, Refused):
                self._put_off(uow, actor, case, answer, now)
                continue
            leased, reason = self.on.leased(case, agent, now), why_this_one(case, agent, now)
            uow.cases.change(leased)
            fact = CaseLeased(case.id, case.list, agent, leased.fences, reason)
            uow.facts.append(self.on.origin(actor, tenant.id), now, fact)
            return leased, reason
        return NothingDue(more=len(cases) == _LOOKED_AT)

    def _put_off(
        self, uow: UnitOfWork, actor: Actor, case: Case, answer: Refused, now: datetime
    ) -> None:
        """He can't be rung now: later, or never."""
        if answer.until is not None:
            uow.cases.change(replace(case, due=answer.until))
        elif answer.refusal is not Refusal.TENANT:
            close_undiallable(self.on, uow, actor, case, answer.refusal, now)


@dataclass(frozen=True, slots=True)
class GiveBack:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, fence: int) -> None:
        """Anybody may have it again. Raises DeskError, where a call of hers for it has no outcome yet too, or
        StorageDown.
        """
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            mine = self.on.hers(uow, actor, case, fence)
            self.on.check_recorded(uow, actor, mine, now)
            give_back(self.on, uow, actor, mine, GivenBack.BY_HER, now)
            uow.commit()


def take_back_expired(on: DunningDesk, uow: UnitOfWork, actor: Actor, now: datetime) -> None:
    """Cases whose agents have done nothing for too long; one with a call under way is left."""
    for case in uow.cases.expired(now):
        caller = uow.callers.id_of(case.debtor.phone)
        held = None if caller is None else uow.dials_under_way.of(caller)
        if held is not None and held.about == case.id and held.holds(now):
            uow.cases.change(on.renewed(case, now))
        else:
            give_back(on, uow, actor, case, GivenBack.EXPIRED, now)


def give_back(
    on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, why: GivenBack, now: datetime
) -> None:
    """A debtor who may have been rung without anybody saying what came of it isn't rung again at once."""
    assert case.lease is not None, "somebody has it"
    lease = case.lease
    due = on.due_after(uow, case, now)
    uow.cases.change(replace(case, lease=None, due=max(case.due, due)))
    fact = CaseGivenBack(case.id, lease.agent, lease.fence, why)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)


def close_undiallable(
    on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, refusal: Refusal, now: datetime
) -> None:
    closed = replace(
        case, state=CaseState.CLOSED, closed=now, outcome=case.outcome or _UNDIALLABLE, lease=None
    )
    uow.cases.change(closed)
    fact = CaseUndiallable(case.id, case.list, refusal)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)
    close_list(on, uow, actor, case, now)


def close_list(
    on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, now: datetime
) -> None:
    """Its list is done once no case is open any more."""
    of = on.list_of(uow, case)
    if of.state is not ListState.RUNNING or uow.cases.has_open(of.id):
        return
    uow.case_lists.change(replace(of, state=ListState.DONE))
    fact = ListChanged(of.id, ListState.DONE)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)


def _languages(uow: UnitOfWork, agent: AgentId) -> list[Language]:
    """Those she speaks."""
    known = uow.agents.get(agent)
    return [one for one in Language if known is not None and one.value in known.skills]
