"""What an agent does with her case: have the debtor dialled, confirm that it is he, and record what came of it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from actions.ask_dial import AskDial, Number
from actions.desk import DeskError, checked_text
from actions.dunning_desk import DunningDesk, ShownCase, how_it_went
from actions.lease_case import close_list
from actions.why_not import What, WhyNot
from domain.dial_facts import DialledFor
from domain.dunning import Asks, Attempt, Case, CaseState, Outcome, Recorded, Reserved, worked_on
from domain.dunning_facts import AttemptRecorded, DebtorConfirmed
from domain.dunning_profile import Dunning
from domain.fact import Body
from domain.ids import AgentId, CallId, CaseId, RecordId
from domain.opening_hours import OpenSpan
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.service_record import ServiceRecord
from domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class DialDebtor:
    on: DunningDesk
    ask: AskDial

    def __call__(self, actor: Actor, case: CaseId, fence: int) -> CallId:
        """Her telephone rings next, then his. Raises DeskError, which names the gate's reason, or StorageDown."""
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            mine = self.on.hers(uow, actor, case, fence)
            self.on.check_recorded(uow, actor, mine, now)
            tenant, _ = self.on.tenant(uow, actor, mine.tenant)
            uow.cases.change(self.on.renewed(mine, now))
            number = Number(tenant, mine.debtor.phone, DialledFor.DEBT, mine.id)
            call = self.ask.within(uow, actor, replace(number, language=mine.languages[0]))
            caller = uow.callers.id_of(mine.debtor.phone)
            assert caller is not None, "it has just been noted"
            agent = AgentId(actor.person.id)
            uow.attempts.add(Attempt(call, mine.id, mine.list, caller, agent, now))
            uow.commit()
        return call


@dataclass(frozen=True, slots=True)
class ConfirmDebtor:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, fence: int) -> ShownCase:
        """The case with what he owes, now that she says she speaks to him. Raises DeskError or StorageDown."""
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            mine = self.on.hers(uow, actor, case, fence)
            attempt = uow.attempts.unrecorded(AgentId(actor.person.id))
            if attempt is None or not how_it_went(uow, attempt.call).reached:
                raise DeskError(WhyNot.NOBODY_REACHED)
            uow.cases.change(self.on.renewed(mine, now))
            if attempt.confirmed is None:
                uow.attempts.change(replace(attempt, confirmed=now))
                fact = DebtorConfirmed(mine.id, attempt.agent)
                uow.facts.append(self.on.origin(actor, mine.tenant, attempt.call), now, fact)
            shown = self.on.shown(uow, self.on.renewed(mine, now))
            uow.commit()
        return shown


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent says that came of her attempt. ``day`` is promised, from ``due`` on he wants to be rung, within
    ``window`` of a day; ``mine`` keeps it for her, with a ``substitute`` if she isn't there.
    """

    outcome: str
    day: date | None = None
    due: datetime | None = None
    window: OpenSpan | None = None
    mine: bool = False
    substitute: AgentId | None = None
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RecordAttempt:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, fence: int, said: Said) -> Case:
        """The case as it stands from now on, hers no more. Raises DeskError or StorageDown."""
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            mine = self.on.hers(uow, actor, case, fence)
            tenant, dunning = self.on.tenant(uow, actor, mine.tenant)
            attempt = uow.attempts.unrecorded(AgentId(actor.person.id))
            if attempt is None:
                raise DeskError(WhyNot.NO_ATTEMPT)
            outcome = _outcome(dunning, said)
            recorded = self._recorded(uow, tenant, outcome, said, attempt, now)
            after = self._after(uow, tenant, mine, attempt, recorded)
            self._keep(uow, actor, attempt, recorded, said, after)
            self._charge(uow, actor, tenant, dunning, attempt, now)
            close_list(self.on, uow, actor, after, now)
            uow.commit()
        return after

    def _recorded(
        self,
        uow: UnitOfWork,
        tenant: Tenant,
        outcome: Outcome,
        said: Said,
        attempt: Attempt,
        now: datetime,
    ) -> Recorded:
        if outcome.asks is Asks.DAY and said.day is None:
            raise DeskError(WhyNot.NO_PROMISED_DAY)
        if outcome.asks is Asks.TIME and said.due is None:
            raise DeskError(WhyNot.NO_TIME_NAMED)
        today = now.astimezone(tenant.hours.zone).date()
        if said.day is not None and said.day < today:
            raise DeskError(WhyNot.DAY_IS_PAST)
        if said.substitute is not None and uow.agents.get(said.substitute) is None:
            raise DeskError(WhyNot.UNKNOWN_AGENT)
        reserved = Reserved(attempt.agent, said.substitute) if said.mine else None
        return Recorded(outcome, now, said.day, said.due, said.window, reserved)

    def _after(
        self, uow: UnitOfWork, tenant: Tenant, mine: Case, attempt: Attempt, recorded: Recorded
    ) -> Case:
        """A dial that never rang is none of his attempts."""
        promised = recorded.day
        midnight = None
        if promised is not None:
            midnight = datetime.combine(promised, time(0), tenant.hours.zone)
        counted = mine if how_it_went(uow, attempt.call).counts else _not_counted(mine)
        after = worked_on(counted, recorded, midnight)
        if after.state is not CaseState.OPEN:
            return after
        return replace(after, due=self.on.clear.due(uow, after, after.due))

    def _keep(
        self,
        uow: UnitOfWork,
        actor: Actor,
        attempt: Attempt,
        recorded: Recorded,
        said: Said,
        after: Case,
    ) -> None:
        went = how_it_went(uow, attempt.call)
        outcome = recorded.outcome
        remark = checked_text(What.REMARK, said.remark) if said.remark.strip() else ""
        reached = outcome.reached and went.reached
        done = replace(
            attempt,
            counts=went.counts,
            outcome=outcome.key,
            reached=reached,
            recorded=recorded.at,
            promised=recorded.day,
            remark=remark,
        )
        ends = after.state is CaseState.CLOSED
        fact = AttemptRecorded(
            after.id,
            after.list,
            attempt.agent,
            outcome.key,
            reached,
            went.counts,
            ends,
            None if ends else after.due,
        )
        uow.attempts.change(done)
        uow.cases.change(after)
        uow.facts.append(self.on.origin(actor, after.tenant, attempt.call), recorded.at, fact)

    def _charge(
        self,
        uow: UnitOfWork,
        actor: Actor,
        tenant: Tenant,
        dunning: Dunning,
        attempt: Attempt,
        now: datetime,
    ) -> None:
        """Each attempt is a service record, and the call can be finished then."""
        service = None if dunning.service is None else tenant.service(dunning.service)
        record = ServiceRecord(
            id=RecordId(self.on.new_id()),
            tenant=tenant.id,
            call=attempt.call,
            participant=None,
            signature=actor.sign(now),
        )
        if service is not None and how_it_went(uow, attempt.call).counts:
            record = replace(record, service=service.key, price=service.price)
        uow.service_records.add(record)
        fact: Body = fact_of(record)
        uow.facts.append(self.on.origin(actor, tenant.id, attempt.call), now, fact)


def _outcome(dunning: Dunning, said: Said) -> Outcome:
    found = dunning.outcome(said.outcome)
    if found is None:
        raise DeskError(WhyNot.NO_CHOICE)
    return found
