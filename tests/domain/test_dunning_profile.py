"""The profiles of the countries, and what a tenant can tell of them."""

from datetime import time, timedelta

import pytest

from domain.dunning_profile import AT, CH, DE, DEMO, PROFILES, US, WEEK, Counted
from domain.opening_hours import OpenSpan


def test_each_profile_goes_by_its_name() -> None:
    assert PROFILES == {"DE": DE, "AT": AT, "CH": CH, "US": US, "demo": DEMO}


def test_the_limits_can_be_asked_for() -> None:
    assert DE.most(Counted.NUMBER, None) == 3
    assert DE.most(Counted.CASE, WEEK) is None
    assert US.most(Counted.CASE, WEEK) == 7
    assert US.most(Counted.CASE, timedelta(days=6)) is None


@pytest.mark.parametrize(
    ("weekday", "start", "end", "within"),
    [
        (0, 8, 20, True),
        (0, 9, 17, True),
        (0, 7, 17, False),
        (0, 9, 21, False),
        (0, 9, 0, False),
        (6, 9, 17, False),
    ],
)
def test_hours_within_the_profiles(weekday: int, start: int, end: int, within: bool) -> None:
    span = OpenSpan(time(start), time(end))
    assert DE.covers(weekday, span) is within
    assert DEMO.covers(weekday, span)
