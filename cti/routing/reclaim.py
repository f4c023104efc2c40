"""An agent whose phone has lost its call, as where a browser's page was loaded again, gets it back.

Ringing --RECLAIM--> Ready; the call waits, and is offered once more
Talking --RECLAIM--> the caller on hold, her dead line ended, her phone rung --Connected--> Talking
                                                                             --OfferEnded--> as if it had died
"""

from dataclasses import replace
from datetime import datetime

from cti.routing.agents import freed
from cti.routing.commands import (
    ACTOR,
    BringBack,
    Command,
    HangUp,
    Note,
    PutOnHold,
    RingGuest,
    WithdrawOffer,
)
from cti.routing.field_call import FieldCall, Guest, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field, put_call
from domain.agent import Agent, Talking
from domain.fact import Fact
from domain.field_facts import (
    Connected,
    Control,
    ControlAsked,
    LegEnded,
    OfferEnded,
    Side,
)
from domain.transfer import ToAgent

Stepped = tuple[Field, tuple[Command, ...]]


def step(field: Field, fact: Fact, call: FieldCall) -> Stepped | None:
    """The field after a fact about a call that is reclaimed; None where the fact is about something else."""
    match fact.body:
        case ControlAsked(agent=agent, control=Control.RECLAIM):
            known = field.agents.get(agent)
            return (field, ()) if known is None else _asked(field, call, known, fact.at)
        case LegEnded(agent=agent) if call.is_reclaimed_by(agent):
            return field, ()  # the line that was lost
        case Connected(agent=agent, offer=offer) if call.is_reclaimed_by(agent):
            return _is_back(field, call, offer)
        case OfferEnded(agent=agent, offer=offer) if call.is_reclaimed_by(agent):
            if call.guest is None or offer != call.guest.offer:
                return field, ()
            gone = Note(replace(call.origin, actor=ACTOR), LegEnded(agent, Side.NETWORK))
            return put_call(field, replace(call, guest=None)), (gone,)
        case _:
            return None


def _asked(field: Field, call: FieldCall, agent: Agent, at: datetime) -> Stepped:
    if call.guest is not None or call.going is not None:
        return field, ()
    if call.place == OfferedTo(agent.id):
        field = put_call(freed(field, agent, at), replace(call, place=Waiting()))
        if call.on_line:
            return field, (WithdrawOffer(call.id, call.line),)
        return field, (HangUp(call.id, offers=(call.offers,)),)
    if call.place != TalkingTo(agent.id) or not call.on_line:
        return field, ()
    talks, offer, who = isinstance(agent.state, Talking), call.offers + 1, ToAgent(agent.id)
    guest = Guest(who, offer, resumes=talks)
    field = put_call(field, replace(call, guest=guest, offers=offer, offered_at=at))
    ring_s = field.rules_of(call.tenant).ring_s
    ring = RingGuest(call.id, who, agent.phone, agent.phone, offer, ring_s, None, call.tenant)
    hold = (PutOnHold(call.id, agent.phone, call.line),) if talks else ()
    return field, (*hold, HangUp(call.id, phones=(agent.phone,)), ring)


def _is_back(field: Field, call: FieldCall, offer: int) -> Stepped:
    """Caller and agent talk again, unless he was on hold before."""
    guest = call.guest
    if guest is None or offer != guest.offer:
        return field, ()
    back = (BringBack(call.id, call.line),) if guest.resumes else ()
    return put_call(field, replace(call, guest=None)), back
