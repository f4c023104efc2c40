"""The caller in the company's CRM: looked up beside the pop, which doesn't wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from desktop.floor import Floor
from desktop.pages import Pages
from desktop.sign_in import PERSON
from domain.crm import Contact, CrmTrouble, RecordUrls
from domain.ids import AgentId
from domain.outside_ports import ContactSearch


@dataclass(frozen=True, slots=True)
class Records:
    """``search`` is None where no CRM is connected."""

    search: ContactSearch | None
    urls: RecordUrls


def add_routes(application: web.Application, pages: Pages, floor: Floor, records: Records) -> None:
    """``/agent/crm``: who the caller of her call is there, or why that isn't known."""

    async def look_up(request: web.Request) -> web.Response:
        agent = AgentId(request[PERSON].id)
        call = floor.door.workplace(agent).call
        if call is None or call != request.query.get("call"):
            raise web.HTTPNotFound(text="This is no call of yours.\n")
        if records.search is None:
            return web.Response(content_type="text/html")
        popped = await floor.door.read(lambda: floor.read_pop(call, agent))
        found: Sequence[Contact] = ()
        trouble = ""
        try:
            if popped is not None:
                only = popped.people[0].number if len(popped.people) == 1 else ""
                found = await records.search.contacts_by_number(only) if only else ()
                if not found and popped.number:
                    found = await records.search.contacts_by_phone(popped.number)
        except CrmTrouble as error:
            trouble = error.trouble.value
        links = [(one, records.urls.of_contact(one.id)) for one in found]
        return pages.answer(request, "agent/crm.html", links=links, trouble=trouble)

    application.router.add_get("/agent/crm", look_up)
