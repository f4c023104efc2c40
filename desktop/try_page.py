"""``/try``: the phone of a customer in a page, for everybody, and in the demo alone."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from aiohttp import web

from desktop.pages import Pages
from desktop.phone import Exchange
from desktop.relay import Relay
from domain.health import Health

PAGES_OF_AN_ADDRESS: Final = 8
"""For a queue of customers, each in a window of his own; more than may call at once (``dialplans/extensions.conf``)."""

WITHHELD: Final = ""


def add_routes(
    application: web.Application,
    examine: Callable[[], Health],
    pages: Pages,
    exchange: Exchange,
    relay: Relay,
) -> None:
    """``/try``, and ``/try/ws`` for its SIP; not there where it isn't the demo. Nothing is shown but what the status
    page tells everybody as well, and the passwords of the customers' phones.
    """
    open_pages: defaultdict[str, set[web.WebSocketResponse]] = defaultdict(set)

    async def page(request: web.Request) -> web.Response:
        _in_the_demo(exchange)
        health = await asyncio.to_thread(examine)
        people = [one for one in health.people if one.phone in exchange.customers]
        return pages.answer(
            request,
            "try.html",
            people=people,
            logins=exchange.customers,
            withheld=exchange.customers[WITHHELD],
            lines=health.numbers,
        )

    async def socket(request: web.Request) -> web.StreamResponse:
        _in_the_demo(exchange)
        its = open_pages[request.remote or ""]
        return await relay.connect(request, its, PAGES_OF_AN_ADDRESS, _never)

    application.router.add_get("/try", page)
    application.router.add_get("/try/ws", socket)


def _in_the_demo(exchange: Exchange) -> None:
    if not exchange.customers:
        raise web.HTTPNotFound(text="There is no such page.\n")


async def _never() -> int:
    """It ends with the page: there is no session to end."""
    end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    return await end
