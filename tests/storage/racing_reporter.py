"""Run as a program: has reports go out as jobs do, at each time it is told on its input; says what it does, until it is
killed.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from domain.ids import TenantId
from domain.language import Language
from domain.mail import Letter, ReportWanted, from_body
from domain.report_schedule import Schedule
from reporting import smtp
from reporting.drawing import Drawn
from reporting.issuing import Issuing
from reporting.mailing import MailWorker
from reporting.making import Makers
from reporting.report import Report
from reporting.report_letters import NoteMail, WriteReport
from reporting.report_runs import PlanRuns, RunReports
from reporting.smtp import Route
from storage.unit_of_work import SqlTransactions
from tests.fakes.reports import Floor, morning

BRANDS = tuple(TenantId(f"brand-{number}") for number in range(6))
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=30)
"""With the lock that others hold: nobody gives up what he has claimed."""


def schedules() -> list[Schedule]:
    """Each brand's goes to an address of its own: what is for one goes out one after another."""
    return [replace(morning(f"lead@{brand}.example"), tenant=brand) for brand in BRANDS]


def draw(report: Report, language: Language) -> Drawn:
    """Next to nothing: others see to what is drawn."""
    title = f"{report.tenant} {report.period.since:%Y-%m-%d}"
    return Drawn(title, f"<h1>{title}</h1>", title, (), ())


async def main(url: str, port: int, name: str) -> None:
    """``name`` is whom the mail server hears that mails are from."""
    transactions, floor, now = SqlTransactions(url, name, deadline=PATIENCE), Floor(), START

    def clock() -> datetime:
        return now

    makers = Makers(floor.caught_up.append, floor.build, draw, floor.close)
    plan = PlanRuns(transactions, clock, schedules)
    runs = RunReports(Issuing(transactions, clock, makers, name))
    sender = f"{name}@rufwerk.example"
    send = partial(smtp.send, route=Route("127.0.0.1", port, sender))
    mails = MailWorker(
        transactions, clock, partial(written, transactions), send, sender, NoteMail(clock)
    )
    for told in sys.stdin:
        now = datetime.fromisoformat(told.strip())
        plan()
        while runs.step():
            print("made", flush=True)
        while await mails.step():
            print("sent", flush=True)
        print("idle", flush=True)


def written(transactions: SqlTransactions, body: str) -> Letter:
    wanted = from_body(body)
    assert isinstance(wanted, ReportWanted)
    return WriteReport(transactions)(wanted)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
