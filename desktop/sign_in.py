"""The way in: who asks, the page to sign in at, and a gate that lets nobody else through."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import quote
from weakref import WeakValueDictionary
from zlib import crc32

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from actions.api_token import WhoAsks
from actions.sign_in import WINDOW, SignedIn, SignIn, SignInFailure, SignOut, WhoIsIt
from desktop.forms import read_form
from desktop.pages import Pages
from domain.person import (
    MAY_LEAD,
    MAY_PHONE,
    MAY_READ_FIGURES,
    MAY_READ_MAIL,
    Person,
)
from domain.ports import StorageDown

T = TypeVar("T")

log = structlog.get_logger()

OPEN: Final = frozenset({"/", "/static", "/signin", "/try", "/try/ws"})
"""What everybody may see, by the canonical name of its route; all else is closed, what isn't there included."""

PERSON: Final = web.RequestKey("person", Person)
"""Who asks; there is somebody wherever the gate was passed."""

OWN_GATE: Final = web.AppKey("own_gate", bool)
"""What an application has that is added to the desk's and lets in by itself."""

TOKEN: Final = web.RequestKey("token", str)

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_BYTES: Final = 4096
_OUR_PATH: Final = re.compile(r"/[a-z0-9_-][a-z0-9/_-]{0,200}")


@dataclass(frozen=True, slots=True)
class Entrance:
    """The actions behind the way in. ``cookie`` names the session's; a browser keeps one jar for all ports of a
    machine, so each instance has a name of its own. ``programs`` tells whose token another program shows. ``demo`` are
    names to sign in as that everybody may know; ``threads`` are for short work, and those who wait for a password's
    hash have others.
    """

    sign_in: SignIn
    who: WhoIsIt
    sign_out: SignOut
    threads: Executor
    cookie: str
    programs: WhoAsks
    demo: tuple[str, ...] = ()
    _hashing: Executor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="signing-in")
    )
    _endings: WeakValueDictionary[str, asyncio.Event] = field(default_factory=WeakValueDictionary)

    async def person(self, request: web.Request) -> Person | None:
        """Whose session the request carries. Raises StorageDown."""
        token = request.cookies.get(self.cookie)
        return None if token is None else await self.holder(token)

    async def holder(self, token: str) -> Person | None:
        """Whose session in force this is; to ask uses it. Raises StorageDown."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, self.who, token)

    async def try_in(self, name: str, password: str, address: str) -> SignedIn | SignInFailure:
        """Raises StorageDown."""
        return await self.hashing(lambda: self.sign_in(name, password, address))

    async def hashing(self, work: Callable[[], T]) -> T:
        """What waits for a password's hash, in the threads for that. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._hashing, work)

    async def leave(self, token: str) -> None:
        """Raises StorageDown."""
        await asyncio.get_running_loop().run_in_executor(self.threads, self.sign_out, token)
        self.ending(token).set()

    async def over(self, token: str, look_again_s: float) -> None:
        """Comes back when the session isn't in force any more, which is looked at every so often."""
        ending = self.ending(token)
        wait_s = look_again_s * _share(token)
        while not ending.is_set():
            try:
                async with asyncio.timeout(wait_s):
                    await ending.wait()
            except TimeoutError:
                wait_s = look_again_s
                with suppress(StorageDown):  # no reason to end a call
                    if await self.holder(token) is None:
                        return

    def ending(self, token: str) -> asyncio.Event:
        """Set when the holder signs out here; a session that runs out says nothing."""
        return self._endings.setdefault(token, asyncio.Event())


def _share(token: str) -> float:
    """From 0 to 1, another one for each: hundreds of pages that came at once have their sessions looked at one by one,
    and no screen pop stands behind all of them.
    """
    return crc32(token.encode()) / 2**32


def gate(entrance: Entrance) -> Middleware:
    """Who changes something or opens a WebSocket does so from a page of ours; who isn't signed in sees what is open."""

    @web.middleware
    async def passed(request: web.Request, handler: Handler) -> web.StreamResponse:
        if any(OWN_GATE in application for application in request.match_info.apps):
            return await handler(request)
        if (request.method not in _SAFE or "Upgrade" in request.headers) and not _is_ours(request):
            raise web.HTTPForbidden(text="This was asked by a page that isn't ours.\n")
        resource = request.match_info.route.resource
        try:
            if resource is None or resource.canonical not in OPEN:
                await let_in(request)
            return await handler(request)
        except StorageDown:
            raise web.HTTPServiceUnavailable(text="The database is out of reach.\n") from None

    async def let_in(request: web.Request) -> None:
        person = await entrance.person(request)
        if person is None:
            raise _to_sign_in(request)
        request[PERSON] = person
        request[TOKEN] = request.cookies[entrance.cookie]

    return passed


def add_routes(application: web.Application, entrance: Entrance, pages: Pages) -> None:
    """``/signin`` and ``/signout``."""

    def page(
        request: web.Request, status: int = 200, error: str = "", person: Person | None = None
    ) -> web.Response:
        ways = () if person is None else _ways(person, has_mails=bool(entrance.demo))
        return pages.answer(
            request,
            "signin.html",
            status,
            error=error,
            person=person,
            demo=entrance.demo,
            ways=ways,
        )

    async def show(request: web.Request) -> web.Response:
        try:
            return page(request, person=await entrance.person(request))
        except StorageDown:
            return page(request, 503, "signin_down")

    async def sign_in(request: web.Request) -> web.Response:
        form = await read_form(request, _FORM_BYTES)
        name, password = form.get("name", ""), form.get("password", "")
        try:
            found = await entrance.try_in(name, password, request.remote or "")
            if isinstance(found, SignedIn) and entrance.cookie in request.cookies:
                await entrance.leave(request.cookies[entrance.cookie])
        except StorageDown:
            return page(request, 503, "signin_down")
        if isinstance(found, SignInFailure):
            whose = {"pii.name": name, "pii.from": request.remote}
            log.warning("not signed in", why=found.value, **whose)
            return _refused(page, request, found)
        log.info("signed in", person=found.person.id, role=found.person.role.value)
        onwards = web.HTTPSeeOther(_onwards(request.query.get("next", ""), found.person))
        onwards.set_cookie(
            entrance.cookie, found.token, path="/", httponly=True, samesite="Lax",
            secure=_is_encrypted(request),
        )  # fmt: skip
        raise onwards

    async def sign_out(request: web.Request) -> web.Response:
        await entrance.leave(request[TOKEN])
        log.info("signed out", person=request[PERSON].id)
        onwards = web.HTTPSeeOther("/signin")
        onwards.del_cookie(
            entrance.cookie, path="/", httponly=True, samesite="Lax", secure=_is_encrypted(request)
        )
        raise onwards

    application.router.add_get("/signin", show)
    application.router.add_post("/signin", sign_in)
    application.router.add_post("/signout", sign_out)


def _refused(
    page: Callable[[web.Request, int, str], web.Response],
    request: web.Request,
    failure: SignInFailure,
) -> web.Response:
    match failure:
        case SignInFailure.WRONG:
            return page(request, 401, "signin_wrong")
        case SignInFailure.TOO_MANY:
            answer = page(request, 429, "signin_too_many")
            answer.headers["Retry-After"] = str(round(WINDOW.total_seconds()))
            return answer


def _is_ours(request: web.Request) -> bool:
    """Whether the page that asks was served under the name that is asked."""
    return request.headers.get("Origin") in {f"http://{request.host}", f"https://{request.host}"}


def _is_encrypted(request: web.Request) -> bool:
    """What the browser says of its own page: whoever ends TLS before us needn't tell."""
    return request.headers.get("Origin", "").startswith("https:")


def _to_sign_in(request: web.Request) -> web.HTTPException:
    if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        return web.HTTPUnauthorized(text="Sign in first.\n")
    return web.HTTPSeeOther(f"/signin?next={quote(request.path)}")


def _ways(person: Person, *, has_mails: bool) -> list[tuple[str, str]]:
    """The pages that he may open, and the keys of their names."""
    ways = (
        ("/agent", "agents_page", MAY_PHONE),
        ("/lead", "floor", MAY_LEAD),
        ("/lead/lists", "lists", MAY_LEAD),
        ("/reports", "figures", MAY_READ_FIGURES),
        ("/reports/sent", "reports_sent", MAY_READ_FIGURES),
        ("/reports/mine", "my_figures", MAY_PHONE),
        ("/mail", "mail_title", MAY_READ_MAIL if has_mails else ()),
    )
    return [(path, name) for path, name, roles in ways if person.role in roles]


def _onwards(wanted: str, person: Person) -> str:
    """Never to another's page, however ``next`` is written."""
    if _OUR_PATH.fullmatch(wanted):
        return wanted
    if person.role in MAY_LEAD:
        return "/lead"
    if person.role in MAY_PHONE:
        return "/agent"
    return "/reports" if person.role in MAY_READ_FIGURES else "/signin"
