"""Run as a program that makes reports and, between, asks the bare statements: prints how long each took and the most
memory that it needed.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from domain.figures_ports import Figures
from domain.ids import AgentId, TenantId
from domain.period import Period
from domain.period import of_day as of_the_day
from domain.projection import SLOT
from domain.staffing import Goal
from reporting.billing import billing
from reporting.daily import daily
from reporting.report import Report
from reporting.service_level import service_level
from reporting.subject import Brand, Floor, Subject
from rufwerk.bench.report_rows import AGENTS, FIRST, MONTH, TENANTS, slots
from rufwerk.bench.report_sql import statements
from storage.unit_of_work import SqlTransactions

ROUNDS: Final = 15
MONTHS: Final = 3

_WIDTH_OF_DAY: Final = timedelta(hours=1) // SLOT
_WIDTH_OF_MONTH: Final = timedelta(days=1) // SLOT
_PROBED: Final = (10, 17, 24)
"""Days of the month that are read one after another, so that none is at hand for having been read just now alone."""

_ZONE: Final = ZoneInfo("UTC")
_GOAL: Final = Goal(80, timedelta(seconds=20))
_PROMISED: Final = frozenset({"promise"})
_BRANDS: Final = tuple(
    Brand(TenantId(name), name, _GOAL, promised=_PROMISED, paid=frozenset({"paid"}))
    for name in TENANTS
)
_TEAMS: Final = {AgentId(f"agent-{number}"): f"site {number % 3}" for number in range(AGENTS)}
_HOUSE: Final = Subject("Rufwerk", _BRANDS, _ZONE, floor=Floor(_TEAMS))

Run = Callable[[str], list[Any]]
"""A statement, with all of its answer."""


def of_day(figures: Figures, day: date) -> Report:
    """The whole report, beside the headlines of a week before."""
    return daily(figures, _HOUSE, day)


def of_month(figures: Figures) -> list[Report]:
    """All that goes out after it: each brand's bill, and the proof of its service level."""
    subjects = [Subject(one.name, (one,), _ZONE, one.id) for one in _BRANDS]
    return [
        make(figures, one, FIRST.date()) for one in subjects for make in (billing, service_level)
    ]


def bare(run: Run, period: Period) -> None:
    """How calls fared by the hour, of more than a day by the day."""
    day = period.until - period.since <= timedelta(days=1)
    width = _WIDTH_OF_DAY if day else _WIDTH_OF_MONTH
    for statement in statements(*slots(period), width, TENANTS):
        run(statement)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(figures: Figures, run: Run) -> dict[str, Any]:
    """Seconds."""
    days = [FIRST.date() + timedelta(days=day) for day in _PROBED]
    for day in days:
        of_day(figures, day)
        bare(run, of_the_day(day, _ZONE))
    ours, theirs = list[float](), list[float]()
    for count in range(ROUNDS):
        day = days[count % len(days)]
        ours.append(timed(partial(of_day, figures, day)))
        theirs.append(timed(partial(bare, run, of_the_day(day, _ZONE))))
    month, bare_month = list[float](), list[float]()
    for _ in range(MONTHS):
        month.append(timed(partial(of_month, figures)))
        bare_month.append(timed(partial(bare, run, MONTH)))
    return {
        "day_s": ours,
        "bare_day_s": theirs,
        "month_s": month,
        "bare_month_s": bare_month,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    """Of this program alone: ``getrusage`` knows the most that the one which started it had, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


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
