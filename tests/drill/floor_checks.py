"""What must hold of a day on the floor, from its facts alone: every call complete, every agent's day without a gap.

``faults`` says in words what doesn't, each with the fact's number; an empty list is a good day. ``seen_checks`` holds
the same facts against what telephones and callers saw.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from typing_extensions import override

from cti.routing.engine import decide, step
from cti.routing.field_call import AwaitsCallBack, Waiting
from cti.routing.state import Field
from domain import field_facts as facts
from domain.agent import Agent, AgentState, Ready, Ringing, Talking, Unreachable
from domain.fact import Body, Fact
from domain.facts import kind_of
from domain.field_facts import CallBackResult, OfferResult
from domain.ids import AgentId, CallId, Phone
from domain.portal_facts import PORTAL_FACTS, CallArrived, DialogEnd, DialogLeft, HandedOver
from domain.waiting_field import BANDS, LONGER, Band

IDLE_S = 2.0
"""How long a ready agent may idle while a caller waits whom she may take: the switchboard decides as it writes a fact,
and looks at the log twice a second.
"""


class Brief:
    """Told in a line, with the time of day only; for dataclasses."""

    __slots__ = ()

    @override
    def __str__(self) -> str:
        values = ((one.name, getattr(self, one.name)) for one in fields(self))  # type: ignore[arg-type]
        told = (f"{name}={_clock(value)}" for name, value in values)
        return f"{type(self).__name__}({', '.join(told)})"


def _clock(value: object) -> str:
    return f"{value:%H:%M:%S.%f}"[:-3] if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, slots=True)
class Outage(Brief):
    """A time when the switchboard didn't see everything. ``phone``: that one alone was out of reach; ``loses_calls``:
    no call outlived it.
    """

    what: str
    since: datetime
    until: datetime
    phone: Phone | None = None
    loses_calls: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """An agent in one state, and the fact that ended it; None: she is in it still."""

    agent: AgentId
    phone: Phone
    state: AgentState
    since: datetime
    until: datetime
    ended_by: Fact | None


def faults(log: Sequence[Fact], outages: Sequence[Outage] = ()) -> list[str]:
    """All that is wrong with the facts of a day that began and ended with an empty floor."""
    day = _Day(outages)
    for fact in log:
        day.take_in(fact)
    found = [*day.faults, *day.left_over()]
    for call, of_call in by_call(log).items():
        asked_in = {offer: agent for (one, offer), agent in day.asked_in.items() if one == call}
        found += [f"call {call}: {fault}" for fault in _of_call(of_call, asked_in)]
    return found


def by_call(log: Iterable[Fact]) -> Mapping[CallId, Sequence[Fact]]:
    """All facts of all calls, in order."""
    found: dict[CallId, list[Fact]] = defaultdict(list)
    for fact in log:
        if fact.origin.call is not None:
            found[fact.origin.call].append(fact)
    return found


def spells(log: Iterable[Fact]) -> list[Spell]:
    """Every agent's day, state by state, in the order of their ends; they follow each other without a gap."""
    day = _Day(())
    for fact in log:
        day.take_in(fact)
    return day.spells


class _Day:
    """Follows the field through the day and looks at every step. ``asked_in`` are the guests of calls, by the number
    of their offer: a colleague, or a line outside (None).
    """

    def __init__(self, outages: Sequence[Outage]) -> None:
        self.faults: list[str] = []
        self.spells: list[Spell] = []
        self.asked_in: dict[tuple[CallId, int], AgentId | None] = {}
        self._outages = outages
        self._field = Field()
        self._last: Fact | None = None
        self._open: dict[AgentId, datetime] = {}
        self._idle_since: datetime | None = None

    def take_in(self, fact: Fact) -> None:
        if self._last is not None and fact.at < self._last.at:
            self._fault(fact, f"its time lies {self._last.at - fact.at} before the fact before")
        self._look_for_idlers(fact)
        before, (after, _) = self._field, step(self._field, fact)
        if isinstance(fact.body, facts.Offered):
            self._offer(fact, fact.body, before)
        for agent in sorted(before.agents.keys() | after.agents.keys()):
            self._agent(fact, before.agents.get(agent), after.agents.get(agent))
        call = after.calls.get(CallId(fact.origin.call or ""))
        if call is not None and call.guest is not None:
            self.asked_in[(call.id, call.guest.offer)] = call.guest.agent
        self._field, self._last = after, fact
        follows = decide(after, fact.at)
        waits = follows is not None and isinstance(follows.body, facts.Offered)
        self._idle_since = (self._idle_since or fact.at) if waits else None

    def left_over(self) -> Iterator[str]:
        """Who is on the floor or in the field after the day; who is still to be rung back may be."""
        for agent in self._field.agents.values():
            yield f"agent {agent.id} is still signed in: {agent.state}"
        for call in self._field.calls.values():
            if call.on_line or not isinstance(call.place, AwaitsCallBack | Waiting):
                yield f"call {call.id} is still in the field: {call.place}"

    def _fault(self, fact: Fact, words: str) -> None:
        self.faults.append(f"{fact.seq} {kind_of(fact.body)} (call {fact.origin.call}): {words}")

    def _look_for_idlers(self, fact: Fact) -> None:
        """Whether somebody waited before this fact who could have been offered to somebody ready."""
        since = self._idle_since
        if since is None or fact.at - since <= timedelta(seconds=IDLE_S):
            return
        if not any(one.since <= fact.at and since <= one.until for one in self._outages):
            self._fault(fact, f"an agent who may take a waiting caller idles since {since}")
        self._idle_since = fact.at

    def _offer(self, fact: Fact, body: facts.Offered, before: Field) -> None:
        agent = before.agents.get(body.agent)
        call = before.calls.get(CallId(fact.origin.call or ""))
        if agent is None or not isinstance(agent.state, Ready):
            self._fault(fact, f"offered to an agent who isn't ready: {agent and agent.state}")
        if call is None or not isinstance(call.place, Waiting):
            self._fault(fact, f"a call is offered that doesn't wait: {call and call.place}")
        elif body.offer != call.offers + 1:
            self._fault(fact, f"it is the call's offer {call.offers + 1}")

    def _agent(self, fact: Fact, was: Agent | None, now: Agent | None) -> None:
        """One step of her day: a state begins when the one before it ends."""
        if was is not None and now is not None and was.state == now.state:
            return
        if was is not None:
            since = self._open.pop(was.id)
            self.spells.append(Spell(was.id, was.phone, was.state, since, fact.at, fact))
            self._ends_rightly(fact, was, now)
        elif not isinstance(fact.body, facts.SignedIn):
            self._fault(fact, "an agent appears who didn't sign in")
        if now is None:
            if was is not None and not was.leaves and not isinstance(fact.body, facts.SignOutAsked):
                self._fault(fact, f"agent {was.id} is gone and didn't sign out")
            return
        self._open[now.id] = fact.at
        goes_on = isinstance(now.state, Unreachable) and was is not None
        if now.state.since != fact.at and not (
            goes_on and was and now.state.since == was.state.since
        ):
            self._fault(fact, f"agent {now.id} is {now.state}, which begins at another time")

    def _ends_rightly(self, fact: Fact, was: Agent, now: Agent | None) -> None:
        if not isinstance(was.state, Ringing):
            return
        ends = {*_ENDS_OF_OFFERS, facts.PhoneLost, facts.FoundTalking}
        if (was.state.call, was.state.offer) in self.asked_in:
            ends |= {facts.ControlAsked, facts.LegEnded}  # she who asked for her needs her no more
        about_it = fact.origin.call in {None, was.state.call} or isinstance(
            fact.body, facts.FoundTalking
        )
        if type(fact.body) not in ends or not about_it:
            self._fault(fact, f"it ends the ringing of agent {was.id} for {was.state.call}")
        talks = now is not None and isinstance(now.state, Talking)
        if talks and not isinstance(fact.body, facts.Connected | facts.FoundTalking):
            self._fault(fact, f"agent {was.id} talks without a connection")


_ENDS_OF_OFFERS: tuple[type[Body], ...] = (
    facts.Connected,
    facts.OfferEnded,
    facts.CallEnded,
    facts.CallBackPutOff,
    facts.CallBackTried,
)


# Of a call


AskedIn = Mapping[int, AgentId | None]


def _of_call(log: Sequence[Fact], asked_in: AskedIn) -> Iterator[str]:
    bodies = [fact.body for fact in log]
    arrivals = [body for body in bodies if isinstance(body, CallArrived)]
    if len(arrivals) != 1 or not isinstance(bodies[0], CallArrived):
        yield f"it arrived {len(arrivals)} times, and begins with {kind_of(bodies[0])}"
    entries = sum(isinstance(body, HandedOver) for body in bodies)
    if entries > 1:
        yield f"it entered the field {entries} times"
    yield from _field_end(bodies) if entries else _portal_end(bodies)
    yield from _offers(bodies, asked_in)
    yield from _conversations(bodies, asked_in)
    yield from _told(bodies)


def _portal_end(bodies: Sequence[Body]) -> Iterator[str]:
    """Who never waited left the dialog, once, and that is the last of him."""
    ends = [body for body in bodies if isinstance(body, DialogLeft)]
    if len(ends) != 1 or bodies[-1] is not ends[0]:
        yield f"it left the dialog {len(ends)} times, and ends with {kind_of(bodies[-1])}"
    elif ends[0].end not in {DialogEnd.FAREWELL, DialogEnd.HUNG_UP}:
        yield f"it left the dialog by {ends[0].end} and went nowhere"


def _field_end(bodies: Sequence[Body]) -> Iterator[str]:
    """Who waited has ended once for each line he was on, and the field knows no more of him after the last."""
    lines = 1 + sum(_reached(body) for body in bodies)
    ends = [place for place, body in enumerate(bodies) if isinstance(body, facts.CallEnded)]
    if len(ends) != lines:
        yield f"it was on {lines} lines and ended {len(ends)} times"
        return
    wished = any(isinstance(body, facts.CallBackAsked) for body in bodies)
    elsewhere = (*PORTAL_FACTS, facts.WrapUpEnded)  # what others do when he is gone
    after = [body for body in bodies[ends[-1] + 1 :] if not isinstance(body, elsewhere)]
    if after and (not wished or lines > 1):
        yield f"it goes on after its end with {', '.join(map(kind_of, after))}"


def _reached(body: Body) -> bool:
    return isinstance(body, facts.CallBackTried) and body.result is CallBackResult.REACHED


def _offers(bodies: Sequence[Body], asked_in: AskedIn) -> Iterator[str]:
    """Each offer has one end: it was connected, it ended, or the caller (or her phone) was gone."""
    offered: dict[int, AgentId | None] = dict(asked_in)
    last = 0
    ended: set[int] = set()
    for body in bodies:
        match body:
            case facts.Offered(agent=agent, offer=offer):
                if offer <= last or offer in asked_in:
                    yield f"offer {offer} comes after offer {last}"
                offered[offer], last = agent, offer
            case (
                facts.Connected(agent=agent, offer=offer)
                | facts.OfferEnded(agent=agent, offer=offer)
            ):
                if offered.get(offer) != agent:
                    yield f"{kind_of(body)} of offer {offer} to {agent}, which was none"
                elif offer in ended:
                    yield f"offer {offer} ends twice, the second time by {kind_of(body)}"
                ended.add(offer)
            case facts.PhoneRang(agent=agent, offer=offer):
                if offered.get(offer) != agent or offer in ended:
                    yield f"a phone rang for offer {offer}, which was none or over"
            case _:
                pass


def _conversations(bodies: Sequence[Body], asked_in: AskedIn) -> Iterator[str]:
    """Each conversation has one end, and no other begins before that, but for a guest's; of one who sent her caller
    on it comes later. Whose agent leaves is with her guest.
    """
    talks_to: AgentId | None = None
    guest: AgentId | None = None
    sent_on: list[AgentId] = []
    for body in bodies:
        match body:
            case facts.Connected(agent=agent, offer=offer) if offer in asked_in:
                guest = agent
            case facts.LegEnded(agent=agent) if agent == guest:
                guest = None
            case facts.Connected(agent=agent) | facts.FoundTalking(agent=agent):
                if talks_to is not None:
                    yield f"connected to {agent} while talking to {talks_to}"
                talks_to = agent
            case facts.Transferred() if talks_to is not None:
                sent_on.append(talks_to)
                talks_to = None
            case facts.LegEnded(agent=agent) if agent in sent_on:
                sent_on.remove(agent)
            case facts.LegEnded(agent=agent):
                if talks_to != agent:
                    yield f"a conversation with {agent} ends that never began"
                talks_to, guest = guest, None
            case facts.CallEnded():
                talks_to = guest = None
            case _:
                pass
    if talks_to is not None:
        yield f"the conversation with {talks_to} has no end"


def _told(bodies: Sequence[Body]) -> Iterator[str]:
    """What a caller is told of his wait never rises, until he is sent on and begins another."""
    order = (*BANDS, LONGER)
    last: tuple[int, Band] | None = None
    for body in bodies:
        if isinstance(body, facts.Transferred):
            last = None
        if not isinstance(body, facts.WaitTold):
            continue
        told = body.position, Band(body.at_least_s, body.at_most_s)
        if last is not None and (told[0] > last[0] or order.index(told[1]) > order.index(last[1])):
            yield f"he is told {told} after {last}"
        last = told


def results(log: Iterable[Fact]) -> Mapping[str, int]:
    """How often each result of an offer came, for a report."""
    found: dict[str, int] = defaultdict(int)
    for fact in log:
        match fact.body:
            case facts.Connected():
                found["connected"] += 1
            case facts.OfferEnded(result=OfferResult() as result):
                found[result.value] += 1
            case _:
                pass
    return found
