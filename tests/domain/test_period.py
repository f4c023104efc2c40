"""A day is as long as the clock of its zone makes it, and the parts of a period make it up."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.period import Grain, Period, divided, midnight, of_day, of_month, of_week
from domain.projection import slot_of

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
"""Its clock changes by half an hour."""
HAVANA, BEIRUT = ZoneInfo("America/Havana"), ZoneInfo("Asia/Beirut")
"""Theirs changes at midnight: from 0:00 to 1:00 in spring; in autumn from 1:00 to 0:00, and from 0:00 to 23:00."""

ZONES = (
    BERLIN,
    KATHMANDU,
    LORD_HOWE,
    HAVANA,
    BEIRUT,
    ZoneInfo("America/St_Johns"),
    ZoneInfo("UTC"),
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def hours(period: Period) -> float:
    return (period.until - period.since) / timedelta(hours=1)


def test_its_end_belongs_to_the_next() -> None:
    day = of_day(date(2026, 3, 2), BERLIN)
    assert day == Period(utc(1, 23), utc(2, 23))
    assert day.since in day
    assert utc(2, 12) in day
    assert day.until not in day
    assert utc(1, 22, 59) not in day


@pytest.mark.parametrize(
    ("day", "zone", "lasts"),
    [
        (date(2026, 3, 28), BERLIN, 24),
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 3, 29), KATHMANDU, 24),
        (date(2026, 4, 5), LORD_HOWE, 24.5),
        (date(2026, 10, 4), LORD_HOWE, 23.5),
        (date(2026, 3, 8), HAVANA, 23),
        (date(2026, 11, 1), HAVANA, 25),
        (date(2026, 3, 29), BEIRUT, 23),
        (date(2026, 10, 24), BEIRUT, 25),
    ],
)
def test_days_on_which_the_clock_changes(day: date, zone: ZoneInfo, lasts: float) -> None:
    whole = of_day(day, zone)
    assert hours(whole) == lasts
    assert [hours(part) for part in divided(whole, Grain.DAY, zone)] == [lasts]
    parts = list(divided(whole, Grain.HOUR, zone))
    assert len(parts) == -(-lasts // 1)
    assert len(list(divided(whole, Grain.QUARTER, zone))) == 4 * lasts


def test_midnight_where_the_clock_leaps_over_it_or_has_it_twice() -> None:
    assert midnight(date(2026, 3, 8), HAVANA) == utc(8, 5)
    assert utc(8, 5).astimezone(HAVANA).hour == 1
    assert midnight(date(2026, 11, 1), HAVANA) == utc(1, 4, month=11)
    assert midnight(date(2026, 3, 29), BEIRUT) == utc(28, 22)
    assert midnight(date(2026, 3, 2), KATHMANDU) == utc(1, 18, 15)


def test_weeks_begin_on_monday() -> None:
    week = Period(utc(22, 23), utc(29, 22))
    assert of_week(date(2026, 3, 23), BERLIN) == of_week(date(2026, 3, 29), BERLIN) == week
    assert hours(week) == 7 * 24 - 1


@pytest.mark.parametrize(
    ("day", "first", "next_first"),
    [
        (date(2026, 3, 31), date(2026, 3, 1), date(2026, 4, 1)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        (date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_months(day: date, first: date, next_first: date) -> None:
    expected = Period(midnight(first, BERLIN), midnight(next_first, BERLIN))
    assert of_month(day, BERLIN) == expected


def test_a_year_is_twelve_months_and_its_weeks_are_cut_at_both_ends() -> None:
    year = Period(midnight(date(2026, 1, 1), BERLIN), midnight(date(2027, 1, 1), BERLIN))
    assert len(list(divided(year, Grain.MONTH, BERLIN))) == 12
    weeks = list(divided(year, Grain.WEEK, BERLIN))
    assert len(weeks) == 53
    assert (hours(weeks[0]), hours(weeks[-1])) == (4 * 24, 4 * 24)


def test_the_hour_that_a_clock_repeats_is_two() -> None:
    night = Period(utc(24, 23, month=10), utc(25, 3, month=10))
    local = [part.since.astimezone(BERLIN).hour for part in divided(night, Grain.HOUR, BERLIN)]
    assert local == [1, 2, 2, 3]


def test_hours_are_those_of_the_zone() -> None:
    noon = list(divided(Period(utc(2, 12), utc(2, 14)), Grain.HOUR, KATHMANDU))
    assert [part.since.minute for part in noon] == [0, 15, 15]


def test_an_end_between_two_slots_is_kept() -> None:
    odd = Period(utc(2, 12) + timedelta(microseconds=7), utc(2, 12, 40) + timedelta(seconds=1))
    for grain, edges in ((Grain.QUARTER, [15, 30]), (Grain.HOUR, [])):
        parts = list(divided(odd, grain, BERLIN))
        assert [part.until for part in parts] == [*(utc(2, 12, edge) for edge in edges), odd.until]


def test_nothing_has_no_parts() -> None:
    assert list(divided(Period(utc(2, 12), utc(2, 12)), Grain.DAY, BERLIN)) == []


@given(DAYS, st.integers(0, 40), st.sampled_from(list(Grain)), st.sampled_from(ZONES))
def test_parts_are_contiguous_and_make_up_the_period(
    day: date, days: int, grain: Grain, zone: ZoneInfo
) -> None:
    period = Period(midnight(day, zone), midnight(day + timedelta(days=days), zone))
    parts = list(divided(period, grain, zone))
    edges = [period.since, *(part.until for part in parts)]
    assert edges[-1] == period.until
    assert [part.since for part in parts] == edges[:-1]
    assert all(one < following for one, following in pairwise(edges))
    assert all(slot_of(edge) == edge for edge in edges)


@given(DAYS, st.sampled_from(ZONES))
def test_days_make_up_the_week_and_the_month(day: date, zone: ZoneInfo) -> None:
    for whole, grain in ((of_week(day, zone), Grain.WEEK), (of_month(day, zone), Grain.MONTH)):
        days = list(divided(whole, Grain.DAY, zone))
        first = days[0].since.astimezone(zone).date()
        assert days == [of_day(first + timedelta(days=count), zone) for count in range(len(days))]
        assert of_day(day, zone) in days
        assert list(divided(whole, grain, zone)) == [whole]


@given(st.timedeltas(timedelta(), timedelta(days=900)))
def test_any_moment_is_in_exactly_one_part(after: timedelta) -> None:
    at = utc(1, 0) + after
    for zone in ZONES:
        month = of_month(at.astimezone(zone).date(), zone)
        for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
            assert [at in part for part in divided(month, grain, zone)].count(True) == 1
