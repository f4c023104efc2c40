"""The key figures of a day, from its facts: service level, waits and occupancy, as the trade defines them.

They follow the field step by step, so that what counts as an answer here is what counted when the call was routed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.routing.engine import step
from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from domain.agent import AgentState, OnHold, Ready, Talking, WrapUp
from domain.fact import Fact
from domain.ids import AgentId, CallId, TenantId

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Waits:
    """How callers fared who entered the field in the day; a wait begins with the entry.

    Each is in one of ``answered`` and ``abandoned`` (the waits, in the order they ended), ``rung_back`` (he asked for
    that and hung up), ``elsewhere`` (was sent away after too long a wait), or still there at the day's end.
    ``in_time`` were answered within their tenant's threshold T, ``short`` hung up within its short-abandon limit.
    """

    offered: int = 0
    answered: tuple[timedelta, ...] = ()
    in_time: int = 0
    abandoned: tuple[timedelta, ...] = ()
    short: int = 0
    rung_back: int = 0
    elsewhere: int = 0

    @property
    def service_level(self) -> float | None:
        """Percent, formula B: answered within T / (answered + abandoned - short); None without calls."""
        return _percent(self.in_time, len(self.answered) + len(self.abandoned) - self.short)

    @property
    def strict(self) -> float | None:
        """Percent, formula A: answered within T / (answered + abandoned)."""
        return _percent(self.in_time, len(self.answered) + len(self.abandoned))

    @property
    def flattering(self) -> float | None:
        """Percent, formula F: answered within T / answered."""
        return _percent(self.in_time, len(self.answered))

    @property
    def unfinished(self) -> int:
        """Callers who were neither answered nor gone at the day's end."""
        gone = len(self.answered) + len(self.abandoned) + self.rung_back + self.elsewhere
        return self.offered - gone


@dataclass(frozen=True, slots=True)
class Work:
    """What all agents together did in the day."""

    talk: timedelta = _NOTHING
    hold: timedelta = _NOTHING
    wrap_up: timedelta = _NOTHING
    ready: timedelta = _NOTHING

    @property
    def occupancy(self) -> float | None:
        """Percent: (talk + hold + wrap-up) / (talk + hold + wrap-up + ready); None where nobody worked."""
        busy = self.talk + self.hold + self.wrap_up
        return _percent(busy.total_seconds(), (busy + self.ready).total_seconds())


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of one day: of each tenant's callers, and of the agents, who serve all tenants."""

    waits: Mapping[TenantId, Waits]
    work: Work

    @property
    def all(self) -> Waits:
        """All tenants' callers, each measured by his own tenant's threshold."""
        each = self.waits.values()
        return Waits(
            sum(one.offered for one in each),
            tuple(wait for one in each for wait in one.answered),
            sum(one.in_time for one in each),
            tuple(wait for one in each for wait in one.abandoned),
            sum(one.short for one in each),
            sum(one.rung_back for one in each),
            sum(one.elsewhere for one in each),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` on, until before ``until``."""

    since: datetime
    until: datetime


def mean_s(waits: Sequence[timedelta]) -> float | None:
    """The mean in seconds; None where there are none."""
    return sum(waits, _NOTHING).total_seconds() / len(waits) if waits else None


def longest_s(waits: Sequence[timedelta]) -> float | None:
    return max(waits).total_seconds() if waits else None


def straightened(facts: Iterable[Fact], since: datetime) -> Iterator[Fact]:
    """The facts with times that never run back, as a clock that was set can make them; none before ``since``."""
    latest = since
    for fact in facts:
        latest = max(latest, fact.at)
        moved = fact if fact.at == latest else _moved(fact, latest)
        yield moved


def figures(facts: Iterable[Fact], before: Field, span: Span) -> Day:
    """The day's figures. ``facts`` are the day's, in order and ``straightened``; ``before`` is the field they found.

    Synthetic calls are left out of the callers' figures; the agents' time is theirs whoever rang.
    """
    counting = _Counting(before, span)
    for fact in facts:
        counting.take_in(fact)
    return counting.day()


@dataclass(slots=True)
class _Tally:
    offered: int = 0
    answered: list[timedelta] = field(default_factory=list)
    in_time: int = 0
    abandoned: list[timedelta] = field(default_factory=list)
    short: int = 0
    rung_back: int = 0
    elsewhere: int = 0

    def waits(self) -> Waits:
        return Waits(
            self.offered,
            tuple(self.answered),
            self.in_time,
            tuple(self.abandoned),
            self.short,
            self.rung_back,
            self.elsewhere,
        )


class _Counting:
    """Follows the field through a day."""

    def __init__(self, before: Field, span: Span) -> None:
        self._field = before
        self._span = span
        self._open: set[CallId] = set()
        self._tallies: dict[TenantId, _Tally] = defaultdict(_Tally)
        self._since: dict[AgentId, datetime] = dict.fromkeys(before.agents, span.since)
        self._spent: dict[type[AgentState], timedelta] = defaultdict(timedelta)

    def take_in(self, fact: Fact) -> None:
        before, (after, _) = self._field, step(self._field, fact)
        self._field = after
        call = fact.origin.call
        if call is not None and not fact.origin.synthetic:
            self._call(before.calls.get(call), after.calls.get(call), after, fact.at)
        if after.agents is not before.agents:
            self._agents(before, after, fact.at)

    def day(self) -> Day:
        self._agents(self._field, Field(), self._span.until)
        spent = self._spent
        work = Work(spent[Talking], spent[OnHold], spent[WrapUp], spent[Ready])
        return Day({name: tally.waits() for name, tally in sorted(self._tallies.items())}, work)

    def _call(
        self, before: FieldCall | None, after: FieldCall | None, now: Field, at: datetime
    ) -> None:
        if before is None:
            if after is not None and after.dial is None:
                self._open.add(after.id)
                self._tallies[after.tenant].offered += 1
            return
        if before.id not in self._open:
            return
        tally, rules, wait = (
            self._tallies[before.tenant],
            now.rules_of(before.tenant),
            _wait(before, at),
        )
        if after is not None and after.answered is not None and before.on_line:
            tally.answered.append(wait)
            tally.in_time += wait.total_seconds() <= rules.threshold_s
        elif before.call_back is not None and (after is None or not after.on_line):
            tally.rung_back += 1
        elif after is None and now.is_sent_away(before):
            tally.elsewhere += 1
        elif after is None:
            tally.abandoned.append(wait)
            tally.short += wait.total_seconds() <= rules.short_abandon_s
        else:
            return
        self._open.remove(before.id)

    def _agents(self, before: Field, after: Field, at: datetime) -> None:
        for name, agent in after.agents.items():
            if before.agents.get(name) is None:
                self._since[name] = at
            elif before.agents[name] is not agent:
                self._spend(before, name, at)
        for name in before.agents.keys() - after.agents.keys():
            self._spend(before, name, at)

    def _spend(self, before: Field, agent: AgentId, at: datetime) -> None:
        self._spent[type(before.agents[agent].state)] += at - self._since[agent]
        self._since[agent] = at


def _wait(call: FieldCall, at: datetime) -> timedelta:
    return at - call.entered


def _percent(part: float, whole: float) -> float | None:
    return 100.0 * part / whole if whole else None


def _moved(fact: Fact, at: datetime) -> Fact:
    return Fact(fact.seq, at, fact.origin, fact.node, fact.body)
