"""The page of the facts behind a figure, be it of today or of a bill that was issued."""

from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from desktop.pages import Pages
from desktop.reports.behind import LISTED, Listed
from desktop.reports.drawing import Drawing
from desktop.reports.drill import Cells
from desktop.reports.rights import ways
from domain.issued_report import ReportNumber
from domain.period import Period
from reporting.report import Cell, Column, Table, Unit
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class AsIssued:
    """What a line of a bill said, ``about`` what it was, and the corrections that came after it; ``remedy`` is the
    command that issues one.
    """

    number: ReportNumber
    about: str
    much: Cell
    amount: Cell
    later: tuple[ReportNumber, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Behind:
    """``back`` is where its figure stands."""

    found: Listed
    period: Period
    back: str
    issued: AsIssued | None = None

    @property
    def differs(self) -> bool:
        """From what was issued."""
        found, issued = self.found, self.issued
        return issued is not None and (issued.much, issued.amount) != (found.much, found.amount)


def facts_page(pages: Pages, request: web.Request, words: Words, shown: Behind) -> web.Response:
    """The list of the facts behind a figure, each with its call's story."""
    drawing, unit = Drawing(words, dated=True), shown.found.unit

    def worth(much: Cell, amount: Cell) -> str:
        said = words.cell(much, unit)
        return said if amount is None else f"{said} · {words.cell(amount, Unit.MONEY)}"

    return pages.answer(
        request,
        "report_facts.html",
        shown=shown,
        found=shown.found,
        one=drawing.table(shown.found.table, to_story),
        drawing=drawing,
        words=words,
        worth=worth,
        clock=Unit.TIME,
        money=Unit.MONEY,
        listed=LISTED,
        **ways(request),
    )


def to_story(table: Table, row: Cells | None, column: Column) -> str | None:
    """Where a call leads to."""
    if row is None or column.key != "call":
        return None
    return f"/lead/story?call={quote(str(row[table.columns.index(column)]))}"
