"""What a team lead sees of the lists of debtors: how far each is, who works on it, and single cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from actions.desk import NotYourRole, ReadPhone
from actions.dunning_desk import DUNNING, DunningDesk
from actions.led_lists import case_led, leads, list_led
from domain.dunning import Attempt, Case, CaseList, CaseState, ListState
from domain.dunning_forecast import Hours, Work, done_on, pace_from
from domain.dunning_ports import CaseCount, Share, Sought, Stage
from domain.ids import AgentId, CaseId, ListId
from domain.outcome import BARRED
from domain.person import MAY_LEAD, Actor, Role
from domain.ports import KnownAgent, UnitOfWork
from domain.tenant import Tenant

PAGE: Final = 50
"""Cases that are looked at together."""


@dataclass(frozen=True, slots=True)
class ListNow:
    """``stages`` has all of them; ``outcomes`` those of closed cases. ``done_on`` is the day on which its last case
    will be closed, None where nobody can tell. ``barred`` are open cases that aren't rung as long as the brand's file
    leaves out the country or the kind of their numbers.
    """

    list: CaseList
    stages: Mapping[Stage, int]
    outcomes: Mapping[str, int]
    done_on: date | None
    barred: int = 0

    @property
    def cases(self) -> int:
        return sum(self.stages.values())

    @property
    def open(self) -> int:
        return sum(self.stages[one] for one in (Stage.DUE, Stage.LEASED, Stage.WAITING))


@dataclass(frozen=True, slots=True)
class CasesFound:
    """``first`` (0) is the place of the first of ``cases`` among ``count``; ``names`` are those of the agents who have
    them.
    """

    cases: Sequence[Case]
    first: int
    count: int
    names: Mapping[AgentId, str] = field(repr=False)
    now: datetime


@dataclass(frozen=True, slots=True)
class CaseRead:
    """``attempts`` are all that were made, the oldest first; ``agents`` are those who may have it."""

    case: Case
    list: CaseList
    attempts: Sequence[Attempt]
    names: Mapping[AgentId, str] = field(repr=False)
    agents: Sequence[KnownAgent]
    now: datetime


@dataclass(frozen=True, slots=True)
class ListsLed:
    on: DunningDesk

    def __call__(self, actor: Actor, limit: int | None = None) -> Sequence[ListNow]:
        """Those of all brands, the newest first. Raises DeskError or StorageDown."""
        if actor.person.role not in MAY_LEAD:
            raise NotYourRole
        tenants = {one.id: one for one in self.on.desk.book().tenants.values() if one.dunning}
        now = self.on.desk.clock()
        with self.on.desk.transactions.read() as uow:
            found = sorted(uow.case_lists.of(tenants), key=lambda one: one.imported, reverse=True)
            return [_now(uow, tenants[one.tenant], one, now) for one in found[:limit]]


@dataclass(frozen=True, slots=True)
class ReadProgress:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId) -> tuple[ListNow, Sequence[tuple[str, Share]]]:
        """How far it is, and what each agent has done for it, by name.

        Whoever leads a list sees that much of each agent because cases are reassigned by it, and sees it of this list
        alone. Raises DeskError or StorageDown.
        """
        with self.on.desk.transactions.read() as uow:
            found = list_led(self.on, uow, actor, of)
            tenant, _ = leads(self.on, actor, found.tenant)
            names = _names(uow)
            shares = [(names.get(one.agent, one.agent), one) for one in uow.attempts.shares(of)]
            return _now(uow, tenant, found, self.on.desk.clock()), shares


@dataclass(frozen=True, slots=True)
class FindCases:
    on: DunningDesk
    read_phone: ReadPhone

    def __call__(
        self,
        actor: Actor,
        of: ListId,
        written: str = "",
        stage: Stage | None = None,
        outcome: str | None = None,
        first: int = 0,
    ) -> CasesFound:
        """A page of them. ``written`` is part of a name, a customer number or a reference, or a telephone number as
        people write it. Raises DeskError or StorageDown.
        """
        now = self.on.desk.clock()
        with self.on.desk.transactions.read() as uow:
            tenant, _ = leads(self.on, actor, list_led(self.on, uow, actor, of).tenant)
            words = "".join(filter(str.isprintable, written)).strip()
            phone = self.read_phone(words, tenant.country)
            sought = Sought(words, phone, stage, outcome)
            cases, count = uow.cases.find(of, sought, now, first, PAGE)
            return CasesFound(cases, first, count, _names(uow), now)


@dataclass(frozen=True, slots=True)
class ReadCase:
    """With the sum: a team lead has the client's file, and sees to disputes about it."""

    on: DunningDesk

    def __call__(self, actor: Actor, of: CaseId) -> CaseRead:
        """Raises DeskError or StorageDown."""
        with self.on.desk.transactions.read() as uow:
            case = case_led(self.on, uow, actor, of)
            tenant, _ = leads(self.on, actor, case.tenant)
            everybody = uow.agents.all()
            return CaseRead(
                case,
                self.on.list_of(uow, case),
                uow.attempts.of_case(case.id),
                {one.id: one.name for one in everybody},
                [one for one in everybody if _rings_for(one, tenant)],
                self.on.desk.clock(),
            )


def stage_of(case: Case, now: datetime) -> Stage:
    match case.state:
        case CaseState.CLOSED:
            return Stage.CLOSED
        case CaseState.WITHDRAWN:
            return Stage.WITHDRAWN
        case CaseState.OPEN:
            if case.lease is not None:
                return Stage.LEASED
            return Stage.WAITING if case.due > now else Stage.DUE


def _now(uow: UnitOfWork, tenant: Tenant, of: CaseList, now: datetime) -> ListNow:
    counts = uow.cases.counts(of.id, now)
    stages, outcomes, barred = dict.fromkeys(Stage, 0), dict[str, int](), 0
    for one in counts:
        stages[_stage(one)] += one.cases
        if one.state is CaseState.CLOSED and one.outcome is not None:
            outcomes[one.outcome] = outcomes.get(one.outcome, 0) + one.cases
        if one.state is CaseState.OPEN and one.outcome == BARRED:
            barred += one.cases
    likely = _done_on(uow, tenant, of, counts, now) if of.state is ListState.RUNNING else None
    return ListNow(of, stages, outcomes, likely, barred)


def _stage(one: CaseCount) -> Stage:
    if one.state is not CaseState.OPEN:
        return Stage(one.state)
    if one.leased:
        return Stage.LEASED
    return Stage.WAITING if one.waiting else Stage.DUE


def _done_on(
    uow: UnitOfWork, tenant: Tenant, of: CaseList, counts: Sequence[CaseCount], now: datetime
) -> date | None:
    assert tenant.dunning is not None, "it has lists"
    hours = Hours(tenant.dunning.profile.week, tenant.hours.zone)
    since = pace_from(of.imported, hours, now)
    still = [one for one in counts if one.state is CaseState.OPEN]
    closed = [one for one in counts if one.state is CaseState.CLOSED]
    work = Work(
        sum(one.cases for one in still),
        sum(one.attempts for one in still),
        sum(one.cases for one in closed),
        sum(one.attempts for one in closed),
        uow.attempts.made_since(of.id, since),
        since,
    )
    return done_on(work, hours, now)


def _names(uow: UnitOfWork) -> Mapping[AgentId, str]:
    return {one.id: one.name for one in uow.agents.all()}


def _rings_for(agent: KnownAgent, tenant: Tenant) -> bool:
    return DUNNING in agent.skills and tenant.is_served_by(Role.AGENT, agent.skills)
