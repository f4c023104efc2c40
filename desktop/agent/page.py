"""``/agent``: the page, its WebSocket that keeps it up to date, and what its buttons ask."""

from functools import partial
from typing import Final

from aiohttp import web

from actions.ask_dial import AnyNumber, OfCallBack, OfCustomer, OfNote, Wanted
from desktop.agent.screen import NEEDS_SOMEBODY, Screen
from desktop.floor import Floor
from desktop.live import Live, Sight
from desktop.pages import Pages
from desktop.sign_in import PERSON, TOKEN
from desktop.wishes import Wish, granted, written
from domain.field_facts import Control
from domain.ids import AgentId, CallId, NoteId, ParticipantId, Phone, TenantId
from domain.person import MAY_LEAD, MAY_PHONE, MAY_SERVE, Person


def add_routes(application: web.Application, live: Live, pages: Pages, floor: Floor) -> None:
    """``/agent``, ``/agent/live`` and a POST for each wish."""

    def screen(request: web.Request, agent: AgentId) -> Screen:
        return Screen(floor, pages, agent, pages.language(request))

    async def page(request: web.Request) -> web.Response:
        person = _who(request)
        seen = await screen(request, AgentId(person.id)).look()
        return pages.answer(
            request,
            "agent.html",
            person=person,
            leads=person.role in MAY_LEAD,
            serves=person.role in MAY_SERVE,
            brands=await floor.brands_of(person),
            rings_debtors=await floor.rings_debtors(person),
            parts=seen.parts,
        )

    async def socket(request: web.Request) -> web.StreamResponse:
        agent = AgentId(_who(request).id)
        sight = Sight(screen(request, agent).look, partial(floor.door.news_of, agent))
        return await live.serve(request, sight)

    async def targets(request: web.Request) -> web.Response:
        """Whom the caller may be sent to, or asked in."""
        agent, control = AgentId(_who(request).id), request.query.get("control", "")
        if control not in NEEDS_SOMEBODY:
            raise web.HTTPBadRequest(text="Nobody is needed for that.\n")
        at = floor.door.workplace(agent)
        view = floor.door.view()
        return pages.answer(
            request,
            "agent/targets.html",
            control=control,
            colleagues=[row for row in view.agents if row.agent != agent],
            names=await floor.names(),
            skills=sorted({skill for one in await floor.staff() for skill in one.skills}),
            lines=sorted(floor.door.lines_outside(at.tenant)) if at.tenant else (),
        )

    application.router.add_get("/agent", page)
    application.router.add_get("/agent/live", socket)
    application.router.add_get("/agent/targets", targets)
    for name, wish in _WISHES.items():
        application.router.add_post(f"/agent/{name}", granted(floor, pages, _who, wish))


def _who(request: web.Request) -> Person:
    person = request[PERSON]
    if person.role not in MAY_PHONE:
        raise web.HTTPForbidden(text="This page is for those who talk with callers.\n")
    return person


async def _sign_in(floor: Floor, agent: AgentId, request: web.Request) -> None:
    await floor.door.sign_in(agent, agent, Phone(written(request, "phone")), in_page=True)


async def _sign_out(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await floor.door.sign_out(agent, agent)


async def _ready(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await floor.check_recorded(agent)
    await floor.door.ready(agent, agent)


async def _pause(floor: Floor, agent: AgentId, request: web.Request) -> None:
    await floor.door.pause(agent, agent, written(request, "reason"))


async def _done(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await floor.check_recorded(agent)
    await floor.door.done(agent, agent)


def _control(control: Control) -> Wish:
    async def wish(floor: Floor, agent: AgentId, request: web.Request) -> None:
        await floor.door.control(agent, agent, control, written(request, "to"))

    return wish


async def _dial(floor: Floor, _: AgentId, request: web.Request) -> None:
    actor = await floor.work.run(lambda: floor.work.who_acts(request[TOKEN]))
    if actor is None:
        raise web.HTTPUnauthorized(text="Sign in first.\n")
    await floor.dial(actor, _wanted(request))


def _wanted(request: web.Request) -> Wanted:
    """The first that the form names."""
    if participant := written(request, "participant"):
        return OfCustomer(ParticipantId(participant))
    if note := written(request, "note"):
        return OfNote(NoteId(note))
    if call := written(request, "call_back"):
        return OfCallBack(CallId(call))
    return AnyNumber(TenantId(written(request, "tenant")), written(request, "number"))


async def _cancel_dial(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await floor.door.cancel_dial(agent, agent)


_WISHES: Final[dict[str, Wish]] = {
    "signin": _sign_in,
    "signout": _sign_out,
    "ready": _ready,
    "pause": _pause,
    "done": _done,
    "dial": _dial,
    "cancel_dial": _cancel_dial,
} | {control.value: _control(control) for control in Control}
