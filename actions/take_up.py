"""A debtor has rung back: who answers him works on his case, as after a dial."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from actions.desk import DeskError, NoSuchCall, checked_key
from actions.dunning_desk import RANG_BACK, DunningDesk, ShownCase
from actions.lease_case import give_back, take_back_expired
from actions.why_not import WhyNot
from domain.dunning import Attempt, Case, CaseState
from domain.dunning_facts import CaseLeased, GivenBack
from domain.fact import Fact
from domain.field_facts import Connected, FoundTalking
from domain.ids import AgentId, CallerId, CallId, CaseId
from domain.person import Actor
from domain.portal_facts import DebtorIdentified
from domain.ports import UnitOfWork

_LONGEST_CALL: Final = 100_000  # facts


@dataclass(frozen=True, slots=True)
class TakeUp:
    on: DunningDesk

    def __call__(self, actor: Actor, call: CallId) -> ShownCase:
        """The case of who rings, hers from now on; asked again, as it stands. What she has of another one is handed
        back. Raises DeskError, where a colleague works on it or her last call has no outcome yet too, or StorageDown.
        """
        agent = AgentId(actor.person.id)
        with self.on.desk.transactions.write() as uow:
            now = self.on.desk.clock()
            facts = list(uow.facts.read(limit=_LONGEST_CALL, call=checked_key(call)))
            case_id = _identified(facts)
            if not _has_answered(facts, agent):
                raise DeskError(WhyNot.NOBODY_REACHED)
            take_back_expired(self.on, uow, actor, now)
            case = self._free(uow, actor, case_id)
            before = uow.attempts.get(call)
            if before is None:
                case = self._taken_up(uow, actor, case, call, now)
            elif before.agent == agent and before.recorded is None:
                case = self.on.renewed(case, now)
                uow.cases.change(case)
            else:
                raise DeskError(WhyNot.CALL_RECORDED)
            shown = self.on.shown(uow, case)
            uow.commit()
        return shown

    def _free(self, uow: UnitOfWork, actor: Actor, case: CaseId) -> Case:
        """The case, which nobody else works on. Raises DeskError."""
        found = uow.cases.get(case)
        if found is None or found.state is not CaseState.OPEN:
            raise DeskError(WhyNot.CASE_CLOSED)
        self.on.tenant(uow, actor, found.tenant)
        if found.lease is not None and found.lease.agent != AgentId(actor.person.id):
            colleague = uow.agents.get(found.lease.agent)
            name = found.lease.agent if colleague is None else colleague.name
            raise DeskError(WhyNot.CASE_TAKEN, agent=name)
        return found

    def _taken_up(
        self, uow: UnitOfWork, actor: Actor, case: Case, call: CallId, now: datetime
    ) -> Case:
        agent, origin = AgentId(actor.person.id), self.on.origin(actor, case.tenant)
        mine = uow.cases.leased_to(agent)
        if mine is not None:
            self.on.check_recorded(uow, actor, now)
        if mine is not None and mine.id != case.id:
            give_back(self.on, uow, actor, mine, GivenBack.BY_HER, now)
        if mine is None or mine.id != case.id:
            case = self.on.leased(case, agent, now)
            leased = CaseLeased(case.id, case.list, agent, case.fences, RANG_BACK)
            uow.facts.append(origin, now, leased)
        else:
            case = self.on.renewed(case, now)
        uow.cases.change(case)
        his = uow.callers.note(case.debtor.phone, CallerId(self.on.new_id()))
        uow.attempts.add(Attempt(call, case.id, case.list, his, agent, now, counts=False))
        return case


def _identified(facts: list[Fact]) -> CaseId:
    """Which case it is. Raises DeskError."""
    if not facts:
        raise NoSuchCall
    found = [fact.body.case for fact in facts if isinstance(fact.body, DebtorIdentified)]
    if not found:
        raise DeskError(WhyNot.NO_CASE_SAID)
    return found[-1]


def _has_answered(facts: list[Fact], agent: AgentId) -> bool:
    """Whether she has been on the line with him."""
    return any(
        isinstance(fact.body, Connected | FoundTalking) and fact.body.agent == agent
        for fact in facts
    )
