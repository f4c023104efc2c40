"""Draws a report in a language: all that goes out by mail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.language import Language
from domain.mail import Enclosure, Letter
from reporting import mail_page
from reporting.charts_apart import ChartsApart
from reporting.mail_page import Listed, picture_name
from reporting.report import Kind, Report
from reporting.sources import as_csv
from reporting.words import Words
from reporting.workbook import workbook

_MONTHLY: Final = frozenset({Kind.BILLING, Kind.SERVICE_LEVEL})


@dataclass(frozen=True, slots=True)
class Drawn:
    """``pictures`` are named by the content ids that ``html`` has them by; ``files`` are the workbook, then a CSV for
    each source.
    """

    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    pictures: tuple[Enclosure, ...]
    files: tuple[Enclosure, ...]

    def to(self, recipient: str) -> Letter:
        return Letter(recipient, self.subject, self.text, self.files, self.html, self.pictures)


def draw(report: Report, language: Language, at: datetime, apart: ChartsApart) -> Drawn:
    """The same for the same report and the same ``at``, which the workbook says it was made at. Raises NotDrawn."""
    words = Words(language, report.zone)
    charts = [chart for section in report.sections for chart in section.charts]
    pictures = tuple(
        Enclosure(picture_name(number), content)
        for number, content in enumerate(apart.draw(charts, words), 1)
    )
    name = _file_name(report, words)
    book = Enclosure(f"{name}.xlsx", workbook(report, words, at))
    sources = tuple(Enclosure(f"{name}-{one.name}.csv", as_csv(one)) for one in report.sources)
    listed = [
        Listed(book.name, words.text("enclosed_workbook")),
        *(Listed(one.name, words.text("enclosed_source")) for one in sources),
    ]
    return Drawn(
        mail_page.subject(report, words),
        mail_page.html(report, words, listed),
        mail_page.plain(report, words, listed),
        pictures,
        (book, *sources),
    )


def _file_name(report: Report, words: Words) -> str:
    """``tagesbericht-alpenrad-2026-03-02``; of a month ``2026-03``."""
    since = report.period.since.astimezone(report.zone)
    day = f"{since:%Y-%m}" if report.kind in _MONTHLY else f"{since:%Y-%m-%d}"
    return "-".join(filter(None, (words.text(f"file_{report.kind}"), report.tenant, day)))
