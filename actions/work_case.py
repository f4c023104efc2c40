"""What an agent does with her case: have the debtor dialled, confirm that it is he, and record what came of it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from actions.ask_dial import AskDial, Number
from actions.desk import DeskError, checked_key, checked_text
from actions.dunning_desk import DunningDesk, ShownCase, how_it_went, is_trained
from actions.note_attempt import note_attempt
from actions.why_not import What, WhyNot
from domain.dial_facts import DialledFor
from domain.dunning import Attempt, Case, ListState, Recorded, Reserved
from domain.dunning_facts import DebtorConfirmed
from domain.dunning_profile import Dunning
from domain.ids import AgentId, CallId, CaseId
from domain.opening_hours import OpenSpan
from domain.outcome import Asks
from domain.person import Actor
from domain.ports import UnitOfWork
from domain.resubmission import read_again
from domain.tenant import Tenant

_FURTHEST: Final = timedelta(days=366)
"""How far off a day may be that is promised or wished for: a list is to end some time."""


@dataclass(frozen=True, slots=True)
class DialDebtor:
    on: DunningDesk
    ask: AskDial

    def __call__(self, actor: Actor, case: CaseId, fence: int) -> CallId:
        """Her telephone rings next, then his. Raises DeskError, which names the gate's reason, or StorageDown."""
        with self.on.desk.transactions.write() as uow:
            now = self.on.desk.clock()
            mine = self.on.hers(uow, actor, case, fence)
            self.on.check_recorded(uow, actor, now)
            if self.on.list_of(uow, mine).state is not ListState.RUNNING:
                raise DeskError(WhyNot.LIST_RESTS)
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
        with self.on.desk.transactions.write() as uow:
            now = self.on.desk.clock()
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
    ``window`` of a day, or as ``when`` has it in words (``read_again``, by the tenant's clocks); ``mine`` keeps it for
    her, with a ``substitute`` if she isn't there.
    """

    outcome: str
    day: date | None = None
    due: datetime | None = None
    window: OpenSpan | None = None
    when: str = ""
    mine: bool = False
    substitute: AgentId | None = None
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RecordAttempt:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, fence: int, said: Said) -> Case:
        """The case as it stands from now on, hers no more; a second click says it again. Raises DeskError or
        StorageDown.
        """
        with self.on.desk.transactions.write() as uow:
            known = self._recorded_before(uow, actor, case, fence, said)
            if known is not None:
                return known
            mine = self.on.hers(uow, actor, case, fence)
            tenant, dunning = self.on.tenant(uow, actor, mine.tenant)
            attempt = uow.attempts.unrecorded(AgentId(actor.person.id))
            if attempt is None:
                raise DeskError(WhyNot.NO_ATTEMPT)
            recorded = self._recorded(uow, tenant, dunning, said, attempt)
            window = recorded.window
            if window is not None and not self.on.clear.is_ever_rung(mine, window):
                raise DeskError(WhyNot.TIME_OUT_OF_HOURS)
            after = note_attempt(self.on, uow, actor, mine, attempt, recorded)
            uow.commit()
        return after

    def _recorded_before(
        self, uow: UnitOfWork, actor: Actor, case: CaseId, fence: int, said: Said
    ) -> Case | None:
        """The case where this lease of hers was ended by the same words, and nobody has had it since."""
        found = uow.cases.get(checked_key(case))
        if found is None or found.lease is not None or found.fences != fence:
            return None
        mine = AgentId(actor.person.id), said.outcome
        newest = [(one.agent, one.outcome) for one in uow.attempts.of_case(found.id)][-1:]
        if newest != [mine]:
            return None
        self.on.tenant(uow, actor, found.tenant)
        return found

    def _recorded(
        self, uow: UnitOfWork, tenant: Tenant, dunning: Dunning, said: Said, attempt: Attempt
    ) -> Recorded:
        """What is said, where it is whole. Raises DeskError."""
        outcome, now = dunning.outcome(said.outcome), self.on.desk.clock()
        if outcome is None:
            raise DeskError(WhyNot.NO_CHOICE)
        said = _with_words_read(said, now, tenant)
        due_on = None if said.due is None else said.due.date()
        if outcome.asks is Asks.DAY and said.day is None:
            raise DeskError(WhyNot.NO_PROMISED_DAY)
        if outcome.asks is Asks.TIME and said.due is None:
            raise DeskError(WhyNot.NO_TIME_NAMED)
        today = now.astimezone(tenant.hours.zone).date()
        if said.day is not None and said.day < today:
            raise DeskError(WhyNot.DAY_IS_PAST)
        if any(day is not None and day - today > _FURTHEST for day in (said.day, due_on)):
            raise DeskError(WhyNot.DAY_TOO_FAR)
        if said.substitute is not None and not is_trained(uow.agents.get(said.substitute)):
            raise DeskError(WhyNot.UNKNOWN_AGENT)
        return Recorded(
            outcome,
            now,
            how_it_went(uow, attempt.call).counts,
            said.day,
            said.due,
            said.window,
            Reserved(attempt.agent, said.substitute) if said.mine else None,
            checked_text(What.REMARK, said.remark) if said.remark.strip() else "",
        )


def _with_words_read(said: Said, now: datetime, tenant: Tenant) -> Said:
    """Raises DeskError."""
    if not said.when.strip():
        return said
    again = read_again(said.when, now, tenant.hours.zone)
    if again is None:
        raise DeskError(WhyNot.NO_TIME_READ, written=said.when.strip()[:50])
    return replace(said, due=again.due, window=again.window)
