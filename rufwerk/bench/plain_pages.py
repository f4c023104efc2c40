"""Pages without a browser: WebSockets that are only read, so that hundreds cost the machine next to nothing."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar, TCPConnector, WSMsgType

_RINGS: Final = re.compile(r'id="call"[^>]* data-call="([^"]+)" data-state="ringing"')


@dataclass(frozen=True, slots=True)
class Door:
    """Where a page's WebSocket is, and what it says of itself as it opens it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When each call's pop was there to the last byte, in seconds of the machine's clock, and how many bytes it had."""

    at: dict[str, float] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)

    def take(self, text: str, at: float) -> None:
        """The first that rings for a call counts; what else is told doesn't."""
        found = _RINGS.search(text)
        if found is not None and found[1] not in self.at:
            self.at[found[1]] = at
            self.sizes.append(len(text.encode()))


@asynccontextmanager
async def opened(doors: Iterable[Door]) -> AsyncIterator[Arrivals]:
    """A page behind each, while the block runs."""
    arrivals = Arrivals()
    async with (
        ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar()) as session,
        asyncio.TaskGroup() as group,
    ):
        sockets = [await session.ws_connect(one.url, headers=one.headers) for one in doors]
        reading = [group.create_task(read(one, arrivals)) for one in sockets]
        try:
            yield arrivals
        finally:
            for one in reading:
                one.cancel()
            for socket in sockets:
                await socket.close()


async def read(socket: ClientWebSocketResponse, arrivals: Arrivals) -> None:
    """Until it is closed."""
    async for frame in socket:
        if frame.type is WSMsgType.TEXT:
            arrivals.take(frame.data, time.time())
