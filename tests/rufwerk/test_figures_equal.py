"""The figures that the database adds up are those that are counted row by row, whatever happened on a day."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.figures_ports import Figures, Tenants
from domain.ids import AgentId
from domain.period import Grain, Period, divided
from domain.projection import SLOT, Row
from reporting.figures import RowFigures
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import ALPENRAD, DEMO_AGENTS, MAISON_LUNE, MORNING, Habits, RandomDay
from tests.fakes.random_rows import rows_by_fact
from tests.fakes.worked_days import BERLIN
from tests.storage.conftest import (  # noqa: F401 - found by their names
    open_storage,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    transactions,
    url,
)

BOTH = (ALPENRAD, MAISON_LUNE)
PERIODS = (
    Period(MORNING - timedelta(days=1), MORNING + timedelta(days=1)),
    Period(MORNING + SLOT, MORNING + 3 * SLOT),
    Period(MORNING + 5 * SLOT, MORNING + 6 * SLOT),
    Period(MORNING - timedelta(days=2), MORNING - timedelta(days=1)),
)


@pytest.fixture(scope="module", params=range(4))
def seed(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(scope="module")
def groups(seed: int) -> list[tuple[Row, ...]]:
    habits = Habits(profile=(60.0, 90.0), oddities=0.1 + 0.1 * seed, misses=0.2)
    return rows_by_fact(RandomDay(seed, habits).play().log, seed)


def write(into: SqlTransactions, groups: Sequence[tuple[Row, ...]], seed: int) -> None:
    """In batches of any length."""
    rng, begin = random.Random(seed), 0
    while begin < len(groups):
        end = begin + rng.choice((1, 7, 100, 500))
        with into.write() as uow:
            uow.projections.add(row for group in groups[begin:end] for row in group)
            uow.commit()
        begin = end


def asked(figures: Figures, period: Period, tenants: Tenants) -> Iterator[tuple[str, Any]]:
    """All that can be asked, and the answers."""
    for grain in (Grain.QUARTER, Grain.HOUR, Grain.DAY, Grain.MONTH):
        parts = tuple(divided(period, grain, BERLIN))
        yield f"call_flow {grain}", figures.call_flow(parts, tenants)
        yield f"handling {grain}", figures.handling(parts, tenants)
        yield f"agent_work {grain}", figures.agent_work(parts)
    yield "waits", figures.waits(period, tenants)
    yield "portal_flow", figures.portal_flow(period, tenants)
    yield "gave_up_at", figures.gave_up_at(period, tenants)
    yield "dunning_work", figures.dunning_work(period, tenants)
    yield "services", figures.services(period, tenants)
    for minutes in (5, 60):
        within = timedelta(minutes=minutes)
        yield f"repeated {within}", figures.repeated(period, tenants, within)
    for tenant in tenants:
        for promised, paid in ((["promise"], ["paid"]), ([], ["paid"]), (["promise"], [])):
            yield "promises", figures.promises(period, tenant, promised, paid)
    for agent in DEMO_AGENTS:
        hours = tuple(divided(period, Grain.HOUR, BERLIN))
        yield f"agent_work {agent}", figures.agent_work(hours, AgentId(agent))
    yield "portal_calls", list(figures.portal_calls(period, tenants))
    yield "visits", list(figures.visits(period, tenants))
    yield "legs", list(figures.legs(period, tenants))
    yield "all legs", list(figures.legs(period, None))
    yield "spans", list(figures.spans(period, tenants))
    yield "all spans", list(figures.spans(period))
    yield "attempts", list(figures.attempts(period, tenants))
    yield "services_done", list(figures.services_done(period, tenants))


def test_the_database_adds_up_what_is_counted_row_by_row(
    transactions: SqlTransactions,  # noqa: F811
    groups: list[tuple[Row, ...]],
    seed: int,
) -> None:
    write(transactions, groups, seed)
    counted = RowFigures(row for group in groups for row in group)
    with transactions.read() as uow:
        for period in PERIODS:
            for tenants in (BOTH, (ALPENRAD,), ()):
                for (name, found), (_, right) in zip(
                    asked(uow.figures, period, tenants),
                    asked(counted, period, tenants),
                    strict=True,
                ):
                    assert found == right, (name, period, tenants)


def test_something_of_each_kind_was_counted(groups: list[tuple[Row, ...]]) -> None:
    counted = RowFigures(row for group in groups for row in group)
    for name, answer in asked(counted, PERIODS[0], BOTH):
        assert answer, name
