"""``/lead``: the floor live, the wallboard, a call's story, and what a team lead changes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from aiohttp import web

from actions.shift import ShiftError
from actions.why_not import WhyNot
from cti.front_door import Hindrance, NotNow
from desktop.floor import PAUSES, Floor
from desktop.lead.screen import FLOOR, WALL, FloorScreen
from desktop.lead.story import Teller
from desktop.live import Live, Sight
from desktop.pages import Pages
from desktop.sign_in import PERSON
from desktop.texts import texts
from desktop.wishes import FORM, Wish, granted, written
from domain.call import Concern
from domain.field_facts import Listening
from domain.ids import AgentId, CallId, Phone, Skill
from domain.language import Language
from domain.person import MAY_LEAD, MAY_READ_STORIES, MAY_SERVE, Person
from domain.ports import KnownAgent

log = structlog.get_logger()

PRIORITIES: Final = range(-100, 101)

_REST_S: Final = 0.25
"""A whole floor changes often; nobody reads it faster."""


def add_routes(application: web.Application, live: Live, pages: Pages, floor: Floor) -> None:
    """``/lead``, ``/lead/wall``, the live parts of both, ``/lead/story``, dialogs, and a POST for each wish."""
    dialogs = _Dialogs(pages, floor)
    router = application.router
    for path, template, parts in (("/lead", "lead.html", FLOOR), ("/lead/wall", "wall.html", WALL)):
        shown = _Shown(live, pages, floor, parts)
        router.add_get(path, shown.page(template))
        router.add_get(f"{path}/live", shown.live)
    router.add_get("/lead/story", dialogs.story)
    router.add_get("/lead/agents/{agent}", dialogs.agent)
    router.add_get("/lead/calls/{call}", dialogs.call)
    for path, wish in _WISHES.items():
        router.add_post(f"/lead/{path}", granted(floor, pages, _who, wish))


def _who(request: web.Request) -> Person:
    person = request[PERSON]
    if person.role not in MAY_LEAD:
        raise web.HTTPForbidden(text="This page is for team leads.\n")
    return person


class _Shown:
    """A page that is kept up to date."""

    def __init__(self, live: Live, pages: Pages, floor: Floor, parts: tuple[str, ...]) -> None:
        self._live, self._pages, self._floor, self._parts = live, pages, floor, parts

    def page(self, template: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def show(request: web.Request) -> web.Response:
            person = _who(request)
            seen = await self._screen(request).look()
            view = self._floor.door.view()
            return self._pages.answer(
                request,
                template,
                person=person,
                serves=person.role in MAY_SERVE,
                now=view.at,
                parts=seen.parts,
                listening=any(row.listening for row in view.tenants),
            )

        return show

    async def live(self, request: web.Request) -> web.StreamResponse:
        _who(request)
        sight = Sight(self._screen(request).look, self._floor.door.newer, _REST_S)
        return await self._live.serve(request, sight)

    def _screen(self, request: web.Request) -> FloorScreen:
        return FloorScreen(self._floor, self._pages, self._pages.language(request), self._parts)


class _Dialogs:
    """What is opened for one agent or one call."""

    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor = pages, floor

    async def agent(self, request: web.Request) -> web.Response:
        _who(request)
        door, staff = self._floor.door, await self._floor.staff()
        agent = AgentId(request.match_info["agent"])
        found = next((one for one in staff if one.id == agent), None)
        if found is None:
            raise web.HTTPNotFound(text="There is no such agent.\n")
        return self._pages.answer(
            request,
            "lead/agent.html",
            agent=found,
            row=door.row(agent),
            pauses=PAUSES,
            skills=self._skills(staff),
            brands={str(one.id): one.name for one in self._floor.book().tenants.values()},
            ways=tuple(Listening) if door.may_listen(agent) else (),
        )

    def _skills(self, staff: Sequence[KnownAgent]) -> Sequence[str]:
        """All that anybody may be given: brands, languages and concerns first."""
        usual = [*sorted(self._floor.book().tenants), *map(str, Language), *map(str, Concern)]
        others = sorted({skill for one in staff for skill in one.skills} - set(map(Skill, usual)))
        return [*usual, *others]

    async def call(self, request: web.Request) -> web.Response:
        _who(request)
        call = CallId(request.match_info["call"])
        row = next((one for one in self._floor.door.view().calls if one.call == call), None)
        if row is None:
            raise web.HTTPNotFound(text="That call isn't in the field any more.\n")
        brand = self._floor.brand(row.tenant)
        return self._pages.answer(
            request,
            "lead/call.html",
            row=row,
            brand=brand,
            least=PRIORITIES[0],
            most=PRIORITIES[-1],
        )

    async def story(self, request: web.Request) -> web.Response:
        """Of the call that the query names; who reads it stands in the program's log."""
        person, call = request[PERSON], CallId(request.query.get("call", ""))
        if person.role not in MAY_READ_STORIES:
            raise web.HTTPForbidden(text="This page is for team leads and management.\n")
        leads, read = person.role in MAY_LEAD, self._floor.read_story
        story = await self._floor.work.run(lambda: read(call)) if call else None
        if story is None:
            return self._pages.answer(
                request, "story.html", 404, call=call, told=(), brand="", leads=leads
            )
        log.info("story read", person=person.id, call=call)
        tenant = next((one.origin.tenant for one in story.facts if one.origin.tenant), None)
        zone = self._floor.zone(tenant)
        told = Teller(texts(self._pages.language(request)), zone).tell(story)
        brand = "" if tenant is None else self._floor.brand(tenant)
        return self._pages.answer(
            request, "story.html", call=call, told=told, brand=brand, zone=str(zone), leads=leads
        )


def _agent(request: web.Request) -> AgentId:
    return AgentId(request.match_info["agent"])


async def _skills(floor: Floor, by: AgentId, request: web.Request) -> None:
    given = [one.strip() for one in request[FORM].getall("skill", ())]
    await floor.door.set_skills(by, _agent(request), tuple(one for one in given if one))


async def _pause(floor: Floor, by: AgentId, request: web.Request) -> None:
    await floor.door.pause(by, _agent(request), written(request, "reason"))


async def _sign_out(floor: Floor, by: AgentId, request: web.Request) -> None:
    await floor.door.sign_out(by, _agent(request))


async def _listen(floor: Floor, by: AgentId, request: web.Request) -> None:
    phone, how = written(request, "phone"), written(request, "how")
    try:
        wanted = Listening(how)
    except ValueError:
        raise ShiftError(WhyNot.NO_WAY_TO_LISTEN) from None
    await floor.door.listen(by, _agent(request), Phone(phone), wanted)


async def _priority(floor: Floor, by: AgentId, request: web.Request) -> None:
    given = written(request, "priority")
    priority = next((one for one in PRIORITIES if str(one) == given), None)
    if priority is None:
        least, most = PRIORITIES[0], PRIORITIES[-1]
        raise ShiftError(WhyNot.NO_PRIORITY, least=least, most=most)
    await floor.door.set_priority(by, CallId(request.match_info["call"]), priority)


async def _called_back(floor: Floor, by: AgentId, request: web.Request) -> None:
    if not await floor.call_back_seen_to(by, CallId(request.match_info["call"])):
        raise NotNow(Hindrance.NOT_ON_LIST)


_WISHES: Final[dict[str, Wish]] = {
    "agents/{agent}/skills": _skills,
    "agents/{agent}/pause": _pause,
    "agents/{agent}/signout": _sign_out,
    "agents/{agent}/listen": _listen,
    "calls/{call}/priority": _priority,
    "call-backs/{call}/done": _called_back,
}
