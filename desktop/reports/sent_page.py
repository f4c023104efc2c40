"""``/reports/sent``: which reports are planned, which went out, and which didn't, and why."""

from typing import Final

import structlog
from aiohttp import web

from actions.desk import DeskError
from actions.reports import NoSuchReport, OpenReport, ReadReports, SendAgain
from desktop.downloads import download
from desktop.floor import Floor
from desktop.pages import Pages
from desktop.reports.page import saying
from desktop.reports.rights import sight_of, ways, worker
from desktop.sign_in import PERSON, TOKEN
from desktop.texts import texts
from desktop.told import told
from domain.ids import TenantId
from domain.issued_report import ENCLOSED, ReportNumber
from domain.person import Actor, Role
from domain.report_run import RunState
from reporting.report_runs import Overdue
from reporting.words import Words

log = structlog.get_logger()

_OPEN: Final = frozenset({RunState.PLANNED, RunState.CLAIMED, RunState.FAILED})


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    shown, router = SentPage(pages, floor), application.router
    router.add_get("/reports/sent", saying(pages, shown.sent))
    router.add_get("/reports/sent/{number}/{file}", saying(pages, shown.file))
    router.add_post("/reports/sent/{number}/again", saying(pages, shown.again))


class SentPage:
    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor = pages, floor

    async def sent(self, request: web.Request, error: str = "") -> web.Response:
        sight_of(request)
        actor, read = await self._actor(request), ReadReports(self._floor.work.desk)
        house, desk = self._floor.house, self._floor.work.desk
        found = await house.run(lambda: read(actor))
        overdue = await house.run(Overdue(desk.transactions, desk.clock, house.grace))
        late = {run.id for run in overdue}
        return self._pages.answer(
            request,
            "reports_sent.html",
            400 if error else 200,
            error=error,
            said=request.query.get("sent", "")[:20],
            runs=[run for run in found.runs if run.state in _OPEN],
            late=late,
            late_reports={run.number for run in overdue if run.number},
            some_late=any(run.id in late for run in found.runs),
            reports=found.reports,
            ours=request[PERSON].role is not Role.CLIENT_CONTACT,
            enclosed=ENCLOSED,
            words=Words(self._pages.language(request), house.zone),
            brand=self._brand,
            moment=lambda at: at.astimezone(house.zone).strftime("%Y-%m-%d %H:%M"),
            zone=house.zone,
            **ways(request),
        )

    async def file(self, request: web.Request) -> web.Response:
        """As it was issued; the log notes who opened it."""
        sight_of(request)
        actor, opens = await self._actor(request), OpenReport(self._floor.work.desk)
        number = ReportNumber(request.match_info["number"])
        name = request.match_info["file"]
        try:
            file = await self._floor.house.run(lambda: opens(actor, number, name))
        except NoSuchReport as error:
            words = texts(self._pages.language(request))
            raise web.HTTPNotFound(text=told(error, words)) from None
        return download(f"{number}-{file.name}", file.content)

    async def again(self, request: web.Request) -> web.Response:
        worker(request)
        actor, send = await self._actor(request), SendAgain(self._floor.work.desk)
        number = ReportNumber(request.match_info["number"])
        try:
            await self._floor.house.run(lambda: send(actor, number))
        except NoSuchReport as error:
            words = texts(self._pages.language(request))
            raise web.HTTPNotFound(text=told(error, words)) from None
        except DeskError as error:
            return await self.sent(request, told(error, texts(self._pages.language(request))))
        log.info("report sent again", person=actor.person.id, number=number)
        raise web.HTTPSeeOther(f"/reports/sent?sent={number}")

    def _brand(self, tenant: TenantId | None) -> str:
        return "" if tenant is None else self._floor.brand(tenant)

    async def _actor(self, request: web.Request) -> Actor:
        who = self._floor.work.who_acts
        actor = await self._floor.work.run(lambda: who(request[TOKEN]))
        if actor is None:
            raise web.HTTPUnauthorized(text="Sign in first.\n")
        return actor
