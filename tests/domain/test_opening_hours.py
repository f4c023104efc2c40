"""Persons answer within the spans of the local day, and not on holidays."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.opening_hours import OpeningHours, OpenSpan

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = OpeningHours(
    BERLIN,
    {
        0: (OpenSpan(time(8), time(12)), OpenSpan(time(14), time(20))),
        6: (OpenSpan(time(22), time(0)),),
    },
)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-03-02 07:59:59", False),
        ("2026-03-02 08:00:00", True),
        ("2026-03-02 11:59:59", True),
        ("2026-03-02 12:00:00", False),
        ("2026-03-02 14:00:00", True),
        ("2026-03-02 20:00:00", False),
        ("2026-03-03 10:00:00", False),
        ("2026-03-01 21:59:59", False),
        ("2026-03-01 22:00:00", True),
        ("2026-03-01 23:59:59", True),
        ("2026-03-02 00:00:00", False),
    ],
)
def test_the_start_counts_and_the_end_does_not(local: str, is_open: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert HOURS.open_at(at.astimezone(UTC)) is is_open


def test_the_clock_is_that_of_the_zone_in_summer_and_winter() -> None:
    assert not HOURS.open_at(datetime(2026, 3, 2, 6, 30, tzinfo=UTC))
    assert HOURS.open_at(datetime(2026, 3, 30, 6, 30, tzinfo=UTC))
    # Monday has begun in Berlin while it is Sunday in UTC
    assert not HOURS.open_at(datetime(2026, 3, 1, 23, 30, tzinfo=UTC))


def test_holidays_are_closed_by_the_local_date() -> None:
    monday = datetime(2026, 4, 6, 9, tzinfo=UTC)
    assert HOURS.open_at(monday)
    assert not HOURS.open_at(monday, {date(2026, 4, 6)})
    assert HOURS.open_at(monday, {date(2026, 4, 5)})
