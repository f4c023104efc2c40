"""What facts about a call do to the waiting field."""

from dataclasses import replace
from datetime import datetime, timedelta

from cti.routing import call_backs, dials, in_call, reclaim
from cti.routing.agents import dial_given_up, freed, recorded, to_wrap_up, with_state
from cti.routing.choosing import standing
from cti.routing.commands import (
    ACTOR,
    Command,
    Note,
    OfferElse,
    RingAgent,
    RingCaller,
    TellWait,
    Whisper,
)
from cti.routing.field_call import (
    Aside,
    AwaitsCallBack,
    FieldCall,
    Leaving,
    OfferedTo,
    TalkingTo,
    Waiting,
    agent_of_call,
    is_last_try,
)
from cti.routing.state import Contract, Field, drop_call, put_agent, put_call
from cti.routing.takers import unless_taken
from domain.agent import MISSED, Agent, OnHold, Ready, Ringing, Talking
from domain.desk_facts import NoConcern, ServiceRecorded
from domain.dial_facts import DialAsked, DialResult
from domain.fact import Fact
from domain.field_facts import (
    CallEnded,
    CameBack,
    Connected,
    FoundTalking,
    LegEnded,
    Offered,
    OfferEnded,
    OfferResult,
    Overflowed,
    PrioritySet,
    Relaxed,
    Side,
    SteppedAside,
    WaitAsked,
    WaitTold,
)
from domain.ids import AgentId
from domain.portal_facts import HandedOver, LanguageSet, LoggedIn
from domain.transfer import ToAgent, ToSkill
from domain.waiting_field import likely_band, never_rising

Stepped = tuple[Field, tuple[Command, ...]]

_TRY_AGAIN = timedelta(seconds=2)
"""How long a call isn't offered after an offer that failed for technical reasons, so that nothing spins."""

_LAST_WEIGHS = 0.1
"""How much the last conversation counts in the moving average of how long they take."""


def step(field: Field, fact: Fact) -> Stepped | None:
    """The field after a fact about a call; None where the fact is about something else."""
    if fact.origin.call is None:
        return None
    if isinstance(fact.body, HandedOver):
        return _entered(field, fact, fact.body)
    if isinstance(fact.body, DialAsked):
        return dials.asked(field, fact, fact.body)
    call = field.calls.get(fact.origin.call)
    if call is None:
        return None
    for of_part in (dials.step, reclaim.step, in_call.step, call_backs.step):
        handled = of_part(field, fact, call)
        if handled is not None:
            return handled
    match fact.body:
        case Offered() | OfferEnded() | Connected() | FoundTalking() | LegEnded():
            return _with_agent(field, fact, call)
        case WaitAsked():
            return _tell(field, call, fact.at)
        case CallEnded():
            return _ended(field, fact, call)
        case _:
            return _changed(field, fact, call)


def _entered(field: Field, fact: Fact, body: HandedOver) -> Stepped:
    call_id, tenant = fact.origin.call, fact.origin.tenant
    if call_id is None or tenant is None or call_id in field.calls:
        return field, ()
    call = FieldCall(
        call_id,
        replace(fact.origin, actor=ACTOR),
        body.language,
        body.concern,
        body.participant,
        body.priority,
        fact.at,
    )
    if fact.origin.synthetic:  # our own monitoring hears the field, and rings nobody
        return put_call(field, replace(call, place=Leaving())), ()
    if body.later:
        return put_call(field, replace(call, place=Aside(None))), ()
    return put_call(field, call), unless_taken(field, call)


def _tell(field: Field, call: FieldCall, at: datetime) -> Stepped:
    """Where he stands; what he is told never gets worse. Whoever asks waits: he is back from self-service, however that
    ended, or wasn't let go.
    """
    if (call.place == Aside(None) and call.call_back is None) or _is_held_up(call):
        call = replace(call, place=Waiting())
        field = put_call(field, call)
    if not isinstance(call.place, Waiting | OfferedTo):
        return field, ()
    ahead, agents = standing(field, call, at)
    band = likely_band(round(ahead), agents, field.contract_of(call.tenant).handling_s)
    position = 1 + round(ahead)
    if call.told is not None:
        position, band = min(position, call.told[0]), never_rising(call.told[1], band)
    told = WaitTold(position, band.at_least_s, band.at_most_s)
    command = TellWait(call.id, position, band.at_least_s, band.at_most_s, call.line)
    return put_call(field, replace(call, told=(position, band))), (Note(call.origin, told), command)


def _is_held_up(call: FieldCall) -> bool:
    """Whether he was to leave; unless he is to be rung back, or is our own monitoring, he can't be in the field."""
    ours = call.origin.synthetic or call.call_back is not None
    return isinstance(call.place, Leaving) and not ours


def _changed(field: Field, fact: Fact, call: FieldCall) -> Stepped | None:
    match fact.body:
        case LoggedIn(participant=participant):
            call = replace(call, participant=participant)
        case LanguageSet(language=language):
            call = replace(call, language=language)
        case ServiceRecorded() | NoConcern():
            field = put_call(field, replace(call, recorded=True))
            return recorded(field, call.id, fact.at), ()
        case PrioritySet(priority):
            call = replace(call, priority=priority)
        case SteppedAside() if isinstance(call.place, Waiting) or _is_held_up(call):
            call = replace(call, place=Aside(None))
        case CameBack() if isinstance(call.place, Aside):
            call = replace(call, place=Waiting())
        case Relaxed(stage) if isinstance(call.place, Waiting):
            call = replace(call, stage=stage)
        case Overflowed(to) if isinstance(call.place, Waiting) and not call.overflowed:
            call = replace(call, overflowed=True)
            return put_call(field, call), (OfferElse(call.id, to, call.line),)
        case _:
            return None
    return put_call(field, call), ()


def _with_agent(field: Field, fact: Fact, call: FieldCall) -> Stepped:
    match fact.body:
        case Offered():
            return _offered(field, fact, call, fact.body)
        case OfferEnded(agent=agent_id, offer=offer) | Connected(agent=agent_id, offer=offer):
            agent = field.agents.get(agent_id)
            if agent is None or not isinstance(agent.state, Ringing):
                return field, ()
            if (agent.state.call, agent.state.offer) != (call.id, offer):
                return field, ()
            if isinstance(fact.body, Connected):
                return _answered(field, call, agent, fact.at)
            return _offer_ended(field, call, agent, fact.body.result, fact.at), ()
        case FoundTalking(agent=agent_id):
            return _found_talking(field, call, agent_id, fact.at)
        case LegEnded(agent=agent_id, by=by):
            return _leg_ended(field, fact, call, agent_id, by)
        case _:
            return field, ()


def _offered(field: Field, fact: Fact, call: FieldCall, body: Offered) -> Stepped:
    agent = field.agents.get(body.agent)
    if agent is None or not isinstance(agent.state, Ready) or body.offer != call.offers + 1:
        return field, ()
    if not isinstance(call.place, Waiting):
        return field, ()
    offered = replace(call, place=OfferedTo(agent.id), offers=body.offer, offered_at=fact.at)
    field = put_call(field, offered)
    field = put_agent(field, with_state(agent, Ringing(fact.at, call.id, body.offer)))
    ring = RingAgent(
        call.id,
        agent.id,
        agent.phone,
        body.offer,
        field.rules_of(call.tenant).ring_s,
        Whisper(call.tenant, call.language, call.concern, call_back=not call.on_line),
        call.to_ring,
        call.line,
    )
    return field, (ring,)


def _offer_ended(
    field: Field, call: FieldCall, agent: Agent, result: OfferResult, at: datetime
) -> Field:
    """Missed, rejected and technical failure are three things; only the first two count."""
    waits = replace(call, place=Waiting(), sent_to=_not_to(call, agent))
    hers = result in {OfferResult.NO_ANSWER, OfferResult.REJECTED}
    if result is not OfferResult.UNREACHABLE:
        # others come first: at her phone it may fail again
        waits = replace(waits, refused=call.refused | {agent.id})
    if result is OfferResult.REJECTED and not _others_free(field, waits):
        # she would be rung again as she puts down the phone
        waits = replace(waits, place=Aside(at + _TRY_AGAIN))
    if result in {OfferResult.CALLER_LEFT, OfferResult.FAILED}:
        waits = replace(waits, place=Aside(at + _TRY_AGAIN), sent_to=call.sent_to)
    is_guest = call.has_guest(agent.id)
    field = put_call(field, replace(call, guest=None) if is_guest else waits)
    if result is OfferResult.UNREACHABLE:
        return freed(field, replace(agent, reachable=False), at)
    if not hers:
        return freed(field, agent, at)
    missed = agent.missed + 1
    if missed >= field.rules_of(call.tenant).missed and agent.pause is None:
        return freed(field, replace(agent, pause=MISSED, missed=0), at)
    return freed(field, replace(agent, missed=missed), at)


def _others_free(field: Field, call: FieldCall) -> bool:
    """Whether somebody is ready who hasn't let him pass."""
    return bool(field.ready.having(field.needs(call.group)) - call.refused)


def _not_to(call: FieldCall, agent: Agent) -> ToAgent | ToSkill | None:
    """Whom he was sent to, but no longer to her: she let him pass."""
    return None if call.sent_to == ToAgent(agent.id) else call.sent_to


def _answered(field: Field, call: FieldCall, agent: Agent, at: datetime) -> Stepped:
    """She hears the caller, or goes on to ring him who asked for that; or talks with the colleague who asked her in."""
    if call.has_guest(agent.id):
        return in_call.guest_answered(field, call, agent, at), ()
    field = _connected(field, call, agent, at)
    if call.to_ring is None:
        return field, ()
    return field, (RingCaller(call.id, agent.id, call.offers, call.tenant, call.to_ring),)


def _connected(field: Field, call: FieldCall, agent: Agent, at: datetime) -> Field:
    field = put_agent(field, replace(agent, state=Talking(at, call.id), missed=0))
    if call.on_line:
        if call.answered is None and not call.origin.synthetic:
            field = _count(field, call, at, answered=True)
        call = replace(call, call_back=None)
    return put_call(field, replace(call, place=TalkingTo(agent.id), answered=call.answered or at))


def _found_talking(field: Field, call: FieldCall, agent_id: AgentId, at: datetime) -> Stepped:
    """Whatever was thought of them: they talk. A call that was ringing for her goes on waiting."""
    agent = field.agents.get(agent_id)
    if agent is None or isinstance(agent.state, Talking | OnHold):
        return field, ()
    if isinstance(call.place, OfferedTo | TalkingTo) and call.place != OfferedTo(agent_id):
        return field, ()
    commands: tuple[Command, ...] = ()
    if isinstance(agent.state, Ringing):
        field, commands = _not_for(field, field.calls[agent.state.call], agent_id)
        call = field.calls[call.id]
    return _connected(field, call, agent, at), commands


def _not_for(field: Field, call: FieldCall, agent: AgentId) -> Stepped:
    """What rang for her doesn't any more."""
    if call.is_dialling:
        return drop_call(field, call.id), dial_given_up(call, agent, DialResult.NOT_TAKEN)
    if call.has_guest(agent):
        return put_call(field, replace(call, guest=None)), ()
    return put_call(field, replace(call, place=Waiting())), ()


def _leg_ended(field: Field, fact: Fact, call: FieldCall, agent: AgentId, by: Side) -> Stepped:
    """Her part is over. A caller whose agent's phone failed waits again, ahead of his like."""
    was = field.agents.get(agent)
    field = _wrapped_up(field, call, agent, fact.at)
    if call.guest is not None and call.has_guest(agent):
        return (in_call.guest_gone(field, call) if call.guest.talks else field), ()
    if isinstance(call.place, AwaitsCallBack) and is_last_try(call, field.rules_of(call.tenant)):
        return field, (call_backs.given_up(call),)
    if call.place != TalkingTo(agent):
        return field, ()
    if call.call_back is not None:
        return call_backs.left(field, call, call.call_back, fact.at)
    return in_call.left_by_agent(field, call, was, by, fact.at)


def _wrapped_up(field: Field, call: FieldCall, agent: AgentId, at: datetime) -> Field:
    """Wrap-up begins; how long the conversation took goes into the contract's average."""
    seconds = field.rules_of(call.tenant).wrap_up(call.concern)
    if call.place == TalkingTo(agent) and call.answered is not None and call.dial is None:
        took_s = (at - call.answered).total_seconds() + seconds
        contract = field.contract_of(call.tenant)
        mean = contract.handling_s + _LAST_WEIGHS * (took_s - contract.handling_s)
        changed = replace(contract, handling_s=mean)
        field = replace(field, contracts={**field.contracts, call.tenant: changed})
    if call.participant is not None:
        field = replace(field, last_with={**field.last_with, call.participant: (agent, at)})
    return to_wrap_up(field, agent, call, at)


def _ended(field: Field, fact: Fact, call: FieldCall) -> Stepped:
    """The line is gone: abandoned, or over; who asked for a call-back keeps his place."""
    if not call.on_line:
        return field, ()
    if isinstance(call.place, OfferedTo):
        field = freed(field, field.agents[call.place.agent], fact.at)
    field, commands = in_call.without_agents(field, call, fact.at)
    for agent in _about(field, call):
        field = _wrapped_up(field, call, agent, fact.at)
    if call.call_back is not None:
        field, alarm = call_backs.hung_up(field, call, call.call_back, fact.at)
        return field, (*commands, *alarm)
    sent_away = field.is_sent_away(call) or isinstance(call.place, Leaving)
    excused = sent_away or call.origin.synthetic
    if call.answered is None and not excused:
        field = _count(field, call, fact.at, answered=False)
    return drop_call(field, call.id), commands


def _about(field: Field, call: FieldCall) -> list[AgentId]:
    """Whoever talks about the call, she too who sent him on and whose line isn't gone yet; last who is with him."""
    found = [one.id for one in field.agents.values() if one.talks_about(call.id)]
    return sorted(found, key=lambda agent: agent == agent_of_call(call))


def _count(field: Field, call: FieldCall, at: datetime, *, answered: bool) -> Field:
    """Count a wait into the tenant's service level of this day (UTC), formula B: short abandons aren't counted."""
    rules, contract = field.rules_of(call.tenant), field.contract_of(call.tenant)
    if contract.day != at.toordinal():
        contract = Contract(day=at.toordinal(), handling_s=contract.handling_s)
    waited_s = call.waited_s(at)
    if answered:
        in_time = contract.in_time + (waited_s <= rules.threshold_s)
        contract = replace(contract, answered=contract.answered + 1, in_time=in_time)
    elif waited_s > rules.short_abandon_s:
        contract = replace(contract, abandoned=contract.abandoned + 1)
    return replace(field, contracts={**field.contracts, call.tenant: contract})
