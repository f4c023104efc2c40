"""A debtor to be rung: his case, the attempts, and when he is tried again.

    open --lease--> with an agent --attempt, outcome--> open again (resubmission), or closed
      |
      +--withdrawn

A case is closed by an outcome that ends it, or by any outcome once its attempts are used up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from domain.case_reason import CaseReason
from domain.ids import AgentId, CallerId, CallId, CaseId, ListId, TenantId
from domain.language import Language
from domain.opening_hours import OpenSpan
from domain.outcome import UNRECORDED, Asks, Outcome


class ListState(StrEnum):
    """IMPORTING --> RUNNING <--> PAUSED, each --> STOPPED; RUNNING or PAUSED --> DONE when no case is open any more. A
    new edition of its file takes it back to IMPORTING, where it stays if that breaks off.
    """

    IMPORTING = "importing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CaseList:
    """A client's list. ``file`` is the name that it came under, ``attempts`` how often each of its cases is tried,
    ``rejected`` how many of its rows weren't taken. ``was`` is its state before the edition that is imported.
    """

    id: ListId
    tenant: TenantId
    file: str
    state: ListState
    attempts: int
    rejected: int
    imported: datetime
    was: ListState | None = None


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes, as the client's list has him; ``phone`` is E.164, empty once he was erased, ``country`` ISO 3166."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    customer_number: str = field(repr=False)
    address: str = field(repr=False)
    zip_code: str | None = field(repr=False)
    country: str | None
    reference: str | None = field(repr=False)

    @property
    def is_erased(self) -> bool:
        """Nobody stands on a list without a number."""
        return not self.phone


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed: ``amount`` in minor units of ``currency`` (ISO 4217). It is shown to an agent only once she speaks
    with the debtor.
    """

    amount: int = field(repr=False)
    currency: str
    due: date | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reserved:
    """A case that one agent has promised to see to. Overdue, it is her ``substitute``'s too, and then anybody's.

    With ``until`` it is one of a batch that she works off by herself, and nobody else's before that.
    """

    agent: AgentId
    substitute: AgentId | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is hers still."""
        return self.until is None or at < self.until


SUBSTITUTE_AFTER: Final = timedelta(minutes=15)
ANYBODY_AFTER: Final = timedelta(hours=1)
"""How long a reserved case is overdue before her substitute may take it, and then everybody."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on a case, until when if she does nothing. ``fence`` counts its leases: who comes with an older one has
    lost it.
    """

    agent: AgentId
    fence: int
    until: datetime


class Urgency(IntEnum):
    """What comes first of the cases that are due: where the debtor named the time, then where a promise is over."""

    USUAL = 0
    PROMISED = 1
    APPOINTED = 2


@dataclass(frozen=True, slots=True)
class Case:
    """``sheet`` and ``row`` are where he stands in the client's file, row 0 if he stands in it no more; ``languages``
    those he probably speaks, the likeliest first. ``attempts`` counts those made, of ``limit`` that may be. He is next
    tried from ``due`` on, within ``window``, hours of a day where he is, if he wants that; ``appointed`` says that he
    named the time. ``outcome`` is the newest; ``remark`` is why a team lead withdrew it or allowed more.
    """

    id: CaseId
    list: ListId
    tenant: TenantId
    sheet: str
    row: int
    debtor: Debtor
    debt: Debt
    languages: tuple[Language, ...]
    limit: int
    due: datetime
    state: CaseState = CaseState.OPEN
    attempts: int = 0
    appointed: bool = False
    window: OpenSpan | None = None
    promised: date | None = None
    reserved: Reserved | None = None
    outcome: str | None = None
    closed: datetime | None = None
    lease: Lease | None = None
    fences: int = 0
    remark: str = field(default="", repr=False)

    def is_leased_to(self, agent: AgentId, fence: int) -> bool:
        """Whether she works on it still: nobody has had it since, though her time may be over."""
        mine = self.lease is not None and (self.lease.agent, self.lease.fence) == (agent, fence)
        return mine and self.state is CaseState.OPEN

    @property
    def urgency(self) -> Urgency:
        if self.appointed:
            return Urgency.APPOINTED
        return Urgency.USUAL if self.promised is None else Urgency.PROMISED

    def may_be_given(self, agent: AgentId, at: datetime) -> bool:
        """Whether it is due, nobody has it, and it isn't reserved for somebody else."""
        free = self.state is CaseState.OPEN and self.lease is None
        return free and self.due <= at and self.may_take(agent, at)

    def may_take(self, agent: AgentId, at: datetime) -> bool:
        """Whether it isn't reserved for somebody else."""
        if self.reserved is None or self.reserved.agent == agent:
            return True
        if self.reserved.until is not None:
            return not self.reserved.holds(at)
        overdue = at - self.due
        if self.reserved.substitute == agent:
            return overdue >= SUBSTITUTE_AFTER
        return overdue >= ANYBODY_AFTER


@dataclass(frozen=True, slots=True)
class Attempt:
    """One dial for a case, or one call of the debtor's. ``counts`` says that it is one of those that may be made: his
    telephone was rung, as far as anybody knows. ``confirmed`` is when the agent said that she speaks to the debtor;
    ``outcome`` and what follows is None until it is recorded.
    """

    call: CallId
    case: CaseId
    list: ListId
    caller: CallerId
    agent: AgentId
    at: datetime
    counts: bool = True
    confirmed: datetime | None = None
    outcome: str | None = None
    reached: bool = False
    recorded: datetime | None = None
    promised: date | None = None
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an agent says that came of an attempt. ``day`` is what was promised, ``due`` and ``window`` when he wants to
    be rung; ``reserved`` for whom. ``counts`` is false where his telephone never rang: that was none of his attempts.
    """

    outcome: Outcome
    at: datetime
    counts: bool = True
    day: date | None = None
    due: datetime | None = None
    window: OpenSpan | None = None
    reserved: Reserved | None = None
    remark: str = field(default="", repr=False)


def worked_on(case: Case, recorded: Recorded, promised_from: datetime | None) -> Case:
    """The case after an attempt, handed back. ``promised_from`` is the begin of the promised day where he
    is, None where nothing was promised.

    Raises ValueError where what the outcome asks for is missing.
    """
    outcome = recorded.outcome
    attempts = case.attempts + recorded.counts
    made = replace(case, attempts=attempts, outcome=outcome.key, lease=None)
    if outcome.ends or made.attempts >= made.limit:
        return replace(
            made,
            state=CaseState.CLOSED,
            closed=recorded.at,
            promised=recorded.day,
            appointed=False,
            window=None,
            reserved=None,
        )
    return replace(
        made,
        due=_due_again(recorded, promised_from),
        appointed=outcome.asks is Asks.TIME,
        window=recorded.window,
        promised=recorded.day,
        reserved=recorded.reserved,
    )


def _due_again(recorded: Recorded, promised_from: datetime | None) -> datetime:
    outcome = recorded.outcome
    if outcome.asks is Asks.DAY:
        if promised_from is None:
            raise ValueError(f"{outcome.key}: no day was promised")
        return max(promised_from + outcome.again, recorded.at)
    if outcome.asks is Asks.TIME:
        if recorded.due is None:
            raise ValueError(f"{outcome.key}: nobody says when to ring again")
        return max(recorded.due, recorded.at)
    return recorded.at + outcome.again


def extended(case: Case, limit: int, at: datetime, outcomes: Iterable[Outcome]) -> Case:
    """The case with a higher limit; one that was closed for its attempts alone is open again, though not one whose
    last outcome ended it by itself, as the tenant's ``outcomes`` say. Raises ValueError.
    """
    if limit <= case.limit:
        raise ValueError(f"{limit} is not above {case.limit}")
    if case.state is CaseState.WITHDRAWN:
        raise ValueError("it was withdrawn")
    opened = replace(case, limit=limit)
    goes_on = {one.key for one in (*outcomes, UNRECORDED) if not one.ends}
    used_up = case.attempts >= case.limit and case.outcome in goes_on
    if case.state is CaseState.OPEN or not used_up:
        return opened
    return replace(opened, state=CaseState.OPEN, closed=None, due=at)


def rank(case: Case, agent: AgentId) -> tuple[object, ...]:
    """The greatest is given to an agent first, of the cases that are due: what she has promised herself, what a debtor
    has named the time for, a promise whose day is over, the greater sum, the more attempts left.
    """
    hers = case.reserved is not None and case.reserved.agent == agent
    return (hers, case.urgency, case.debt.amount, case.limit - case.attempts, case.id)


def why_this_one(case: Case, agent: AgentId, at: datetime) -> tuple[str, ...]:
    """Words of the log (``CaseReason``), without the sum: why ``rank`` put it first."""
    words = []
    if case.reserved is not None:
        words.append(_whose(case.reserved, agent).value)
    if case.appointed:
        words.append(CaseReason.APPOINTED.value)
    if case.promised is not None:
        words.append(CaseReason.PROMISE_OVER.value)
    words.append(CaseReason.ATTEMPT.format(attempt=case.attempts + 1, limit=case.limit))
    minutes = max(0, int((at - case.due).total_seconds() // 60))
    return (*words, CaseReason.DUE.format(minutes=minutes))


def _whose(reserved: Reserved, agent: AgentId) -> CaseReason:
    if reserved.agent != agent:
        return CaseReason.OVERDUE
    return CaseReason.HERS if reserved.until is None else CaseReason.BATCH
