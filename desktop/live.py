"""Pages that are kept up to date: everything over a WebSocket once, and then the parts that have changed."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from desktop.sign_in import PERSON, TOKEN, Entrance
from domain.ids import PersonId
from domain.ports import StorageDown

log = structlog.get_logger()

PAGES_OF_A_PERSON: Final = 16
"""Of all kinds, at once: many tabs and a wallboard or two, and what a page that is loaded anew leaves for a while."""

_LOOK_AGAIN_S: Final = 5.0
"""How often a page is looked at without a new fact: Asterisk may be out of sight."""

_STORAGE_AGAIN_S: Final = 1.0
_SESSION_LOOK_S: Final = 15.0
_PING_S: Final = 20.0
_CLOSE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A page at one moment: its parts as HTML, by the names that they have as ids. ``seq`` is the last fact in it."""

    seq: int
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody's page shows: ``look`` says what now, and raises StorageDown; ``newer`` comes back as soon as it
    may be something else than after so many facts. Two looks are at least ``rest_s`` apart.
    """

    look: Callable[[], Awaitable[Seen]]
    newer: Callable[[int], Awaitable[None]]
    rest_s: float = 0.0


class Live:
    """The WebSockets of all such pages, by whose they are."""

    def __init__(self, application: web.Application, entrance: Entrance) -> None:
        self._entrance = entrance
        self._pages: defaultdict[PersonId, set[web.WebSocketResponse]] = defaultdict(set)
        application.on_shutdown.append(self._close_all)

    async def serve(self, request: web.Request, sight: Sight) -> web.WebSocketResponse:
        """Until the page is gone or its session is over, which closes with 1008; with 1013 at once where the person
        has too many pages, and with 1003 as soon as the page says something.
        """
        socket = web.WebSocketResponse(
            heartbeat=_PING_S, autoping=False, max_msg_size=1024, timeout=_CLOSE_S, compress=False
        )
        await socket.prepare(request)
        person = request[PERSON].id
        pages = self._pages[person]
        if len(pages) >= PAGES_OF_A_PERSON:
            log.warning("too many pages", person=person)
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"Close other pages first")
            return socket
        pages.add(socket)
        try:
            code = await first_of(
                _keep_up_to_date(socket, sight),
                until_it_speaks(socket),
                self._entrance.over(request[TOKEN], _SESSION_LOOK_S),
            )
        finally:
            pages.remove(socket)
        await socket.close(code=code)
        return socket

    async def _close_all(self, _: web.Application) -> None:
        for socket in [one for pages in self._pages.values() for one in pages]:
            await socket.close(code=WSCloseCode.GOING_AWAY)


async def _keep_up_to_date(socket: web.WebSocketResponse, sight: Sight) -> None:
    """A page that comes again gets everything again, so nothing is lost."""
    shown: Mapping[str, str] = {}
    while not socket.closed:
        try:
            seen = await sight.look()
        except StorageDown:
            await asyncio.sleep(_STORAGE_AGAIN_S)
            continue
        changed = [html for name, html in seen.parts.items() if shown.get(name) != html]
        if changed:
            await socket.send_str("".join(changed))
        shown = seen.parts
        await asyncio.sleep(sight.rest_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN_S):
                await sight.newer(seen.seq)


async def until_it_speaks(socket: web.WebSocketResponse) -> int:
    """Until it is closed, or the page says anything but a browser's answers to our pings; the code to close with."""
    clock = asyncio.get_running_loop().time
    answered = -_PING_S
    while (frame := await socket.receive()).type is WSMsgType.PONG:
        before, answered = answered, clock()
        if answered - before < _PING_S / 2:
            break
    if frame.type in {WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG}:
        return WSCloseCode.UNSUPPORTED_DATA
    return WSCloseCode.OK


async def first_of(update: Awaitable[None], listen: Awaitable[int], over: Awaitable[None]) -> int:
    """Until one of them comes back or the connection is lost; the code to close with."""
    updating, listening = asyncio.ensure_future(update), asyncio.ensure_future(listen)
    ending = asyncio.ensure_future(over)
    ways = (updating, listening, ending)
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if updating.done() and not isinstance(updating.exception(), ConnectionError | None):
            updating.result()
        if ending.done():
            return WSCloseCode.POLICY_VIOLATION
        return listening.result() if listening.done() else WSCloseCode.OK
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
