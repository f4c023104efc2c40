"""What one person did: for herself, with who else has looked; and for whom has said what for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from actions.see_person import SeePerson, WhoSaw, opened
from desktop.floor import Floor
from desktop.forms import read_form
from desktop.pages import Pages
from desktop.reports.asked import Asked, Stretch, asked
from desktop.reports.drawing import Drawing
from desktop.reports.page import GRAINS, saying
from desktop.reports.rights import ways, worker
from desktop.sign_in import PERSON, TOKEN
from domain.ids import AgentId, PersonId, ViewId
from domain.period import Grain, Period
from domain.person import MAY_PHONE, Actor
from domain.ports import UnitOfWork
from reporting import people
from reporting.report import Section
from reporting.words import Words

_FORM_BYTES = 20_000


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    shown, router = PeoplePages(pages, floor), application.router
    router.add_get("/reports/mine", saying(pages, shown.mine))
    router.add_post("/reports/people", saying(pages, shown.look))
    router.add_get("/reports/people/{view}", saying(pages, shown.one))


class PeoplePages:
    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor = pages, floor

    async def mine(self, request: web.Request) -> web.Response:
        """Her own figures, the same that others see, and who has seen them."""
        asked, section = await self._mine(request)
        whom = PersonId(request[PERSON].id)
        saw = WhoSaw(self._floor.work.desk)
        seen = await self._floor.house.run(lambda: saw(whom))
        more = {"seen": seen, "stretches": tuple(Stretch), "grains": GRAINS, "asked": asked}
        drawing = self._drawing(request, asked)
        return self._answer(request, "report_mine.html", section, drawing, more)

    async def look(self, request: web.Request) -> web.Response:
        """The purpose is named: the page of the figures follows."""
        worker(request)
        form, actor = await read_form(request, _FORM_BYTES), await self._actor(request)
        period = self._asked(form).period
        see = SeePerson(self._floor.work.desk, self._floor.house.new_view)
        whom, purpose = PersonId(form.get("person", "")), form.get("purpose", "")
        view = await self._floor.house.run(lambda: see(actor, whom, period, purpose))
        raise web.HTTPSeeOther(f"/reports/people/{view.id}")

    async def one(self, request: web.Request) -> web.Response:
        view, name, asked, section = await self._one(request)
        more = {"view": view, "name": name, "period": view.period}
        drawing = self._drawing(request, asked)
        return self._answer(request, "report_person.html", section, drawing, more)

    async def _mine(self, request: web.Request) -> tuple[Asked, Section]:
        person = request[PERSON]
        if person.role not in MAY_PHONE:
            raise web.HTTPForbidden(text="This page is for who takes calls.\n")
        asked = self._asked(request.query)

        def read() -> Section:
            with self._floor.work.desk.transactions.read() as uow:
                return _of(uow, PersonId(person.id), asked.period, asked)

        return asked, await self._floor.house.run(read)

    async def _one(self, request: web.Request) -> tuple[Any, str, Asked, Section]:
        worker(request)
        actor, desk = await self._actor(request), self._floor.work.desk
        wanted = ViewId(request.match_info["view"])

        def read() -> tuple[Any, str, Asked, Section]:
            with desk.transactions.read() as uow:
                view = opened(uow, desk, actor.person, wanted)
                asked = self._of_view(view.period)
                found = uow.people.get(view.whom)
                assert found is not None, "the look at her is open"
                return view, found.name, asked, _of(uow, view.whom, view.period, asked)

        return await self._floor.house.run(read)

    def _of_view(self, period: Period) -> Asked:
        """A day hour by hour, more of them day by day."""
        zone = self._floor.house.zone
        first, after = (at.astimezone(zone).date() for at in (period.since, period.until))
        last = after - timedelta(days=1)
        if first == last:
            return Asked(None, Stretch.DAY, first, last, Grain.HOUR, zone)
        return Asked(None, Stretch.FROM_TO, first, last, Grain.DAY, zone)

    def _asked(self, query: Mapping[str, str]) -> Asked:
        """People work for all brands: their days are those of the house."""
        zone = self._floor.house.zone
        today = self._floor.work.desk.clock().astimezone(zone).date()
        return asked(query, None, today, zone)

    async def _actor(self, request: web.Request) -> Actor:
        who = self._floor.work.who_acts
        actor = await self._floor.work.run(lambda: who(request[TOKEN]))
        if actor is None:
            raise web.HTTPUnauthorized(text="Sign in first.\n")
        return actor

    def _drawing(self, request: web.Request, asked: Asked) -> Drawing:
        words = Words(self._pages.language(request), asked.zone)
        return Drawing(words, dated=asked.stretch is not Stretch.DAY)

    def _answer(
        self,
        request: web.Request,
        template: str,
        section: Section,
        drawing: Drawing,
        more: Mapping[str, Any],
    ) -> web.Response:
        return self._pages.answer(
            request,
            template,
            section=section,
            tables=[drawing.table(one) for one in section.tables],
            drawing=drawing,
            words=drawing.words,
            **more,
            **ways(request),
        )


def _of(uow: UnitOfWork, whom: PersonId, period: Period, asked: Asked) -> Section:
    return people.of_one(uow.figures, AgentId(whom), period, asked.grain, asked.zone)
