"""What figures are aggregated over (``domain.projection``), as it follows from the field step by step.

So what counts as an answer in a report is what counted when the call was routed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cti.routing.engine import step
from cti.routing.field_call import FieldCall, Leaving, Outside, TalkingTo
from cti.routing.state import Field
from domain import desk_facts as desk
from domain import field_facts as facts
from domain import portal_facts as portal
from domain.agent import (
    Agent,
    AgentState,
    OnHold,
    Paused,
    Ready,
    Ringing,
    Talking,
    Unreachable,
    WrapUp,
)
from domain.dial_facts import DialAsked, DialEnded, DialReached
from domain.dunning_facts import AttemptRecorded, CaseWithdrawn
from domain.fact import CALLER, Fact
from domain.field_facts import OfferResult
from domain.ids import AgentId, CallId
from domain.projection import (
    Arrival,
    Attempt,
    CaseOff,
    DialOver,
    Doing,
    Leg,
    LegOver,
    LineGone,
    PassedOn,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
    Way,
    cut,
    slot_of,
)


def follow(field: Field, fact: Fact) -> tuple[Field, tuple[Row, ...]]:
    """The field after a fact, and what that adds to the projections; nothing for a fact that it has seen.

    Time never runs back in them, as a clock that was set can make it do in the log.
    """
    if fact.seq <= field.seq:
        return field, ()
    if field.seen is not None and fact.at < field.seen:
        fact = replace(fact, at=field.seen)
    after, _ = step(field, fact)
    rows = [*_slots_over(field, fact.at), *_of_agents(field, after, fact)]
    if not fact.origin.synthetic:
        rows += [*_of_portal(fact), *_of_field(field, after, fact), *_of_desk(fact)]
    return after, tuple(rows)


def unfinished(field: Field, until: datetime) -> Iterator[Span]:
    """What all agents went on doing to then, of which nothing has followed yet: no fact has come since."""
    if field.seen is not None:
        for agent in field.agents.values():
            yield from _spans(agent, slot_of(field.seen), until)


def _slots_over(before: Field, at: datetime) -> Iterator[Row]:
    """What all agents went on doing over the slots that are over by now."""
    if before.seen is not None and slot_of(before.seen) != slot_of(at):
        yield from unfinished(before, slot_of(at))


def _of_agents(before: Field, after: Field, fact: Fact) -> Iterator[Row]:
    if after.agents is before.agents:
        return
    for name, agent in before.agents.items():
        now = after.agents.get(name)
        if now is agent or (now is not None and _is_same(agent.state, now.state)):
            continue
        yield from _spans(agent, slot_of(fact.at), fact.at)
        yield from _legs(before, agent, None if now is None else now.state, fact)


def _is_same(one: AgentState, other: AgentState) -> bool:
    """Whether she does what she did, without a break."""
    return type(one) is type(other) and one.since == other.since and _about(one) == _about(other)


def _spans(agent: Agent, since: datetime, until: datetime) -> Iterator[Span]:
    """What she did from ``since`` on; what she did before that stands there already."""
    for begin, end in cut(max(agent.state.since, since), until):
        reason = agent.state.reason if isinstance(agent.state, Paused) else None
        yield Span(agent.id, _doing(agent.state), begin, end, reason, _about(agent.state))


def _doing(state: AgentState) -> Doing:
    match state:
        case Ready():
            return Doing.READY
        case Paused():
            return Doing.PAUSED
        case Ringing():
            return Doing.RINGING
        case Talking():
            return Doing.TALKING
        case OnHold():
            return Doing.ON_HOLD
        case WrapUp():
            return Doing.WRAP_UP
        case Unreachable():
            return Doing.UNREACHABLE


def _about(state: AgentState | None) -> CallId | None:
    return state.call if isinstance(state, Ringing | Talking | OnHold | WrapUp) else None


def _speaks_in(state: AgentState | None) -> CallId | None:
    return state.call if isinstance(state, Talking | OnHold) else None


def _legs(before: Field, agent: Agent, now: AgentState | None, fact: Fact) -> Iterator[Row]:
    was, spoke, speaks = agent.state, _speaks_in(agent.state), _speaks_in(now)
    if spoke is not None and spoke != speaks:
        yield LegOver(agent.id, spoke, fact.at)
    if isinstance(was, Ringing):
        way = _way(before.calls.get(was.call), agent.id)
        if speaks == was.call:
            yield Leg(agent.id, was.call, was.offer, way, was.since, fact.at, None, None)
            return
        result = None if way is Way.DIALLED else _result(fact, agent)
        yield Leg(agent.id, was.call, was.offer, way, was.since, None, fact.at, result)
    if speaks is not None and spoke != speaks:  # found in conversation: nobody saw it ring
        call = before.calls.get(speaks)
        offers, way = 0 if call is None else call.offers, _way(call, agent.id)
        yield Leg(agent.id, speaks, offers, way, fact.at, fact.at, None, None)


def _way(call: FieldCall | None, agent: AgentId) -> Way:
    if call is None:
        return Way.WAITED
    if call.is_dialling:
        return Way.DIALLED
    if call.has_guest(agent):
        return Way.ASKED_IN
    if not call.on_line:
        return Way.CALL_BACK
    return Way.WAITED if call.answered is None else Way.PASSED_ON


def _result(fact: Fact, agent: Agent) -> OfferResult | None:
    """How her ring ended; None where it was taken back for another reason, as a dial that she cancelled."""
    match fact.body:
        case facts.OfferEnded(result=result):
            return result
        case facts.PhoneLost(phone) if phone == agent.phone:
            return OfferResult.UNREACHABLE
        case facts.CallEnded():
            return OfferResult.CALLER_LEFT
        case _:
            return None


def _of_portal(fact: Fact) -> Iterator[Row]:
    call, tenant, at = fact.origin.call, fact.origin.tenant, fact.at
    if call is None or tenant is None:
        return
    match fact.body:
        case portal.CallArrived(line, caller):
            yield Arrival(call, tenant, line, caller, at)
        case portal.LanguageSet(language):
            yield PortalStep(call, at, language=language)
        case portal.LoggedIn(participant):
            yield PortalStep(call, at, participant=participant)
        case portal.BalanceTold():
            yield PortalStep(call, at, told=True, served=True)
        case portal.MovementsTold() | portal.PointsRedeemed() | portal.PinChanged():
            yield PortalStep(call, at, served=True)
        case portal.LanguageRemembered() | portal.ShortFormRemembered():
            yield PortalStep(call, at, served=True)
        case portal.CardBlocked() if fact.origin.actor == CALLER:
            yield PortalStep(call, at, served=True)
        case portal.HandedOver():
            yield PortalStep(call, at, handed_over=True)
        case portal.DialogLeft(end, last_prompt):
            yield PortalLeft(call, at, end, last_prompt)
        case facts.CallEnded(by):
            yield LineGone(call, at, by)
        case _:
            pass


def _of_field(before: Field, after: Field, fact: Fact) -> Iterator[Row]:
    call_id = fact.origin.call
    if call_id is None:
        return
    match fact.body:
        case DialReached():
            yield DialOver(call_id, fact.at, None)
        case DialEnded(result=result):
            yield DialOver(call_id, fact.at, result)
        case _:
            pass
    was, now = before.calls.get(call_id), after.calls.get(call_id)
    if was is None:
        if now is not None:
            yield _visit(now, fact)
        return
    if was.dial is None and was.answered is None and was.on_line:
        yield from _visit_over(was, now, after, fact.at)
    if now is not None and isinstance(was.place, TalkingTo) and _is_passed_on(was, now, fact):
        yield PassedOn(was.place.agent, call_id)


def _visit(call: FieldCall, fact: Fact) -> Visit:
    dialled = fact.body.purpose if isinstance(fact.body, DialAsked) else None
    return Visit(
        call.id, call.tenant, call.language, call.concern, call.participant, dialled, fact.at
    )


def _visit_over(
    was: FieldCall, now: FieldCall | None, field: Field, at: datetime
) -> Iterator[VisitOver]:
    end = _visit_end(was, now, field)
    if end is None:
        return
    wait, rules = at - was.entered, field.rules_of(was.tenant)
    in_time = wait.total_seconds() <= rules.threshold_s
    short = wait.total_seconds() <= rules.short_abandon_s
    yield VisitOver(was.id, at, wait, end, in_time, short)


def _visit_end(was: FieldCall, now: FieldCall | None, field: Field) -> VisitEnd | None:
    """None where he still waits, or is in self-service."""
    if now is not None and now.answered is not None:
        return VisitEnd.ANSWERED
    if now is not None and now.on_line:
        return None
    if was.call_back is not None or isinstance(was.place, Leaving):
        return VisitEnd.RUNG_BACK
    return VisitEnd.ELSEWHERE if field.is_sent_away(was) else VisitEnd.ABANDONED


def _is_passed_on(was: FieldCall, now: FieldCall, fact: Fact) -> bool:
    """Whether he is with somebody else, or waits for that, because she wanted it; not where her phone failed."""
    if now.place == was.place or isinstance(now.place, Leaving):
        return False
    match fact.body:
        case facts.Transferred() | facts.ControlAsked():
            return True
        case facts.LegEnded(by=facts.Side.NETWORK):
            return False
        case _:
            return isinstance(now.place, TalkingTo | Outside)


def _of_desk(fact: Fact) -> Iterator[Row]:
    origin, at = fact.origin, fact.at
    if origin.tenant is None:
        return
    match fact.body:
        case AttemptRecorded(case, of_list, agent, outcome, reached, counts, ends):
            yield Attempt(
                origin.call,
                origin.tenant,
                of_list,
                case,
                agent,
                at,
                outcome,
                reached,
                counts,
                ends,
            )
        case CaseWithdrawn(case):
            yield CaseOff(case, at)
        case desk.ServiceRecorded(record, _, service, price) if origin.call is not None:
            yield ServiceDone(record, origin.call, origin.tenant, origin.actor, at, service, price)
        case desk.NoConcern(record) if origin.call is not None:
            yield ServiceDone(record, origin.call, origin.tenant, origin.actor, at, None, None)
        case desk.ServiceCorrected(record, old, _, service, price) if origin.call is not None:
            yield ServiceDone(
                record, origin.call, origin.tenant, origin.actor, at, service, price, old
            )
        case _:
            pass
