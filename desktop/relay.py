"""SIP between phones in browsers and Asterisk, whom nobody reaches otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    TCPConnector,
    WSCloseCode,
    WSMsgType,
    web,
)

log = structlog.get_logger()

FRAME_BYTES: Final = 16_384
"""Of a browser's frame; an INVITE with all a browser can do has about 5,000."""

FRAMES_A_SECOND: Final = 20.0
FRAMES_AT_ONCE: Final = 100.0

_PROTOCOL: Final = "sip"
_CONNECT_S: Final = 3.0
_ASTERISKS_FRAME_BYTES: Final = 65_536
_PING_S: Final = 20.0
_CLOSE_S: Final = 2.0

Over = Callable[[], Coroutine[None, None, int]]
"""Comes back when a page's phone is over, with the code to close with."""


class Relay:
    """The way from pages of ours to Asterisk's WebSocket at ``url``, where we come from ``our_address``."""

    def __init__(self, url: str, our_address: str) -> None:
        self._url = url
        self._our_address = our_address
        self._pages: set[web.WebSocketResponse] = set()

    def serve(self, application: web.Application) -> None:
        """There as long as the application is; all pages are closed as it stops."""
        application.cleanup_ctx.append(self._connector)
        application.on_shutdown.append(self._close_all)

    async def connect(
        self, request: web.Request, pages: set[web.WebSocketResponse], most: int, over: Over
    ) -> web.WebSocketResponse:
        """Serve a page's WebSocket, subprotocol ``sip``, until one side leaves or it is ``over``. ``pages`` are those
        of the same holder; ``most`` may be open.
        """
        browser = web.WebSocketResponse(
            protocols=(_PROTOCOL,),
            max_msg_size=FRAME_BYTES,
            heartbeat=_PING_S,
            timeout=_CLOSE_S,
            compress=False,
        )
        ready = browser.can_prepare(request)
        if not ready.ok or ready.protocol != _PROTOCOL:
            raise web.HTTPBadRequest(text="This is a WebSocket for SIP.\n")
        if len(pages) >= most:
            raise web.HTTPTooManyRequests(text="Close the other pages first.\n")
        pages.add(browser)
        self._pages.add(browser)
        try:
            asterisk = await self._reach()
            async with asterisk:
                await browser.prepare(request)
                await browser.close(code=await _relay(browser, asterisk, over))
        finally:
            pages.remove(browser)
            self._pages.remove(browser)
        return browser

    async def _connector(self, _: web.Application) -> AsyncIterator[None]:
        way = TCPConnector(local_addr=(self._our_address, 0), limit=0)
        async with ClientSession(connector=way) as self._to_asterisk:
            yield

    async def _close_all(self, _: web.Application) -> None:
        for browser in [one for one in self._pages if one.prepared]:
            await browser.close(code=WSCloseCode.GOING_AWAY)

    async def _reach(self) -> ClientWebSocketResponse:
        try:
            async with asyncio.timeout(_CONNECT_S):
                return await self._to_asterisk.ws_connect(
                    self._url, protocols=(_PROTOCOL,), max_msg_size=_ASTERISKS_FRAME_BYTES
                )
        except (ClientError, TimeoutError, OSError) as error:
            log.warning("no way to Asterisk", reason=type(error).__name__)  # its text has the path
            raise web.HTTPServiceUnavailable(text="Asterisk is out of reach.\n") from None


async def _relay(
    browser: web.WebSocketResponse, asterisk: ClientWebSocketResponse, over: Over
) -> int:
    """Frames both ways until one side closes or it is over; why, as a code to close with."""
    async with asyncio.TaskGroup() as group:
        ways = [
            group.create_task(way)
            for way in (_to_asterisk(browser, asterisk), _to_browser(asterisk, browser), over())
        ]
        ended, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
    return max(way.result() for way in ended)


async def _to_asterisk(browser: web.WebSocketResponse, asterisk: ClientWebSocketResponse) -> int:
    clock = asyncio.get_running_loop().time
    left, then = FRAMES_AT_ONCE, clock()
    async for frame in browser:
        now = clock()
        left, then = min(FRAMES_AT_ONCE, left + (now - then) * FRAMES_A_SECOND) - 1, now
        if frame.type is not WSMsgType.TEXT:
            return WSCloseCode.UNSUPPORTED_DATA
        if left < 0:
            log.warning("a phone's page sends too much")
            return WSCloseCode.POLICY_VIOLATION
        with suppress(ConnectionError):  # its other way says that it is gone
            await asterisk.send_str(frame.data)
    return WSCloseCode.OK


async def _to_browser(asterisk: ClientWebSocketResponse, browser: web.WebSocketResponse) -> int:
    async for frame in asterisk:
        if frame.type is WSMsgType.TEXT:
            with suppress(ConnectionError):
                await browser.send_str(frame.data)
    return WSCloseCode.TRY_AGAIN_LATER
