"""A month's figures, counted by two who know nothing of each other: the same to the last digit."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.period import Grain, Period, divided, midnight
from reporting.figures import RowFigures
from tests.month import compared
from tests.month.compared import WHOLE, quarter
from tests.month.house import TENANTS
from tests.month.month import Month
from tests.month.naive import Naive

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


def day_in_kathmandu(at: datetime) -> str:
    return f"{at.astimezone(KATHMANDU):%d.%m.}"


def day(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.}"


def hour(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m. %H}"


def test_each_quarter_of_an_hour(month: Month, figures: RowFigures) -> None:
    expected = compared.naive(Naive(quarter).take(month.log))
    quarters = tuple(divided(WHOLE, Grain.QUARTER, BERLIN))
    for name, found in compared.by_parts(figures, quarters, quarter).items():
        assert found == expected[name], name


@pytest.mark.parametrize(("zone", "when"), [(BERLIN, day), (KATHMANDU, day_in_kathmandu)])
def test_each_day_of_a_zone(month: Month, figures: RowFigures, zone: ZoneInfo, when: Any) -> None:
    expected = compared.naive(Naive(when).take(month.log))
    days = divided(WHOLE, Grain.DAY, zone)
    assert compared.by_periods(figures, days, when) == expected


def test_each_hour_about_the_change_of_the_clock(month: Month, figures: RowFigures) -> None:
    days = Period(midnight(date(2026, 3, 28), BERLIN), midnight(date(2026, 3, 31), BERLIN))
    hours = list(divided(days, Grain.HOUR, BERLIN))
    assert len(hours) == 71
    names = {hour(one.since) for one in hours}
    expected = compared.naive(Naive(hour).take(month.log))
    of_days = {
        kind: {key: row for key, row in plain.items() if key[-1] in names}
        for kind, plain in expected.items()
    }
    assert compared.by_periods(figures, hours, hour) == of_days


def test_every_kind_of_end_is_in_it(month: Month, figures: RowFigures) -> None:
    """Else the same figures would say little."""
    for kind, plain in compared.by_periods(figures, [WHOLE], lambda _: "").items():
        assert plain, kind
    ends = {one.end for one in figures.visits(WHOLE, TENANTS)}
    ways = {one.leg.way for one in figures.legs(WHOLE, TENANTS)}
    results = {one.leg.result for one in figures.legs(WHOLE, TENANTS)}
    doing = {one.span.doing for one in figures.spans(WHOLE)}
    assert (len(ends), len(ways), len(results), len(doing)) == (5, 5, 6, 7)
