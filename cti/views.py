"""What a desk is shown of the field: rows of agents, calls and tenants at one moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cti.routing.choosing import level
from cti.routing.field_call import Aside, FieldCall, OfferedTo, Waiting, agent_of_call
from cti.routing.state import Field
from cti.routing.takers import may_ever_be_taken
from domain.agent import Agent, OnHold, Paused, Ready, Ringing, Talking, Unreachable, WrapUp
from domain.field_facts import Control
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.transfer import ToAgent, ToLine


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as a desk shows her; ``reason`` of a pause, "" elsewhere. ``afterwards`` is what begins when the call
    is over: ``sign_out``, or the reason of a pause; "" is the next call.
    """

    agent: AgentId
    phone: Phone
    state: str
    reason: str
    since: datetime
    call: CallId | None
    afterwards: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as a desk shows it, in the order of entry. ``stuck``: it waits, and nobody signed in may ever take it.

    ``priority`` is what ``given`` has risen to with the wait. Who isn't ``on_line`` has hung up and is rung back, or is
    dialled.
    """

    call: CallId
    tenant: TenantId
    language: str
    concern: str | None
    place: str
    agent: AgentId | None
    priority: int
    stage: int
    entered: datetime
    stuck: bool
    given: int
    on_line: bool


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A tenant's callers as a desk shows them: how many are on the line and ``waiting``, the longest of them since
    ``longest``, and how many are ``to_ring_back``.

    ``level`` is today's service level in percent as the routing counts it (formula B, a day of UTC), None before the
    first call; ``agreed`` percent are to be answered within ``threshold_s``. ``listening``: supervisors may take part.
    """

    tenant: TenantId
    waiting: int
    longest: datetime | None
    to_ring_back: int
    level: float | None
    agreed: int
    threshold_s: int
    listening: bool


@dataclass(frozen=True, slots=True)
class View:
    """The field at one moment; whether Asterisk is in sight, and whether the log is looked at and calls are decided.

    ``seq`` is the last fact that is in it. ``tenants`` are by id.
    """

    seq: int
    at: datetime
    tenants: tuple[TenantRow, ...]
    calls: tuple[CallRow, ...]
    agents: tuple[AgentRow, ...]
    linked: bool
    deciding: bool


class DialStep(StrEnum):
    """How far a dial has come."""

    AT_PHONE = "at_phone"
    """Her own phone rings."""
    DIALLING = "dialling"
    RINGS = "rings"
    ENDED = "ended"
    """He wasn't reached; her own line is about to end."""


def dial_step(call: FieldCall) -> DialStep | None:
    """None where nobody is being dialled."""
    if call.dial is None or not call.is_dialling:
        return None
    if isinstance(call.place, OfferedTo):
        return DialStep.AT_PHONE
    if call.dial.ended:
        return DialStep.ENDED
    return DialStep.RINGS if call.dial.rings else DialStep.DIALLING


@dataclass(frozen=True, slots=True)
class Workplace:
    """What an agent has before her at one moment; ``seq`` is the last fact that is in it.

    ``call`` is what rings, is talked about or is wrapped up; its ``tenant`` is known while it is in the field.
    ``until`` is when her wrap-up ends by itself; ``may`` is what she can do with the caller now. ``dial`` is how far it
    has come, where she dials somebody who isn't on the line yet.
    """

    seq: int
    at: datetime
    agent: AgentRow | None
    until: datetime | None
    call: CallId | None
    offer: int | None
    tenant: TenantId | None
    guest: ToAgent | ToLine | None
    guest_talks: bool
    may: frozenset[Control]
    dial: DialStep | None


def view(field: Field, now: datetime, *, linked: bool, deciding: bool) -> View:
    calls = sorted(field.calls.values(), key=lambda call: (call.entered, call.id))
    agents = sorted(field.agents.values(), key=lambda agent: agent.phone)
    return View(
        field.seq,
        now,
        tuple(_tenant_row(field, one, now) for one in sorted(_tenants(field))),
        tuple(_call_row(field, call, now) for call in calls),
        tuple(agent_row(agent) for agent in agents),
        linked,
        deciding,
    )


def _tenants(field: Field) -> set[TenantId]:
    """All that have rules, or a caller."""
    return {*field.rules, *(call.tenant for call in field.calls.values())}


def _tenant_row(field: Field, tenant: TenantId, now: datetime) -> TenantRow:
    calls = [call for call in field.calls.values() if call.tenant == tenant]
    waiting = [call.entered for call in calls if _waits(call)]
    rules, contract = field.rules_of(tenant), field.contract_of(tenant)
    counted = contract.day == now.toordinal() and contract.answered + contract.abandoned
    return TenantRow(
        tenant,
        len(waiting),
        min(waiting, default=None),
        sum(call.call_back is not None and not call.on_line for call in calls),
        contract.level if counted else None,
        rules.service_level,
        rules.threshold_s,
        rules.listening,
    )


def _waits(call: FieldCall) -> bool:
    """Whether he is on the line, and nobody speaks with him."""
    return call.on_line and isinstance(call.place, Waiting | OfferedTo | Aside)


def _call_row(field: Field, call: FieldCall, now: datetime) -> CallRow:
    return CallRow(
        call.id,
        call.tenant,
        call.language.value,
        None if call.concern is None else call.concern.value,
        _word(type(call.place).__name__),
        agent_of_call(call),
        level(field, call, now),
        call.stage,
        call.entered,
        isinstance(call.place, Waiting) and not may_ever_be_taken(field, call),
        call.priority,
        call.on_line,
    )


def agent_row(agent: Agent) -> AgentRow:
    state = agent.state
    reason = call = None
    match state:
        case Paused(reason=why) | Unreachable(paused=why):
            reason = why
        case Ringing(call=of) | Talking(call=of) | OnHold(call=of) | WrapUp(call=of):
            call = of
        case Ready():
            pass
    word = _word(type(state).__name__)
    afterwards = "sign_out" if agent.leaves else agent.pause or ""
    return AgentRow(agent.id, agent.phone, word, reason or "", state.since, call, afterwards)


def _word(name: str) -> str:
    """``WrapUp`` as ``wrap_up``."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).removeprefix("_")
