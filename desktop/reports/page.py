"""``/reports``: how calls fared and what was done, of a brand and a time; today live; the facts behind each figure."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiohttp import web

from actions.desk import DeskError
from desktop.downloads import download
from desktop.floor import Floor
from desktop.pages import Pages
from desktop.reports import drill, seen
from desktop.reports.asked import Asked, Stretch, asked, usual
from desktop.reports.behind import Listed, listed
from desktop.reports.drawing import Drawing, file_name, find
from desktop.reports.facts_page import Behind, facts_page
from desktop.reports.rights import Sight, sight_of, tenant_of, ways, worker
from desktop.reports.today import Today, so_far
from desktop.sign_in import PERSON
from desktop.texts import texts
from desktop.told import told
from domain.language import Language
from domain.period import Grain
from domain.person import Person, Role
from domain.person_view import may_see
from domain.ports import UnitOfWork
from reporting.subject import Subject
from reporting.words import Words

log = structlog.get_logger()

GRAINS: Final = (Grain.QUARTER, Grain.HOUR, Grain.DAY)


@dataclass(frozen=True, slots=True)
class Looked:
    """Whoever looks, what he asks for, and how it is drawn."""

    person: Person
    sight: Sight
    asked: Asked
    language: Language

    @property
    def drawing(self) -> Drawing:
        dated = self.asked.stretch is not Stretch.DAY
        return Drawing(Words(self.language, self.asked.zone), dated)


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    """The page, its parts, its files, and ``/client``, which is the same for a client."""
    shown, router = FigurePages(pages, floor), application.router
    for path, answer in (
        ("", shown.overview),
        ("/table", shown.table),
        ("/today", shown.today),
        ("/facts", shown.facts),
    ):
        router.add_get(f"/reports{path}", saying(pages, answer))
    router.add_get("/client", _client)


Answer = Callable[[web.Request], Awaitable[web.Response]]


def saying(pages: Pages, answer: Answer) -> Answer:
    """What can't be had is said on a page."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await answer(request)
        except DeskError as error:
            language = pages.language(request)
            words = told(error, texts(language))
            return pages.answer(request, "report_error.html", 400, said=words, **ways(request))

    return handle


async def _client(request: web.Request) -> web.Response:
    if request[PERSON].role is not Role.CLIENT_CONTACT:
        raise web.HTTPForbidden(text="This page is for clients.\n")
    raise web.HTTPSeeOther("/reports")


class FigurePages:
    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor = pages, floor

    async def overview(self, request: web.Request) -> web.Response:
        """What he mistyped is said above today's figures."""
        status, error = 200, ""
        try:
            looked = self._looked(request)
        except DeskError as wrong:
            status, error = 400, told(wrong, texts(self._pages.language(request)))
            looked = self._usual(request)

        def read(uow: UnitOfWork, subject: Subject) -> tuple[Subject, seen.Overview, Any, Any]:
            now = self._floor.work.desk.clock()
            found = seen.overview(uow.figures, subject, looked.asked, looked.sight)
            live = so_far(uow.figures, subject, looked.asked, looked.sight, now)
            return subject, found, live, _persons(uow, looked.person)

        subject, found, live, persons = await self._read(looked, read)
        drawing, link = looked.drawing, drill.link(looked.asked)
        tables = [
            (
                section,
                [drawing.table(one, link if looked.sight.work else None) for one in section.tables],
            )
            for section in found.sections
        ]
        book = self._floor.book()
        return self._pages.answer(
            request,
            "reports.html",
            status,
            error=error,
            looked=looked,
            asked=looked.asked,
            drawing=drawing,
            words=drawing.words,
            found=found,
            sections=tables,
            today=live,
            today_chart=_today_chart(looked, live),
            brands=() if looked.person.tenant else tuple(book.tenants.values()),
            brand=subject.name,
            persons=persons,
            stretches=tuple(Stretch),
            grains=GRAINS,
            **ways(request),
        )

    async def table(self, request: web.Request) -> web.Response:
        """One of the page's tables, as CSV; who takes it stands in the program's log."""
        looked = self._looked(request)

        def read(uow: UnitOfWork, subject: Subject) -> seen.Overview:
            return seen.overview(uow.figures, subject, looked.asked, looked.sight)

        found = await self._read(looked, read)
        tables = [table for section in found.sections for table in section.tables]
        table = find(tables, request.query.get("table", ""))
        if table is None:
            raise web.HTTPNotFound(text="There is no such table.\n")
        log.info("figures taken", person=looked.person.id, table=str(table.title))
        drawing = looked.drawing
        name = file_name(drawing.words.text(table.title), looked.asked.day.isoformat())
        return download(name, drawing.csv(table))

    async def today(self, request: web.Request) -> web.Response:
        """The part of the page that is live."""
        looked, now = self._looked(request), self._floor.work.desk.clock()

        def read(uow: UnitOfWork, subject: Subject) -> Today:
            return so_far(uow.figures, subject, looked.asked, looked.sight, now)

        found = await self._read(looked, read)
        return self._pages.answer(
            request,
            "reports/today.html",
            today=found,
            today_chart=_today_chart(looked, found),
            words=looked.drawing.words,
            drawing=looked.drawing,
            asked=looked.asked,
        )

    async def facts(self, request: web.Request) -> web.Response:
        """The facts behind a figure; who looks at them stands in the program's log."""
        worker(request)
        looked = self._looked(request)
        wish = drill.wish(request.query, looked.asked, looked.sight)

        def read(uow: UnitOfWork, subject: Subject) -> Listed:
            return listed(uow.figures, subject, wish)

        found = await self._read(looked, read)
        log.info("facts listed", person=looked.person.id, of=wish.of, figure=wish.figure)
        shown = Behind(found, wish.period, f"/reports?{looked.asked.query()}")
        return facts_page(self._pages, request, looked.drawing.words, shown)

    def _looked(self, request: web.Request) -> Looked:
        """Raises HTTPForbidden, HTTPNotFound, DeskError."""
        usually = self._usual(request)
        query, of = request.query, usually.asked
        found = asked(query, of.tenant, of.day, of.zone)
        return Looked(usually.person, usually.sight, found, usually.language)

    def _usual(self, request: web.Request) -> Looked:
        person, sight = sight_of(request)
        book = self._floor.book()
        tenant = tenant_of(request, person, book)
        zone = self._floor.house.zone if tenant is None else book.tenants[tenant].hours.zone
        now = self._floor.work.desk.clock().astimezone(zone)
        language = self._pages.language(request)
        return Looked(person, sight, usual(tenant, now.date(), zone), language)

    async def _read(self, looked: Looked, read: Callable[[UnitOfWork, Subject], Any]) -> Any:
        """All of it from one state of the database. Raises StorageDown."""

        def work() -> Any:
            with self._floor.work.desk.transactions.read() as uow:
                subject = seen.subject_of(
                    uow, self._floor.book(), looked.asked, looked.language, looked.sight
                )
                return read(uow, subject)

        return await self._floor.house.run(work)


def _today_chart(looked: Looked, today: Today) -> Mapping[str, Any]:
    """As ``Drawing.chart`` has it, each day by its name."""
    words = texts(looked.language)
    names = (words["today"], words["yesterday"], words["week_before"])
    chart = Drawing(looked.drawing.words).chart(today.chart)
    series = [one | {"label": name} for one, name in zip(chart["series"], names, strict=True)]
    return {**chart, "id": "today", "series": series}


def _persons(uow: UnitOfWork, person: Person) -> list[Person]:
    """Whose figures he may look at once he says what for."""
    return [one for one in uow.people.all() if may_see(person, one)]
