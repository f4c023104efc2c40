"""The waiting field at one moment: the calls in it, the agents signed in, and what the contracts have seen today."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from cti.routing.field_call import FieldCall, Group, Waiting, call_due
from domain.agent import BEST, Agent, Paused, Ready, Unreachable, WrapUp
from domain.ids import AgentId, CallId, ParticipantId, Phone, Skill, TenantId
from domain.transfer import ToAgent, ToSkill
from domain.waiting_field import FieldRules, Overflow, required

Key = TypeVar("Key")
Value = TypeVar("Value")
Entry = TypeVar("Entry", bound=tuple[datetime, str])

Needs = tuple[frozenset[Skill], ...]
"""Sets of skills; who has all the skills of any one of them may take a call."""


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
    """Agents by skill. It remembers what it was asked, since the same is asked for each fact."""

    by_skill: Mapping[Skill, frozenset[AgentId]] = field(default_factory=dict)
    _found: dict[Needs, frozenset[AgentId]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def changed(
        self, agent: AgentId, before: Mapping[Skill, int] | None, after: Mapping[Skill, int] | None
    ) -> "SkillIndex":
        """The index with her skills as they are now; None where she doesn't stand in it."""
        had, has = before or {}, after or {}
        if had.keys() == has.keys():
            return self
        by_skill = dict(self.by_skill)
        for skill in had.keys() - has.keys():
            others = by_skill.pop(skill) - {agent}
            if others:
                by_skill[skill] = others
        for skill in has.keys() - had.keys():
            by_skill[skill] = by_skill.get(skill, _NOBODY) | {agent}
        return SkillIndex(by_skill)

    def having(self, needs: Sequence[frozenset[Skill]]) -> frozenset[AgentId]:
        """Agents who have all the skills of any one of the sets."""
        asked = tuple(needs)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = _NOBODY.union(*map(self._having_all, asked))
        return found

    def _having_all(self, skills: frozenset[Skill]) -> frozenset[AgentId]:
        rows = [self.by_skill.get(skill, _NOBODY) for skill in skills]
        return rows[0].intersection(*rows[1:]) if all(rows) else _NOBODY


_NOBODY: Final[frozenset[AgentId]] = frozenset()


class Due(NamedTuple):
    """Something that happens to a call or an agent by itself when its time has come."""

    at: datetime
    whose: str


@dataclass(frozen=True, slots=True)
class Field:
    """All of it. The indexes (``queues``, ``wanted``, ``ready``, ``staffed``, ``due``) follow from the rest.

    ``wanted`` are the queues by the skills that are asked for, since many callers want the same. ``staffed`` are the
    agents who work: signed in, and neither paused nor unreachable. ``last_with`` is whom a participant spoke with last,
    and until when; ``seen`` is when the newest fact was written.
    """

    calls: Mapping[CallId, FieldCall] = field(default_factory=dict)
    agents: Mapping[AgentId, Agent] = field(default_factory=dict)
    rules: Mapping[TenantId, FieldRules] = field(default_factory=dict)
    contracts: Mapping[TenantId, Contract] = field(default_factory=dict)
    last_with: Mapping[ParticipantId, tuple[AgentId, datetime]] = field(default_factory=dict)
    lost_phones: frozenset[Phone] = frozenset()
    queues: Mapping[Group, tuple[tuple[datetime, CallId], ...]] = field(default_factory=dict)
    wanted: Mapping[Needs, tuple[Group, ...]] = field(default_factory=dict)
    ready: SkillIndex = field(default_factory=SkillIndex)
    staffed: SkillIndex = field(default_factory=SkillIndex)
    due: tuple[Due, ...] = ()
    seq: int = 0
    seen: datetime | None = None

    def rules_of(self, tenant: TenantId) -> FieldRules:
        return self.rules.get(tenant, _USUAL_RULES)

    def contract_of(self, tenant: TenantId) -> Contract:
        return self.contracts.get(tenant, _NEW_CONTRACT)

    def is_sent_away(self, call: FieldCall) -> bool:
        """Whether he has waited too long, and is asked to ring another time. He who is offered to be rung back may wait
        on: where he hangs up then, he has abandoned.
        """
        return call.overflowed and self.rules_of(call.tenant).overflow is Overflow.MESSAGE

    def needs(self, group: Group) -> Needs:
        """What an agent must know to take a call of this group."""
        if isinstance(group.sent_to, ToAgent):
            return (frozenset({herself(group.sent_to.agent)}),)
        rules = self.rules_of(group.tenant)
        needs = required(group.tenant, group.language, group.concern, rules, group.stage)
        if isinstance(group.sent_to, ToSkill):
            return tuple(skills | {group.sent_to.skill} for skills in needs)
        return needs

    def at_phone(self, phone: Phone) -> Agent | None:
        return next((agent for agent in self.agents.values() if agent.phone == phone), None)


_USUAL_RULES = FieldRules()
_NEW_CONTRACT = Contract()


def put_call(old: Field, call: FieldCall) -> Field:
    """The field with this call in it, in place of what it was."""
    changed = _queued_anew(old, old.calls.get(call.id), call)
    return replace(changed, calls={**old.calls, call.id: call})


def drop_call(old: Field, call: CallId) -> Field:
    """The field without this call; nothing changes where it isn't there."""
    was = old.calls.get(call)
    if was is None:
        return old
    return replace(_queued_anew(old, was, None), calls=_less(old.calls, call))


def put_agent(old: Field, agent: Agent) -> Field:
    """The field with this agent in it, in place of what she was."""
    changed = _indexed_anew(old, old.agents.get(agent.id), agent)
    return replace(changed, agents={**old.agents, agent.id: agent})


def drop_agent(old: Field, agent: AgentId) -> Field:
    """The field without this agent; nothing changes where she isn't there."""
    was = old.agents.get(agent)
    if was is None:
        return old
    return replace(_indexed_anew(old, was, None), agents=_less(old.agents, agent))


def _queued_anew(old: Field, was: FieldCall | None, now: FieldCall | None) -> Field:
    """The indexes of calls as they are after a change of one."""
    field, before, after = old, _queued(was), _queued(now)
    if before != after:
        field = _out_of_queue(field, *before) if before is not None else field
        field = _into_queue(field, *after) if after is not None else field
    return _due_anew(field, _call_dues(old, was), _call_dues(old, now))


def _queued(call: FieldCall | None) -> tuple[Group, tuple[datetime, CallId]] | None:
    """In which queue a call stands, and its entry there."""
    if call is None or not isinstance(call.place, Waiting):
        return None
    return call.group, (call.entered, call.id)


def _into_queue(old: Field, group: Group, entry: tuple[datetime, CallId]) -> Field:
    queue = old.queues.get(group)
    if queue is not None:
        return replace(old, queues={**old.queues, group: _with(queue, entry)})
    needs = old.needs(group)
    wanted = {**old.wanted, needs: (*old.wanted.get(needs, ()), group)}
    return replace(old, queues={**old.queues, group: (entry,)}, wanted=wanted)


def _out_of_queue(old: Field, group: Group, entry: tuple[datetime, CallId]) -> Field:
    queue = _without(old.queues[group], entry)
    if queue:
        return replace(old, queues={**old.queues, group: queue})
    needs = old.needs(group)
    groups = tuple(one for one in old.wanted[needs] if one != group)
    wanted = {**old.wanted, needs: groups} if groups else _less(old.wanted, needs)
    return replace(old, queues=_less(old.queues, group), wanted=wanted)


def _indexed_anew(old: Field, was: Agent | None, now: Agent | None) -> Field:
    """The indexes of agents as they are after a change of one."""
    either = was or now
    assert either is not None, "an agent changes"
    ready = old.ready.changed(either.id, _skills_if(_is_ready, was), _skills_if(_is_ready, now))
    staffed = old.staffed.changed(either.id, _skills_if(_works, was), _skills_if(_works, now))
    field = replace(old, ready=ready, staffed=staffed)
    return _due_anew(field, _agent_dues(was), _agent_dues(now))


def _is_ready(agent: Agent) -> bool:
    return isinstance(agent.state, Ready)


def _works(agent: Agent) -> bool:
    return not isinstance(agent.state, Paused | Unreachable)


def herself(agent: AgentId) -> Skill:
    """What no other agent can do."""
    return Skill(f"@{agent}")


def _skills_if(is_so: Callable[[Agent], bool], agent: Agent | None) -> Mapping[Skill, int] | None:
    if agent is None or not is_so(agent):
        return None
    return {**agent.skills, herself(agent.id): BEST}


def _due_anew(old: Field, before: Due | None, after: Due | None) -> Field:
    if before == after:
        return old
    due = old.due if before is None else _without(old.due, before)
    return replace(old, due=due if after is None else _with(due, after))


def _call_dues(field: Field, call: FieldCall | None) -> Due | None:
    when = None if call is None else call_due(call, field.rules_of(call.tenant))
    return None if call is None or when is None else Due(when, call.id)


def _agent_dues(agent: Agent | None) -> Due | None:
    match None if agent is None else agent.state:
        case WrapUp(until=at, recorded=True) | Unreachable(again=datetime() as at):
            assert agent is not None, "it is her state"
            return Due(at, agent.id)
        case _:
            return None


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


def _with(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
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
