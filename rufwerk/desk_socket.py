"""The front door for commands of this machine: HTTP on a socket in the home, which only its owner may open."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, TypeVar

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
_Given = TypeVar("_Given", bound=msgspec.Struct)
_Asks = Callable[[FrontDoor, AgentId], Awaitable[None]]
_ANSWER_S = 10.0
_PROBE_S = 2.0
_MAY_BE_DONE = "See rufwerk doctor; what was asked may be done all the same."


class DeskDown(Exception):
    """No instance of this home answers at its front door, or not as it should; the message says what to do."""


class Refused(Exception):
    """The instance said no; the message says what to do."""


def socket_path(settings: Settings) -> Path:
    """Beside Asterisk's control socket, whose path is short enough."""
    return Places.of(settings.home).run / "desk.sock"


def application(door: FrontDoor) -> web.Application:
    """``POST /agents/NAME/WISH`` (gives her row), ``POST /calls/ID/priority``, ``GET /field``; JSON both ways."""

    async def wish(request: web.Request) -> web.Response:
        asks = _WISHES[request.match_info["wish"]](await request.read())
        agent = await door.agent(request.match_info["name"])
        await asks(door, agent.id)
        row = door.row(agent.id)
        return _json({} if row is None else asdict(row))

    async def priority(request: web.Request) -> web.Response:
        given = _read(await request.read(), _Priority)
        await door.set_priority(_BY, CallId(request.match_info["call"]), given.priority)
        return _json({})

    async def field(_: web.Request) -> web.Response:
        return _json(asdict(door.view()))

    app = web.Application(middlewares=[_refusals_told])
    wishes = "|".join(_WISHES)
    app.router.add_post(f"/agents/{{name}}/{{wish:{wishes}}}", wish)
    app.router.add_post("/calls/{call}/priority", priority)
    app.router.add_get("/field", field)
    return app


@web.middleware
async def _refusals_told(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Each as ``{"error": ...}``, in words that name the remedy."""
    try:
        return await handler(request)
    except _NoWish as error:
        status, said = 400, str(error)
    except (NotNow, ShiftError) as error:
        status, said = 409, str(error)
    except StorageDown as error:
        status = 503  # what was to be written may stand there, where its commit broke off
        why = str(error).rstrip(".")
        said = f"Not now: {why}. See rufwerk doctor, and rufwerk field before you ask again."
    except web.HTTPRequestEntityTooLarge as error:
        status, said = error.status, "That is too long. Skills and reasons are short words."
    except web.HTTPException as error:
        status = error.status
        said = (
            f"{request.method} {request.path}: {error.reason}. See rufwerk agent --help; an instance"
            " that was started before an update is started again with make run."
        )
    return _json({"error": said}, status)


def _json(document: Mapping[str, Any], status: int = 200) -> web.Response:
    body = msgspec.json.encode(document)
    return web.Response(body=body, status=status, content_type="application/json")


class _NoWish(Exception):
    """What was sent can't be read; the message says what is taken."""


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each has fields of its own: what was left out isn't taken for nothing, nor what is too much passed over."""


class _Seat(_Wish, frozen=True):
    phone: str


class _Reason(_Wish, frozen=True):
    reason: str


class _Skills(_Wish, frozen=True):
    skills: tuple[str, ...]


class _TakePart(_Wish, frozen=True):
    phone: str
    how: Listening = Listening.LISTEN


class _Target(_Wish, frozen=True):
    """``to`` names a colleague by name, not by id: ``agent:tom``."""

    to: str


class _Priority(_Wish, frozen=True):
    priority: Annotated[int, msgspec.Meta(ge=-100, le=100)]


def _read(sent: bytes, takes: type[_Given]) -> _Given:
    """Raises _NoWish."""
    try:
        return msgspec.json.decode(sent or b"{}", type=takes)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        fields = ", ".join(takes.__struct_fields__) or "no fields"
        raise _NoWish(f"It can't be read: {error}. This takes {fields}, as JSON.") from None


def _wish(
    takes: type[_Given], asks: Callable[[FrontDoor, AgentId, _Given], Awaitable[None]]
) -> Callable[[bytes], _Asks]:
    """What reads such a wish, and asks for what it has read."""

    def read(sent: bytes) -> _Asks:
        given = _read(sent, takes)
        return lambda door, agent: asks(door, agent, given)

    return read


def _alone(control: Control) -> Callable[[bytes], _Asks]:
    return _wish(_Wish, lambda door, agent, _: door.control(_BY, agent, control))


def _with(control: Control) -> Callable[[bytes], _Asks]:
    async def asks(door: FrontDoor, agent: AgentId, given: _Target) -> None:
        to = given.to
        kind, _, name = to.partition(":")
        if kind == "agent" and name:
            to = write_target(ToAgent((await door.agent(name)).id))
        await door.control(_BY, agent, control, to)

    return _wish(_Target, asks)


_WISHES: Mapping[str, Callable[[bytes], _Asks]] = {
    "signin": _wish(_Seat, lambda door, agent, it: door.sign_in(_BY, agent, Phone(it.phone))),
    "signout": _wish(_Wish, lambda door, agent, _: door.sign_out(_BY, agent)),
    "ready": _wish(_Wish, lambda door, agent, _: door.ready(_BY, agent)),
    "pause": _wish(_Reason, lambda door, agent, it: door.pause(_BY, agent, it.reason)),
    "done": _wish(_Wish, lambda door, agent, _: door.done(_BY, agent)),
    "skills": _wish(_Skills, lambda door, agent, it: door.set_skills(_BY, agent, it.skills)),
    "listen": _wish(
        _TakePart, lambda door, agent, it: door.listen(_BY, agent, Phone(it.phone), it.how)
    ),
    "hold": _alone(Control.HOLD),
    "resume": _alone(Control.RESUME),
    "transfer": _with(Control.TRANSFER),
    "consult": _with(Control.CONSULT),
    "join": _alone(Control.JOIN),
    "handon": _alone(Control.HAND_ON),
}


def ask(settings: Settings, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """What the running instance answers. Raises DeskDown or Refused."""
    return asyncio.run(_ask(settings, method, path, body, _ANSWER_S))


def answers(settings: Settings) -> bool:
    """Whether the switchboard's process does its work; one that hangs doesn't."""
    try:
        asyncio.run(_ask(settings, "GET", "/field", None, _PROBE_S))
    except (DeskDown, Refused):
        return False
    return True


def sees_asterisk(settings: Settings) -> bool:
    """Whether the switchboard works and has Asterisk in sight."""
    try:
        return bool(ask(settings, "GET", "/field")["linked"])
    except (DeskDown, Refused):
        return False


async def _ask(
    settings: Settings, method: str, path: str, body: Mapping[str, Any] | None, within_s: float
) -> Any:
    timeout = aiohttp.ClientTimeout(total=within_s)
    socket = socket_path(settings)
    try:
        async with (
            aiohttp.UnixConnector(str(socket)) as connector,
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.request(method, f"http://desk{path}", json=body) as answer,
        ):
            status, said = answer.status, await answer.read()
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, PermissionError):
            raise DeskDown(
                f"{socket} can't be opened: {error.strerror}. Run this as the user whom the"
                " instance belongs to, or set RUFWERK_HOME to another folder."
            ) from None
        raise DeskDown("No running instance answers. Start it with make run.") from None
    except TimeoutError:
        raise DeskDown(
            f"The switchboard hasn't answered within {within_s:.0f} s. {_MAY_BE_DONE}"
        ) from None
    except (aiohttp.ClientError, OSError):
        raise DeskDown(f"The switchboard went away before it answered. {_MAY_BE_DONE}") from None
    return _heard(settings, status, said)


def _heard(settings: Settings, status: int, said: bytes) -> Any:
    """Raises DeskDown or Refused."""
    try:
        document = msgspec.json.decode(said)
    except ValueError:  # where aiohttp answers by itself, it does so in plain text
        document = None
    match document:
        case dict() if status == HTTPStatus.OK:
            return document
        case {"error": str(why)}:
            raise Refused(why)
        case _ if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Refused(
                f"The switchboard can't read this (status {status})."
                " Write the agent's name, or the call, as rufwerk field shows it."
            )
        case _:
            log = Places.of(settings.home).log / "cti.log"
            raise DeskDown(f"The switchboard failed at this. See {log}.")
