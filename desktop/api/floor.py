"""The floor: callers, agents, brands and call-backs, and what a team lead changes there."""

from typing import Annotated, Any, Final

from aiohttp import web
from msgspec import Meta

from cti.front_door import AgentRow, Hindrance, NotNow, Workplace
from desktop.api.operations import ALL, FLOOR, Asked, Given, Operation, Shape, operation
from desktop.api.reach import NoSuchAgent, Reach
from desktop.api.shapes import Done, Id, Instant, Line, Window, shaped
from domain.agent import write_skills
from domain.dialling import CallBackState
from domain.field_facts import Control
from domain.ids import AgentId, CallId
from domain.language import Language
from domain.ports import KnownAgent
from domain.service_record import RecordField, write_price


class CallNow(Shape):
    """A call in the waiting field or with an agent; ``stuck``: nobody signed in may take it. ``priority`` is what
    ``given`` has risen to with the wait. Who isn't ``on_line`` has hung up and is rung back.
    """

    call: Id
    tenant: Id
    language: Language
    concern: str | None
    place: str
    agent: Id | None
    priority: int
    given: int
    entered: Instant
    stuck: bool
    on_line: bool


class TenantNow(Shape):
    """A brand's callers: how many wait, since when, and today's service level in percent."""

    tenant: Id
    waiting: int
    longest: Instant | None
    to_ring_back: int
    level: float | None
    agreed: int
    threshold_s: int


class Field(Shape):
    """The waiting field at one moment. ``seq`` is the last fact in it: events go on after it. ``linked``: Asterisk is
    in sight; ``deciding``: calls are given to agents.
    """

    seq: int
    at: Instant
    linked: bool
    deciding: bool
    tenants: tuple[TenantNow, ...]
    calls: tuple[CallNow, ...]


class AgentNow(Shape):
    """An agent; without ``phone`` she is signed out. ``call`` is what rings, is talked about or wrapped up, and ``may``
    what can be done with it now. ``until`` is when wrap-up ends by itself, absent while something must be
    recorded first; ``afterwards`` is what begins after the call. ``name`` is for programs that see people.
    """

    agent: Id
    name: str | None
    skills: tuple[str, ...]
    state: str
    phone: str | None = None
    reason: str = ""
    since: Instant | None = None
    call: Id | None = None
    until: Instant | None = None
    afterwards: str = ""
    may: tuple[Control, ...] = ()


class Agents(Shape):
    agents: tuple[AgentNow, ...]


class Service(Shape):
    """What can be recorded; ``required`` are the fields that it asks for."""

    key: str
    names: dict[Language, str]
    price: Annotated[str, Meta(examples=["2.40 EUR"])]
    required: tuple[RecordField, ...]


class Tenant(Shape):
    """A brand; ``lines`` are those outside that callers may be sent to."""

    tenant: Id
    name: str
    services: tuple[Service, ...]
    lines: tuple[str, ...]


class Tenants(Shape):
    tenants: tuple[Tenant, ...]


class CallBack(Shape):
    """Somebody who wants to be rung back; ``given_up``: nobody reached him, and he is the team lead's. ``number``
    (E.164) is for programs that see people, ``window`` is null where he is to be rung as soon as can be.
    """

    call: Id
    tenant: Id
    state: CallBackState
    asked_at: Instant
    window: Window | None
    number: str | None


class CallBacks(Shape):
    call_backs: tuple[CallBack, ...]


class Skills(Given):
    """All that she has from now on, each as ``fr`` or ``fr=3``."""

    skills: Annotated[tuple[Line, ...], Meta(max_length=100)]


class Priority(Given):
    """Above 0 ahead of others, below 0 behind them."""

    priority: Annotated[int, Meta(ge=-100, le=100)]


@operation("GET", "/field", ALL)
async def read_field(asked: Asked) -> Field:
    """Who waits, and who speaks with whom"""
    view, token = asked.reach.floor.door.view(), asked.reach.token
    return Field(
        seq=view.seq,
        at=view.at,
        linked=view.linked,
        deciding=view.deciding,
        tenants=tuple(
            shaped(TenantNow, row) for row in view.tenants if token.may_know_of(row.tenant)
        ),
        calls=tuple(shaped(CallNow, row) for row in view.calls if token.may_know_of(row.tenant)),
    )


@operation("GET", "/agents", ALL)
async def list_agents(asked: Asked) -> Agents:
    """All agents, signed in or not"""
    reach = asked.reach
    agents = await reach.agents()
    return Agents(agents=tuple([await agent_now(reach, one) for one in agents.values()]))


@operation("GET", "/agents/{agent}", ALL)
async def read_agent(asked: Asked) -> AgentNow:
    """One agent's state, and what she can do now"""
    return await agent_of(asked)


@operation("PUT", "/agents/{agent}/skills", FLOOR)
async def set_skills(asked: Asked, given: Skills) -> AgentNow:
    """Give an agent other skills, those already waiting included"""
    if asked.reach.token.tenant is not None:
        raise web.HTTPForbidden(
            text="Skills count for all brands. This takes a token that may know of all."
        )
    reach, agent = asked.reach, AgentId(asked.named["agent"])
    await reach.floor.door.set_skills(reach.by, agent, given.skills)
    return await agent_of(asked)


@operation("PUT", "/calls/{call}/priority", FLOOR)
async def set_priority(asked: Asked, given: Priority) -> Done:
    """Put a waiting call ahead of others, or behind them"""
    reach, call = asked.reach, CallId(asked.named["call"])
    known = {
        row.call for row in reach.floor.door.view().calls if reach.token.may_know_of(row.tenant)
    }
    if call not in known:
        raise NotNow(Hindrance.NOT_IN_FIELD, call=call)
    await reach.floor.door.set_priority(reach.by, call, given.priority)
    return Done()


@operation("GET", "/tenants", ALL)
async def list_tenants(asked: Asked) -> Tenants:
    """The brands, and what can be recorded for each"""
    found = asked.reach.floor.book().tenants.values()
    return Tenants(
        tenants=tuple(
            Tenant(
                tenant=one.id,
                name=one.name,
                services=tuple(
                    Service(
                        key=service.key,
                        names=dict(service.names),
                        price=write_price(service.price),
                        required=service.required,
                    )
                    for service in one.services
                ),
                lines=tuple(sorted(one.transfer)),
            )
            for one in found
        )
    )


@operation("GET", "/call-backs", ALL)
async def list_call_backs(asked: Asked) -> CallBacks:
    """Who waits to be rung back, and whom nobody reached; the oldest wish first"""
    return CallBacks(call_backs=tuple(await _call_backs(asked.reach)))


@operation("POST", "/call-backs/{call}/done", FLOOR)
async def see_to_call_back(asked: Asked) -> Done:
    """Take somebody off the list whom nobody reached, since he has been seen to"""
    reach, call = asked.reach, CallId(asked.named["call"])
    known = {one.call for one in await _call_backs(reach)}
    if call not in known or not await reach.floor.call_back_seen_to(reach.by, call):
        raise NotNow(Hindrance.NOT_ON_LIST)
    return Done()


async def _call_backs(reach: Reach) -> list[CallBack]:
    found = [
        one for one in await reach.floor.call_backs() if reach.token.may_know_of(one.wish.tenant)
    ]
    return [
        CallBack(
            call=one.wish.call,
            tenant=one.wish.tenant,
            state=one.wish.state,
            asked_at=one.wish.asked_at,
            window=None if one.wish.window is None else shaped(Window, one.wish.window),
            number=one.number if reach.token.role.sees_people else None,
        )
        for one in found
    ]


async def agent_of(asked: Asked) -> AgentNow:
    """The agent whom the path names, as she is now."""
    found = (await asked.reach.agents()).get(AgentId(asked.named["agent"]))
    if found is None:
        raise NoSuchAgent
    return await agent_now(asked.reach, found)


async def agent_now(reach: Reach, agent: KnownAgent) -> AgentNow:
    known: dict[str, Any] = {
        "agent": agent.id,
        "name": agent.name if reach.token.role.sees_people else None,
        "skills": write_skills(agent.skills),
    }
    door = reach.floor.door
    row = door.row(agent.id)
    if row is None:
        return AgentNow(**known, state="signed_out")
    at = door.workplace(agent.id)  # of the same moment: nothing is waited for in between
    return AgentNow(**known, **_state(row, at, await reach.may_know(row)))


def _state(row: AgentRow, at: Workplace, knows_call: bool) -> dict[str, Any]:
    return {
        "state": row.state,
        "phone": row.phone,
        "reason": row.reason,
        "since": row.since,
        "call": row.call if knows_call else None,
        "until": at.until,
        "afterwards": row.afterwards,
        "may": tuple(one for one in Control if one in at.may) if knows_call else (),
    }


OPERATIONS: Final[tuple[Operation, ...]] = (
    read_field,
    list_agents,
    read_agent,
    set_skills,
    set_priority,
    list_tenants,
    list_call_backs,
    see_to_call_back,
)
