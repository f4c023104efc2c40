"""How an operation of the API is declared: its types check what is asked, and make the OpenAPI document."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

import msgspec
from aiohttp import web

from desktop.api.reach import Reach
from domain.api_token import ApiRole, ApiToken
from domain.person import Actor

AGENT: Final = "Rufwerk-Agent"
"""The header that names the agent whom something is done for, by her id."""

BODY_BYTES: Final = 20_000

TOKEN: Final = web.RequestKey("api_token", ApiToken)
"""Which program asks; there is one wherever the API's gate was passed."""

KEY: Final = r"^[!-~]{1,200}$"
"""What an id of ours looks like."""

DESK: Final = frozenset({ApiRole.AGENT_DESK})
FLOOR: Final = frozenset({ApiRole.FLOOR})
ALL: Final = frozenset(ApiRole)

_VARIABLE: Final = re.compile(r"\{(\w+)\}")


class Given(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a program sends; a field that isn't there is refused."""


class Shape(msgspec.Struct, kw_only=True):
    """What it is answered; there may be more fields one day."""


class Nothing(Given):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what its program may reach, what its path names, and the agent it is asked for, if any."""

    reach: Reach
    named: Mapping[str, str]
    actor: Actor | None

    @property
    def for_agent(self) -> Actor:
        assert self.actor is not None, "the operation is declared as one for an agent"
        return self.actor


Handle = Callable[..., Awaitable[Any]]
"""``(asked)`` or ``(asked, given)``; raises NoSuchAgent, DeskError, NotNow, ShiftError, StorageDown."""


@dataclass(frozen=True, slots=True)
class Operation:
    """``given`` is what the query of a GET or the body of anything else has, None where there is nothing to give;
    ``acts`` where a header names the agent that it is for. ``path`` may name her instead, as ``{agent}``. What has no
    ``handle`` is a WebSocket, whose messages are ``answer``.
    """

    method: str
    path: str
    roles: frozenset[ApiRole]
    name: str
    summary: str
    given: Any
    answer: Any
    acts: bool = False
    handle: Handle | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """What the path names."""
        return tuple(_VARIABLE.findall(self.path))

    @property
    def has_body(self) -> bool:
        return self.method != "GET" and self.given is not None

    async def admitted(self, request: web.Request, reach: Reach) -> tuple[Asked, Any]:
        """Whether it may be asked, and what is given. Raises HTTPException, NoSuchAgent, StorageDown."""
        if reach.token.role not in self.roles:
            needed = " or ".join(sorted(self.roles))
            raise web.HTTPForbidden(text=f"This takes a token of the role {needed}. Ask for one.")
        if not all(re.fullmatch(KEY, value) for value in request.match_info.values()):
            raise web.HTTPNotFound
        given = await self._read(request)
        return Asked(reach, request.match_info, await self._actor(request, reach)), given

    async def answered(self, request: web.Request, reach: Reach) -> web.Response:
        """Raises what ``admitted`` and ``handle`` raise."""
        assert self.handle is not None, "a WebSocket is served elsewhere"
        asked, given = await self.admitted(request, reach)
        answer = await (self.handle(asked) if self.given is None else self.handle(asked, given))
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    async def _actor(self, request: web.Request, reach: Reach) -> Actor | None:
        if self.acts:
            return await reach.actor(request.headers.get(AGENT, ""))
        agent = request.match_info.get("agent")
        return None if agent is None else await reach.actor(agent)

    async def _read(self, request: web.Request) -> Any:
        of_query = self.given if self.method == "GET" and self.given else Nothing
        found = _query(request, of_query)
        if self.method == "GET":
            return found
        body = await _body(request)
        if self.given is None:
            if body:
                raise web.HTTPBadRequest(text="This takes no body. Leave it out.")
            return None
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send the body as application/json.")
        try:
            return msgspec.json.decode(body, type=self.given)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unfit(error) from None


def operation(
    method: str, path: str, roles: frozenset[ApiRole], *, acts: bool = False
) -> Callable[[Handle], Operation]:
    """Declares a handler: its second parameter's type is what must be given, its answer's type what comes back, its
    docstring the summary.
    """

    def declared(handle: Handle) -> Operation:
        hints = get_type_hints(handle, include_extras=True)
        answer = hints.pop("return")
        hints.pop("asked")
        name, summary = handle.__name__, (handle.__doc__ or "").strip()
        given = next(iter(hints.values()), None)
        return Operation(method, path, roles, name, summary, given, answer, acts, handle)

    return declared


def _query(request: web.Request, shape: Any) -> Any:
    if len(request.query) != len(set(request.query)):
        raise web.HTTPBadRequest(text="A parameter stands there twice. Write each once.")
    try:
        return msgspec.convert(dict(request.query), shape, strict=False)
    except msgspec.ValidationError as error:
        raise _unfit(error) from None


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(BODY_BYTES, request.content_length or 0)
    body = await request.read()
    if len(body) > BODY_BYTES:
        raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(body))
    return body


def _unfit(error: Exception) -> web.HTTPBadRequest:
    if isinstance(error, RecursionError):
        return web.HTTPBadRequest(text="The body is nested too deep. See /api/openapi.json.")
    return web.HTTPBadRequest(text=f"{error}. See /api/openapi.json.")
