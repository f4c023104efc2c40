"""What facts about call-backs do to a call: its caller has hung up, or will, and keeps his place."""

from dataclasses import replace
from datetime import datetime, timedelta

from cti.routing.agents import freed
from cti.routing.commands import ACTOR, Command, Note
from cti.routing.field_call import (
    Aside,
    AwaitsCallBack,
    CallBack,
    FieldCall,
    Leaving,
    OfferedTo,
    TalkingTo,
    Waiting,
    agent_of_call,
    is_last_try,
)
from cti.routing.state import Field, drop_call, put_call
from cti.routing.takers import unless_taken
from domain.fact import Fact
from domain.field_facts import (
    CallBackAsked,
    CallBackDue,
    CallBackGivenUp,
    CallBackPutOff,
    CallBackResult,
    CallBackSettled,
    CallBackStands,
    CallBackTried,
)
from domain.transfer import ToSkill

_RING_AGAIN = timedelta(minutes=1)
"""How long a call-back waits whose agent hung up before the caller was reached."""

Stepped = tuple[Field, tuple[Command, ...]]


def step(field: Field, fact: Fact, call: FieldCall) -> Stepped | None:
    """The field after a fact about a call-back; None where the fact is about something else."""
    match fact.body:
        case CallBackAsked(caller, not_before) if call.on_line and not _talks(call):
            place = Aside(None) if isinstance(call.place, Waiting) else call.place
            # the colleague he was sent to may be gone by then
            sent_to = call.sent_to if isinstance(call.sent_to, ToSkill) else None
            wish = CallBack(caller, not_before)
            return put_call(field, replace(call, call_back=wish, place=place, sent_to=sent_to)), ()
        case CallBackStands() if isinstance(call.place, Waiting | Aside):
            return put_call(field, replace(call, place=Leaving())), ()
        case CallBackSettled():
            return _settled(field, call), ()
        case CallBackDue() if isinstance(call.place, AwaitsCallBack):
            return _due(field, call, call.place.not_before)
        case CallBackPutOff(agent, offer, until) if call.place == OfferedTo(agent):
            if offer != call.offers:
                return field, ()
            put_off = call.call_back and replace(call.call_back, not_before=until)
            field = put_call(field, replace(call, call_back=put_off, place=AwaitsCallBack(until)))
            return freed(field, field.agents[agent], fact.at), ()
        case CallBackTried(agent=agent) if call.call_back is not None and not call.on_line:
            if agent_of_call(call) != agent:
                return field, ()
            return _tried(field, fact, call, fact.body)
        case CallBackGivenUp():
            return drop_call(field, call.id), ()
        case _:
            return None


def _settled(field: Field, call: FieldCall) -> Field:
    """He needn't be rung, unless he is being rung already."""
    if call.on_line:
        place = Leaving() if isinstance(call.place, Waiting | Aside) else call.place
        return put_call(field, replace(call, call_back=None, place=place))
    return drop_call(field, call.id) if agent_of_call(call) is None else field


def hung_up(field: Field, call: FieldCall, wish: CallBack, at: datetime) -> Stepped:
    """He is off the line and keeps his place, but isn't rung before he wants to be. Where that has come meanwhile, he
    begins to wait now. Whom an agent had dialled is rung back as anybody is.
    """
    call = replace(call, dial=None)
    if wish.not_before is not None and wish.not_before > at:
        awaits = AwaitsCallBack(wish.not_before)
        return put_call(field, replace(call, on_line=False, place=awaits)), ()
    field = put_call(field, replace(call, on_line=False, place=Waiting()))
    return field, () if wish.not_before is None else unless_taken(field, call)


def _talks(call: FieldCall) -> bool:
    return isinstance(call.place, TalkingTo)


def _due(field: Field, call: FieldCall, since: datetime) -> Stepped:
    """He waits again. Whether anybody may ring him is asked as his hours begin; between two tries somebody may."""
    field = put_call(field, replace(call, place=Waiting()))
    begins = call.call_back is not None and call.call_back.not_before == since
    return field, unless_taken(field, call) if begins else ()


def _tried(field: Field, fact: Fact, call: FieldCall, tried: CallBackTried) -> Stepped:
    if tried.result is CallBackResult.REACHED:
        if call.place != TalkingTo(tried.agent):
            return field, ()
        return put_call(field, replace(call, call_back=None, on_line=True, line=tried.line)), ()
    assert call.call_back is not None, "a call-back was tried"
    rules, rings = field.rules_of(call.tenant), call.place == OfferedTo(tried.agent)
    if rings:  # it was refused before her phone could
        field = freed(field, field.agents[tried.agent], fact.at)
    refused = tried.result is CallBackResult.REFUSED
    tries = max(tried.tries, rules.call_back_tries) if refused else tried.tries
    again = AwaitsCallBack(fact.at + timedelta(seconds=rules.call_back_again_s))
    call = replace(call, call_back=replace(call.call_back, tries=tries), place=again)
    field = put_call(field, call)
    if rings and is_last_try(call, rules):
        return field, (given_up(call),)
    return field, ()  # her part isn't over yet


def left(field: Field, call: FieldCall, wish: CallBack, at: datetime) -> Stepped:
    """Her part is over before the caller was reached. That is a try too, or he might be rung for ever."""
    wish = replace(wish, tries=wish.tries + 1)
    call = replace(call, call_back=wish, place=AwaitsCallBack(at + _RING_AGAIN))
    field = put_call(field, call)
    if is_last_try(call, field.rules_of(call.tenant)):
        return field, (given_up(call),)
    return field, ()


def given_up(call: FieldCall) -> Note:
    """That nobody rings him any more."""
    assert call.call_back is not None, "he was to be rung back"
    return Note(replace(call.origin, actor=ACTOR), CallBackGivenUp(call.call_back.tries))
