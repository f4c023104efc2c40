"""That one PIN is sprayed is told wherever an operator looks, for a day."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from domain.fact import Origin
from domain.health import Condition
from domain.ids import CallId, TenantId
from domain.portal_facts import PinSprayed
from rufwerk import spray_examination, wiring
from rufwerk.settings import Settings
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def transactions(settings: Settings) -> Iterator[SqlTransactions]:
    upgrade(settings.database_url)
    with closing(wiring.transactions(settings)) as transactions:
        yield transactions


def spray(transactions: SqlTransactions, tenant: str, ago: timedelta) -> None:
    origin = Origin(TenantId(tenant), CallId("a-1"), "caller")
    with transactions.write() as uow:
        uow.facts.append(origin, wiring.utc_now() - ago, PinSprayed(5))
        uow.commit()


def test_a_spray_is_told_for_a_day(settings: Settings, transactions: SqlTransactions) -> None:
    assert spray_examination.examine(settings).condition is Condition.WELL
    spray(transactions, "lune", timedelta(hours=25))
    assert spray_examination.examine(settings).condition is Condition.WELL
    spray(transactions, "alpenrad", timedelta(hours=23))
    spray(transactions, "alpenrad", timedelta(hours=1))
    found = spray_examination.examine(settings)
    assert found.condition is Condition.WARNING
    assert found.detail.count("alpenrad") == 1
    assert "lune" not in found.detail
    assert "rufwerk facts" in found.remedy


def test_without_a_database_it_is_not_told(settings: Settings) -> None:
    assert spray_examination.examine(settings).condition is Condition.WELL
