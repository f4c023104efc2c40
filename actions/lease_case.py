"""Give an agent the one case that is next for her, or a batch to work off, and take them back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from actions.dunning_desk import DunningDesk, ShownCase, how_it_went
from domain.dialling import Refusal, Refused
from domain.dunning import (
    UNRECORDED,
    Attempt,
    Case,
    CaseState,
    ListState,
    Recorded,
    Reserved,
    why_this_one,
    worked_on,
)
from domain.dunning_facts import (
    AttemptRecorded,
    CaseGivenBack,
    CaseLeased,
    CaseReserved,
    CaseUndiallable,
    GivenBack,
    ListChanged,
)
from domain.ids import AgentId, CaseId, TenantId
from domain.language import Language
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant

BATCH: Final = 30
"""How many cases an agent may have in a batch."""

_LOOKED_AT: Final = 50
"""How many cases are looked at for one wish; those that can't be rung now are put off, and not looked at again."""

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
                self.on.tenant(uow, actor, mine.tenant)
                found: Case | NothingDue = self.on.renewed(mine, now)
            else:
                found = self._chosen(uow, actor, serves, now)
            if isinstance(found, NothingDue):
                uow.commit()
                return found
            uow.cases.change(found)
            shown = self.on.shown(uow, found)
            uow.commit()
        return shown

    def _chosen(
        self, uow: UnitOfWork, actor: Actor, tenant: Tenant, now: datetime
    ) -> Case | NothingDue:
        agent = AgentId(actor.person.id)
        languages = _languages(uow, agent)
        cases = uow.cases.next_for(tenant.id, agent, languages, now, _LOOKED_AT)
        for case in cases:
            answer = self.on.clear(uow, case)
            if isinstance(answer, Refused):
                self._put_off(uow, actor, case, answer, now)
                continue
            leased, reason = self.on.leased(case, agent, now), why_this_one(case, agent, now)
            fact = CaseLeased(case.id, case.list, agent, leased.fences, reason)
            uow.facts.append(self.on.origin(actor, tenant.id), now, fact)
            return leased
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
            if mine.reserved is not None and mine.reserved.until is not None:
                mine = replace(mine, reserved=None)
                origin = self.on.origin(actor, mine.tenant)
                uow.facts.append(origin, now, CaseReserved(mine.id, None))
            give_back(self.on, uow, actor, mine, GivenBack.BY_HER, now)
            uow.commit()


@dataclass(frozen=True, slots=True)
class Batch:
    """``taken`` are how many came to those she had, ``until`` when all of them are anybody's again."""

    taken: int
    until: datetime


@dataclass(frozen=True, slots=True)
class TakeBatch:
    """The old way: cases that one agent works off by herself, each of them once; what is left at the end of the
    tenant's day is anybody's again.
    """

    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId, count: int) -> Batch:
        """``count`` more, so that she has ``BATCH`` at most. Raises DeskError or StorageDown."""
        agent, now = AgentId(actor.person.id), self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            serves, _ = self.on.tenant(uow, actor, tenant)
            until = _end_of_day(serves, now)
            wanted = min(count, BATCH - self._held(uow, agent, now))
            due = uow.cases.next_for(tenant, agent, _languages(uow, agent), now, _LOOKED_AT)
            taken = [one for one in due if _is_free(one, now)][: max(0, wanted)]
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


def _is_free(case: Case, now: datetime) -> bool:
    """Nobody has promised it, nor has it in a batch."""
    return case.reserved is None or not case.reserved.holds(now)


def _end_of_day(tenant: Tenant, now: datetime) -> datetime:
    """The next midnight where the tenant is."""
    zone = tenant.hours.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC)


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
    """Where she rang him and never said what came of it, that was an attempt."""
    assert case.lease is not None, "somebody has it"
    lease, attempt = case.lease, uow.attempts.unrecorded(case.lease.agent)
    uow.facts.append(
        on.origin(actor, case.tenant), now, CaseGivenBack(case.id, lease.agent, lease.fence, why)
    )
    if attempt is None:
        uow.cases.change(replace(case, lease=None))
        return
    went = how_it_went(uow, attempt.call)
    note_attempt(on, uow, actor, case, attempt, Recorded(UNRECORDED, now, counts=went.counts))


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


def note_attempt(
    on: DunningDesk,
    uow: UnitOfWork,
    actor: Actor,
    case: Case,
    attempt: Attempt,
    recorded: Recorded,
) -> Case:
    """The case after what is ``recorded`` of an attempt, written with it."""
    talked = recorded.outcome.reached or attempt.confirmed is not None
    reached = talked and how_it_went(uow, attempt.call).reached
    uow.attempts.change(
        replace(
            attempt,
            counts=recorded.counts,
            outcome=recorded.outcome.key,
            reached=reached,
            recorded=recorded.at,
            promised=recorded.day,
            remark=recorded.remark,
        )
    )
    after = worked_on(case, recorded, on.promised_from(case, recorded))
    if after.state is CaseState.OPEN:
        after = replace(after, due=on.clear.due(uow, after, after.due))
    uow.cases.change(after)
    ends = after.state is CaseState.CLOSED
    fact = AttemptRecorded(
        case.id,
        case.list,
        attempt.agent,
        recorded.outcome.key,
        reached,
        recorded.counts,
        ends,
        None if ends else after.due,
    )
    uow.facts.append(on.origin(actor, case.tenant, attempt.call), recorded.at, fact)
    if ends:
        close_list(on, uow, actor, case, recorded.at)
    return after


def close_list(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, now: datetime) -> None:
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
