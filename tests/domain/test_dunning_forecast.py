"""When a list will be done: from the pace of the last working days and the attempts that are still needed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.dunning_forecast import Hours, Work, done_on, pace_from
from domain.dunning_profile import DE
from domain.opening_hours import OpenSpan

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = Hours(DE.week, BERLIN)
"""Twelve a day, Monday to Saturday."""


def berlin(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN)


NOW = berlin("2026-03-06T20:00")  # a Friday evening
WORK = Work(
    open_cases=100,
    tries_of_open=50,
    closed_cases=60,
    tries_of_closed=120,
    recent=120,
    since=berlin("2026-03-02T00:00"),
)
"""Two attempts an hour; 100 x 2 - 50 = 150 are needed, which is 75 hours: six days and a bit."""


def test_what_is_left_is_rung_at_the_pace_of_late() -> None:
    assert done_on(WORK, HOURS, NOW) == date(2026, 3, 14)  # Saturday to Friday are 72 hours
    assert done_on(replace(WORK, recent=240), HOURS, NOW) == date(2026, 3, 11)  # 37.5 hours


def test_each_open_case_needs_one_attempt_at_least() -> None:
    assert done_on(replace(WORK, tries_of_open=1000), HOURS, NOW) == date(2026, 3, 12)  # 50


def test_nothing_is_left() -> None:
    assert done_on(replace(WORK, open_cases=0, closed_cases=0), HOURS, NOW) == date(2026, 3, 6)


@pytest.mark.parametrize(
    "too_little",
    [
        replace(WORK, closed_cases=4),
        replace(WORK, recent=19),
        replace(WORK, since=NOW),
        replace(WORK, open_cases=10_000_000),
    ],
)
def test_too_little_is_known_or_it_is_too_far(too_little: Work) -> None:
    assert done_on(too_little, HOURS, NOW) is None


def test_the_pace_is_that_of_five_working_days() -> None:
    long_ago = berlin("2026-01-02T00:00")
    assert pace_from(long_ago, HOURS, NOW) == berlin("2026-03-02T00:00")
    monday_morning = berlin("2026-03-09T07:00")  # nobody could be rung yet
    assert pace_from(long_ago, HOURS, monday_morning) == berlin("2026-03-03T00:00")
    yesterday = berlin("2026-03-05T15:00")
    assert pace_from(yesterday, HOURS, NOW) == yesterday
    assert pace_from(yesterday, Hours({}, BERLIN), NOW) == yesterday


def test_hours_are_those_that_pass() -> None:
    whole_nights = Hours({day: (OpenSpan(time(0), time(0)),) for day in range(7)}, BERLIN)
    begin, end = berlin("2026-03-28T12:00"), berlin("2026-03-29T12:00")
    assert whole_nights.between(begin, end) == 23  # the clock is put forward
    assert HOURS.between(datetime(2026, 3, 2, 6, tzinfo=UTC), NOW) == 60
    assert HOURS.between(NOW, NOW) == 0
