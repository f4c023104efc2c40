"""``/agent``: the page, its WebSocket that keeps it up to date, and what its buttons ask."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from actions.shift import ShiftError
from cti.front_door import FrontDoor, NotNow
from desktop.agent.screen import NEEDS_SOMEBODY, Floor, Screen, same
from desktop.pages import Pages
from desktop.sign_in import PERSON, TOKEN, Entrance
from domain.field_facts import Control
from domain.ids import AgentId, Phone
from domain.person import MAY_PHONE, Person
from domain.ports import StorageDown

log = structlog.get_logger()

_LOOK_AGAIN_S: Final = 5.0
"""How often the page is compared without a new fact: Asterisk may be out of sight."""

_SESSION_LOOK_S: Final = 15.0
_PING_S: Final = 20.0
_FORM_BYTES: Final = 4096

Wish = Callable[[Floor, AgentId, web.Request], Awaitable[None]]


def add_routes(
    application: web.Application, entrance: Entrance, pages: Pages, floor: Floor
) -> None:
    """``/agent``, ``/agent/live`` and a POST for each wish."""
    sockets: set[web.WebSocketResponse] = set()

    async def page(request: web.Request) -> web.Response:
        person = _who(request)
        screen = Screen(floor, pages, AgentId(person.id), pages.language(request))
        parts = await screen.parts(floor.door.workplace(AgentId(person.id)))
        return pages.answer(request, "agent.html", person=person, parts=parts)

    async def live(request: web.Request) -> web.StreamResponse:
        person = _who(request)
        screen = Screen(floor, pages, AgentId(person.id), pages.language(request))
        socket = web.WebSocketResponse(heartbeat=_PING_S, max_msg_size=1024, compress=False)
        await socket.prepare(request)
        sockets.add(socket)
        try:
            ways = (
                _keep_up_to_date(socket, floor.door, screen, AgentId(person.id)),
                _listen(socket),
                entrance.over(request[TOKEN], _SESSION_LOOK_S),
            )
            code = await _first_of(*ways)
        finally:
            sockets.remove(socket)
        await socket.close(code=code)
        return socket

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
            skills=sorted({skill for one in await floor.door.staff() for skill in one.skills}),
            lines=sorted(floor.door.lines_outside(at.tenant)) if at.tenant else (),
        )

    async def close_all(_: web.Application) -> None:
        for socket in tuple(sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    application.on_shutdown.append(close_all)
    application.router.add_get("/agent", page)
    application.router.add_get("/agent/live", live)
    application.router.add_get("/agent/targets", targets)
    for name, wish in _WISHES.items():
        application.router.add_post(f"/agent/{name}", _asked(floor, wish))


def _who(request: web.Request) -> Person:
    person = request[PERSON]
    if person.role not in MAY_PHONE:
        raise web.HTTPForbidden(text="This page is for those who talk with callers.\n")
    return person


def _asked(floor: Floor, wish: Wish) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What becomes of a wish shows on the page; only that it couldn't be granted is said here."""

    async def ask(request: web.Request) -> web.Response:
        if (request.content_length or 0) > _FORM_BYTES:
            raise web.HTTPRequestEntityTooLarge(_FORM_BYTES, request.content_length or 0)
        try:
            await wish(floor, AgentId(_who(request).id), request)
        except (NotNow, ShiftError) as error:
            return web.Response(status=409, text=str(error))
        return web.Response(status=204)

    return ask


async def _form(request: web.Request, field: str) -> str:
    return str((await request.post()).get(field, ""))


async def _sign_in(floor: Floor, agent: AgentId, request: web.Request) -> None:
    await floor.door.sign_in(agent, agent, Phone(await _form(request, "phone")))


async def _sign_out(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await floor.door.sign_out(agent, agent)


async def _ready(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await _is_recorded(floor, agent)
    await floor.door.ready(agent, agent)


async def _pause(floor: Floor, agent: AgentId, request: web.Request) -> None:
    await floor.door.pause(agent, agent, await _form(request, "reason"))


async def _done(floor: Floor, agent: AgentId, _: web.Request) -> None:
    await _is_recorded(floor, agent)
    await floor.door.done(agent, agent)


async def _is_recorded(floor: Floor, agent: AgentId) -> None:
    """Who wraps a call up has recorded what she did. Raises NotNow."""
    row = floor.door.row(agent)
    if row is None or row.state != "wrap_up" or row.call is None:
        return
    call = row.call
    if not await floor.work.run(lambda: floor.work.may_finish(call)):
        raise NotNow("Record what you did for the caller first, or that he had no concern.")


def _control(control: Control) -> Wish:
    async def wish(floor: Floor, agent: AgentId, request: web.Request) -> None:
        await floor.door.control(agent, agent, control, await _form(request, "to"))

    return wish


_WISHES: Final[dict[str, Wish]] = {
    "signin": _sign_in,
    "signout": _sign_out,
    "ready": _ready,
    "pause": _pause,
    "done": _done,
} | {control.value: _control(control) for control in Control}


async def _keep_up_to_date(
    socket: web.WebSocketResponse, door: FrontDoor, screen: Screen, agent: AgentId
) -> None:
    """Everything once, and then what has changed. A page that comes again gets everything again, so nothing is lost."""
    shown: dict[str, str] = {}
    last, linked = None, None
    while not socket.closed:
        at = door.workplace(agent)
        if not same(last, at) or linked != door.is_linked():
            try:
                parts = await screen.parts(at)
            except StorageDown:
                await asyncio.sleep(1.0)
                continue
            changed = {name: html for name, html in parts.items() if shown.get(name) != html}
            if changed:
                await socket.send_str("".join(changed.values()))
            shown |= changed
            last, linked = at, door.is_linked()
        try:
            async with asyncio.timeout(_LOOK_AGAIN_S):
                await door.newer(at.seq)
        except TimeoutError:
            pass


async def _listen(socket: web.WebSocketResponse) -> None:
    """The page says nothing here; what it says all the same is thrown away."""
    async for frame in socket:
        if frame.type is not WSMsgType.TEXT:
            return


async def _first_of(*ways: Awaitable[None]) -> int:
    """Until one of them comes back or the connection is lost; the code to close with."""
    update, listen, over = (asyncio.ensure_future(way) for way in ways)
    try:
        await asyncio.wait({update, listen, over}, return_when=asyncio.FIRST_COMPLETED)
        if update.done() and not isinstance(update.exception(), ConnectionError | None):
            update.result()
        return WSCloseCode.POLICY_VIOLATION if over.done() else WSCloseCode.OK
    finally:
        for way in (update, listen, over):
            way.cancel()
        await asyncio.gather(update, listen, over, return_exceptions=True)
