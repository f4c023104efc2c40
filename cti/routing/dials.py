"""What facts do to a call that an agent makes, as long as whom she dials isn't on the line; then it is as any other."""

from dataclasses import replace
from datetime import datetime

from cti.routing.agents import dial_given_up, freed, to_wrap_up, with_state
from cti.routing.commands import ACTOR, Command, Note, RingAgent, RingCaller, Whisper
from cti.routing.field_call import CallBack, Dialled, FieldCall, OfferedTo, TalkingTo
from cti.routing.state import Field, drop_call, put_agent, put_call
from domain.agent import Agent, Paused, Ready, Ringing, Talking, WrapUp
from domain.dial_facts import (
    DialAsked,
    DialCancelled,
    DialEnded,
    DialRang,
    DialReached,
    DialResult,
)
from domain.fact import Fact, Origin
from domain.field_facts import (
    Connected,
    Control,
    ControlAsked,
    EndedBy,
    LegEnded,
    OfferEnded,
    OfferResult,
    Side,
    WrapUpEnded,
)
from domain.ids import AgentId, CallerId

Stepped = tuple[Field, tuple[Command, ...]]

_FIRST = 1
"""The number of her own offer."""


def may_dial(agent: Agent) -> bool:
    """Whether she has no call, and a phone."""
    return agent.reachable and isinstance(agent.state, Ready | Paused | WrapUp)


def asked(field: Field, fact: Fact, body: DialAsked) -> Stepped:
    """Her phone rings. A pause goes on after the call, and wrap-up is over."""
    call_id, tenant = fact.origin.call, fact.origin.tenant
    if call_id is None or tenant is None or call_id in field.calls:
        return field, ()
    origin = replace(fact.origin, actor=ACTOR)
    agent = field.agents.get(body.agent)
    if agent is None or not may_dial(agent):
        return field, (Note(origin, DialEnded(body.agent, DialResult.NOT_TAKEN)),)
    if _is_rung_back(field, body.caller):
        return field, (Note(origin, DialEnded(body.agent, DialResult.BUSY)),)
    call = FieldCall(
        call_id,
        origin,
        body.language,
        None,
        body.participant,
        0,
        fact.at,
        place=OfferedTo(agent.id),
        offers=_FIRST,
        offered_at=fact.at,
        on_line=False,
        dial=Dialled(body.caller),
    )
    ring_s = field.rules_of(tenant).ring_s
    whisper = Whisper(tenant, body.language, None)
    ring = RingAgent(call_id, agent.id, agent.phone, _FIRST, ring_s, whisper, call.to_ring)
    field, wrapped_up = _called_away(
        put_call(field, call), agent, Ringing(fact.at, call_id, _FIRST)
    )
    return field, (ring, *wrapped_up)


def step(field: Field, fact: Fact, call: FieldCall) -> Stepped | None:
    """The field after a fact about such a call; None where it isn't one any more."""
    if call.dial is None or call.on_line:
        return None
    match fact.body:
        case Connected(agent, offer) if _rings_at(call, agent, offer):
            return _answered(field, call, agent, fact.at)
        case OfferEnded(agent, offer, result) if _rings_at(call, agent, offer):
            return _not_taken(field, call, agent, result, fact.at)
        case DialRang() if isinstance(call.place, TalkingTo):
            return put_call(field, replace(call, dial=replace(call.dial, rings=True))), ()
        case DialReached(agent, line) if call.place == TalkingTo(agent) and not call.dial.ended:
            there = replace(call, on_line=True, line=line, answered=fact.at)
            return put_call(field, there), ()
        case DialEnded(agent):
            return _ended(field, call, agent, fact.at), ()
        case DialCancelled(agent) | ControlAsked(agent, Control.RECLAIM):
            return _cancelled(field, call, agent, fact.at)
        case LegEnded(agent) if call.place == TalkingTo(agent):
            return _left(field, call, fact.body, fact.at)
        case _:
            return field, ()


def _is_rung_back(field: Field, caller: CallerId) -> bool:
    """Whether somebody is at it already, since he asked for that."""
    return any(
        isinstance(call.to_ring, CallBack)
        and call.to_ring.caller == caller
        and isinstance(call.place, OfferedTo | TalkingTo)
        for call in field.calls.values()
    )


def _called_away(field: Field, agent: Agent, state: Ringing) -> Stepped:
    """She rings, whatever she did before."""
    match agent.state:
        case Paused(reason=reason):
            return put_agent(field, replace(agent, state=state, pause=reason)), ()
        case WrapUp(call=about):
            over = Note(Origin(None, about, ACTOR), WrapUpEnded(agent.id, EndedBy.AGENT))
            return put_agent(field, with_state(agent, state)), (over,)
        case _:
            return put_agent(field, with_state(agent, state)), ()


def _rings_at(call: FieldCall, agent: AgentId, offer: int) -> bool:
    return call.place == OfferedTo(agent) and offer == call.offers


def _answered(field: Field, call: FieldCall, agent: AgentId, at: datetime) -> Stepped:
    field = put_agent(field, with_state(field.agents[agent], Talking(at, call.id)))
    field = put_call(field, replace(call, place=TalkingTo(agent)))
    assert call.to_ring is not None, "he isn't on the line"
    return field, (RingCaller(call.id, agent, call.offers, call.tenant, call.to_ring),)


def _not_taken(
    field: Field, call: FieldCall, agent: AgentId, result: OfferResult, at: datetime
) -> Stepped:
    """It is her own call: nobody else takes it, and it isn't one that she missed."""
    reachable = result is not OfferResult.UNREACHABLE
    field = freed(field, replace(field.agents[agent], reachable=reachable), at)
    failed = result in {OfferResult.FAILED, OfferResult.CALLER_LEFT}
    ended = DialEnded(agent, DialResult.FAILED if failed else DialResult.NOT_TAKEN)
    return drop_call(field, call.id), (Note(call.origin, ended),)


def _ended(field: Field, call: FieldCall, agent: AgentId, at: datetime) -> Field:
    if call.place == OfferedTo(agent):
        return drop_call(freed(field, field.agents[agent], at), call.id)
    if call.place == TalkingTo(agent) and call.dial is not None:
        return put_call(field, replace(call, dial=replace(call.dial, ended=True)))
    return field


def _cancelled(field: Field, call: FieldCall, agent: AgentId, at: datetime) -> Stepped:
    assert call.dial is not None, "it is a dial"
    if call.place not in (OfferedTo(agent), TalkingTo(agent)) or call.dial.ended:
        return field, ()
    commands = dial_given_up(call, agent, DialResult.CANCELLED)
    return _ended(field, call, agent, at), commands


def _left(field: Field, call: FieldCall, ended: LegEnded, at: datetime) -> Stepped:
    """Her line is gone. What she has to write of it belongs to her wrap-up, but nothing need be recorded: nobody was
    reached.
    """
    dropped = drop_call(field, call.id)
    field = to_wrap_up(dropped, ended.agent, replace(call, recorded=True), at)
    if call.dial is not None and call.dial.ended:
        return field, ()
    result = DialResult.CANCELLED if ended.by is Side.AGENT else DialResult.FAILED
    return field, (Note(call.origin, DialEnded(ended.agent, result)),)
