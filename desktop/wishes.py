"""What a page's buttons ask, and how they are told no."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from actions.shift import ShiftError
from cti.front_door import NotNow
from desktop.floor import Floor
from domain.ids import AgentId
from domain.person import Person

_FORM_BYTES: Final = 4096

Wish = Callable[[Floor, AgentId, web.Request], Awaitable[None]]
"""``(floor, who asks, request)``. Raises NotNow, ShiftError, StorageDown."""


def granted(
    floor: Floor, who: Callable[[web.Request], Person], wish: Wish
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What becomes of a wish shows on the page; only that it couldn't be granted is said here. ``who`` raises
    HTTPForbidden for somebody who may not wish it.
    """

    async def ask(request: web.Request) -> web.Response:
        person = who(request)
        if (request.content_length or 0) > _FORM_BYTES:
            raise web.HTTPRequestEntityTooLarge(_FORM_BYTES, request.content_length or 0)
        try:
            await wish(floor, AgentId(person.id), request)
        except (NotNow, ShiftError) as error:
            return web.Response(status=409, text=str(error))
        return web.Response(status=204)

    return ask


async def written(request: web.Request, field: str) -> str:
    """What the form has in a field; "" where it has none."""
    return str((await request.post()).get(field, ""))
