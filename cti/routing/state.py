"""The waiting field at one moment: the calls in it, the agents signed in, and what the contracts have seen today.

A call in the field is in exactly one place:

    HandedOver --> Waiting <--> Offered --Connected--> Talking --LegEnded--> (out, or Waiting where a phone failed)
                    ^   ^
           CameBack |   | CallBackDue
                    v   v
                Aside   AwaitsCallBack (he has hung up, and keeps his place)
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from domain.agent import Agent, Paused, Ready, Unreachable, WrapUp
from domain.call import Concern
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, ParticipantId, Phone, Skill, TenantId
from domain.language import Language
from domain.waiting_field import Band, FieldRules, required

Key = TypeVar("Key")
Value = TypeVar("Value")
Entry = TypeVar("Entry", bound=tuple[datetime, str])


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hears music."""


@dataclass(frozen=True, slots=True)
class OfferedTo:
    """An agent's phone rings for him."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class Aside:
    """Is in self-service, or can't be offered before ``until``; keeps his place."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class TalkingTo:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class Leaving:
    """His conversation is over, his line isn't gone yet."""


@dataclass(frozen=True, slots=True)
class AwaitsCallBack:
    """Is rung back at his turn, but not before ``not_before``."""

    not_before: datetime


Place = Waiting | OfferedTo | Aside | TalkingTo | Leaving | AwaitsCallBack


class Group(NamedTuple):
    """Callers whom the same agents may take; the one who entered first is the next of them."""

    tenant: TenantId
    language: Language
    concern: Concern | None
    stage: int
    priority: int


@dataclass(frozen=True, slots=True)
class CallBack:
    """Whom to ring back, and how often that was tried."""

    caller: CallerId
    tries: int = 0


@dataclass(frozen=True, slots=True)
class FieldCall:
    """A call in the field. ``entered`` starts its clock; ``told`` is the last it heard of its position and wait.

    ``refused`` are the agents who let it pass: others come first. ``answered`` is when it was first connected.
    ``call_back`` is set where he wants to be rung back; that begins when he is no longer ``on_line``.
    """

    id: CallId
    origin: Origin
    language: Language
    concern: Concern | None
    participant: ParticipantId | None
    priority: int
    entered: datetime
    place: Place = field(default_factory=Waiting)
    stage: int = 0
    offers: int = 0
    told: tuple[int, Band] | None = None
    refused: frozenset[AgentId] = frozenset()
    call_back: CallBack | None = None
    on_line: bool = True
    overflowed: bool = False
    answered: datetime | None = None

    @property
    def tenant(self) -> TenantId:
        assert self.origin.tenant is not None, "a call in the field belongs to a tenant"
        return self.origin.tenant

    @property
    def group(self) -> Group:
        return Group(self.tenant, self.language, self.concern, self.stage, self.priority)

    def waited_s(self, at: datetime) -> float:
        return (at - self.entered).total_seconds()


@dataclass(frozen=True, slots=True)
class Contract:
    """What a tenant's service level is today, and how long conversations take (a moving average, in seconds)."""

    day: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    handling_s: float = 240.0

    @property
    def level(self) -> float:
        """Percent answered within the threshold, of those answered or abandoned late; 100 before the first call."""
        counted = self.answered + self.abandoned
        return 100.0 * self.in_time / counted if counted else 100.0


@dataclass(frozen=True, slots=True)
class SkillIndex:
    """Agents by skill."""

    by_skill: Mapping[Skill, frozenset[AgentId]] = field(default_factory=dict)

    def put(self, agent: AgentId, skills: Mapping[Skill, int]) -> "SkillIndex":
        added = {skill: self.by_skill.get(skill, frozenset()) | {agent} for skill in skills}
        return SkillIndex({**self.by_skill, **added})

    def drop(self, agent: AgentId, skills: Mapping[Skill, int]) -> "SkillIndex":
        left = {skill: self.by_skill.get(skill, frozenset()) - {agent} for skill in skills}
        return SkillIndex({**self.by_skill, **left})

    def having(self, needs: Sequence[frozenset[Skill]]) -> frozenset[AgentId]:
        """Agents who have all the skills of any one of the sets."""
        found: frozenset[AgentId] = frozenset()
        for skills in needs:
            rows = sorted((self.by_skill.get(skill, frozenset()) for skill in skills), key=len)
            found |= rows[0].intersection(*rows[1:])
        return found


class Due(NamedTuple):
    """Something that happens to a call or an agent by itself when its time has come."""

    at: datetime
    whose: str


@dataclass(frozen=True, slots=True)
class Field:
    """All of it. The indexes (``queues``, ``ready``, ``staffed``, ``due``) follow from the rest.

    ``staffed`` are the agents who work: signed in, and neither paused nor unreachable. ``last_with`` is whom a
    participant spoke with last, and until when; ``seen`` is when the newest fact was written.
    """

    calls: Mapping[CallId, FieldCall] = field(default_factory=dict)
    agents: Mapping[AgentId, Agent] = field(default_factory=dict)
    rules: Mapping[TenantId, FieldRules] = field(default_factory=dict)
    contracts: Mapping[TenantId, Contract] = field(default_factory=dict)
    last_with: Mapping[ParticipantId, tuple[AgentId, datetime]] = field(default_factory=dict)
    lost_phones: frozenset[Phone] = frozenset()
    queues: Mapping[Group, tuple[tuple[datetime, CallId], ...]] = field(default_factory=dict)
    ready: SkillIndex = field(default_factory=SkillIndex)
    staffed: SkillIndex = field(default_factory=SkillIndex)
    due: tuple[Due, ...] = ()
    seq: int = 0
    seen: datetime | None = None

    def rules_of(self, tenant: TenantId) -> FieldRules:
        return self.rules.get(tenant, _USUAL_RULES)

    def contract_of(self, tenant: TenantId) -> Contract:
        return self.contracts.get(tenant, _NEW_CONTRACT)

    def needs(self, group: Group) -> Sequence[frozenset[Skill]]:
        """Sets of skills, one of which an agent must have to take a call of this group."""
        rules = self.rules_of(group.tenant)
        return required(group.tenant, group.language, group.concern, rules, group.stage)

    def at_phone(self, phone: Phone) -> Agent | None:
        return next((agent for agent in self.agents.values() if agent.phone == phone), None)


_USUAL_RULES = FieldRules()
_NEW_CONTRACT = Contract()


def put_call(old: Field, call: FieldCall) -> Field:
    """The field with this call in it, in place of what it was."""
    left = drop_call(old, call.id)
    queues, due = left.queues, left.due
    if isinstance(call.place, Waiting):
        queue = list(queues.get(call.group, ()))
        insort(queue, (call.entered, call.id))
        queues = {**queues, call.group: tuple(queue)}
    when = call_due(call, old.rules_of(call.tenant))
    if when is not None:
        due = _with(due, Due(when, call.id))
    return replace(left, calls={**left.calls, call.id: call}, queues=queues, due=due)


def drop_call(old: Field, call: CallId) -> Field:
    """The field without this call; nothing changes where it isn't there."""
    was = old.calls.get(call)
    if was is None:
        return old
    queues, due = old.queues, old.due
    if isinstance(was.place, Waiting):
        queue = _without(queues[was.group], (was.entered, was.id))
        queues = {**queues, was.group: queue} if queue else _less(queues, was.group)
    when = call_due(was, old.rules_of(was.tenant))
    if when is not None:
        due = _without(due, Due(when, was.id))
    return replace(old, calls=_less(old.calls, call), queues=queues, due=due)


def put_agent(old: Field, agent: Agent) -> Field:
    """The field with this agent in it, in place of what she was."""
    left = drop_agent(old, agent.id)
    ready, staffed, due = left.ready, left.staffed, left.due
    if isinstance(agent.state, Ready):
        ready = ready.put(agent.id, agent.skills)
    if not isinstance(agent.state, Paused | Unreachable):
        staffed = staffed.put(agent.id, agent.skills)
    if isinstance(agent.state, WrapUp):
        due = _with(due, Due(agent.state.until, agent.id))
    agents = {**left.agents, agent.id: agent}
    return replace(left, agents=agents, ready=ready, staffed=staffed, due=due)


def drop_agent(old: Field, agent: AgentId) -> Field:
    """The field without this agent; nothing changes where she isn't there."""
    was = old.agents.get(agent)
    if was is None:
        return old
    ready, staffed, due = old.ready, old.staffed, old.due
    if isinstance(was.state, Ready):
        ready = ready.drop(agent, was.skills)
    if not isinstance(was.state, Paused | Unreachable):
        staffed = staffed.drop(agent, was.skills)
    if isinstance(was.state, WrapUp):
        due = _without(due, Due(was.state.until, agent))
    return replace(old, agents=_less(old.agents, agent), ready=ready, staffed=staffed, due=due)


def put_rules(old: Field, tenant: TenantId, rules: FieldRules) -> Field:
    """The field under other rules; they count for those already waiting."""
    calls = [call for call in old.calls.values() if call.tenant == tenant]
    changed = old
    for call in calls:
        changed = drop_call(changed, call.id)
    changed = replace(changed, rules={**old.rules, tenant: rules})
    for call in calls:
        changed = put_call(changed, call)
    return changed


def next_stage(call: FieldCall, rules: FieldRules) -> tuple[int, int] | None:
    """The next stage of relaxing and after how many seconds of waiting it begins; None after the last."""
    for stage, after_s in enumerate(rules.stages, start=1):
        if stage > call.stage and after_s is not None:
            return stage, after_s
    return None


def call_due(call: FieldCall, rules: FieldRules) -> datetime | None:
    """When something happens to the call by itself."""
    match call.place:
        case AwaitsCallBack(not_before):
            return not_before
        case Aside(until) if until is not None:
            return until
        case Waiting() if call.call_back is None:
            stage = next_stage(call, rules)
            waits = [] if stage is None else [stage[1]]
            if rules.overflow_s is not None and not call.overflowed:
                waits.append(rules.overflow_s)
            return call.entered + timedelta(seconds=min(waits)) if waits else None
        case _:
            return None


def agent_of_call(call: FieldCall) -> AgentId | None:
    """Whose phone rings for it, or who speaks with the caller."""
    match call.place:
        case OfferedTo(agent) | TalkingTo(agent):
            return agent
        case _:
            return None


def _with(entries: tuple[Due, ...], entry: Due) -> tuple[Due, ...]:
    place = bisect_left(entries, entry)
    return (*entries[:place], entry, *entries[place:])


def _without(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    place = bisect_left(entries, entry)
    assert entries[place] == entry, "the index has lost an entry"
    return (*entries[:place], *entries[place + 1 :])


def _less(mapping: Mapping[Key, Value], key: Key) -> Mapping[Key, Value]:
    left = dict(mapping)
    del left[key]
    return left
