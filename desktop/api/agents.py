"""An agent's day, and the call she is in."""

from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta

from actions.ask_dial import AnyNumber, OfCallBack, OfCustomer, OfNote, Wanted
from actions.read_pop import Popped
from desktop.api.floor import AgentNow, agent_of
from desktop.api.operations import ALL, DESK, Asked, Given, Operation, Shape, operation
from desktop.api.shapes import Id, Instant, Line, Window, shaped
from domain.call import Certainty, Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import Control
from domain.ids import AgentId, CallId, NoteId, ParticipantId, Phone, TenantId
from domain.language import Language
from domain.participant import Membership


class Caller(Shape):
    """A customer as the pop and the search tell of him; ``phone`` is E.164."""

    id: Id
    tenant: Id
    number: str
    name: str
    language: Language
    phone: str | None
    membership: Membership


class Pop(Shape):
    """What is known of a call before she says hello. ``participant`` is who he is, as sure as ``certainty`` says; as
    long as nobody knows, ``people`` are the customers with his ``number`` (E.164). ``reason`` is why it came to her,
    ``window`` when he wished to be rung back;
    ``dialled_for`` is set where an agent dialled him, and ``not_reached`` where that came to nothing.
    """

    call: Id
    tenant: Id
    language: Language
    certainty: Certainty
    participant: Id | None
    concern: Concern | None
    path: tuple[str, ...]
    failed_at: str | None
    entered: Instant | None
    offered: Instant | None
    reason: tuple[str, ...]
    rung_back: bool
    window: Window | None
    sent_by: Id | None
    dialled_for: DialledFor | None
    not_reached: DialResult | None
    number: str | None
    people: tuple[Caller, ...]


class SignIn(Given):
    phone: Annotated[str, Meta(max_length=40, examples=["201"])]


class Pause(Given):
    reason: Annotated[str, Meta(max_length=40, examples=["lunch"])]


class CallWish(Given):
    """``to`` is for transfer and consult alone: ``agent:ID``, ``skill:NAME`` or ``line:NAME``."""

    control: Control
    to: Line = ""


class DialCustomer(Given, tag_field="whom", tag="customer"):
    """The number on his card."""

    participant: Id


class DialOfNote(Given, tag_field="whom", tag="note"):
    """Whom a note is about."""

    note: Id


class DialBack(Given, tag_field="whom", tag="call_back"):
    """Who asked in ``call`` to be rung back."""

    call: Id


class DialNumber(Given, tag_field="whom", tag="number"):
    """Any number, dialled for the brand ``tenant``."""

    tenant: Id
    number: Line


DialWish = DialCustomer | DialOfNote | DialBack | DialNumber


class Dialled(Shape):
    """``call`` is what the events tell of it under."""

    call: Id


@operation("POST", "/agents/{agent}/signin", DESK)
async def sign_in(asked: Asked, given: SignIn) -> AgentNow:
    """Sign an agent in at a phone; she is paused at first"""
    agent = await _agent(asked)
    await asked.reach.floor.door.sign_in(asked.reach.by, agent, Phone(given.phone), in_page=True)
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/signout", ALL)
async def sign_out(asked: Asked) -> AgentNow:
    """Sign an agent out, at once or after the call"""
    await asked.reach.floor.door.sign_out(asked.reach.by, await _agent(asked))
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/ready", DESK)
async def ready(asked: Asked) -> AgentNow:
    """Take calls; ends wrap-up, once something has been recorded for the call"""
    agent, floor = await _agent(asked), asked.reach.floor
    await floor.check_recorded(agent)
    await floor.door.ready(asked.reach.by, agent)
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/pause", ALL)
async def pause(asked: Asked, given: Pause) -> AgentNow:
    """Pause an agent, at once or after the call"""
    await asked.reach.floor.door.pause(asked.reach.by, await _agent(asked), given.reason)
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/done", DESK)
async def done(asked: Asked) -> AgentNow:
    """End wrap-up, once something has been recorded for the call"""
    agent, floor = await _agent(asked), asked.reach.floor
    await floor.check_recorded(agent)
    await floor.door.done(asked.reach.by, agent)
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/call", DESK)
async def control_call(asked: Asked, given: CallWish) -> AgentNow:
    """Hold, resume, transfer and the like; what came of it shows in her state and in the events"""
    agent, door = await _agent(asked), asked.reach.floor.door
    await door.control(asked.reach.by, agent, given.control, given.to)
    return await agent_of(asked)


@operation("POST", "/agents/{agent}/dial", DESK)
async def dial(asked: Asked, given: DialWish) -> Dialled:
    """Ring her phone, and then whom she wants; ends wrap-up. What comes of it shows in the events"""
    await _agent(asked)
    return Dialled(call=await asked.reach.floor.dial(asked.for_agent, _wanted(given)))


@operation("POST", "/agents/{agent}/cancel_dial", DESK)
async def cancel_dial(asked: Asked) -> AgentNow:
    """Ring nobody any more, who isn't on the line yet"""
    await asked.reach.floor.door.cancel_dial(asked.reach.by, await _agent(asked))
    return await agent_of(asked)


@operation("GET", "/agents/{agent}/pop", DESK)
async def read_pop(asked: Asked) -> Pop:
    """What is known of the call that rings at hers, is talked about or wrapped up"""
    agent, floor = await _agent(asked), asked.reach.floor
    call = floor.door.workplace(agent).call
    popped = None if call is None else await floor.work.run(lambda: floor.read_pop(call, agent))
    if popped is None:
        raise web.HTTPNotFound(text="She has no call before her. Ask when she has one.")
    return pop_of(popped)


def pop_of(popped: Popped) -> Pop:
    pop = popped.pop
    of_pop = {name: getattr(pop, name) for name in Pop.__struct_fields__ if hasattr(pop, name)}
    return shaped(Pop, of_pop | {"number": popped.number, "people": popped.people})


def _wanted(given: DialWish) -> Wanted:
    match given:
        case DialCustomer(participant=participant):
            return OfCustomer(ParticipantId(participant))
        case DialOfNote(note=note):
            return OfNote(NoteId(note))
        case DialBack(call=call):
            return OfCallBack(CallId(call))
        case DialNumber(tenant=tenant, number=number):
            return AnyNumber(TenantId(tenant), number)


async def _agent(asked: Asked) -> AgentId:
    """Whom the path names. Raises NotNow where she is in a call that the program may not know of."""
    agent = AgentId(asked.named["agent"])
    await asked.reach.check_call(asked.reach.floor.door.row(agent))
    return agent


OPERATIONS: Final[tuple[Operation, ...]] = (
    sign_in,
    sign_out,
    ready,
    pause,
    done,
    control_call,
    dial,
    cancel_dial,
    read_pop,
)
