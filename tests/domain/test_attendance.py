"""When persons answer and ring back, seen from an instant."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import Attendance, Starts
from domain.dialling import DiallingRules, Window
from domain.opening_hours import OpeningHours, OpenSpan
from tests.domain.test_tenant import ALPENRAD

BERLIN = ZoneInfo("Europe/Berlin")
DAY = OpenSpan(time(8), time(20))
EASTER_MONDAY = date(2026, 4, 6)
TENANT = replace(
    ALPENRAD,
    hours=OpeningHours(
        BERLIN, {**dict.fromkeys(range(5), (DAY,)), 6: (OpenSpan(time(21), time(0)),)}
    ),
    dialling=DiallingRules(
        countries=frozenset({"DE"}),
        hours=OpeningHours(BERLIN, dict.fromkeys(range(7), (OpenSpan(time(9), time(0)),))),
        show="+493023125100",
    ),
)


def seen(written: str, tenant: object = TENANT, *holidays: date) -> Attendance:
    at = datetime.fromisoformat(written).replace(tzinfo=BERLIN)
    return Attendance(tenant, at.astimezone(UTC), frozenset(holidays))  # type: ignore[arg-type]


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def test_a_saturday() -> None:
    saturday = seen("2026-04-04 12:00", TENANT, EASTER_MONDAY)
    assert not saturday.open
    assert saturday.today == date(2026, 4, 4)
    assert saturday.opens_next == datetime(2026, 4, 5, 21, tzinfo=BERLIN)
    assert saturday.keeps_holidays
    assert saturday.rings_back
    days = [5, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17]
    assert list(saturday.days) == [date(2026, 4, day) for day in days]
    assert saturday.starts(date(2026, 4, 7)) == [Starts(time(9), time(19, 30))]
    assert saturday.starts(date(2026, 4, 5)) == [Starts(time(21), time(23, 30))]
    assert saturday.starts(EASTER_MONDAY) == []


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("09:00", "2026-04-07 07:00", "2026-04-07 09:00"),
        ("18:30", "2026-04-07 16:30", "2026-04-07 18:00"),
        ("19:30", "2026-04-07 17:30", "2026-04-07 18:00"),
        ("08:59", None, None),
        ("19:31", None, None),
    ],
)
def test_a_window_ends_with_the_hours(at: str, start: str | None, end: str | None) -> None:
    found = seen("2026-04-04 12:00").window(date(2026, 4, 7), time.fromisoformat(at))
    assert found == (None if start is None or end is None else Window(utc(start), utc(end)))


def test_a_window_may_end_at_midnight() -> None:
    found = seen("2026-04-04 12:00").window(date(2026, 4, 5), time(23, 15))
    assert found == Window(utc("2026-04-05 21:15"), utc("2026-04-05 22:00"))


def test_later_on_the_same_day() -> None:
    early = seen("2026-04-07 07:30")
    assert early.days[0] == early.today
    assert early.opens_next == datetime(2026, 4, 7, 8, tzinfo=BERLIN)
    assert seen("2026-04-07 20:00").days[0] == date(2026, 4, 8)
    assert seen("2026-04-07 10:00").starts(date(2026, 4, 7)) == [], "it has begun"


def test_half_an_hour_has_no_room_for_windows() -> None:
    short = OpeningHours(BERLIN, {0: (OpenSpan(time(10), time(10, 30)),)})
    assert seen("2026-04-04 12:00", replace(TENANT, hours=short)).days == []


def test_open_on_holidays() -> None:
    always = replace(TENANT, open_on_holidays=True)
    monday = seen("2026-04-06 10:00", always, EASTER_MONDAY)
    assert monday.open
    assert not monday.keeps_holidays
    assert EASTER_MONDAY not in seen("2026-04-04 12:00", always, EASTER_MONDAY).days, (
        "nobody is rung"
    )


def test_who_never_opens() -> None:
    never = seen("2026-04-04 12:00", replace(TENANT, hours=OpeningHours(BERLIN, {})))
    assert (never.open, never.opens_next, never.rings_back) == (False, None, False)
    assert never.days == []


@pytest.mark.parametrize(
    "rules",
    [
        DiallingRules(),
        replace(TENANT.dialling, show=None),
        replace(TENANT.dialling, countries=frozenset()),
        replace(TENANT.dialling, hours=OpeningHours(BERLIN, {5: (DAY,)})),
    ],
)
def test_who_rings_nobody_back(rules: DiallingRules) -> None:
    assert not seen("2026-04-04 12:00", replace(TENANT, dialling=rules)).rings_back


@given(st.integers(0, 365 * 24 * 60), st.times())
def test_every_window_begins_when_he_may_be_rung(minutes: int, at: time) -> None:
    now = utc("2026-01-01") + timedelta(minutes=minutes)
    attendance = Attendance(TENANT, now, frozenset({EASTER_MONDAY}))
    for day in attendance.days:
        window = attendance.window(day, at)
        if window is not None:
            assert attendance.now < window.start < window.end
            assert TENANT.rings_back_from(window.start, attendance.holidays) == window.start
