"""The waiting field as a text, so that a start needn't step on the whole log.

The indexes aren't written: they are built anew. Ids are opaque, as in facts, so nothing personal is written either.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, get_args, get_type_hints

from cti.routing.field_call import (
    Aside,
    AwaitsCallBack,
    CallBack,
    Dialled,
    FieldCall,
    Guest,
    Leaving,
    OfferedTo,
    Outside,
    Place,
    TalkingTo,
    Waiting,
)
from cti.routing.state import Contract, Field, put_agent, put_call
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
    read_skills,
    write_skills,
)
from domain.call import Concern
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, ParticipantId, Phone, TenantId
from domain.language import Language
from domain.transfer import ToAgent, ToLine, ToSkill, read_target, write_target
from domain.waiting_field import Band, read_rules, write_rules

_FOLD: Final = 1
"""Raise it where ``step`` was mended and calls already in the field must not stay as the old one left them."""


def _dataclasses(hint: Any, found: set[type[Any]]) -> set[type[Any]]:
    """All that a value of this type may hold."""
    if isinstance(hint, type) and is_dataclass(hint) and hint not in found:
        found.add(hint)
        for inner in get_type_hints(hint).values():
            _dataclasses(inner, found)
    for part in get_args(hint):
        _dataclasses(part, found)
    return found


def _digest() -> str:
    shapes = [
        f"{kind.__qualname__}({', '.join(f'{one.name}: {one.type}' for one in fields(kind))})"
        for kind in _dataclasses(Field, set())
    ]
    return sha256("\n".join(sorted(shapes)).encode()).hexdigest()


VERSION: Final = f"{_FOLD}-{_digest()}"
"""Hangs on the names and types of all that a field holds: who has another shape of it doesn't read this one's."""


class UnusableSnapshot(ValueError):
    """It is of another version, or can't be read: step on the log from its beginning instead."""


def write(field: Field) -> str:
    """A JSON document, as ``read`` reads it. It is put together piece by piece, so that it holds up no other thread."""
    parts = {
        "version": json.dumps(VERSION),
        "seq": json.dumps(field.seq),
        "seen": json.dumps(_write_time(field.seen)),
        "rules": json.dumps({one: write_rules(rules) for one, rules in field.rules.items()}),
        "contracts": json.dumps({one: asdict(told) for one, told in field.contracts.items()}),
        "last_with": _list(
            [participant, agent, until.isoformat()]
            for participant, (agent, until) in field.last_with.items()
        ),
        "lost_phones": _list(sorted(field.lost_phones)),
        "agents": _list(map(_write_agent, field.agents.values())),
        "calls": _list(map(_write_call, field.calls.values())),
        "first": _list(
            field.queues[group][0][1] for groups in field.wanted.values() for group in groups
        ),
    }
    members = ",\n".join(f'"{name}": {written}' for name, written in parts.items())
    return f"{{{members}}}"


def _list(values: Iterable[Any]) -> str:
    return f"[{', '.join(map(json.dumps, values))}]"


def read(text: str) -> Field:
    """The field that was written, its indexes too. Raises UnusableSnapshot."""
    try:
        values = json.loads(text)
        if values["version"] == VERSION:
            return _read_field(values)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnusableSnapshot(f"it can't be read: {type(error).__name__}") from None
    raise UnusableSnapshot("it is of another version")


def _read_field(values: Mapping[str, Any]) -> Field:
    field = Field(
        rules={TenantId(one): read_rules(rules) for one, rules in values["rules"].items()},
        contracts={TenantId(one): Contract(**told) for one, told in values["contracts"].items()},
        last_with={
            ParticipantId(participant): (AgentId(agent), datetime.fromisoformat(until))
            for participant, agent, until in values["last_with"]
        },
        lost_phones=frozenset(map(Phone, values["lost_phones"])),
        seq=values["seq"],
        seen=_read_time(values["seen"]),
    )
    for agent in map(_read_agent, values["agents"]):
        field = put_agent(field, agent)
    calls = {call.id: call for call in map(_read_call, values["calls"])}
    # the queues come to stand in the order they had: waits that are told are sums over them, and a sum of
    # fractions depends on it
    for call_id in (*map(CallId, values["first"]), *calls):
        field = put_call(field, calls[call_id])
    return replace(field, calls=calls)


def _write_agent(agent: Agent) -> Mapping[str, Any]:
    return {
        "id": agent.id,
        "phone": agent.phone,
        "skills": write_skills(agent.skills),
        "state": _write_state(agent.state),
        "missed": agent.missed,
        "pause": agent.pause,
        "leaves": agent.leaves,
        "reachable": agent.reachable,
        "in_page": agent.in_page,
    }


def _read_agent(values: Mapping[str, Any]) -> Agent:
    return Agent(
        id=AgentId(values["id"]),
        phone=Phone(values["phone"]),
        skills=read_skills(values["skills"]),
        state=_read_state(values["state"]),
        missed=values["missed"],
        pause=values["pause"],
        leaves=values["leaves"],
        reachable=values["reachable"],
        in_page=values["in_page"],
    )


def _write_state(state: AgentState) -> list[Any]:
    """Its name, since when, and what it holds."""
    named = [type(state).__name__, state.since.isoformat()]
    match state:
        case Ready():
            return named
        case Paused(reason=reason):
            return [*named, reason]
        case Ringing(call=call, offer=offer):
            return [*named, call, offer]
        case Talking(call=call) | OnHold(call=call):
            return [*named, call]
        case WrapUp(call=call, until=until, recorded=recorded):
            return [*named, call, until.isoformat(), recorded]
        case Unreachable(paused=paused, again=again):
            return [*named, paused, _write_time(again)]


def _read_state(written: list[Any]) -> AgentState:
    name, since, *rest = written
    at = datetime.fromisoformat(since)
    match name, rest:
        case "Ready", []:
            return Ready(at)
        case "Paused", [reason]:
            return Paused(at, reason)
        case "Ringing", [call, offer]:
            return Ringing(at, CallId(call), offer)
        case "Talking", [call]:
            return Talking(at, CallId(call))
        case "OnHold", [call]:
            return OnHold(at, CallId(call))
        case "WrapUp", [call, until, bool(recorded)]:
            return WrapUp(at, CallId(call), datetime.fromisoformat(until), recorded)
        case "Unreachable", [paused, again]:
            return Unreachable(at, paused, _read_time(again))
        case _:
            raise ValueError(f"{name!r} is no state of an agent")


def _write_call(call: FieldCall) -> Mapping[str, Any]:
    origin, wish, guest, told = call.origin, call.call_back, call.guest, call.told
    dial = call.dial
    return {
        "id": call.id,
        "origin": [origin.tenant, origin.call, origin.actor, origin.synthetic],
        "language": call.language,
        "concern": call.concern,
        "participant": call.participant,
        "priority": call.priority,
        "entered": call.entered.isoformat(),
        "place": _write_place(call.place),
        "stage": call.stage,
        "offers": call.offers,
        "offered_at": _write_time(call.offered_at),
        "told": told and [told[0], told[1].at_least_s, told[1].at_most_s],
        "refused": sorted(call.refused),
        "call_back": wish and [wish.caller, _write_time(wish.not_before), wish.tries],
        "on_line": call.on_line,
        "line": call.line,
        "dial": dial and [dial.caller, dial.rings, dial.ended],
        "in_room": call.in_room,
        "listener": call.listener,
        "guest": guest and [write_target(guest.who), guest.offer, guest.talks, guest.resumes],
        "going": call.going and write_target(call.going),
        "sent_to": call.sent_to and write_target(call.sent_to),
        "overflowed": call.overflowed,
        "answered": _write_time(call.answered),
        "recorded": call.recorded,
    }


def _read_call(values: Mapping[str, Any]) -> FieldCall:
    concern, going = values["concern"], values["going"]
    return FieldCall(
        id=CallId(values["id"]),
        origin=Origin(*values["origin"]),
        language=Language(values["language"]),
        concern=None if concern is None else Concern(concern),
        participant=values["participant"],
        priority=values["priority"],
        entered=datetime.fromisoformat(values["entered"]),
        place=_read_place(values["place"]),
        stage=values["stage"],
        offers=values["offers"],
        offered_at=_read_time(values["offered_at"]),
        told=_read_told(values["told"]),
        refused=frozenset(map(AgentId, values["refused"])),
        call_back=_read_call_back(values["call_back"]),
        on_line=values["on_line"],
        line=values["line"],
        dial=_read_dial(values["dial"]),
        in_room=values["in_room"],
        guest=_read_guest(values["guest"]),
        listener=values["listener"],
        going=None if going is None else read_target(going),
        sent_to=_read_sent_to(values["sent_to"]),
        overflowed=values["overflowed"],
        answered=_read_time(values["answered"]),
        recorded=values["recorded"],
    )


def _write_place(place: Place) -> list[Any]:
    """Its name, and what it holds."""
    name = type(place).__name__
    match place:
        case Waiting() | Leaving():
            return [name]
        case OfferedTo(agent) | TalkingTo(agent):
            return [name, agent]
        case Aside(until):
            return [name, _write_time(until)]
        case Outside(line, offer):
            return [name, line, offer]
        case AwaitsCallBack(not_before):
            return [name, not_before.isoformat()]


def _read_place(written: list[Any]) -> Place:
    match written:
        case ["Waiting"]:
            return Waiting()
        case ["Leaving"]:
            return Leaving()
        case ["OfferedTo", agent]:
            return OfferedTo(AgentId(agent))
        case ["TalkingTo", agent]:
            return TalkingTo(AgentId(agent))
        case ["Aside", until]:
            return Aside(_read_time(until))
        case ["Outside", line, offer]:
            return Outside(line, offer)
        case ["AwaitsCallBack", not_before]:
            return AwaitsCallBack(datetime.fromisoformat(not_before))
        case _:
            raise ValueError(f"{written!r} is no place of a call")


def _read_told(written: list[Any] | None) -> tuple[int, Band] | None:
    if written is None:
        return None
    position, at_least_s, at_most_s = written
    return position, Band(at_least_s, at_most_s)


def _read_call_back(written: list[Any] | None) -> CallBack | None:
    if written is None:
        return None
    caller, not_before, tries = written
    return CallBack(CallerId(caller), _read_time(not_before), tries)


def _read_dial(written: list[Any] | None) -> Dialled | None:
    if written is None:
        return None
    caller, rings, ended = written
    return Dialled(CallerId(caller), rings, ended)


def _read_guest(written: list[Any] | None) -> Guest | None:
    if written is None:
        return None
    who, offer, talks, resumes = written
    match read_target(who):
        case ToAgent() | ToLine() as one:
            return Guest(one, offer, talks, resumes)
        case ToSkill():
            raise ValueError("a skill is no guest")


def _read_sent_to(written: str | None) -> ToAgent | ToSkill | None:
    match None if written is None else read_target(written):
        case ToLine():
            raise ValueError("nobody waits for a line")
        case found:
            return found


def _write_time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read_time(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
