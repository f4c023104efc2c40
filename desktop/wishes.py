"""What a page's buttons ask, and how they are told no."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from actions.desk import DeskError
from actions.shift import ShiftError
from cti.front_door import NotNow
from desktop.floor import Floor
from desktop.forms import Form, read_form
from desktop.pages import Pages
from desktop.told import refusal
from domain.ids import AgentId
from domain.person import Person

FORM: Final = web.RequestKey("form", Form)
"""What was sent with a wish."""

_FORM_BYTES: Final = 4096

Wish = Callable[[Floor, AgentId, web.Request], Awaitable[None]]
"""``(floor, who asks, request)``; the form is ``request[FORM]``. Raises NotNow, DeskError, ShiftError, StorageDown."""


def granted(
    floor: Floor, pages: Pages, who: Callable[[web.Request], Person], wish: Wish
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What becomes of a wish shows on the page; only that it couldn't be granted is said here. ``who`` raises
    HTTPForbidden for somebody who may not wish it.
    """

    async def ask(request: web.Request) -> web.Response:
        person = who(request)
        request[FORM] = await read_form(request, _FORM_BYTES)
        try:
            await wish(floor, AgentId(person.id), request)
        except (NotNow, DeskError, ShiftError) as error:
            return refusal(error, pages.language(request))
        return web.Response(status=204)

    return ask


def written(request: web.Request, field: str) -> str:
    """What the form has in a field; "" where it has none."""
    return request[FORM].get(field, "")
