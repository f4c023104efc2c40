"""How long things took on a recorded day: what is made up where nothing was seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from cti.routing.recorded import Recorded
from domain import field_facts as facts
from domain.ids import AgentId, TenantId

_USUAL_RING: Final = timedelta(seconds=5)
_USUAL_TALK: Final = timedelta(seconds=240)
_USUAL_BACK: Final = timedelta(seconds=60)
"""Where the day shows none: until an answer, until a conversation's end, until she is ready after a missed pause."""

_OVER = (facts.LegEnded, facts.CallEnded)


def _typical(lengths: Iterable[timedelta], otherwise: timedelta) -> timedelta:
    """The median, of an even number the longer one."""
    known = sorted(lengths)
    return known[len(known) // 2] if known else otherwise


class Usual:
    """How long things took that day."""

    def __init__(self, recorded: Recorded) -> None:
        answered = [
            (ring.agent, ring.lasted)
            for of_call in recorded.rings.values()
            for ring in of_call
            if ring.answered and ring.lasted is not None
        ]
        self._rings: dict[AgentId, list[timedelta]] = defaultdict(list)
        for agent, lasted in answered:
            self._rings[agent].append(lasted)
        self._ring = _typical([lasted for _, lasted in answered], _USUAL_RING)
        talks: dict[TenantId | None, list[timedelta]] = defaultdict(list)
        for tenant, took in _talks(recorded):
            talks[tenant].append(took)
        self._talks = {tenant: _mean(took) for tenant, took in talks.items()}
        every = [took for of_tenant in talks.values() for took in of_tenant]
        self._talk = _mean(every) if every else _USUAL_TALK
        backs = [later.after for of_agent in recorded.back.values() for later in of_agent if later]
        self.back = _typical(backs, _USUAL_BACK)

    def ring(self, agent: AgentId) -> timedelta:
        return _typical(self._rings.get(agent, ()), self._ring)

    def talk(self, tenant: TenantId | None) -> timedelta:
        return self._talks.get(tenant, self._talk)


def _talks(recorded: Recorded) -> Iterator[tuple[TenantId | None, timedelta]]:
    """How long each conversation took."""
    for first in (*recorded.begun.values(), *recorded.entries.values()):
        stretch = first.then
        while stretch is not None:
            ends = (one for one in stretch.facts if isinstance(one.fact.body, _OVER))
            end = next(ends, None)
            if end is not None:
                yield end.fact.origin.tenant, end.after
            stretch = stretch.then


def _mean(lengths: Sequence[timedelta]) -> timedelta:
    return sum(lengths, timedelta()) / len(lengths)
