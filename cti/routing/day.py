"""The key figures of a day, from its facts: service level, waits and occupancy, as the trade defines them.

They are counted over the rows that reports count, so that an answer here is what it was when the call was routed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.routing.projecting import follow, unfinished
from cti.routing.state import Field
from domain import projection
from domain.fact import Fact
from domain.figures import percent, share
from domain.ids import CallId, TenantId
from domain.projection import Doing, Row, Visit, VisitEnd, VisitOver

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
        return percent(self.in_time, len(self.answered) + len(self.abandoned) - self.short)

    @property
    def strict(self) -> float | None:
        """Percent, formula A: answered within T / (answered + abandoned)."""
        return percent(self.in_time, len(self.answered) + len(self.abandoned))

    @property
    def flattering(self) -> float | None:
        """Percent, formula F: answered within T / answered."""
        return percent(self.in_time, len(self.answered))

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
        return share(busy, busy + self.ready)


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
    counting, field = _Counting(span), before
    for fact in facts:
        field, rows = follow(field, fact)
        counting.take_in(rows)
    counting.take_in(unfinished(field, span.until))
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
    """Adds up what follows from a day's facts."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._open: dict[CallId, _Tally] = {}
        self._tallies: dict[TenantId, _Tally] = defaultdict(_Tally)
        self._spent: dict[Doing, timedelta] = defaultdict(timedelta)

    def take_in(self, rows: Iterable[Row]) -> None:
        for row in rows:
            match row:
                case Visit(dialled=None):
                    tally = self._open[row.call] = self._tallies[row.tenant]
                    tally.offered += 1
                case VisitOver() if row.call in self._open:
                    _end(self._open.pop(row.call), row)
                case projection.Span():
                    since, until = (
                        max(row.since, self._span.since),
                        min(row.until, self._span.until),
                    )
                    self._spent[row.doing] += max(until - since, _NOTHING)
                case _:
                    pass

    def day(self) -> Day:
        spent = self._spent
        work = Work(
            spent[Doing.TALKING], spent[Doing.ON_HOLD], spent[Doing.WRAP_UP], spent[Doing.READY]
        )
        return Day({name: tally.waits() for name, tally in sorted(self._tallies.items())}, work)


def _end(tally: _Tally, over: VisitOver) -> None:
    match over.end:
        case VisitEnd.ANSWERED:
            tally.answered.append(over.wait)
            tally.in_time += over.in_time
        case VisitEnd.ABANDONED:
            tally.abandoned.append(over.wait)
            tally.short += over.short
        case VisitEnd.RUNG_BACK:
            tally.rung_back += 1
        case VisitEnd.ELSEWHERE:
            tally.elsewhere += 1


def _moved(fact: Fact, at: datetime) -> Fact:
    return Fact(fact.seq, at, fact.origin, fact.node, fact.body)
