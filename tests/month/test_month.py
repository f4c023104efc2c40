"""A month's figures, counted by two who know nothing of each other: the same to the last digit."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.period import Grain, Period, divided
from domain.projection import SLOT, Row
from reporting.figures import RowFigures
from tests.month import compared
from tests.month.month import BEGIN, END, Month
from tests.month.naive import Naive

WHOLE = Period(BEGIN, END + SLOT)
BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


@pytest.fixture(scope="module")
def month() -> Month:
    return Month(2_000, 1).play()


@pytest.fixture(scope="module")
def figures(month: Month) -> RowFigures:
    field, found = Field(), list[Row]()
    for fact in month.log:
        field, rows = follow(field, fact)
        found += rows
    return RowFigures(found)


def quarter(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d.%m. %H}:{at.minute // 15}"


def day_in_kathmandu(at: datetime) -> str:
    return f"{at.astimezone(KATHMANDU):%d.%m.}"


def day(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.}"


def hour(at: datetime) -> str:
    """The hour that a clock repeats has another offset."""
    return f"{at.astimezone(BERLIN):%d.%m. %H %z}"


def test_each_quarter_of_an_hour(month: Month, figures: RowFigures) -> None:
    expected = compared.naive(Naive(quarter).take(month.log))
    for name, found in compared.by_slots(figures, WHOLE, quarter).items():
        assert found == expected[name], name


@pytest.mark.parametrize(("zone", "when"), [(BERLIN, day), (KATHMANDU, day_in_kathmandu)])
def test_each_day_of_a_zone(month: Month, figures: RowFigures, zone: ZoneInfo, when: Any) -> None:
    expected = compared.naive(Naive(when).take(month.log))
    days = divided(WHOLE, Grain.DAY, zone)
    assert compared.by_periods(figures, days, when) == expected
