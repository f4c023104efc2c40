"""A recorded day taken apart: what people and phones did, each as long after its cause as it was, apart from what the
switchboard did of itself.

What a caller or an agent did hangs on what came before it: an answer on the offer, the end of a conversation on its
beginning. So it can be played again when the switchboard does something else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cti.routing.blind import Blind, Look, notes_in
from cti.routing.day import Span
from cti.routing.engine import step
from cti.routing.field_call import OfferedTo, TalkingTo
from cti.routing.patience import Stay, patience
from cti.routing.state import Field
from domain import field_facts as facts
from domain.agent import MISSED, Paused, Ringing, Unreachable, WrapUp
from domain.fact import Fact
from domain.field_facts import OfferResult, Side
from domain.ids import AgentId, CallId
from domain.portal_facts import HandedOver


@dataclass(frozen=True, slots=True)
class Later:
    """A recorded fact, and how long after its cause it came."""

    after: timedelta
    fact: Fact


@dataclass(slots=True)
class Ring:
    """An offer: how long the phone rang, and what came of it. ``answered`` None: cut short, or it rings still."""

    agent: AgentId
    at: datetime
    ring_s: int
    facts: list[Later] = field(default_factory=list)
    lasted: timedelta | None = None
    answered: bool | None = None
    result: OfferResult | None = None


@dataclass(slots=True)
class Stretch:
    """What followed a caller's entry, or a connection, until the next connection (``then``).

    ``agent`` is whom he spoke with; ``wrap_up`` is what she did to end her wrap-up by hand. ``on_line`` is whether he
    """

    began: datetime
    agent: AgentId | None = None
    on_line: bool = True
    facts: list[Later] = field(default_factory=list)
    wrap_up: list[Later] = field(default_factory=list)
    then: "Stretch | None" = None
    ended: bool = True
    patience: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The day: ``given`` stands at fixed times. ``entries`` are the stretches that the entry with this ``seq`` began,
    ``begun`` those of the calls that the day found in the field; ``rings`` the offers of a call, in order; ``back``
    when an agent went ready again after each pause for too many missed, if she did.
    """

    given: Sequence[Fact]
    entries: Mapping[int, Stretch]
    begun: Mapping[CallId, Stretch]
    rings: Mapping[CallId, Sequence[Ring]]
    back: Mapping[AgentId, Sequence[Later | None]]
    blind: "Blind"
    found_talking: int
    rung_back: int


def talks_anew(before: Field, after: Field, call: CallId | None) -> AgentId | None:
    """With whom a conversation has begun by this step; what an agent dials is as it was, whatever else changes."""
    if call is None or call not in after.calls or after.calls[call].dial is not None:
        return None
    place = after.calls[call].place
    was = before.calls[call].place if call in before.calls else None
    return place.agent if isinstance(place, TalkingTo) and place != was else None


def missed_too_many(before: Field, after: Field, agent: AgentId) -> bool:
    """Whether this step has paused her for that."""
    return in_missed_pause(after, agent) and not in_missed_pause(before, agent)


def in_missed_pause(state: Field, agent: AgentId) -> bool:
    found = state.agents.get(agent)
    match None if found is None else found.state:
        case Paused(reason=reason) | Unreachable(paused=reason):
            return reason == MISSED
        case _:
            return False


def wraps_up(state: Field, agent: AgentId) -> CallId | None:
    """After which call; None where she doesn't."""
    known = state.agents.get(agent)
    return known.state.call if known is not None and isinstance(known.state, WrapUp) else None


def agent_in(fact: Fact, before: Field) -> AgentId | None:
    """Whom a fact is about: the one it names, or the one its call is with."""
    named: AgentId | None = getattr(fact.body, "agent", None)
    if named is not None or fact.origin.call is None:
        return named
    call = before.calls.get(fact.origin.call)
    return call.place.agent if call and isinstance(call.place, OfferedTo | TalkingTo) else None


def record(day: Iterable[Fact], before: Field, span: Span) -> Recorded:
    """Take the day apart. ``day`` is in order and ``straightened``; ``before`` is the field it found."""
    reader = _Reader(before, span)
    for fact in day:
        reader.take_in(fact)
    return reader.done()


class _Reader:
    """Follows the field through the day and files each fact with its cause."""

    def __init__(self, before: Field, span: Span) -> None:
        self._field = before
        self._span = span
        self._look = Look(before, span.since)
        self._given: list[Fact] = []
        self._entries: dict[int, Stretch] = {}
        self._begun = {call.id: _begun(call.place, call.entered) for call in before.calls.values()}
        self._now: dict[CallId, Stretch] = dict(self._begun)
        self._talks = {one.agent: (call, one) for call, one in self._begun.items() if one.agent}
        self._wraps_up: dict[AgentId, Stretch | None] = {}
        self._entry: dict[CallId, int] = {}
        self._rings: dict[CallId, list[Ring]] = defaultdict(list)
        self._offers: dict[tuple[CallId, int], Ring] = {}
        self._ringing: dict[AgentId, Ring] = {}
        self._back: dict[AgentId, list[Later | None]] = defaultdict(list)
        self._paused: dict[AgentId, datetime] = {}
        self._stays: dict[int, Stay] = {}
        self._found_talking: set[CallId] = set()
        self._rung_back: set[CallId] = set()

    def take_in(self, fact: Fact) -> None:
        before = self._field
        own = self._look.is_own(before, fact)
        self._look.before(before, fact.at, fact.seq, own=own)
        after, commands = step(before, fact)
        self._field = after
        self._look.after(after, fact, notes_in(commands), own=own)
        if not own:
            self._file(fact, before)
        self._offered(fact, after)
        self._rang(fact, after)
        agent = agent_in(fact, before)
        if agent is not None and missed_too_many(before, after, agent):
            self._back[agent].append(None)
            self._paused[agent] = fact.at
        if isinstance(fact.body, facts.CallEnded | facts.LegEnded):
            self._wrap_up(before, after)
        self._of_call(fact, before, after)

    def _wrap_up(self, before: Field, after: Field) -> None:
        """Of all who do from now on: a caller's end is theirs too who were only asked in."""
        for agent in after.agents:
            call = wraps_up(after, agent)
            if call is not None and wraps_up(before, agent) is None:
                about, stretch = self._talks.pop(agent, (None, None))
                self._wraps_up[agent] = stretch if about == call else None

    def done(self) -> Recorded:
        self._look.done(self._field, self._span.until)
        for ring in self._ringing.values():
            ring.lasted = self._span.until - ring.at
        for call_id, seq in self._entry.items():
            call = self._field.calls.get(call_id)
            if call is not None and seq not in self._stays:
                self._stays[seq] = Stay(self._span.until - call.entered, left=False)
        for seq, limit in patience(self._stays).items():
            self._entries[seq].patience = limit
        for call in self._field.calls.values():
            if call.id in self._now:  # what an agent dials is given
                self._now[call.id].ended = not isinstance(call.place, TalkingTo)
        return Recorded(
            self._given,
            self._entries,
            self._begun,
            self._rings,
            self._back,
            Blind(self._look.times),
            len(self._found_talking),
            len(self._rung_back),
        )

    def _file(self, fact: Fact, before: Field) -> None:
        call = fact.origin.call
        match fact.body:
            case HandedOver() if call is not None and call not in before.calls:
                self._given.append(fact)
                self._now[call] = self._entries[fact.seq] = Stretch(fact.at)
                self._entry[call] = fact.seq
            case (
                facts.OfferEnded(offer=offer)
                | facts.Connected(offer=offer)
                | facts.PhoneRang(offer=offer)
            ) if call is not None and (call, offer) in self._offers:
                ring = self._offers[call, offer]
                ring.facts.append(Later(fact.at - ring.at, fact))
            case facts.WrapUpEnded(agent=agent) | facts.WentReady(agent=agent):
                self._by_hand(fact, before, agent)
            case _ if call is not None and call in self._now:
                stretch = self._now[call]
                stretch.facts.append(Later(fact.at - stretch.began, fact))
            case _:
                self._given.append(fact)

    def _by_hand(self, fact: Fact, before: Field, agent: AgentId) -> None:
        """She went ready, or ended her wrap-up: that hangs on when the wrap-up began, or the pause for those missed."""
        known = before.agents.get(agent)
        state = None if known is None else known.state
        if isinstance(state, WrapUp):
            stretch = self._wraps_up.get(agent)
            if stretch is not None:
                stretch.wrap_up.append(Later(fact.at - state.since, fact))
                return
        elif isinstance(fact.body, facts.WentReady) and self._is_back(before, agent):
            self._back[agent][-1] = Later(fact.at - self._paused[agent], fact)
            return
        self._given.append(fact)

    def _is_back(self, before: Field, agent: AgentId) -> bool:
        return in_missed_pause(before, agent) and agent in self._paused

    def _offered(self, fact: Fact, after: Field) -> None:
        call = fact.origin.call
        if not isinstance(fact.body, facts.Offered) or call not in after.calls or call is None:
            return
        if rings(after, fact.body.agent, call, fact.body.offer):
            ring = Ring(fact.body.agent, fact.at, after.rules_of(after.calls[call].tenant).ring_s)
            self._rings[call].append(ring)
            self._offers[call, fact.body.offer] = self._ringing[ring.agent] = ring

    def _rang(self, fact: Fact, after: Field) -> None:
        """Close the rings that are over."""
        for agent, ring in list(self._ringing.items()):
            state = after.agents[agent].state if agent in after.agents else None
            if isinstance(state, Ringing) and state.since == ring.at:
                continue
            del self._ringing[agent]
            ring.lasted = fact.at - ring.at
            if ring.facts and ring.facts[-1].fact is fact:
                ring.answered = isinstance(fact.body, facts.Connected)
                ring.result = fact.body.result if isinstance(fact.body, facts.OfferEnded) else None

    def _of_call(self, fact: Fact, before: Field, after: Field) -> None:
        call = fact.origin.call
        if call is None or call not in self._now:
            return
        agent = talks_anew(before, after, call)
        if agent is not None:
            on_line = before.calls[call].on_line
            follows = Stretch(fact.at, agent, on_line)
            self._now[call].then = self._now[call] = follows
            self._talks[agent] = call, follows
        if isinstance(fact.body, facts.FoundTalking):
            self._found_talking.add(call)
        if isinstance(fact.body, facts.CallBackAsked):
            self._rung_back.add(call)
        if call in self._entry and self._entry[call] not in self._stays and call in before.calls:
            gone = call not in after.calls
            if gone or agent is not None or after.calls[call].call_back is not None:
                wait = fact.at - before.calls[call].entered
                left = isinstance(fact.body, facts.CallEnded) and fact.body.by is Side.CALLER
                self._stays[self._entry[call]] = Stay(wait, left=gone and left)


def _begun(place: object, entered: datetime) -> Stretch:
    return Stretch(entered, place.agent if isinstance(place, TalkingTo) else None)


def rings(state: Field, agent: AgentId, call: CallId, offer: int) -> bool:
    known = state.agents.get(agent)
    if known is None or not isinstance(known.state, Ringing):
        return False
    return (known.state.call, known.state.offer) == (call, offer)
