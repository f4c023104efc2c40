"""The first instant at which local clocks show what is asked for, on days when they are changed too."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.local_time import first_instant

BERLIN = ZoneInfo("Europe/Berlin")


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def between(start: time, end: time, at: str, zone: ZoneInfo = BERLIN) -> datetime | None:
    return first_instant(utc(at), zone, lambda local: start <= local.time() < end, (start,))


@pytest.mark.parametrize(
    ("start", "end", "at", "first"),
    [
        (time(8), time(9), "2026-06-01 06:30:15.5", "2026-06-01 06:30:15.5"),  # it holds already
        (time(8), time(9), "2026-06-01 07:00", "2026-06-02 06:00"),
        # what the clock skips begins where it is put forward, and not at all if it ends before
        (time(2, 30), time(4), "2026-03-29 00:00", "2026-03-29 01:00"),
        (time(2, 30), time(3), "2026-03-29 00:00", "2026-03-30 00:30"),
        # what the clock shows twice begins twice
        (time(2, 30), time(2, 45), "2026-10-25 00:00", "2026-10-25 00:30"),
        (time(2, 30), time(2, 45), "2026-10-25 00:45", "2026-10-25 01:30"),
        # the clock is put back into what had ended
        (time(1, 30), time(2, 30), "2026-10-25 00:45", "2026-10-25 01:00"),
    ],
)
def test_the_first_instant(start: time, end: time, at: str, first: str) -> None:
    assert between(start, end, at) == utc(first)


def test_a_day_begins_where_midnight_is_skipped() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # put forward at the midnight before 24 April
    day = datetime(2026, 4, 24, tzinfo=UTC).date()
    begins = first_instant(utc("2026-04-23 12:00"), cairo, lambda local: local.date() >= day)
    assert begins == utc("2026-04-23 22:00")
    assert begins.astimezone(cairo).time() == time(1)


def test_what_never_comes() -> None:
    assert first_instant(utc("2026-06-01 00:00"), BERLIN, lambda _: False) is None
