"""The waiting field as a function of the log: ``step`` takes in a fact, ``decide`` says which facts follow.

A fact that no longer fits changes nothing. What ``decide`` says becomes true when it has been written and is stepped on
like any other fact, so a replayed log gives the same field without deciding anything again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cti.routing import agents, calls
from cti.routing.choosing import choose
from cti.routing.commands import ACTOR, Command, Note
from cti.routing.field_call import (
    SENT_S,
    Aside,
    AwaitsCallBack,
    FieldCall,
    Guest,
    OfferedTo,
    TalkingTo,
    Waiting,
    is_last_try,
    next_stage,
)
from cti.routing.state import Field, put_rules
from domain.agent import Unreachable, WrapUp
from domain.fact import Body, Fact, Origin
from domain.field_facts import (
    CallBackDue,
    CallBackGivenUp,
    CameBack,
    EndedBy,
    FieldRulesSet,
    LineEnded,
    Offered,
    OfferEnded,
    OfferResult,
    Overflowed,
    PhoneFound,
    Relaxed,
    TransferLapsed,
    WrapUpEnded,
)
from domain.ids import AgentId, CallId
from domain.transfer import ToAgent
from domain.waiting_field import FieldRules, read_rules

Stepped = tuple[Field, tuple[Command, ...]]


def step(field: Field, fact: Fact) -> Stepped:
    """The field after a fact, and what that fact calls for."""
    if fact.seq <= field.seq:
        return field, ()
    field = replace(field, seq=fact.seq, seen=fact.at)
    body = fact.body
    if isinstance(body, FieldRulesSet):
        assert fact.origin.tenant is not None, "rules belong to a tenant"
        return put_rules(field, fact.origin.tenant, read_rules(body.rules)), ()
    handled = calls.step(field, fact)
    if handled is None:
        handled = agents.step(field, fact)
    return handled if handled is not None else (field, ())


def replay(facts: Iterable[Fact], field: Field | None = None) -> Field:
    """The field after facts in the order of the log; nothing is to be carried out."""
    field = Field() if field is None else field
    for fact in facts:
        field, _ = step(field, fact)
    return field


def decide(field: Field, at: datetime) -> Note | None:
    """The next fact that follows from the field by itself; step on it and ask again, until None."""
    for due in field.due:
        if due.at > at:
            break
        note = _fallen_due(field, due.whose, at)
        if note is not None:
            return note
    choice = choose(field, at)
    if choice is None:
        return None
    body = Offered(choice.agent.id, choice.call.offers + 1, choice.reason)
    return Note(replace(choice.call.origin, actor=ACTOR), body)


def next_deadline(field: Field) -> datetime | None:
    """When ``decide`` must be asked again even if no fact comes."""
    return field.due[0].at if field.due else None


def _fallen_due(field: Field, whose: str, at: datetime) -> Note | None:
    call = field.calls.get(CallId(whose))
    if call is not None:
        body = _of_call(field, call, at)
        return None if body is None else Note(replace(call.origin, actor=ACTOR), body)
    agent = field.agents.get(AgentId(whose))
    match None if agent is None else agent.state:
        case WrapUp(call=of) if agent is not None:
            return Note(Origin(None, of, ACTOR), WrapUpEnded(agent.id, EndedBy.TIME))
        case Unreachable() if agent is not None:
            return Note(Origin(None, None, ACTOR), PhoneFound(agent.phone))
        case _:
            return None


def _of_call(field: Field, call: FieldCall, at: datetime) -> Body | None:
    match call.place:
        case AwaitsCallBack():
            if call.call_back is not None and is_last_try(call, field.rules_of(call.tenant)):
                return CallBackGivenUp(call.call_back.tries)
            return CallBackDue()
        case Aside():
            return CameBack()
        case OfferedTo(agent):
            return OfferEnded(agent, call.offers, OfferResult.FAILED)
        case TalkingTo() if call.guest is not None:
            return _guest_lost(call.guest)
        case Waiting():
            return _waited_long(call, field.rules_of(call.tenant), at)
        case _:
            return None


def _waited_long(call: FieldCall, rules: FieldRules, at: datetime) -> Body | None:
    waited_s, stage = call.waited_s(at), next_stage(call, rules)
    if isinstance(call.sent_to, ToAgent) and waited_s >= SENT_S:
        return TransferLapsed()
    if stage is not None and waited_s >= stage[1]:
        return Relaxed(stage[0])
    if rules.overflow_s is not None and not call.overflowed and waited_s >= rules.overflow_s:
        return Overflowed(rules.overflow)
    return None


def _guest_lost(guest: Guest) -> Body:
    if guest.agent is None:
        return LineEnded(guest.offer)
    return OfferEnded(guest.agent, guest.offer, OfferResult.FAILED)
