"""The phone in the browser: which one somebody has, and its SIP's way to Asterisk, whom nobody reaches otherwise."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
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

from desktop.sign_in import PERSON, TOKEN, Entrance
from domain.ids import AgentId, PersonId, Phone
from domain.person import MAY_PHONE, Person

log = structlog.get_logger()

FRAME_BYTES: Final = 16_384
"""Of a browser's frame; an INVITE with all a browser can do has about 5,000."""

FRAMES_A_SECOND: Final = 20.0
FRAMES_AT_ONCE: Final = 100.0
PAGES_OF_A_PERSON: Final = 4
"""A page that is loaded anew leaves one behind for a while."""

_PROTOCOL: Final = "sip"
_CONNECT_S: Final = 3.0
_ASTERISKS_FRAME_BYTES: Final = 65_536
_PING_S: Final = 20.0
_CLOSE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where browsers' phones are connected: Asterisk's WebSocket, the address we come from, the phones' passwords, and
    who sits where at the moment, desk phones included.
    """

    url: str
    our_address: str
    passwords: Mapping[Phone, str] = field(repr=False)
    seated: Callable[[], Mapping[AgentId, Phone]]
    look_again_s: float = 15.0
    """How often a phone's session is looked at."""


class Phones:
    """Who has which browser phone: the one she is signed in at as an agent, else one that nobody else has."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._given: dict[PersonId, Phone] = {}
        self.pages: defaultdict[PersonId, set[web.WebSocketResponse]] = defaultdict(set)

    def of(self, person: PersonId) -> Phone | None:
        """The same at each call, as long as nobody else signs in at it; None where none is free."""
        phones, seated = self._exchange.passwords, self._exchange.seated()
        agent = AgentId(person)
        others = {phone for other, phone in seated.items() if other != agent}
        hers = [seated.get(agent), self._given.get(person)]
        for phone in (*hers, *self._free(person), *self._idle()):
            if phone is not None and phone in phones and phone not in others:
                for holder in [one for one, given in self._given.items() if given == phone]:
                    del self._given[holder]
                self._given[person] = phone
                return phone
        return None

    def _free(self, person: PersonId) -> list[Phone]:
        given = {phone for holder, phone in self._given.items() if holder != person}
        return [phone for phone in self._exchange.passwords if phone not in given]

    def _idle(self) -> list[Phone]:
        """Those whose holder has no page open, the longest given first."""
        return [phone for holder, phone in self._given.items() if not self.pages[holder]]


def add_routes(application: web.Application, entrance: Entrance, exchange: Exchange) -> None:
    """``/phone`` tells number and password as JSON; ``/phone/ws`` is its WebSocket, subprotocol ``sip``."""
    phones = Phones(exchange)
    to_asterisk = web.AppKey("to_asterisk", ClientSession)

    async def connector(application: web.Application) -> AsyncIterator[None]:
        way = TCPConnector(local_addr=(exchange.our_address, 0), limit=0)
        async with ClientSession(connector=way) as application[to_asterisk]:
            yield

    async def tell(request: web.Request) -> web.Response:
        phone = _phone(phones, request[PERSON])
        return web.json_response({"number": phone, "password": exchange.passwords[phone]})

    async def socket(request: web.Request) -> web.StreamResponse:
        person = request[PERSON]
        _phone(phones, person)
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
        hers = phones.pages[person.id]
        if len(hers) >= PAGES_OF_A_PERSON:
            raise web.HTTPTooManyRequests(text="Close the other pages first.\n")
        hers.add(browser)
        try:
            asterisk = await _reach(request.app[to_asterisk], exchange.url)
            async with asterisk:
                await browser.prepare(request)
                over = _session_over(entrance, request[TOKEN], exchange.look_again_s)
                await browser.close(code=await _relay(browser, asterisk, over))
        finally:
            hers.remove(browser)
        return browser

    async def close_all(_: web.Application) -> None:
        for browser in [one for pages in phones.pages.values() for one in pages]:
            await browser.close(code=WSCloseCode.GOING_AWAY)

    application.on_shutdown.append(close_all)
    application.cleanup_ctx.append(connector)
    application.router.add_get("/phone", tell)
    application.router.add_get("/phone/ws", socket)


def _phone(phones: Phones, person: Person) -> Phone:
    if person.role not in MAY_PHONE:
        raise web.HTTPForbidden(text="You have no phone.\n")
    phone = phones.of(person.id)
    if phone is None:
        raise web.HTTPConflict(text="All phones are in use. Name more in sip.browser_phones.\n")
    return phone


async def _reach(session: ClientSession, url: str) -> ClientWebSocketResponse:
    try:
        async with asyncio.timeout(_CONNECT_S):
            return await session.ws_connect(
                url, protocols=(_PROTOCOL,), max_msg_size=_ASTERISKS_FRAME_BYTES
            )
    except (ClientError, TimeoutError, OSError) as error:
        log.warning("no way to Asterisk", reason=type(error).__name__)  # its text has the path
        raise web.HTTPServiceUnavailable(text="Asterisk is out of reach.\n") from None


async def _relay(
    browser: web.WebSocketResponse,
    asterisk: ClientWebSocketResponse,
    over: Coroutine[None, None, int],
) -> int:
    """Frames both ways until one side closes or ``over`` comes back; why, as a code to close with."""
    async with asyncio.TaskGroup() as group:
        ways = [
            group.create_task(way)
            for way in (_to_asterisk(browser, asterisk), _to_browser(asterisk, browser), over)
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


async def _session_over(entrance: Entrance, token: str, look_again_s: float) -> int:
    await entrance.over(token, look_again_s)
    return WSCloseCode.POLICY_VIOLATION
