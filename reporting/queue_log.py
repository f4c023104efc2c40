"""Our log in the words of Asterisk's ``queue_log``, for programs that read that one, such as QueueMetrics and Asternic.

The line is Asterisk's: ``epoch|callid|queue|agent|EVENT|data...``, and so are the units: whole seconds, but
milliseconds of a ring that nobody answered (Asterisk's documentation, Operation/Logging/Queue Logs). A tenant is a
queue. A caller is in it from when he enters the waiting field until his first wait is over, and the conversation that
it led to; so what is counted there is what our reports count.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from typing_extensions import override

from domain import field_facts as facts
from domain.agent import Agent, Paused, Unreachable
from domain.fact import Body, Fact
from domain.field_facts import Control, OfferResult, Side
from domain.ids import AgentId, CallerId, CallId, Skill, TenantId
from domain.period import Period
from domain.portal_facts import HandedOver
from domain.projection import (
    Arrival,
    Leg,
    LegOver,
    LineGone,
    PassedOn,
    Row,
    Visit,
    VisitEnd,
    VisitOver,
)
from domain.transfer import ToAgent, ToLine, ToSkill, read_target

NOBODY: Final = "NONE"
"""Stands in Asterisk's log where there is no call, or no agent."""

UNREACHABLE: Final = "unreachable"
"""Why somebody pauses whose phone is gone: nobody is offered a call then."""

_CALL_BACK_KEY: Final = "1"
"""What a caller keys in the waiting field to be rung back."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact, what it added to the projections, and who is signed in after it."""

    fact: Fact
    rows: Sequence[Row]
    agents: Mapping[AgentId, Agent]


@dataclass(frozen=True, slots=True)
class Shown:
    """How persons are written: an agent by her opaque id, and a caller not at all, unless somebody says otherwise."""

    agent: Callable[[AgentId], str] = str
    number: Callable[[CallerId], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    call: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]

    @override
    def __str__(self) -> str:
        """What would end a field, or the line, is written as a space."""
        fields = (str(_epoch(self.at)), self.call, self.queue, self.agent, self.event)
        return "|".join(_one_field(one) for one in (*fields, *self.data))


@dataclass(slots=True)
class _Call:
    """A caller in the queue; ``connected`` None: he waits. ``agent`` None then: somebody whom nobody knows."""

    id: CallId
    tenant: TenantId
    entered: datetime
    origin: int
    connected: datetime | None = None
    agent: AgentId | None = None
    wanted: str = ""
    passed_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    queues: frozenset[TenantId] = frozenset()
    pause: str | None = None


class QueueLog:
    """Takes in what happened, from the log's beginning; knows who waits, talks and pauses."""

    def __init__(self, queues: Collection[TenantId], shown: Shown) -> None:
        """``queues`` are the tenants whose lines are wanted."""
        self._queues = frozenset(queues)
        self._shown = shown
        self._callers: dict[CallId, CallerId] = {}
        self._calls: dict[CallId, _Call] = {}
        self._waiting: dict[TenantId, list[CallId]] = {queue: [] for queue in queues}
        self._agents: Mapping[AgentId, Agent] = {}
        self.at = datetime.min.replace(tzinfo=UTC)
        """When the newest thing happened: never earlier than anything before it."""

    def lines(self, happened: Happened) -> Iterator[Line]:
        """What Asterisk would have logged."""
        self.at = max(self.at, happened.fact.at)
        fact = happened.fact
        for row in happened.rows:
            yield from self._of_row(row, fact, happened.rows)
        for call, agent in _conversations_over(fact, happened.rows):
            yield from self._talked(call, agent, fact.body)
        self._remember(fact)
        yield from self._of_agents(happened.agents)

    # Callers

    def _of_row(self, row: Row, fact: Fact, rows: Sequence[Row]) -> Iterator[Line]:
        match row:
            case Arrival(call=call, caller=caller) if caller is not None:
                self._callers[call] = caller
            case LineGone(call=call):
                self._callers.pop(call, None)
            case Visit(dialled=None, tenant=tenant) if tenant in self._queues:
                if not (isinstance(fact.body, HandedOver) and fact.body.later):
                    yield self._entered(row)
            case VisitOver(call=call) if call in self._calls:
                yield self._waited(self._calls[call], row.end, fact.body, rows)
            case Leg(result=OfferResult.NO_ANSWER | OfferResult.REJECTED):
                yield from self._let_pass(row, fact)
            case PassedOn(agent, call_id):
                self._passed_on(agent, call_id, fact.body)
            case _:
                pass

    def _entered(self, visit: Visit) -> Line:
        waiting = self._waiting[visit.tenant]
        waiting.append(visit.call)
        call = _Call(visit.call, visit.tenant, self.at, len(waiting))
        self._calls[visit.call] = call
        caller = self._callers.pop(visit.call, None)
        number = "" if caller is None else self._shown.number(caller)
        return self._of_call(call, "ENTERQUEUE", "", number, call.origin)

    def _waited(self, call: _Call, end: VisitEnd, body: Body, rows: Sequence[Row]) -> Line:
        waiting = self._waiting[call.tenant]
        place = waiting.index(call.id) + 1
        waiting.remove(call.id)
        if end is VisitEnd.ANSWERED:
            return self._connected(call, body, rows)
        del self._calls[call.id]
        told = (place, call.origin, _seconds(call.entered, self.at))
        match end:
            case VisitEnd.ABANDONED:
                return self._of_call(call, "ABANDON", *told)
            case VisitEnd.RUNG_BACK:
                return self._of_call(call, "EXITWITHKEY", _CALL_BACK_KEY, *told)
            case VisitEnd.ELSEWHERE:
                return self._of_call(call, "EXITWITHTIMEOUT", *told)

    def _connected(self, call: _Call, body: Body, rows: Sequence[Row]) -> Line:
        call.connected = self.at
        if isinstance(body, facts.Connected | facts.FoundTalking):
            call.agent = body.agent
        legs = (row for row in rows if isinstance(row, Leg) and row.call == call.id)
        leg = next(legs, None)
        offer, rang = (0, self.at) if leg is None else (leg.offer, leg.rang)
        wait, ring = _seconds(call.entered, self.at), _seconds(rang, self.at)
        return self._of_call(call, "CONNECT", wait, f"{call.id}-{offer}", ring)

    def _let_pass(self, leg: Leg, fact: Fact) -> Iterator[Line]:
        tenant = fact.origin.tenant
        if tenant in self._queues and not fact.origin.synthetic and leg.ended is not None:
            rang_ms = (leg.ended - leg.rang) // timedelta(milliseconds=1)
            who = self._shown.agent(leg.agent)
            yield Line(self.at, leg.call, tenant, who, "RINGNOANSWER", (str(rang_ms),))

    def _passed_on(self, agent: AgentId, call_id: CallId, body: Body) -> None:
        call = self._calls.get(call_id)
        if call is None or call.agent != agent:
            return
        target = self._target(call.wanted)
        if isinstance(body, facts.Transferred):
            call.passed_on = ("BLINDTRANSFER", target, call.tenant)
        else:
            call.passed_on = ("ATTENDEDTRANSFER", "BRIDGE", target)

    def _target(self, written: str) -> str:
        try:
            target = read_target(written)
        except ValueError:
            return ""
        match target:
            case ToAgent(agent):
                return self._shown.agent(agent)
            case ToSkill(skill):
                return skill
            case ToLine(line):
                return line

    def _talked(self, call_id: CallId, agent: AgentId | None, body: Body) -> Iterator[Line]:
        call = self._calls.get(call_id)
        if call is None or call.connected is None or agent not in (None, call.agent):
            return
        del self._calls[call_id]
        ended = "COMPLETECALLER" if _is_callers(body) else "COMPLETEAGENT"
        event, *to = call.passed_on or (ended,)
        hold = _seconds(call.entered, call.connected)
        yield self._of_call(call, event, *to, hold, _seconds(call.connected, self.at), call.origin)

    def _remember(self, fact: Fact) -> None:
        """Whom an agent wants the caller sent to, or asked in."""
        if fact.origin.call in self._calls and isinstance(fact.body, facts.ControlAsked):
            asked, call = fact.body, self._calls[fact.origin.call]
            if asked.agent == call.agent and asked.control in (Control.TRANSFER, Control.CONSULT):
                call.wanted = asked.to

    def _of_call(self, call: _Call, event: str, *data: str | int) -> Line:
        who = NOBODY if call.agent is None else self._shown.agent(call.agent)
        return Line(self.at, call.id, call.tenant, who, event, tuple(map(str, data)))

    # Agents

    def _of_agents(self, agents: Mapping[AgentId, Agent]) -> Iterator[Line]:
        if agents is self._agents:
            return
        before, self._agents = self._agents, agents
        for name in (*(one for one in before if one not in agents), *agents):
            was, now = before.get(name), agents.get(name)
            if was is not now:
                yield from self._moved(name, self._standing(was), self._standing(now))

    def _standing(self, agent: Agent | None) -> _Standing:
        if agent is None:
            return _Standing()
        queues = frozenset(one for one in self._queues if Skill(one) in agent.skills)
        match agent.state:
            case Paused(reason=reason):
                return _Standing(queues, reason)
            case Unreachable():
                return _Standing(queues, UNREACHABLE)
            case _:
                return _Standing(queues)

    def _moved(self, agent: AgentId, was: _Standing, now: _Standing) -> Iterator[Line]:
        who = self._shown.agent(agent)

        def line(queue: TenantId, event: str, data: str = "") -> Line:
            return Line(self.at, NOBODY, queue, who, event, (data,))

        for queue in sorted(was.queues | now.queues):
            if queue not in was.queues:
                yield line(queue, "ADDMEMBER")
            paused = was.pause if queue in was.queues else None
            pauses = now.pause if queue in now.queues else None
            if paused != pauses:
                if paused is not None:
                    yield line(queue, "UNPAUSE")
                if pauses is not None:
                    yield line(queue, "PAUSE", pauses)
            if queue not in now.queues:
                yield line(queue, "REMOVEMEMBER")


def queue_log(happened: Iterable[Happened], log: QueueLog, period: Period) -> Iterator[str]:
    """The lines of a period, of what happened from the log's beginning on."""
    for one in happened:
        for line in log.lines(one):
            if line.at in period:
                yield str(line)
        if log.at >= period.until:
            return


def _conversations_over(fact: Fact, rows: Sequence[Row]) -> Iterator[tuple[CallId, AgentId | None]]:
    """Whose part in which call is over; None: everybody's, known to us or not."""
    for row in rows:
        if isinstance(row, LegOver):
            yield row.call, row.agent
    match fact.body:
        case facts.LegEnded(agent=agent) if fact.origin.call is not None:
            yield fact.origin.call, agent
        case facts.CallEnded() if fact.origin.call is not None:
            yield fact.origin.call, None
        case _:
            pass


def _is_callers(body: Body) -> bool:
    """Whether he ended it. A line of his that the network lost is one that he has left."""
    match body:
        case facts.CallEnded(by=by):
            return by in (Side.CALLER, Side.NETWORK)
        case facts.LegEnded(by=by):
            return by is Side.CALLER
        case _:
            return False


def _epoch(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def _seconds(since: datetime, until: datetime) -> int:
    """As Asterisk counts: by a clock that shows whole seconds."""
    return _epoch(until) - _epoch(since)


def _one_field(text: str) -> str:
    return "".join(" " if one in "|\r\n" else one for one in text)
