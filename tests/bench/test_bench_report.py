"""The rows that reports are measured on are such as projections hold, and bare SQL counts what figures count."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from domain.figures import AgentWork, CallFlow, Handling, PortalFlow, total
from domain.ids import TenantId
from domain.projection import Doing, Way
from reporting.report import Kind
from rufwerk.bench import report_databases
from rufwerk.bench.report_reader import of_day, of_month
from rufwerk.bench.report_rows import FIRST, MONTH, TENANTS, slots
from rufwerk.bench.report_rows import of_month as rows_of_month
from rufwerk.bench.report_sql import statements
from storage.unit_of_work import SqlTransactions

DAY = 96
"""Slots."""


def seconds(times: list[int | None]) -> timedelta:
    return timedelta(microseconds=sum(took or 0 for took in times))


def test_the_bare_statements_count_what_the_figures_count(tmp_path: Path) -> None:
    file, tenants = tmp_path / "month.db", [TenantId(one) for one in TENANTS]
    with report_databases.sqlite(file) as fill:
        for rows in rows_of_month(300):
            fill({table: some for table, some in rows.items() if table != "spans"})
            fill({"spans": [row for row in rows["spans"] if row[3] != "ready"]})
    with closing(sqlite3.connect(file)) as connection:
        asked = statements(*slots(MONTH), DAY, TENANTS)
        bare = [connection.execute(one).fetchall() for one in asked]
    with (
        closing(SqlTransactions(f"sqlite:///{file}", "a")) as transactions,
        transactions.read() as uow,
    ):
        flow = total(uow.figures.call_flow([MONTH], tenants).values(), CallFlow())
        waits = uow.figures.waits(MONTH, tenants)
        handled = total(uow.figures.handling([MONTH], tenants).values(), Handling())
        work = total(uow.figures.agent_work([MONTH]).values(), AgentWork())
        portal = total(uow.figures.portal_flow(MONTH, tenants).values(), PortalFlow())
        gave_up = uow.figures.gave_up_at(MONTH, tenants)
        dunning = uow.figures.dunning_work(MONTH, tenants)
        done = uow.figures.services(MONTH, tenants)
        day, *month = of_day(uow.figures, FIRST.date()), *of_month(uow.figures)
    assert portal.calls == 300
    assert flow.offered == sum(row[4] for row in bare[0])
    assert flow.in_time == sum(row[6] for row in bare[0])
    assert flow.short == sum(row[9] for row in bare[0])
    assert flow.answered_wait == seconds([row[12] for row in bare[0]])
    assert flow.abandoned_wait == seconds([row[13] for row in bare[0]])
    assert sum(sum(one.callers.values()) for one in waits.values()) == sum(r[2] for r in bare[1])
    assert handled.handled == sum(row[4] for row in bare[2]) > 0
    assert handled.talk == seconds([row[4] for row in bare[3]])
    assert handled.wrap_up == seconds([row[6] for row in bare[3]])
    assert work.time(Doing.TALKING) == seconds([row[4] for row in bare[4]])
    assert work.time(Doing.PAUSED) == seconds([row[2] for row in bare[4]])
    assert sum(work.pauses.values(), timedelta()) == seconds([row[2] for row in bare[5]])
    assert work.taken[Way.WAITED] == sum(row[1] for row in bare[6])
    assert work.missed == sum(row[6] for row in bare[6])
    assert portal.gave_up == sum(row[6] for row in bare[7]) == sum(gave_up.values())
    assert len(dunning) == len(bare[9])
    assert sum(done.values()) == sum(row[3] for row in bare[10])
    kinds = [one.kind for one in (day, *month)]
    assert kinds == [Kind.DAILY, *3 * [Kind.BILLING, Kind.SERVICE_LEVEL]]
