"""Plays a recorded day again: drives the engine with a clock that jumps from one event to the next."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final

from cti.routing.blind import BEFORE_ALL, Key, notes_in
from cti.routing.changes import Changes
from cti.routing.commands import Note
from cti.routing.day import Span
from cti.routing.engine import decide, step
from cti.routing.recorded import (
    Later,
    Recorded,
    Ring,
    Stretch,
    agent_in,
    in_missed_pause,
    missed_too_many,
    rings,
    talks_anew,
)
from cti.routing.state import Field
from cti.routing.usual import Usual
from domain import field_facts as facts
from domain.agent import WrapUp, write_skills
from domain.desk_facts import NoConcern
from domain.fact import Body, Fact, Origin
from domain.field_facts import CallBackResult, OfferResult, Side
from domain.ids import AgentId, CallId, RecordId
from domain.waiting_field import write_rules

ACTOR: Final = "what-if"
"""Who causes what no recorded fact stands for."""

_AFTER_ALL: Final = 2**62
"""The place of what isn't recorded: after all of its instant that is."""

_TECHNICAL: Final = frozenset(
    {OfferResult.UNREACHABLE, OfferResult.CALLER_LEFT, OfferResult.FAILED}
)


@dataclass(frozen=True, slots=True)
class _Planned:
    """Something that will happen, if it fits then; an entry begins a stretch."""

    origin: Origin
    node: str
    body: Body
    fits: Callable[[], bool] | None = None
    entry: Stretch | None = None


class Player:
    """``log`` is what it has written; ``play`` writes it."""

    def __init__(self, recorded: Recorded, before: Field, span: Span, changes: Changes) -> None:
        self.log: list[Fact] = []
        self._recorded = recorded
        self._usual = Usual(recorded)
        self._span = span
        self._changes = changes
        self._field = before
        self._at = span.since
        self._node = recorded.given[0].node if recorded.given else ""
        self._plans: list[tuple[datetime, int, int, _Planned]] = []
        self._planned = 0
        self._notes: list[Note] = []
        self._look_at: Key | None = None
        self._now: dict[CallId, Stretch] = {}
        self._talks: dict[AgentId, tuple[CallId, Stretch]] = {}
        self._rung: set[int] = set()
        self._missed: dict[AgentId, int] = defaultdict(int)

    def play(self) -> None:
        self._begin()
        self._look((self._at, BEFORE_ALL))
        while (key := self._next()) is not None and key[0] < self._span.until:
            self._at = key[0]
            if self._plans and self._plans[0][:2] == key:
                self._happen(heappop(self._plans)[-1])
            self._look(key)

    def _begin(self) -> None:
        for agent in self._field.agents.values():
            if agent.id in self._changes.skills:
                skills = self._changes.skills_of(agent.id, write_skills(agent.skills))
                self._write(
                    Origin(None, None, ACTOR), facts.SkillsSet(agent.id, skills), self._node
                )
        for tenant in self._changes.rules:
            rules = self._changes.rules_of(tenant, write_rules(self._field.rules_of(tenant)))
            self._write(Origin(tenant, None, ACTOR), facts.FieldRulesSet(rules), self._node)
        for fact in self._recorded.given:
            entry = self._recorded.entries.get(fact.seq)
            planned = _Planned(fact.origin, fact.node, self._changes.changed(fact), entry=entry)
            self._plan(fact.at, fact.seq, planned)
        for call, stretch in self._recorded.begun.items():
            if stretch.agent is not None:
                self._talks[stretch.agent] = call, stretch
            self._take_up(call, stretch, stretch.began, stretch.agent)

    def _next(self) -> Key | None:
        keys: list[Key] = []
        if self._plans:
            keys.append(self._plans[0][:2])
        if self._look_at is not None:
            keys.append(self._look_at)
        due = next((due.at for due in self._field.due if due.at > self._at), None)
        if due is not None:
            keys.append((due, BEFORE_ALL))
        return min(keys, default=None)

    def _look(self, key: Key) -> None:
        """What the switchboard does when it looks at the field; not while it is blind."""
        self._look_at = self._recorded.blind.until(key)
        if self._look_at is not None:
            return
        while True:
            follows, self._notes = self._notes, []
            if not follows:
                decided = decide(self._field, self._at)
                if decided is None:
                    return
                follows = [decided]
            for note in follows:
                self._write(note.origin, note.body, self._node)

    def _plan(self, at: datetime, place: int, planned: _Planned) -> None:
        self._planned += 1
        heappush(self._plans, (at, place, self._planned, planned))

    def _make_up(self, at: datetime, origin: Origin, body: Body, fits: Callable[[], bool]) -> None:
        self._plan(at, _AFTER_ALL, _Planned(origin, self._node, body, fits))

    def _happen(self, planned: _Planned) -> None:
        if planned.fits is not None and not planned.fits():
            return
        call, before = planned.origin.call, self._field
        self._write(planned.origin, planned.body, planned.node)
        entry = planned.entry
        if entry is None or call is None or call in before.calls:
            return
        self._take_up(call, entry, self._at, None)
        if entry.patience is not None:
            left = facts.CallEnded(Side.CALLER)
            at = self._at + entry.patience
            self._make_up(at, planned.origin, left, lambda: self._waits(call, entry))

    def _waits(self, call: CallId, entry: Stretch) -> bool:
        known = self._field.calls.get(call)
        return self._now[call] is entry and known is not None and known.call_back is None

    def _write(self, origin: Origin, body: Body, node: str) -> None:
        before = self._field
        fact = Fact(before.seq + 1, self._at, origin, node, body)
        self.log.append(fact)
        self._field, commands = step(before, fact)
        self._notes += notes_in(commands)
        self._follow(before, fact)

    def _follow(self, before: Field, fact: Fact) -> None:
        """Plan what people and phones do about it."""
        call, after, agent = fact.origin.call, self._field, agent_in(fact, before)
        if isinstance(fact.body, facts.Offered):
            self._ring(fact.origin, fact.body.agent, fact.body.offer)
            return
        talker = talks_anew(before, after, call)
        if talker is not None and call is not None:
            self._connect(fact.origin, talker, on_line=before.calls[call].on_line)
        if isinstance(fact.body, facts.CallEnded | facts.LegEnded):
            for one in after.agents:  # a caller's end is theirs too who are with him no more
                if wraps_up(after, one) and not wraps_up(before, one):
                    self._wrap_up(one)
        if agent is not None and missed_too_many(before, after, agent):
            self._pause(agent)

    def _ring(self, origin: Origin, agent: AgentId, offer: int) -> None:
        """Her phone does what it did for this caller, or what it usually does."""
        call = origin.call
        assert call is not None, "an offer is a call's"
        limit = timedelta(seconds=self._field.rules_of(self._field.calls[call].tenant).ring_s)
        ring = self._ring_of(call, agent)
        if ring is not None:
            for later in ring.facts:
                after, body = _rung(ring, later, offer, limit)
                planned = _Planned(later.fact.origin, later.fact.node, body)
                self._plan(self._at + after, later.fact.seq, planned)
            if ring.answered is not None:
                return
        lasted = timedelta() if ring is None or ring.lasted is None else ring.lasted
        after = max(lasted, min(lasted + self._usual.ring(agent), limit))
        connected = facts.Connected(agent, offer)
        still = replace(origin, actor=ACTOR)
        self._make_up(
            self._at + after, still, connected, lambda: rings(self._field, agent, call, offer)
        )

    def _ring_of(self, call: CallId, agent: AgentId) -> Ring | None:
        for ring in self._recorded.rings.get(call, ()):
            again = ring.result not in _TECHNICAL or ring.at == self._at
            if ring.agent == agent and again and id(ring) not in self._rung:
                self._rung.add(id(ring))
                return ring
        return None

    def _connect(self, origin: Origin, agent: AgentId, *, on_line: bool) -> None:
        """They talk for as long as they did, whoever the agent is."""
        call = origin.call
        assert call is not None, "a conversation is a call's"
        known = self._now.get(call)
        stretch = None if known is None else known.then
        if stretch is None or stretch.on_line != on_line:
            stretch = self._unheard(origin, agent, on_line=on_line)
        self._talks[agent] = call, stretch
        self._take_up(call, stretch, self._at, agent)

    def _unheard(self, origin: Origin, agent: AgentId, *, on_line: bool) -> Stretch:
        stretch = Stretch(self._at, agent, on_line)
        ended = Fact(_AFTER_ALL, self._at, origin, self._node, facts.CallEnded(Side.CALLER))
        if not on_line:
            reached = facts.CallBackTried(agent, 1, CallBackResult.REACHED, None)
            stretch.facts.append(Later(timedelta(), replace(ended, body=reached)))
        talk = self._usual.talk(origin.tenant)
        nothing = replace(
            ended, body=NoConcern(RecordId(ACTOR), None)
        )  # or her wrap-up would never end
        stretch.facts += (Later(talk, nothing), Later(talk, ended))
        return stretch

    def _take_up(self, call: CallId, stretch: Stretch, at: datetime, agent: AgentId | None) -> None:
        """Plan a stretch; what is left of the one before it won't happen."""
        self._now[call] = stretch
        for later in stretch.facts:
            planned = _by(agent, stretch.agent, later.fact, lambda: self._now[call] is stretch)
            self._plan(at + later.after, later.fact.seq, planned)
        if not stretch.ended:
            tenant = self._field.calls[call].tenant
            origin = Origin(tenant, call, ACTOR)
            after = max(self._span.until - stretch.began, self._usual.talk(tenant))
            ended = facts.CallEnded(Side.CALLER)
            self._make_up(at + after, origin, ended, lambda: self._now[call] is stretch)

    def _wrap_up(self, agent: AgentId) -> None:
        state, since = self._field.agents[agent].state, self._at
        call, stretch = self._talks.pop(agent, (None, None))
        if stretch is None or not isinstance(state, WrapUp) or state.call != call:
            return  # of a call that she was only asked into
        if not state.recorded and agent != stretch.agent and not stretch.wrap_up:
            origin, ended = Origin(None, call, agent), facts.WrapUpEnded(agent, facts.EndedBy.AGENT)
            self._make_up(state.until, origin, ended, lambda: wraps_up(self._field, agent) == since)
        for later in stretch.wrap_up:
            planned = _by(
                agent, stretch.agent, later.fact, lambda: wraps_up(self._field, agent) == since
            )
            self._plan(self._at + later.after, later.fact.seq, planned)

    def _pause(self, agent: AgentId) -> None:
        """She is paused for offers missed, until she goes ready again."""
        known, count = self._recorded.back.get(agent, ()), self._missed[agent]
        self._missed[agent] += 1

        def still() -> bool:
            return in_missed_pause(self._field, agent)

        if count >= len(known):
            origin, body = Origin(None, None, ACTOR), facts.WentReady(agent)
            self._make_up(self._at + self._usual.back, origin, body, still)
            return
        later = known[count]
        if later is not None:
            planned = _Planned(later.fact.origin, later.fact.node, later.fact.body, still)
            self._plan(self._at + later.after, later.fact.seq, planned)


def wraps_up(state: Field, agent: AgentId) -> datetime | None:
    """Since when; None where she doesn't."""
    known = state.agents.get(agent)
    return known.state.since if known is not None and isinstance(known.state, WrapUp) else None


def _rung(ring: Ring, later: Later, offer: int, limit: timedelta) -> tuple[timedelta, Body]:
    """When and how it comes that a phone rings for ``limit``, which rang for ``ring.ring_s`` then."""
    longer = limit - timedelta(seconds=ring.ring_s)
    body: Any = later.fact.body
    match body:
        case facts.OfferEnded(result=OfferResult.NO_ANSWER):
            return later.after + longer, replace(body, offer=offer)
        case facts.Connected(agent=agent) if longer < timedelta() and later.after > limit:
            return limit, facts.OfferEnded(agent, offer, OfferResult.NO_ANSWER)
        case _:
            return later.after, replace(body, offer=offer)


def _by(
    agent: AgentId | None, was: AgentId | None, fact: Fact, fits: Callable[[], bool]
) -> _Planned:
    """The fact with this agent in the place of whom it was about."""
    origin, body = fact.origin, fact.body
    if agent is not None and agent != was:
        if origin.actor == was:
            origin = replace(origin, actor=agent)
        if getattr(body, "agent", None) == was:
            named: Any = body
            body = replace(named, agent=agent)
    return _Planned(origin, fact.node, body, fits)
