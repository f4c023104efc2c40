"""What facts do to a call that an agent is in: hold, transfer, somebody asked in, a supervisor.

    Talking <--HOLD / RESUME--> On hold --CONSULT--> On hold, a guest rings or talks --JOIN--> all three talk
       |                                                    |                                    |
    TRANSFER --> Waiting for somebody else, or Outside      +------HAND_ON, or she hangs up------+--> with the guest

Who asks for something has it when Asterisk says so: the facts that follow (Held, Resumed, Transferred, Connected,
LegEnded) change the field, not the wish.
"""

from dataclasses import replace
from datetime import datetime

from cti.routing.agents import freed, with_state
from cti.routing.commands import (
    BringBack,
    Command,
    HangUp,
    LetGo,
    Listen,
    PutOnHold,
    Reconnect,
    RingGuest,
    Transfer,
    Whisper,
)
from cti.routing.field_call import FieldCall, Guest, Leaving, Outside, TalkingTo, Waiting
from cti.routing.state import Field, herself, put_agent, put_call
from cti.routing.takers import unless_taken
from domain.agent import Agent, OnHold, Ringing, Talking
from domain.fact import Fact
from domain.field_facts import (
    Control,
    ControlAsked,
    Held,
    LineAnswered,
    LineEnded,
    ListeningAsked,
    Resumed,
    RoomMade,
    Side,
    TransferLapsed,
    Transferred,
)
from domain.ids import AgentId
from domain.transfer import Target, ToAgent, ToLine, read_target

Stepped = tuple[Field, tuple[Command, ...]]


def step(field: Field, fact: Fact, call: FieldCall) -> Stepped | None:
    """The field after a fact about a call that somebody is in; None where the fact is about something else."""
    match fact.body:
        case ControlAsked():
            return _asked(field, fact.body, call, fact.at)
        case ListeningAsked():
            return _listened(field, fact.body, call)
        case RoomMade():
            return put_call(field, replace(call, in_room=True)), ()
        case Held(agent):
            return _held(field, call, agent, fact.at), ()
        case Resumed(agent):
            return _resumed(field, call, agent, fact.at), ()
        case Transferred() if call.going is not None and isinstance(call.place, TalkingTo):
            return _transferred(field, call, fact.at)
        case TransferLapsed():
            return _lapsed(field, call)
        case LineAnswered(offer) if (guest := _line_in(call, offer)) is not None:
            return put_call(field, replace(call, guest=replace(guest, talks=True))), ()
        case LineEnded(offer):
            return _line_ended(field, call, offer)
        case _:
            return None


def guest_answered(field: Field, call: FieldCall, agent: Agent, at: datetime) -> Field:
    """The colleague who was asked in talks with her who asked."""
    assert call.guest is not None, "it was asked whether she is the guest"
    field = put_agent(field, replace(agent, state=Talking(at, call.id), missed=0))
    return put_call(field, replace(call, guest=replace(call.guest, talks=True)))


def guest_gone(field: Field, call: FieldCall) -> Field:
    """Who was asked in isn't in the call any more; caller and agent are where they were."""
    return put_call(field, replace(call, guest=None))


def without_agents(field: Field, call: FieldCall, at: datetime) -> Stepped:
    """The caller is gone, or was sent away: the lines of agents in the room, and of whom they asked in, end too."""
    field, commands = _dismissed(field, call, at)
    heard, unheard = _unheard(field.calls[call.id])
    if unheard:
        field, commands = put_call(field, heard), (*commands, *unheard)
    match call.place:
        case TalkingTo(agent) if call.in_room and agent in field.agents:
            return field, (*commands, HangUp(call.id, phones=(field.agents[agent].phone,)))
        case Outside(offer=int() as offer):
            return field, (*commands, HangUp(call.id, offers=(offer,)))
        case _:
            return field, commands


def left_by_agent(
    field: Field, call: FieldCall, was: Agent | None, by: Side, at: datetime
) -> Stepped:
    """Her line is gone. The caller stays with whom she asked in, waits again where she left him on hold or her phone
    failed, or else is let go. ``was`` is how she was before.
    """
    held = was is not None and isinstance(was.state, OnHold)
    call = replace(call, going=None)
    guest = call.guest
    if guest is not None and guest.talks:
        return _with_guest(field, call, guest, held=held)
    field, commands = _dismissed(field, call, at)
    call = replace(call, guest=None)
    if held or by is Side.NETWORK:
        back = replace(call, place=Waiting(), priority=call.priority + 1, in_room=False)
        fetched = held or call.in_room  # else he is on his way by himself
        commands = (*commands, Reconnect(call.id, call.line)) if fetched else commands
        return put_call(field, back), commands
    if call.in_room:
        commands = (*commands, LetGo(call.id, call.line))
    return put_call(field, replace(call, place=Leaving())), commands


def _lapsed(field: Field, call: FieldCall) -> Stepped:
    """He isn't sent, or is sent to nobody in particular any more."""
    if call.going is not None:
        return put_call(field, replace(call, going=None)), ()
    if isinstance(call.sent_to, ToAgent):
        call = replace(call, sent_to=None)
        field = put_call(field, call)
        return field, unless_taken(field, call)
    return field, ()


def _asked(field: Field, asked: ControlAsked, call: FieldCall, at: datetime) -> Stepped:
    agent = field.agents.get(asked.agent)
    if agent is None or call.place != TalkingTo(agent.id) or not call.on_line:
        return field, ()
    if call.going is not None and asked.control is not Control.TRANSFER:
        return field, ()  # he is on his way out of her hands
    match asked.control, agent.state:
        case Control.HOLD, Talking():
            return field, (PutOnHold(call.id, agent.phone, call.line),)
        case Control.RESUME, OnHold() if call.in_room:
            field, commands = _dismissed(field, call, at)
            return field, (*commands, BringBack(call.id, call.line))
        case Control.TRANSFER, _ if call.guest is None:
            return _sent(field, call, asked.to)
        case Control.CONSULT, _ if call.guest is None:
            return _consulted(field, call, agent, asked.to, at)
        case Control.JOIN, OnHold() if call.guest is not None and call.guest.talks:
            return field, (BringBack(call.id, call.line),)
        case Control.HAND_ON, _ if call.guest is not None and call.guest.talks:
            held = isinstance(agent.state, OnHold)
            field, commands = _with_guest(field, call, call.guest, held=held)
            return field, (*commands, HangUp(call.id, phones=(agent.phone,)))
        case _:
            return field, ()


def _sent(field: Field, call: FieldCall, written: str) -> Stepped:
    target = _target(written)
    if target is None:
        return field, ()
    outside = target.line if isinstance(target, ToLine) else None
    field = put_call(field, replace(call, going=target))
    return field, (Transfer(call.id, call.tenant, outside, call.line),)


def _target(written: str) -> Target | None:
    """None where it is none: what stands in the log is taken as it is."""
    try:
        return read_target(written)
    except ValueError:
        return None


def _transferred(field: Field, call: FieldCall, at: datetime) -> Stepped:
    """He begins a new wait, ahead of his like, with whomever she sent him to."""
    target = call.going
    field, commands = without_agents(field, call, at)
    call = replace(field.calls[call.id], going=None, in_room=False)
    if isinstance(target, ToLine):
        outside = replace(call, place=Outside(target.line), offers=call.offers + 1)
        return put_call(field, outside), commands
    waits = replace(
        call,
        place=Waiting(),
        sent_to=target,
        entered=at,
        priority=call.priority + 1,
        stage=0,
        told=None,
        refused=frozenset(),
        overflowed=False,
    )
    return put_call(field, waits), (*commands, *unless_taken(field, waits))


def _consulted(field: Field, call: FieldCall, agent: Agent, written: str, at: datetime) -> Stepped:
    """Whom she asks in is rung; the caller hears music meanwhile."""
    who = _reachable(field, agent, written)
    if who is None:
        return field, ()
    offer = call.offers + 1
    call, unheard = _unheard(call)
    changed = replace(call, guest=Guest(who, offer), offers=offer, offered_at=at)
    field, phone = put_call(field, changed), None
    if isinstance(who, ToAgent):
        colleague = field.agents[who.agent]
        phone = colleague.phone
        field = put_agent(field, with_state(colleague, Ringing(at, call.id, offer)))
    whisper = Whisper(call.tenant, call.language, call.concern)
    ring_s = field.rules_of(call.tenant).ring_s
    ring = RingGuest(call.id, who, phone, agent.phone, offer, ring_s, whisper, call.tenant)
    if call.in_room and isinstance(agent.state, OnHold):
        return field, (*unheard, ring)
    return field, (*unheard, PutOnHold(call.id, agent.phone, call.line), ring)


def _reachable(field: Field, agent: Agent, written: str) -> ToAgent | ToLine | None:
    """Whom a wish means: who has a skill, the one who has been idle longest; None where nobody is free."""
    target = _target(written)
    if target is None or isinstance(target, ToLine):
        return target
    skill = herself(target.agent) if isinstance(target, ToAgent) else target.skill
    free = field.ready.having((frozenset({skill}),)) - {agent.id}
    if not free:
        return None
    return ToAgent(min(free, key=lambda one: (field.agents[one].state.since, one)))


def _with_guest(field: Field, call: FieldCall, guest: Guest, *, held: bool) -> Stepped:
    """From now on he is with whom she asked in."""
    place = TalkingTo(guest.who.agent) if isinstance(guest.who, ToAgent) else None
    outside = Outside(guest.who.line, guest.offer) if isinstance(guest.who, ToLine) else None
    changed = replace(call, place=place or outside or call.place, guest=None)
    back = (BringBack(call.id, call.line),) if held else ()
    return put_call(field, changed), back


def _dismissed(field: Field, call: FieldCall, at: datetime) -> Stepped:
    """Whoever was asked in has nothing to do with the call any more."""
    guest = call.guest
    if guest is None:
        return field, ()
    field = put_call(field, replace(call, guest=None))
    hangs_up = HangUp(call.id, offers=(guest.offer,))
    colleague = None if guest.agent is None else field.agents.get(guest.agent)
    if colleague is not None and isinstance(colleague.state, Ringing):
        field = freed(field, colleague, at)
    return field, (hangs_up,)


def _line_in(call: FieldCall, offer: int) -> Guest | None:
    """The line outside that was asked in by this number, if it is still in the call."""
    guest = call.guest
    return guest if guest is not None and guest.agent is None and guest.offer == offer else None


def _line_ended(field: Field, call: FieldCall, offer: int) -> Stepped:
    """Of a guest outside, or of one that the caller was handed on to; or a supervisor's."""
    if call.listener == offer:
        return put_call(field, replace(call, listener=None)), ()
    if _line_in(call, offer) is not None:
        return guest_gone(field, call), ()
    if not isinstance(call.place, Outside) or offer != call.offers:
        return field, ()
    if call.place.offer is not None:
        return put_call(field, replace(call, place=Leaving())), (LetGo(call.id, call.line),)
    back = replace(call, place=Waiting(), priority=call.priority + 1, sent_to=None)
    field = put_call(field, back)
    return field, unless_taken(field, back)


def _listened(field: Field, asked: ListeningAsked, call: FieldCall) -> Stepped:
    """Only where the tenant lets supervisors take part."""
    agent = field.agents.get(asked.agent)
    if agent is None or call.place != TalkingTo(agent.id) or not isinstance(agent.state, Talking):
        return field, ()
    if not field.rules_of(call.tenant).listening or not call.on_line:
        return field, ()
    if call.guest is not None or call.listener is not None:
        return field, ()  # a guest would not be told of it
    offer = call.offers + 1
    field = put_call(field, replace(call, offers=offer, listener=offer))
    listen = Listen(call.id, agent.phone, asked.listener, asked.how, offer, call.line)
    return field, (listen,)


def _unheard(call: FieldCall) -> tuple[FieldCall, tuple[Command, ...]]:
    """The supervisor is out of it: nobody else was told of him."""
    if call.listener is None:
        return call, ()
    return replace(call, listener=None), (HangUp(call.id, offers=(call.listener,)),)


def _held(field: Field, call: FieldCall, agent_id: AgentId, at: datetime) -> Field:
    agent = field.agents.get(agent_id)
    if agent is None or not isinstance(agent.state, Talking) or agent.state.call != call.id:
        return field
    return put_agent(field, with_state(agent, OnHold(at, call.id)))


def _resumed(field: Field, call: FieldCall, agent_id: AgentId, at: datetime) -> Field:
    agent = field.agents.get(agent_id)
    if agent is None or not isinstance(agent.state, OnHold) or agent.state.call != call.id:
        return field
    return put_agent(field, with_state(agent, Talking(at, call.id)))
