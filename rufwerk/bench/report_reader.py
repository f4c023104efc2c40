"""Run as a program that reads a report's figures and, between, what the bare statements give: prints how long each took
and the most memory that it needed.
"""

import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from domain.figures import AgentWork, CallFlow, Handling, PortalFlow, total
from domain.figures_ports import Figures
from domain.ids import TenantId
from domain.period import Grain, Period, divided
from rufwerk.bench.report_rows import FIRST, MONTH, TENANTS, slots
from rufwerk.bench.report_sql import statements
from storage.unit_of_work import SqlTransactions

ROUNDS: Final = 15
MONTHS: Final = 3

_ZONE: Final = ZoneInfo("UTC")
_WEEK: Final = timedelta(days=7)
_PROBED: Final = (10, 17, 24)
"""Days of the month that are read one after another, so that none is at hand for having been read just now alone."""

Run = Callable[[str], list[Any]]
"""A statement, with all of its answer."""


def of_day(figures: Figures, period: Period) -> tuple[Any, ...]:
    """All that a daily report is made of."""
    tenants = [TenantId(one) for one in TENANTS]
    return (
        figures.call_flow(period, tenants),
        figures.waits(period, tenants),
        figures.handling(period, tenants),
        figures.agent_work(period),
        figures.portal_flow(period, tenants),
        figures.gave_up_at(period, tenants),
        figures.dunning_work(period, tenants),
        figures.services(period, tenants),
        figures.repeated(period, tenants, _WEEK),
    )


def of_month(figures: Figures) -> tuple[CallFlow, Handling, AgentWork, PortalFlow, int]:
    """Day by day, as a report adds it up, so that it needs a day's memory."""
    flow, handling, work, portal, again = CallFlow(), Handling(), AgentWork(), PortalFlow(), 0
    for day in divided(MONTH, Grain.DAY, _ZONE):
        flows, _, handled, spent, portals, *_, repeated = of_day(figures, day)
        flow, handling = total(flows.values(), flow), total(handled.values(), handling)
        work, portal = total(spent.values(), work), total(portals.values(), portal)
        again += repeated[1]
    return flow, handling, work, portal, again


def bare(run: Run, period: Period) -> None:
    for statement in statements(*slots(period), TENANTS):
        run(statement)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(figures: Figures, run: Run) -> dict[str, Any]:
    """Seconds."""
    days = [Period(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 1)) for day in _PROBED]
    for day in days:
        of_day(figures, day)
        bare(run, day)
    ours, theirs = list[float](), list[float]()
    for count in range(ROUNDS):
        day = days[count % len(days)]
        ours.append(timed(partial(of_day, figures, day)))
        theirs.append(timed(partial(bare, run, day)))
    month, bare_month = list[float](), list[float]()
    for _ in range(MONTHS):
        month.append(timed(partial(of_month, figures)))
        bare_month.append(timed(partial(bare, run, MONTH)))
    return {
        "day_s": ours,
        "bare_day_s": theirs,
        "month_s": month,
        "bare_month_s": bare_month,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def connection(url: str) -> Any:
    """The driver's own."""
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url)


def main() -> None:
    url = sys.argv[1]
    with closing(connection(url)) as driver, closing(SqlTransactions(url, "bench")) as transactions:

        def run(statement: str) -> list[Any]:
            return list(driver.execute(statement).fetchall())

        with transactions.read() as uow:
            found = measure(uow.figures, run)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
