"""The front door for commands of this machine: HTTP on a socket in the home, which only its owner may open."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import msgspec
from aiohttp import web

from actions.shift import ShiftError
from cti.front_door import FrontDoor, NotNow
from domain.field_facts import Control, Listening
from domain.ids import AgentId, CallId, Phone
from domain.ports import StorageDown
from domain.transfer import ToAgent, write_target
from rufwerk.asterisk_config import Places
from rufwerk.settings import Settings

_BY = "operator"
_SHIFT = ("signin", "signout", "ready", "pause", "done", "skills", "listen")
_CONTROLS = {
    "hold": Control.HOLD,
    "resume": Control.RESUME,
    "transfer": Control.TRANSFER,
    "consult": Control.CONSULT,
    "join": Control.JOIN,
    "handon": Control.HAND_ON,
}
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
_ANSWER_S = 10.0
_PROBE_S = 2.0


class DeskDown(Exception):
    """No instance of this home answers at its front door."""


class Refused(Exception):
    """The instance said no; the message says what to do."""


def socket_path(settings: Settings) -> Path:
    """Beside Asterisk's control socket, whose path is short enough."""
    return Places.of(settings.home).run / "desk.sock"


def application(door: FrontDoor) -> web.Application:
    """``POST /agents/NAME/WISH`` (gives her row), ``POST /calls/ID/priority``, ``GET /field``; JSON both ways."""

    async def wish(request: web.Request) -> web.Response:
        try:
            given = msgspec.json.decode(await request.read() or b"{}", type=_Wish)
        except _UNREADABLE as error:
            return web.json_response({"error": f"No wish: {error}."}, status=400)
        try:
            agent = await door.agent(request.match_info["name"])
            await _wishes(door, agent.id, given)[request.match_info["wish"]]()
        except (NotNow, ShiftError) as error:
            return web.json_response({"error": str(error)}, status=409)
        except StorageDown as error:
            return web.json_response({"error": str(error)}, status=503)
        row = door.row(agent.id)
        return _json({} if row is None else asdict(row))

    async def priority(request: web.Request) -> web.Response:
        call = CallId(request.match_info["call"])
        try:
            given = msgspec.json.decode(await request.read(), type=_Priority)
            await door.set_priority(_BY, call, given.priority)
        except _UNREADABLE as error:
            return web.json_response({"error": f"No priority: {error}."}, status=400)
        except NotNow as error:
            return web.json_response({"error": str(error)}, status=409)
        except StorageDown as error:
            return web.json_response({"error": str(error)}, status=503)
        return web.json_response({})

    async def field(_: web.Request) -> web.Response:
        return _json(asdict(door.view()))

    app = web.Application()
    wishes = "|".join((*_SHIFT, *_CONTROLS))
    app.router.add_post(f"/agents/{{name}}/{{wish:{wishes}}}", wish)
    app.router.add_post("/calls/{call}/priority", priority)
    app.router.add_get("/field", field)
    return app


def _json(document: Mapping[str, Any]) -> web.Response:
    return web.Response(body=msgspec.json.encode(document), content_type="application/json")


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``to`` names a colleague by name, not by id: ``agent:tom``."""

    phone: str = ""
    reason: str = ""
    skills: tuple[str, ...] = ()
    to: str = ""
    how: Listening = Listening.LISTEN


class _Priority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    priority: Annotated[int, msgspec.Meta(ge=-100, le=100)]


def _wishes(
    door: FrontDoor, agent: AgentId, given: _Wish
) -> Mapping[str, Callable[[], Awaitable[None]]]:
    by = _BY
    return {
        "signin": lambda: door.sign_in(by, agent, Phone(given.phone)),
        "signout": lambda: door.sign_out(by, agent),
        "ready": lambda: door.ready(by, agent),
        "pause": lambda: door.pause(by, agent, given.reason),
        "done": lambda: door.done(by, agent),
        "skills": lambda: door.set_skills(by, agent, given.skills),
        "listen": lambda: door.listen(by, agent, Phone(given.phone), given.how),
        **{
            name: partial(_control, door, agent, control, given.to)
            for name, control in _CONTROLS.items()
        },
    }


async def _control(door: FrontDoor, agent: AgentId, control: Control, to: str) -> None:
    kind, _, name = to.partition(":")
    if kind == "agent" and name:
        to = write_target(ToAgent((await door.agent(name)).id))
    await door.control(_BY, agent, control, to)


def ask(settings: Settings, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """What the running instance answers. Raises DeskDown or Refused."""
    return asyncio.run(_ask(socket_path(settings), method, path, body))


def answers(settings: Settings) -> bool:
    """Whether the switchboard's process does its work; one that hangs doesn't."""
    try:
        asyncio.run(_ask(socket_path(settings), "GET", "/field", None, _PROBE_S))
    except DeskDown:
        return False
    return True


def sees_asterisk(settings: Settings) -> bool:
    """Whether the switchboard works and has Asterisk in sight."""
    try:
        return bool(ask(settings, "GET", "/field")["linked"])
    except DeskDown:
        return False


async def _ask(
    socket: Path,
    method: str,
    path: str,
    body: Mapping[str, Any] | None,
    within_s: float = _ANSWER_S,
) -> Any:
    timeout = aiohttp.ClientTimeout(total=within_s)
    try:
        async with (
            aiohttp.UnixConnector(str(socket)) as connector,
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.request(method, f"http://desk{path}", json=body) as answer,
        ):
            said = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise DeskDown("No running instance answers. Start it with make run.") from None
    if answer.status != 200:
        raise Refused(str(said["error"]))
    return said
