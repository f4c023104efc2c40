"""The rows that reports are measured on are such as projections hold, and bare SQL counts what figures count."""

import sqlite3
from contextlib import closing
from pathlib import Path

from domain.figures import CallFlow, Handling, PortalFlow, total
from rufwerk.bench import report_databases
from rufwerk.bench.report_reader import of_day
from rufwerk.bench.report_rows import MONTH, TENANTS, of_month, slots
from rufwerk.bench.report_sql import statements
from storage.unit_of_work import SqlTransactions


def test_the_bare_statements_count_what_the_figures_count(tmp_path: Path) -> None:
    file = tmp_path / "month.db"
    with report_databases.sqlite(file) as fill:
        for rows in of_month(300):
            fill({table: some for table, some in rows.items() if table != "spans"})
            fill({"spans": [row for row in rows["spans"] if row[3] != "ready"]})
    with closing(sqlite3.connect(file)) as connection:
        bare = [connection.execute(one).fetchall() for one in statements(*slots(MONTH), TENANTS)]
    with (
        closing(SqlTransactions(f"sqlite:///{file}", "a")) as transactions,
        transactions.read() as uow,
    ):
        flows, waits, handling, work, portal, gave_up, dunning, done, repeated = of_day(
            uow.figures, MONTH
        )
    flow, handled = total(flows.values(), CallFlow()), total(handling.values(), Handling())
    calls = total(portal.values(), PortalFlow())
    assert calls.calls == 300
    assert flow.offered == sum(row[4] for row in bare[0])
    assert flow.answered_wait.total_seconds() == sum(row[12] or 0 for row in bare[0]) / 1_000_000
    assert sum(sum(one.callers.values()) for one in waits.values()) == sum(r[2] for r in bare[1])
    assert handled.handled == sum(row[4] for row in bare[2]) > 0
    assert handled.talk.total_seconds() == sum(row[4] or 0 for row in bare[3]) / 1_000_000
    assert sum(len(one.spent) for one in work.values()) == sum(
        took is not None for row in bare[4] for took in row[2:]
    )
    assert sum(len(one.pauses) for one in work.values()) == len(bare[5])
    assert sum(sum(one.taken.values()) for one in work.values()) == sum(
        sum(row[2:7]) for row in bare[6]
    )
    assert calls.gave_up == sum(row[7] for row in bare[7]) == sum(gave_up.values())
    assert len(dunning) == len(bare[9])
    assert sum(done.values()) == sum(row[3] for row in bare[10])
    assert repeated == bare[11][0]
