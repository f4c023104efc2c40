"""``/api``: its gate, its errors, and where its operations are served."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from actions.api_token import WhoAsks
from actions.desk import DeskError, NoSuchCall, NotYourRole, NotYours
from actions.led_lists import NoSuchList
from actions.shift import ShiftError, UnknownAgent
from actions.sign_in import WINDOW, SignInFailure
from cti.front_door import NotNow
from desktop.api import agents, customers, dunning, errands, events, floor, lists, openapi
from desktop.api.operations import BODY_BYTES, TOKEN, Operation
from desktop.api.reach import NoSuchAgent, Reach
from desktop.api.shapes import Error
from desktop.floor import Floor
from desktop.sign_in import OWN_GATE
from domain.api_token import ApiToken
from domain.ports import StorageDown

log = structlog.get_logger()

OPERATIONS: Final[tuple[Operation, ...]] = (
    *floor.OPERATIONS,
    *agents.OPERATIONS,
    *customers.OPERATIONS,
    *errands.OPERATIONS,
    *dunning.OPERATIONS,
    *lists.OPERATIONS,
    events.EVENTS,
)

_DOCUMENT: Final = "/openapi.json"
_OPEN: Final = f"/api{_DOCUMENT}"
_NOT_FOUND: Final = web.HTTPNotFound().text
_KEPT: Final = ("Allow", "Retry-After", "WWW-Authenticate")


def application(who: WhoAsks, whole: Floor) -> web.Application:
    """To be added under ``/api``. It has a gate of its own: no session opens it, and no token anything else."""
    made = web.Application(middlewares=[_answering_in_json, _gate(who, whole)])
    made[OWN_GATE] = True
    sockets = events.Events(made, who)
    described = msgspec.json.encode(openapi.document(OPERATIONS))

    async def describe(_: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json")

    def served(one: Operation) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            reach = Reach.of(request[TOKEN], whole)
            if one.handle is not None:
                return await one.answered(request, reach)
            _, given = await one.admitted(request, reach)
            return await sockets.serve(request, reach, given)

        return handle

    made.router.add_get(_DOCUMENT, describe, allow_head=False)
    for one in OPERATIONS:
        made.router.add_route(one.method, one.path, served(one))
    return made


def _gate(who: WhoAsks, whole: Floor) -> Middleware:
    """Whoever has no token in force reads the document, and nothing else."""

    @web.middleware
    async def passed(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource is None or resource.canonical != _OPEN:
            request[TOKEN] = await let_in(request)
        return await handler(request)

    async def let_in(request: web.Request) -> ApiToken:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise _no_token("Send a token, as Authorization: Bearer TOKEN.")
        address = request.remote or ""
        found = await whole.work.run(lambda: who(secret.strip(), address))
        if isinstance(found, ApiToken):
            return found
        log.warning("token refused", why=found.value, **{"pii.from": address})
        if found is SignInFailure.TOO_MANY:
            retry = {"Retry-After": str(round(WINDOW.total_seconds()))}
            text = "Too many wrong tokens have come from here. Wait a quarter of an hour."
            raise web.HTTPTooManyRequests(text=text, headers=retry)
        raise _no_token("This token isn't in force. Make one: rufwerk api-token add.")

    return passed


def _no_token(text: str) -> web.HTTPUnauthorized:
    return web.HTTPUnauthorized(text=text, headers={"WWW-Authenticate": "Bearer"})


@web.middleware
async def _answering_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as answer:
        kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        return _refused(answer.status, _said(answer), kept)
    except (NoSuchAgent, UnknownAgent, NotYours, NoSuchCall, NoSuchList) as error:
        return _refused(404, str(error))
    except NotYourRole as error:
        return _refused(403, str(error))
    except (DeskError, NotNow, ShiftError) as error:
        return _refused(409, str(error))
    except StorageDown:
        again = {"Retry-After": "1"}
        return _refused(503, "The database is out of reach. Try again in a moment.", again)


def _said(answer: web.HTTPException) -> str:
    """What we have to say; where it is the server's own refusal, that."""
    match answer:
        case web.HTTPMethodNotAllowed():
            return "This can't be done here. See /api/openapi.json."
        case web.HTTPRequestEntityTooLarge():
            return f"The body is too long. Send {BODY_BYTES} bytes at most."
        case web.HTTPNotFound() if answer.text == _NOT_FOUND:
            return "There is nothing here. See /api/openapi.json."
        case _:
            return answer.text or answer.reason


def _refused(status: int, said: str, headers: dict[str, str] | None = None) -> web.Response:
    body = msgspec.json.encode(Error(error=said))
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
