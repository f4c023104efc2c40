"""Puts the makers of reports together."""

from collections.abc import Callable

from domain.language import Language
from domain.ports import Transactions
from domain.tenant import TenantBook
from reporting.charts_apart import ChartsApart
from reporting.drawing import Drawn, draw
from reporting.issuing import Issuing
from reporting.making import CatchUp, Makers
from reporting.report import Report
from rufwerk import wiring
from rufwerk.call_records import CallRecords
from rufwerk.report_making import BuildReport
from rufwerk.settings import Settings


def issuing(
    settings: Settings,
    transactions: Transactions,
    book: Callable[[], TenantBook],
    catch_up: CatchUp,
    actor: str,
) -> Issuing:
    """Who makes and issues reports; ``actor`` is whom the facts name."""
    records = CallRecords.of(settings, wiring.utc_now)
    build = BuildReport(settings, transactions, book, records)

    charts = ChartsApart()

    def drawn(report: Report, language: Language) -> Drawn:
        return draw(report, language, wiring.utc_now(), charts)

    makers = Makers(catch_up, build, drawn, charts.close)
    return Issuing(transactions, wiring.utc_now, makers, actor)
