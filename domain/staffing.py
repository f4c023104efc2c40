"""How many agents it takes to answer calls as fast as was agreed: Erlang C.

Callers come at random, none hangs up, and a conversation's length is as random as that (A. K. Erlang, 1917). Callers
who do hang up make the real service level better than this, breaks and training make the people needed more.
"""

import math
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Load:
    """``calls`` come in ``interval`` (an average, so not always a whole number); each takes ``handling``: talk, hold
    and wrap-up.
    """

    calls: float
    interval: timedelta
    handling: timedelta

    @property
    def traffic(self) -> float:
        """In erlangs: how many agents would be busy all the time."""
        return self.calls * (self.handling / self.interval)


@dataclass(frozen=True, slots=True)
class Goal:
    """``level`` percent (of a hundred, less than all) of the calls are answered ``within`` that time."""

    level: float
    within: timedelta

    def __post_init__(self) -> None:
        if not 0 < self.level < 100:
            raise ValueError(
                f"{self.level} % can't be the goal: choose more than 0 and less than 100"
            )


def erlang_c(agents: int, traffic: float) -> float:
    """The chance that a caller has to wait; 1 where there are too few agents ever to be done."""
    if agents <= traffic:
        return 1.0
    return _to_wait(agents, traffic, _erlang_b(agents, traffic))


def service_level(agents: int, load: Load, within: timedelta) -> float:
    """Percent of the callers who are answered within that time."""
    return _answered(agents, load, within, erlang_c(agents, load.traffic))


def needed(load: Load, goal: Goal) -> int:
    """The fewest agents who reach the goal; none where nobody calls."""
    if not load.traffic:
        return 0
    agents = math.floor(load.traffic) + 1
    blocked = _erlang_b(agents, load.traffic)
    while True:
        waits = _to_wait(agents, load.traffic, blocked)
        if _answered(agents, load, goal.within, waits) >= goal.level:
            return agents
        agents += 1
        blocked = _one_more(agents, load.traffic, blocked)


def _answered(agents: int, load: Load, within: timedelta, waits: float) -> float:
    if agents <= load.traffic:
        return 0.0
    spare = agents - load.traffic
    longer = math.exp(-spare * (within / load.handling)) if load.traffic else 0.0
    return 100.0 * (1 - waits * longer)


def _to_wait(agents: int, traffic: float, blocked: float) -> float:
    """Erlang C, from Erlang B of as many agents."""
    return agents * blocked / (agents - traffic * (1 - blocked))


def _erlang_b(agents: int, traffic: float) -> float:
    """The share of callers who would be turned away if nobody could wait."""
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = _one_more(count, traffic, blocked)
    return blocked


def _one_more(agents: int, traffic: float, blocked: float) -> float:
    """Erlang B of ``agents``, from that of one fewer; no factorial is too large so."""
    return traffic * blocked / (agents + traffic * blocked)
