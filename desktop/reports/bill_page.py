"""``/reports/sent/NUMBER``: a bill's tables as they were issued, each line leading to the facts behind it."""

from dataclasses import dataclass, replace
from typing import Final

import structlog
from aiohttp import web

from actions.reports import Bill, NoSuchReport, OpenBill, bill_of
from desktop.floor import Floor
from desktop.pages import Pages
from desktop.reports import drill, seen
from desktop.reports.asked import Asked, Stretch
from desktop.reports.behind import LISTED, Listed, Wish, listed
from desktop.reports.drawing import Drawing, find
from desktop.reports.facts_page import AsIssued, Behind, facts_page, to_story
from desktop.reports.page import saying
from desktop.reports.rights import Sight, sight_of, ways, worker
from desktop.sign_in import TOKEN
from desktop.texts import texts
from desktop.told import told
from domain.issued_report import ENCLOSED, ReportNumber
from domain.period import Grain
from domain.person import Actor
from domain.ports import UnitOfWork
from reporting import report_json
from reporting.report import Cell, Column, Report, Table, Unit
from reporting.subject import Subject
from reporting.words import Words

log = structlog.get_logger()

_TOTAL: Final = "total"
_MEASURES: Final = frozenset({Unit.COUNT, Unit.HOURS})


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    shown, router = BillPage(pages, floor), application.router
    router.add_get("/reports/sent/{number}", saying(pages, shown.bill))
    router.add_get(
        "/reports/sent/{number}/lines/{table}/{row}/{column}", saying(pages, shown.facts)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A cell of a table that was issued; ``row`` None is that of totals."""

    table: Table
    row: drill.Cells | None
    column: Column

    @property
    def cells(self) -> drill.Cells:
        found = self.row or self.table.totals
        assert found is not None, "where there are no totals none are shown"
        return found

    def cell(self, key: str) -> Cell:
        by_key = zip(self.table.columns, self.cells, strict=True)
        return next((cell for column, cell in by_key if column.key == key), None)

    def wish(self, report: Report) -> Wish | None:
        return drill.wish_of(self.table, self.row, self.column, report.period, report.tenant)

    def told(self, words: Words) -> str:
        """Which one it is."""
        names = [
            words.cell(cell, column.unit)
            for cell, column in zip(self.row or (), self.table.columns, strict=False)
            if column.unit in {Unit.NAME, Unit.TEXT}
        ]
        return ", ".join((words.text(self.table.title), *(names or [words.text("total")])))


class BillPage:
    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor = pages, floor

    async def bill(self, request: web.Request) -> web.Response:
        """The log notes who opened it."""
        sight_of(request)
        actor, opens = await self._actor(request), OpenBill(self._floor.work.desk)
        number = ReportNumber(request.match_info["number"])

        def read() -> tuple[Bill, Report, Report]:
            bill = opens(actor, number)
            return bill, report_json.load(bill.data.content), _standing(bill)

        try:
            bill, issued, standing = await self._floor.house.run(read)
        except NoSuchReport as error:
            raise self._not_there(request, error) from None
        drawing = Drawing(Words(self._pages.language(request), issued.zone), dated=True)
        is_served = standing.tenant in self._floor.book().tenants
        link = _link(bill.issued.number, standing) if is_served else to_story
        changed = [
            replace(one, id=f"{one.id}-changed")
            for section in (issued.sections if bill.issued.corrects else ())
            for one in (drawing.table(_first(table)) for table in section.tables)
        ]
        return self._pages.answer(
            request,
            "report_bill.html",
            bill=bill,
            issued=issued,
            changed=changed,
            sections=[
                (section, [drawing.table(_first(one), link) for one in section.tables])
                for section in standing.sections
            ],
            is_cut=any(len(one.rows) > LISTED for one in _tables(standing)),
            listed=LISTED,
            words=drawing.words,
            made=drawing.cell(bill.issued.made, Unit.TIME),
            enclosed=ENCLOSED,
            **ways(request),
        )

    async def facts(self, request: web.Request) -> web.Response:
        """Those behind a line, as they are known today; who looks at them stands in the program's log."""
        person, sight = worker(request)
        actor, number = await self._actor(request), ReportNumber(request.match_info["number"])

        def read() -> tuple[Bill, Report, Line, Listed]:
            with self._floor.work.desk.transactions.read() as uow:
                bill = bill_of(uow, actor, number)
                report = _standing(bill)
                line, wish = _wanted(request, report)
                subject = self._subject(uow, bill, report, sight)
                return bill, report, line, listed(uow.figures, subject, wish)

        try:
            bill, report, line, found = await self._floor.house.run(read)
        except NoSuchReport as error:
            raise self._not_there(request, error) from None
        log.info("facts listed", person=person.id, bill=number, table=str(line.table.title))
        words = Words(self._pages.language(request), report.zone)
        shown = Behind(found, report.period, f"/reports/sent/{number}", _said(bill, line, words))
        return facts_page(self._pages, request, words, shown)

    def _subject(self, uow: UnitOfWork, bill: Bill, report: Report, sight: Sight) -> Subject:
        """With the names that the bill has. Raises HTTPNotFound."""
        book = self._floor.book()
        if report.tenant not in book.tenants:
            raise web.HTTPNotFound(text="This brand isn't served here any more.\n")
        day = report.period.since.astimezone(report.zone).date()
        asked = Asked(report.tenant, Stretch.MONTH, day, day, Grain.DAY, report.zone)
        return seen.subject_of(uow, book, asked, bill.issued.wanted.language, sight)

    def _not_there(self, request: web.Request, error: NoSuchReport) -> web.HTTPNotFound:
        return web.HTTPNotFound(text=told(error, texts(self._pages.language(request))))

    async def _actor(self, request: web.Request) -> Actor:
        who = self._floor.work.who_acts
        actor = await self._floor.work.run(lambda: who(request[TOKEN]))
        if actor is None:
            raise web.HTTPUnauthorized(text="Sign in first.\n")
        return actor


def _standing(bill: Bill) -> Report:
    return report_json.load(bill.standing.content)


def _tables(report: Report) -> list[Table]:
    return [table for section in report.sections for table in section.tables]


def _first(table: Table) -> Table:
    """As much as a page shows: of calls on which Asterisk doesn't agree there may be many."""
    return replace(table, rows=table.rows[:LISTED])


def _link(number: ReportNumber, report: Report) -> drill.Link:
    """An amount leads to what it is charged for; nothing leads nowhere."""

    def of(table: Table, row: drill.Cells | None, column: Column) -> str | None:
        line = Line(table, row, column)
        if line.wish(report) is None:
            return to_story(table, row, column)
        measure = _measure(table, column).key
        place = _TOTAL if row is None else str(table.rows.index(row))
        there = f"/reports/sent/{number}/lines/{table.title}/{place}/{measure}"
        return there if line.cell(measure) else None

    return of


def _measure(table: Table, column: Column) -> Column:
    """The column of how many or how much an amount is for."""
    if column.unit in _MEASURES:
        return column
    return next(one for one in table.columns if one.unit in _MEASURES)


def _wanted(request: web.Request, report: Report) -> tuple[Line, Wish]:
    """What the address names. Raises HTTPNotFound."""
    named = request.match_info
    table = find(_tables(report), named["table"])
    if table is not None:
        rows: dict[str, drill.Cells | None] = {str(at): row for at, row in enumerate(table.rows)}
        if table.totals is not None:
            rows[_TOTAL] = None
        for column in table.columns:
            if column.key == named["column"] and named["row"] in rows and column.unit in _MEASURES:
                line = Line(table, rows[named["row"]], column)
                wish = line.wish(report)
                if wish is not None:
                    return line, wish
    raise web.HTTPNotFound(text="There is no such line.\n")


def _said(bill: Bill, line: Line, words: Words) -> AsIssued:
    """What the line says, and the command that issues what has changed since."""
    issued = bill.issued
    of = f"--tenant {issued.wanted.tenant} --language {issued.wanted.language}"
    day = issued.wanted.period.since.astimezone(words.zone).date()
    return AsIssued(
        issued.number,
        line.told(words),
        line.cell(line.column.key),
        line.cell("amount"),
        bill.later,
        f"rufwerk report monthly {of} --date {day.isoformat()} --correct",
    )
