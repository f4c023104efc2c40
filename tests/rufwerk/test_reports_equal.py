"""A report over the database is the one over rows in memory, to the last line of its files."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.figures import Formula
from domain.figures_ports import Figures
from domain.ids import AgentId, RecordId, TenantId
from domain.projection import Row, ServiceDone
from domain.staffing import Goal
from reporting.billing import billing
from reporting.daily import daily
from reporting.figures import RowFigures
from reporting.report import Report
from reporting.service_level import service_level
from reporting.subject import Brand, Floor, Subject
from reporting.weekly import weekly
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import ALPENRAD, DEMO_AGENTS, MAISON_LUNE, MORNING, Habits, RandomDay
from tests.fakes.random_rows import rows_by_fact
from tests.fakes.worked_days import BERLIN
from tests.reporting.test_recomputing import check
from tests.storage.conftest import (  # noqa: F401 - found by their names
    open_storage,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    transactions,
    url,
)

DAY = MORNING.astimezone(BERLIN).date()
BRANDS = (
    Brand(ALPENRAD, "Alpenrad", Goal(80, timedelta(seconds=20)), promised=frozenset({"promise"})),
    Brand(MAISON_LUNE, "Maison Lune", Goal(90, timedelta(seconds=15)), Formula.D),
)
TEAM = {AgentId(agent): "Berlin" for agent in DEMO_AGENTS}
EVERYBODY = Subject("Rufwerk", BRANDS, BERLIN, floor=Floor(TEAM, smallest=2))
ONE = Subject("Alpenrad", BRANDS[:1], BERLIN, ALPENRAD)

Build = Callable[[Figures], Report]
BUILDS: dict[str, Build] = {
    "daily": lambda figures: daily(figures, EVERYBODY, DAY),
    "weekly": lambda figures: weekly(figures, EVERYBODY, DAY),
    "billing": lambda figures: billing(figures, ONE, DAY, ()),
    "service_level": lambda figures: service_level(figures, ONE, DAY),
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    habits = Habits(profile=(60.0, 90.0), oddities=0.1, misses=0.2)
    made = [row for group in rows_by_fact(RandomDay(5, habits).play().log, 5) for row in group]
    tenants = {row.record: row.tenant for row in made if isinstance(row, ServiceDone)}
    return [row for row in made if not (isinstance(row, ServiceDone) and _is_odd(row, tenants))]


def _is_odd(row: ServiceDone, tenants: Mapping[RecordId, TenantId]) -> bool:
    """Nobody can correct what was recorded for another tenant."""
    return row.corrects is not None and tenants.get(row.corrects, row.tenant) != row.tenant


def whole(report: Report) -> tuple[Report, list[tuple[str, Any, list[tuple[str, ...]]]]]:
    files = [(one.name, one.columns, [tuple(line) for line in one.lines]) for one in report.sources]
    return replace(report, sources=()), files


def test_the_same_report(transactions: SqlTransactions, rows: list[Row], tmp_path: Path) -> None:  # noqa: F811
    with transactions.write() as uow:
        uow.projections.add(rows)
        uow.commit()
    counted = RowFigures(rows)
    with transactions.read() as uow:
        for name, build in BUILDS.items():
            found = build(uow.figures)
            assert whole(found) == whole(build(counted)), name
            folder = tmp_path / name
            folder.mkdir()
            check(found, folder)
