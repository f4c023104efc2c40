"""Give an agent the one case that is next for her, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from actions.desk import DeskError
from actions.dunning_desk import LEASE, DunningDesk, ShownCase, how_it_went
from actions.note_attempt import close_list, note_attempt
from actions.why_not import WhyNot
from domain.dialling import Refusal, Refused
from domain.dunning import Case, CaseState, ListState, Recorded, why_this_one
from domain.dunning_facts import (
    CaseGivenBack,
    CaseLeased,
    CaseReserved,
    CaseUndiallable,
    GivenBack,
)
from domain.ids import AgentId, CaseId, TenantId
from domain.language import Language
from domain.outcome import BARRED, UNDIALLABLE, UNRECORDED
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant

_LOOKED_AT: Final = 50
"""How many cases are looked at for one wish; those that can't be rung now are put off, and not looked at again."""

_LONGEST_TALK: Final = timedelta(hours=2)
"""After which a call whose end nobody has seen is taken to be over."""

_AT_ONCE: Final = 5
"""How many of them in one transaction: every other writer waits for its end."""

_LATER: Final = timedelta(days=1)
"""After which a case is looked at again of which nobody can tell when it may be rung."""

_NEVER: Final = frozenset(
    {
        *(Refusal.UNREADABLE, Refusal.KIND, Refusal.OWN),
        *(Refusal.BLOCKED, Refusal.LIFE),
    }
)
"""Refusals that lie in the number or the case itself; others without an end lie in how the brand is set up."""

_LEFT_OUT: Final = frozenset({Refusal.COUNTRY, Refusal.KIND_LEFT_OUT})
"""Refusals of numbers that the brand's file may allow yet: its team lead is told of them."""


_LookedAt = tuple[CaseId, Refused | None]
"""A case, and why it can't be rung; None: it may, or hasn't been looked at."""


@dataclass(frozen=True, slots=True)
class NothingDue:
    """No case is due for her; ``more``: not all were looked at, so she had better ask again."""

    more: bool = False


@dataclass(frozen=True, slots=True)
class NextCase:
    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId) -> ShownCase | NothingDue:
        """The case that she has already, or the next one. Raises DeskError or StorageDown."""
        agent, transactions = AgentId(actor.person.id), self.on.desk.transactions
        with transactions.write() as uow:
            now = self.on.desk.clock()
            serves, _ = self.on.tenant(uow, actor, tenant)
            take_back_expired(self.on, uow, actor, now)
            hers = self._hers(uow, actor, now)
            uow.commit()
        if hers is not None:
            return hers
        with transactions.read() as uow:  # long where many wait, so it isn't done under the lock
            cases = uow.cases.next_for(tenant, agent, languages_of(uow, agent), now, _LOOKED_AT)
            looked_at = self._looked_at(uow, cases)
        for first in range(0, len(cases), _AT_ONCE):
            with transactions.write() as uow:
                given = self._given(uow, actor, serves, looked_at[first : first + _AT_ONCE])
                uow.commit()
            if given is not None:
                return given
        return NothingDue(more=len(cases) == _LOOKED_AT)

    def _hers(self, uow: UnitOfWork, actor: Actor, now: datetime) -> ShownCase | None:
        """Raises DeskError where it is of a brand that she may not ring for any more."""
        mine = uow.cases.leased_to(AgentId(actor.person.id))
        if mine is None:
            return None
        self.on.tenant(uow, actor, mine.tenant)
        renewed = self.on.renewed(mine, now)
        uow.cases.change(renewed)
        return self.on.shown(uow, renewed)

    def _looked_at(self, uow: UnitOfWork, cases: Sequence[Case]) -> Sequence[_LookedAt]:
        """What the gate says of them, up to the first that may be rung."""
        found: list[_LookedAt] = [(one.id, None) for one in cases]
        for place, one in enumerate(cases):
            answer = self.on.clear(uow, one)
            if not isinstance(answer, Refused):
                break
            found[place] = (one.id, answer)
        return found

    def _given(
        self, uow: UnitOfWork, actor: Actor, tenant: Tenant, looked_at: Sequence[_LookedAt]
    ) -> ShownCase | None:
        """The first that she may be given still and that may be rung now."""
        agent, now = AgentId(actor.person.id), self.on.desk.clock()
        hers = self._hers(uow, actor, now)
        if hers is not None:  # by another click of hers
            return hers
        for of, before in looked_at:
            case = uow.cases.get(of)
            if case is None or not case.may_be_given(agent, now):
                continue
            answer = before or self.on.clear(uow, case)
            if isinstance(answer, Refused):
                self._put_off(uow, actor, tenant, case, answer)
            elif self.on.list_of(uow, case).state is ListState.RUNNING:
                return self._lease(uow, actor, case, now)
        return None

    def _lease(self, uow: UnitOfWork, actor: Actor, case: Case, now: datetime) -> ShownCase:
        agent = AgentId(actor.person.id)
        case = _no_longer_barred(uow, case)
        leased, reason = self.on.leased(case, agent, now), why_this_one(case, agent, now)
        uow.cases.change(leased)
        fact = CaseLeased(case.id, case.list, agent, leased.fences, reason)
        uow.facts.append(self.on.origin(actor, case.tenant), now, fact)
        return self.on.shown(uow, leased)

    def _put_off(
        self, uow: UnitOfWork, actor: Actor, tenant: Tenant, case: Case, answer: Refused
    ) -> None:
        """He can't be rung now: later, or never. Raises DeskError where the brand's own set-up is against it."""
        now = self.on.desk.clock()
        if answer.refusal is Refusal.NOTHING_TO_SHOW:
            raise DeskError(WhyNot.DIAL_NOTHING_TO_SHOW, tenant=tenant.name)
        if answer.refusal in _NEVER:
            close_undiallable(self.on, uow, actor, case, answer.refusal, now)
            return
        if answer.refusal in _LEFT_OUT:
            case = replace(case, outcome=BARRED)
        uow.cases.change(replace(case, due=answer.until or now + _LATER))


@dataclass(frozen=True, slots=True)
class GiveBack:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, fence: int) -> None:
        """Anybody may have it again. Raises DeskError, where a call of hers for it has no outcome yet too, or
        StorageDown.
        """
        with self.on.desk.transactions.write() as uow:
            now = self.on.desk.clock()
            mine = self.on.hers(uow, actor, case, fence)
            self.on.check_recorded(uow, actor, now)
            if mine.reserved is not None and mine.reserved.until is not None:
                mine = replace(mine, reserved=None)
                origin = self.on.origin(actor, mine.tenant)
                uow.facts.append(origin, now, CaseReserved(mine.id, None))
            give_back(self.on, uow, actor, mine, GivenBack.BY_HER, now)
            uow.commit()


@dataclass(frozen=True, slots=True)
class TakeBackExpired:
    """For when nobody asks for a next case: what her last attempt ended is told all the same."""

    on: DunningDesk

    def __call__(self, actor: Actor) -> None:
        """Raises StorageDown."""
        transactions, clock = self.on.desk.transactions, self.on.desk.clock
        with transactions.read() as uow:  # mostly there are none, and no writer waits for that
            if not uow.cases.expired(clock()):
                return
        with transactions.write() as uow:
            take_back_expired(self.on, uow, actor, clock())
            uow.commit()


def take_back_expired(on: DunningDesk, uow: UnitOfWork, actor: Actor, now: datetime) -> None:
    """Cases whose agents have done nothing for too long: not during a call, nor right after it."""
    for case in uow.cases.expired(now):
        since = _call_seen(uow, case, now)
        if since is not None and since + LEASE > now:
            uow.cases.change(on.renewed(case, since))
        else:
            give_back(on, uow, actor, case, GivenBack.EXPIRED, now)


def _call_seen(uow: UnitOfWork, case: Case, now: datetime) -> datetime | None:
    """When the call that she has with him was last heard of, whoever rang: now, where it is under way."""
    attempt = None if case.lease is None else uow.attempts.unrecorded(case.lease.agent)
    if attempt is None:
        return None
    held = uow.dials_under_way.of(attempt.caller)
    if held is not None and held.call == attempt.call and held.holds(now):
        return now
    went = how_it_went(uow, attempt.call)
    talks = went.came_in and not went.over and now - attempt.at < _LONGEST_TALK
    return now if talks else went.newest


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
    case = _no_longer_barred(uow, case)
    closed = replace(
        case, state=CaseState.CLOSED, closed=now, outcome=case.outcome or UNDIALLABLE, lease=None
    )
    uow.cases.change(closed)
    fact = CaseUndiallable(case.id, case.list, refusal)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)
    close_list(on, uow, actor, case, now)


def _no_longer_barred(uow: UnitOfWork, case: Case) -> Case:
    """With the outcome that it had before."""
    if case.outcome != BARRED:
        return case
    outcomes = [one.outcome for one in uow.attempts.of_case(case.id) if one.outcome is not None]
    return replace(case, outcome=outcomes[-1] if outcomes else None)


def languages_of(uow: UnitOfWork, agent: AgentId) -> list[Language]:
    """Those she speaks."""
    known = uow.agents.get(agent)
    return [one for one in Language if known is not None and one.value in known.skills]
