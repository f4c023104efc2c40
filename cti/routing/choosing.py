"""Which call is offered next, to whom, and the reason in words.

Among the calls: the highest priority (the participant's, rising with the wait); then the tenant whose service level is
furthest below its contract; then the least time left to the threshold; then who came first. Among the agents who may
take it: who hasn't let it pass yet; the last agent he spoke with, where the tenant wants that; the best skills for it;
who has been idle longest. Ids break what ties are left, so that the choice is the same on every machine.
"""

import sys
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from domain.agent import Agent, Ready
from domain.ids import AgentId, Skill
from domain.offer_reason import OfferReason


@dataclass(frozen=True, slots=True)
class Choice:
    """``reason`` in words, the weightiest first."""

    call: FieldCall
    agent: Agent
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Urgency:
    """Sorts the most urgent call first."""

    minus_level: int
    minus_shortfall: int
    left_s: float
    entered: datetime
    id: str


def choose(field: Field, at: datetime) -> Choice | None:
    """The next offer; None where no ready agent may take any caller who waits."""
    best: tuple[_Urgency, FieldCall, frozenset[AgentId]] | None = None
    for needs, groups in field.wanted.items():
        able = field.ready.having(needs)
        if not able:
            continue
        for group in groups:
            call = field.calls[field.queues[group][0][1]]
            urgency = _urgency(field, call, at)
            if best is None or urgency < best[0]:
                best = urgency, call, able
    if best is None:
        return None
    urgency, call, able = best
    agent = min((field.agents[one] for one in able), key=lambda one: _rank(field, call, one, at))
    return Choice(call, agent, _reason(field, call, agent, able, at))


def level(field: Field, call: FieldCall, at: datetime) -> int:
    """The priority of a call, as it has risen by now."""
    rise_s = field.rules_of(call.tenant).rise_s
    return call.priority + int(max(0.0, call.waited_s(at)) // rise_s)


def standing(field: Field, call: FieldCall, at: datetime) -> tuple[float, int]:
    """How many callers will be served before this one, and how many agents work who may take him.

    Callers of other groups count by the share of their agents who may take this caller too.
    """
    mine = field.staffed.having(field.needs(call.group))
    ends = _Ends(call, level(field, call, at), at)
    ahead = 0.0
    for needs, groups in field.wanted.items():
        theirs = field.staffed.having(needs)
        shared = len(theirs & mine)
        if shared:
            before = 0
            for group in groups:
                end = ends.of(group.priority, field.rules_of(group.tenant).rise_s)
                before += bisect_left(field.queues[group], end)
            ahead += before * shared / len(theirs)
    return ahead, len(mine)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where in each queue those end who come before a call: a higher level, or the same and earlier."""

    call: FieldCall
    level: int
    at: datetime
    _known: dict[tuple[int, int], tuple[datetime, str]] = field(default_factory=dict)

    def of(self, priority: int, rise_s: int) -> tuple[datetime, str]:
        """In a queue of callers of this priority, which rises by one each ``rise_s``."""
        end = self._known.get((priority, rise_s))
        if end is None:
            higher, same = (
                (self._reached(rises, rise_s), _LAST_ID)
                for rises in (self.level + 1 - priority, self.level - priority)
            )
            end = max(higher, min(same, (self.call.entered, self.call.id)))
            self._known[priority, rise_s] = end
        return end

    def _reached(self, rises: int, rise_s: int) -> datetime:
        """When the last of those entered whose priority has risen so often by now."""
        return self.at - timedelta(seconds=rises * rise_s) if rises > 0 else _ANY_TIME


_ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)
_LAST_ID: Final = chr(sys.maxunicode)
"""Stands behind every id of a call."""


def _urgency(field: Field, call: FieldCall, at: datetime) -> _Urgency:
    rules = field.rules_of(call.tenant)
    left_s = max(0.0, rules.threshold_s - call.waited_s(at))
    return _Urgency(
        -level(field, call, at), -_shortfall(field, call, at), left_s, call.entered, call.id
    )


def _shortfall(field: Field, call: FieldCall, at: datetime) -> int:
    """Whole points by which the tenant's service level is below its contract today."""
    contract = field.contract_of(call.tenant)
    if contract.day != at.toordinal():
        return 0
    return max(0, int(field.rules_of(call.tenant).service_level - contract.level))


def _rank(
    field: Field, call: FieldCall, agent: Agent, at: datetime
) -> tuple[bool, bool, int, datetime, str]:
    """Sorts the best agent first."""
    assert isinstance(agent.state, Ready)
    return (
        agent.id in call.refused,
        not _is_last_agent(field, call, agent, at),
        -_skill(call, agent),
        agent.state.since,
        agent.id,
    )


def _is_last_agent(field: Field, call: FieldCall, agent: Agent, at: datetime) -> bool:
    wanted_s = field.rules_of(call.tenant).last_agent_s
    last = None if call.participant is None else field.last_with.get(call.participant)
    if wanted_s is None or last is None:
        return False
    return last[0] == agent.id and (at - last[1]).total_seconds() <= wanted_s


def _asked(call: FieldCall) -> list[Skill]:
    """Every skill that serves this call, required or preferred."""
    skills = [Skill(call.tenant), Skill(call.language)]
    return skills if call.concern is None else [*skills, Skill(call.concern)]


def _skill(call: FieldCall, agent: Agent) -> int:
    return sum(agent.skills.get(skill, 0) for skill in _asked(call))


def _reason(
    field: Field, call: FieldCall, agent: Agent, able: frozenset[AgentId], at: datetime
) -> tuple[str, ...]:
    words = []
    priority, shortfall = level(field, call, at), _shortfall(field, call, at)
    if priority:
        words.append(OfferReason.PRIORITY.format(priority=priority))
    if shortfall:
        words.append(OfferReason.BELOW_LEVEL.format(tenant=call.tenant, points=shortfall))
    words.append(OfferReason.WAITED.format(seconds=int(call.waited_s(at))))
    if call.stage:
        words.append(OfferReason.RELAXED.format(stage=call.stage))
    if agent.id in call.refused:
        words.append(OfferReason.NOBODY_ELSE.value)
    if _is_last_agent(field, call, agent, at):
        words.append(OfferReason.SPOKE_LAST.value)
    skills = " ".join(
        f"{skill}={agent.skills[skill]}" for skill in _asked(call) if skill in agent.skills
    )
    words.append(OfferReason.SKILLS.format(skills=skills, ready=len(able)))
    assert isinstance(agent.state, Ready)
    idle_s = int((at - agent.state.since).total_seconds())
    words.append(OfferReason.IDLE.format(seconds=idle_s))
    return tuple(words)
