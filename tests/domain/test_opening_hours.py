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


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-02 07:00", "2026-03-02 07:00"),  # 8:00 in Berlin, open
        ("2026-03-02 06:59", "2026-03-02 07:00"),
        ("2026-03-02 11:00", "2026-03-02 13:00"),  # between the spans
        ("2026-03-02 19:00", "2026-03-08 21:00"),  # not before Sunday night
        ("2026-03-08 23:00", "2026-03-09 07:00"),  # midnight closes, Monday comes
        ("2026-03-28 12:00", "2026-03-29 20:00"),  # the clock is put forward before that evening
        ("2026-10-24 12:00", "2026-10-25 21:00"),  # and back
    ],
)
def test_the_next_opening(at: str, opens: str) -> None:
    assert HOURS.next_open(utc(at)) == utc(opens)


def test_the_next_opening_is_none_of_a_holiday() -> None:
    easter = {date(2026, 4, 5), date(2026, 4, 6)}
    assert HOURS.next_open(utc("2026-04-04 12:00"), easter) == utc("2026-04-12 20:00")


def test_an_hour_that_the_clock_skips_opens_at_once_after_it() -> None:
    night = OpeningHours(BERLIN, {6: (OpenSpan(time(2, 30), time(4)),)})
    opens = night.next_open(utc("2026-03-28 12:00"))
    assert opens == utc("2026-03-29 01:00")  # three o'clock, after which half past two lies
    assert night.open_at(opens)


def test_spans_need_no_order() -> None:
    upside_down = OpeningHours(BERLIN, {0: tuple(reversed(HOURS.week[0]))})
    assert upside_down.next_open(utc("2026-03-02 06:00")) == utc("2026-03-02 07:00")


def test_hours_that_never_come() -> None:
    assert OpeningHours(BERLIN, {}).next_open(utc("2026-03-02 06:00")) is None
    shut = {date(2026, 3, day) for day in range(1, 32)} | {
        date(2026, 4, day) for day in range(1, 9)
    }
    assert HOURS.next_open(utc("2026-03-02 12:00"), shut) is None


EXCEPT = OpeningHours(
    BERLIN,
    HOURS.week,
    {
        date(2026, 3, 2): (),  # a Monday
        date(2026, 4, 6): (OpenSpan(time(9), time(11)),),  # Easter Monday
        date(2026, 4, 7): (OpenSpan(time(13, 30), time(0)),),  # a Tuesday, closed else
    },
)
EASTER = {date(2026, 4, 5), date(2026, 4, 6)}


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-03-02 10:00", False),  # closed by way of exception
        ("2026-03-09 10:00", True),  # the week after as ever
        ("2026-04-05 22:30", False),  # a holiday without exception
        ("2026-04-06 08:30", False),  # instead of the week's hours, not beside them
        ("2026-04-06 10:00", True),  # open though a holiday
        ("2026-04-06 15:00", False),
        ("2026-04-07 23:59", True),
        ("2026-04-08 00:00", False),
    ],
)
def test_an_exception_wins_over_week_and_holidays(local: str, is_open: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert EXCEPT.open_at(at.astimezone(UTC), EASTER) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-01 23:30", "2026-03-08 21:00"),  # over the Monday that is closed
        ("2026-04-05 12:00", "2026-04-06 07:00"),  # at a time of day that no weekday opens at
        ("2026-04-06 09:00", "2026-04-07 11:30"),
    ],
)
def test_the_next_opening_heeds_exceptions(at: str, opens: str) -> None:
    assert EXCEPT.next_open(utc(at), EASTER) == utc(opens)


def test_an_exception_that_is_past_changes_nothing() -> None:
    assert EXCEPT.next_open(utc("2026-05-04 06:00")) == HOURS.next_open(utc("2026-05-04 06:00"))
