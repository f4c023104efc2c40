"""A month of 200,000 calls, counted by two who know nothing of each other."""

from zoneinfo import ZoneInfo

import pytest

from domain.period import Grain, divided
from tests.month import compared
from tests.month.compared import WHOLE, figures_of, quarter
from tests.month.month import Month
from tests.month.naive import Naive

pytestmark = [pytest.mark.drill, pytest.mark.timeout(7200)]


def test_200_000_calls() -> None:
    month = Month(200_000, 2).play()
    expected = compared.naive(Naive(quarter).take(month.log))
    figures = figures_of(month.log)
    quarters = tuple(divided(WHOLE, Grain.QUARTER, ZoneInfo("UTC")))
    for name, found in compared.by_parts(figures, quarters, quarter).items():
        assert found == expected[name], name
    whole = compared.naive(Naive(lambda _: "").take(month.log))
    assert compared.by_periods(figures, [WHOLE], lambda _: "") == whole
