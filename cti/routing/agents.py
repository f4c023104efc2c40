"""What facts about an agent do to the waiting field; the states of her day are drawn in ``domain.agent``."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cti.routing.commands import Command, HangUp, Note, WithdrawOffer
from cti.routing.field_call import FieldCall, Waiting
from cti.routing.state import Field, drop_agent, drop_call, put_agent, put_call
from domain.agent import (
    SIGNED_IN,
    Agent,
    AgentState,
    OnHold,
    Paused,
    Ready,
    Ringing,
    Talking,
    Unreachable,
    WrapUp,
    read_skills,
)
from domain.desk_facts import NoConcern, ServiceRecorded
from domain.dial_facts import DialEnded, DialResult
from domain.fact import Fact
from domain.field_facts import (
    PauseAsked,
    PhoneFound,
    PhoneLost,
    SignedIn,
    SignOutAsked,
    SkillsSet,
    WentReady,
    WrapUpEnded,
)
from domain.ids import AgentId, CallId, Phone

Stepped = tuple[Field, tuple[Command, ...]]


def step(field: Field, fact: Fact) -> Stepped | None:
    """The field after a fact about an agent; None where the fact is about something else."""
    match fact.body:
        case SignedIn():
            return _signed_in(field, fact.body, fact.at), ()
        case ServiceRecorded() | NoConcern() if fact.origin.call is not None:
            return recorded(field, fact.origin.call, fact.at), ()
        case PhoneLost(phone):
            return _phone_lost(field, phone, fact.at)
        case PhoneFound(phone):
            return _phone_found(field, phone, fact.at), ()
        case SignOutAsked() | WentReady() | PauseAsked() | WrapUpEnded() | SkillsSet():
            agent = field.agents.get(fact.body.agent)
            if agent is None:
                return field, ()
            return _put(field, agent.id, _asked(field, agent, fact)), ()
        case _:
            return None


TRIED_AGAIN: Final = timedelta(minutes=1)
"""After how long a phone that couldn't be reached is taken for found, though nothing has told so."""

AFTER_RECORD: Final = timedelta(seconds=10)
"""How much of her wrap-up is left at least when she has recorded what she did: she may want to write a note too."""


def with_state(agent: Agent, state: AgentState) -> Agent:
    return replace(agent, state=state)


def freed(field: Field, agent: Agent, at: datetime) -> Field:
    """The field when nothing keeps her any more: signed out, in her pending pause, or ready."""
    if agent.leaves:
        return drop_agent(field, agent.id)
    state: AgentState
    if not agent.reachable:
        again = None if agent.phone in field.lost_phones else at + TRIED_AGAIN
        state = Unreachable(at, agent.pause, again)
    else:
        state = Ready(at) if agent.pause is None else Paused(at, agent.pause)
    return put_agent(field, replace(agent, state=state, pause=None))


def to_wrap_up(field: Field, agent: AgentId, call: FieldCall, at: datetime) -> Field:
    """The field after her conversation about ``call``; nothing changes where she has none."""
    found = field.agents.get(agent)
    if found is None or not found.talks_about(call.id):
        return field
    rules = field.rules_of(call.tenant)
    until = at + timedelta(seconds=rules.wrap_up(call.concern))
    may_end = call.recorded or not (rules.record and found.in_page)
    return put_agent(field, with_state(found, WrapUp(at, call.id, until, may_end)))


def recorded(field: Field, call: CallId, at: datetime) -> Field:
    """The field after something was recorded for a call: who wraps it up may be taken out of that by time."""
    for agent in field.agents.values():
        match agent.state:
            case WrapUp(call=of, until=until, recorded=False) as state if of == call:
                until = max(until, at + AFTER_RECORD)
                field = put_agent(
                    field, with_state(agent, replace(state, until=until, recorded=True))
                )
            case _:
                pass
    return field


def dial_given_up(call: FieldCall, agent: AgentId, result: DialResult) -> tuple[HangUp | Note, ...]:
    """What is to be done and said where a dial isn't gone on with."""
    hang_up = HangUp(call.id, offers=(call.offers,))
    return hang_up, Note(call.origin, DialEnded(agent, result))


def _put(field: Field, agent: AgentId, changed: Agent | None) -> Field:
    return drop_agent(field, agent) if changed is None else put_agent(field, changed)


def _signed_in(field: Field, body: SignedIn, at: datetime) -> Field:
    """Paused at first. Signing in again moves her to another phone, where nothing holds her at hers."""
    other = field.at_phone(body.phone)
    if other is not None and other.id != body.agent:
        return field
    reachable = body.phone not in field.lost_phones
    known = field.agents.get(body.agent)
    skills = read_skills(body.skills)
    if known is None:
        state: AgentState = Paused(at, SIGNED_IN) if reachable else Unreachable(at, SIGNED_IN)
        agent = Agent(
            body.agent, body.phone, skills, state, reachable=reachable, in_page=body.in_page
        )
        return put_agent(field, agent)
    if not isinstance(known.state, Ready | Paused | Unreachable | WrapUp):
        return field
    moved = replace(
        known,
        phone=body.phone,
        skills=skills,
        reachable=reachable,
        leaves=False,
        in_page=body.in_page,
    )
    return put_agent(field, _reached(moved, at) if reachable else _missed_sight(moved, at))


def _asked(field: Field, agent: Agent, fact: Fact) -> Agent | None:
    """What she, or her team lead, asked for; None: she is signed out."""
    match fact.body:
        case SignOutAsked():
            if isinstance(agent.state, Ringing | Talking | OnHold):
                return replace(agent, leaves=True)
            return None
        case WentReady():
            return _ready(field, agent, fact.at)
        case PauseAsked(reason=reason):
            return _paused(agent, reason, fact.at)
        case SkillsSet(skills=skills):
            return replace(agent, skills=read_skills(skills))
        case WrapUpEnded() if isinstance(agent.state, WrapUp):
            return freed(field, agent, fact.at).agents.get(agent.id)
        case _:
            return agent


def _ready(field: Field, agent: Agent, at: datetime) -> Agent:
    """Ready at once, or after the call; an earlier wish for a pause or to leave is taken back."""
    agent = replace(agent, pause=None, leaves=False, missed=0)
    match agent.state:
        case Ready() | Ringing() | Talking() | OnHold():
            return agent
        case Paused() | WrapUp() | Unreachable():
            if agent.phone in field.lost_phones:
                return with_state(agent, Unreachable(at, None))
            return replace(agent, state=Ready(at), reachable=True)


def _paused(agent: Agent, reason: str, at: datetime) -> Agent:
    match agent.state:
        case Ready():
            return with_state(agent, Paused(at, reason))
        case Paused(reason=now):
            return agent if now == reason else with_state(agent, Paused(at, reason))
        case Unreachable(since):
            return with_state(agent, Unreachable(since, reason))
        case Ringing() | Talking() | OnHold() | WrapUp():
            return replace(agent, pause=reason)


def _phone_lost(field: Field, phone: Phone, at: datetime) -> Stepped:
    """Never held against her: a call that rings there goes on waiting, one she is in goes on."""
    field = replace(field, lost_phones=field.lost_phones | {phone})
    agent = field.at_phone(phone)
    if agent is None:
        return field, ()
    agent = replace(agent, reachable=False)
    if not isinstance(agent.state, Ringing):
        return put_agent(field, _missed_sight(agent, at)), ()
    call = field.calls.get(agent.state.call)
    if call is None:
        return freed(field, agent, at), ()
    if call.has_guest(agent.id):
        field = put_call(field, replace(call, guest=None))
        return freed(field, agent, at), (HangUp(call.id, offers=(agent.state.offer,)),)
    if call.is_dialling:
        field = freed(drop_call(field, call.id), agent, at)
        return field, dial_given_up(call, agent.id, DialResult.NOT_TAKEN)
    field = put_call(field, replace(call, place=Waiting()))
    if not call.on_line:  # her phone alone would ring
        return freed(field, agent, at), ()
    return freed(field, agent, at), (WithdrawOffer(call.id, call.line),)


def _phone_found(field: Field, phone: Phone, at: datetime) -> Field:
    field = replace(field, lost_phones=field.lost_phones - {phone})
    agent = field.at_phone(phone)
    if agent is None:
        return field
    return put_agent(field, _reached(replace(agent, reachable=True), at))


def _missed_sight(agent: Agent, at: datetime) -> Agent:
    match agent.state:
        case Ready():
            return with_state(agent, Unreachable(at, None))
        case Paused(reason=reason):
            return with_state(agent, Unreachable(at, reason))
        case Unreachable(since, reason):
            return with_state(agent, Unreachable(since, reason))
        case _:
            return agent


def _reached(agent: Agent, at: datetime) -> Agent:
    match agent.state:
        case Unreachable(paused=None):
            return with_state(agent, Ready(at))
        case Unreachable(paused=str(reason)):
            return with_state(agent, Paused(at, reason))
        case _:
            return agent
