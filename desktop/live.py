"""Pages that are kept up to date: everything over a WebSocket once, and then the parts that have changed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import WSCloseCode, web

from desktop.floor import Floor
from desktop.sign_in import TOKEN, Entrance
from domain.ports import StorageDown

_LOOK_AGAIN_S: Final = 5.0
"""How often a page is looked at without a new fact: Asterisk may be out of sight."""

_STORAGE_AGAIN_S: Final = 1.0
_SESSION_LOOK_S: Final = 15.0
_PING_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A page at one moment: its parts as HTML, by the names that they have as ids. ``seq`` is the last fact in it."""

    seq: int
    parts: Mapping[str, str]


Look = Callable[[], Awaitable[Seen]]
"""What somebody's page shows now. Raises StorageDown."""


class Live:
    """The WebSockets of all such pages."""

    def __init__(self, application: web.Application, entrance: Entrance, floor: Floor) -> None:
        self._entrance = entrance
        self._floor = floor
        self._sockets: set[web.WebSocketResponse] = set()
        application.on_shutdown.append(self._close_all)

    async def serve(
        self, request: web.Request, look: Look, rest_s: float = 0.0
    ) -> web.WebSocketResponse:
        """Until the page is gone or its session is over; two looks are at least ``rest_s`` apart."""
        socket = web.WebSocketResponse(heartbeat=_PING_S, max_msg_size=1024, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            code = await first_of(
                self._keep_up_to_date(socket, look, rest_s),
                until_it_speaks(socket),
                self._entrance.over(request[TOKEN], _SESSION_LOOK_S),
            )
        finally:
            self._sockets.remove(socket)
        await socket.close(code=code)
        return socket

    async def _keep_up_to_date(
        self, socket: web.WebSocketResponse, look: Look, rest_s: float
    ) -> None:
        """A page that comes again gets everything again, so nothing is lost."""
        shown: Mapping[str, str] = {}
        while not socket.closed:
            try:
                seen = await look()
            except StorageDown:
                await asyncio.sleep(_STORAGE_AGAIN_S)
                continue
            changed = [html for name, html in seen.parts.items() if shown.get(name) != html]
            if changed:
                await socket.send_str("".join(changed))
            shown = seen.parts
            await asyncio.sleep(rest_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._floor.door.newer(seen.seq)

    async def _close_all(self, _: web.Application) -> None:
        for socket in tuple(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)


async def until_it_speaks(socket: web.WebSocketResponse) -> None:
    """Until it is closed. Nothing is said here but by us, so whoever does is let go."""
    await socket.receive()


async def first_of(*ways: Awaitable[None]) -> int:
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
