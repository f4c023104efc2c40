"""What a team lead does with a list of debtors: stop it and go on, and see to single cases."""

from dataclasses import dataclass, replace
from typing import Final

from actions.desk import DeskError, checked_text
from actions.dunning_desk import DunningDesk
from actions.lease_case import give_back
from actions.led_lists import case_led, leads, list_led
from actions.note_attempt import close_list
from actions.why_not import What, WhyNot
from domain.dunning import Case, CaseList, CaseState, ListState, Reserved, extended
from domain.dunning_facts import CaseReserved, CaseWithdrawn, GivenBack, LimitExtended, ListChanged
from domain.ids import AgentId, CaseId, ListId
from domain.person import Actor
from domain.ports import UnitOfWork

_MOST_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class ChangeList:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId, state: ListState) -> CaseList:
        """Pause it, go on, or stop it for good. Raises DeskError or StorageDown."""
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = list_led(self.on, uow, actor, of)
            if state is ListState.DONE:
                raise DeskError(WhyNot.NO_CHOICE)
            if found.state in {ListState.STOPPED, ListState.DONE}:
                raise DeskError(WhyNot.LIST_IS_OVER)
            if found.state is ListState.IMPORTING and state is not ListState.STOPPED:
                raise DeskError(WhyNot.IMPORT_UNDER_WAY)
            changed = replace(found, state=state)
            if changed != found:
                uow.case_lists.change(changed)
                fact = ListChanged(of, state)
                uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
                uow.commit()
        return changed


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, why: str) -> Case:
        """He is rung no more, whatever an agent does with the case now. Raises DeskError or StorageDown."""
        reason = checked_text(What.REASON, why)
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is not CaseState.OPEN:
                raise DeskError(WhyNot.CASE_IS_OVER)
            withdrawn = withdraw(self.on, uow, actor, found, reason)
            uow.commit()
        return withdrawn


@dataclass(frozen=True, slots=True)
class ExtendLimit:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, limit: int, why: str) -> Case:
        """More attempts may be made, for a reason that is kept; a case closed for its attempts is open again.

        Raises DeskError or StorageDown.
        """
        reason, now = checked_text(What.REASON, why), self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is CaseState.WITHDRAWN or found.debtor.is_erased:
                raise DeskError(WhyNot.CASE_IS_OVER)
            if not found.limit < limit <= _MOST_ATTEMPTS:
                raise DeskError(WhyNot.NO_MORE_ATTEMPTS, limit=limit, before=found.limit)
            _, dunning = leads(self.on, actor, found.tenant)
            changed = extended(found, limit, now, dunning.outcomes)
            changed = replace(changed, remark=reason)
            uow.cases.change(changed)
            of = self.on.list_of(uow, found)
            if changed.state is CaseState.OPEN and of.state is ListState.DONE:
                uow.case_lists.change(replace(of, state=ListState.RUNNING))
                running = ListChanged(of.id, ListState.RUNNING)
                uow.facts.append(self.on.origin(actor, found.tenant), now, running)
            fact = LimitExtended(found.id, found.list, limit)
            uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
            uow.commit()
        return changed


@dataclass(frozen=True, slots=True)
class Reassign:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, agent: AgentId | None) -> Case:
        """Keep it for one agent, who has her time for it from now on, or let anybody have it; who works on it loses it.

        Raises DeskError or StorageDown.
        """
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is not CaseState.OPEN:
                raise DeskError(WhyNot.CASE_IS_OVER)
            if agent is not None and uow.agents.get(agent) is None:
                raise DeskError(WhyNot.UNKNOWN_AGENT)
            if found.lease is not None and found.lease.agent != agent:
                give_back(self.on, uow, actor, found, GivenBack.TEAM_LEAD, now)
                found = case_led(self.on, uow, actor, case)
            if found.state is not CaseState.OPEN:
                uow.commit()  # that was his last attempt, though nobody says what came of it
                raise DeskError(WhyNot.CASE_IS_OVER)
            reserved = None if agent is None else Reserved(agent)
            changed = replace(found, reserved=reserved, due=max(found.due, now))
            uow.cases.change(changed)
            fact = CaseReserved(case, agent)
            uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
            uow.commit()
        return changed


def withdraw(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, why: str) -> Case:
    """An attempt of whoever works on it stays one, though nobody says what came of it."""
    now = on.desk.clock()
    if case.lease is not None:
        give_back(on, uow, actor, case, GivenBack.TEAM_LEAD, now)
        case = uow.cases.get(case.id) or case
    withdrawn = replace(case, state=CaseState.WITHDRAWN, closed=now, lease=None, remark=why)
    uow.cases.change(withdrawn)
    fact = CaseWithdrawn(case.id, case.list)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)
    close_list(on, uow, actor, case, now)
    return withdrawn
