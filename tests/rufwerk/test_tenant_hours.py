"""Single days in a tenant's file whose hours differ from the week's."""

from datetime import date, time
from pathlib import Path

import pytest

from domain.opening_hours import OpenSpan
from tests.rufwerk.bikes import BIKES, changed, with_section


def test_days_are_read_as_dates_or_as_text(tmp_path: Path) -> None:
    tenant = with_section(
        tmp_path,
        """
[hours_on]
"2026-12-24" = ["10:00-12:00", "08:00-09:00"]
2026-12-31 = []
1999-12-31 = ["22:00-24:00"]
""",
    )
    assert tenant.hours.exceptions == {
        date(2026, 12, 24): (OpenSpan(time(8), time(9)), OpenSpan(time(10), time(12))),
        date(2026, 12, 31): (),
        date(1999, 12, 31): (OpenSpan(time(22), time(0)),),
    }
    assert tenant.dialling.hours == tenant.hours, "left out, they are the brand's"


def test_hours_of_dialling_stay_what_they_are(tmp_path: Path) -> None:
    tenant = with_section(
        tmp_path, '[hours_on]\n2026-12-31 = []\n[dialling.hours]\ntue = ["08:00-20:00"]\n'
    )
    assert not tenant.dialling.hours.exceptions


def test_left_out_there_are_none(tmp_path: Path) -> None:
    assert not with_section(tmp_path, "").hours.exceptions


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('"24.12.2026" = []', "hours_on.24.12.2026: is no date. Write it as 2026-12-24."),
        ("2026-02-30 = []", "hours_on.2026-02-30: is no date. Write it as 2026-12-24."),
        ("20261224 = []", "hours_on.20261224: is no date. Write it as 2026-12-24."),
        ("12-24 = []", "hours_on.12-24: is no date. Write it as 2026-12-24."),
        (
            '2026-12-24 = ["8-12"]',
            "hours_on.2026-12-24: '8-12' is no span. Write it as 08:00-20:00.",
        ),
        (
            '2026-12-24 = ["12:00-08:00"]',
            ("hours_on.2026-12-24: '12:00-08:00' ends before it starts. 24:00 is the day's close."),
        ),
        (
            '2026-12-24 = ["08:00-12:00", "11:00-14:00"]',
            "hours_on.2026-12-24: two spans overlap. Join them.",
        ),
        (
            '2026-12-24 = "08:00-12:00"',
            "hours_on.2026-12-24: Expected `array`, got `str`. Correct it.",
        ),
        (
            "2026-12-24 = false",
            "hours_on.2026-12-24: Expected `array`, got `bool`. Correct it.",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, written: str, message: str) -> None:
    assert changed(tmp_path, "[pin]", f"[hours_on]\n{written}\n[pin]") == [f"bikes.toml: {message}"]


def test_a_day_that_stands_there_twice_is_named(tmp_path: Path) -> None:
    """By where it stands: TOML knows no such file."""
    twice = '[hours_on]\n2026-12-24 = []\n"2026-12-24" = []\n[pin]'
    (message,) = changed(tmp_path, "[pin]", twice)
    line = BIKES.partition("[pin]")[0].count("\n") + 3
    assert f"line {line}" in message


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    (message,) = changed(tmp_path, 'zone = "', 'hours_on = 5\nzone = "')
    assert message == "bikes.toml: hours_on: Expected `object`, got `int`. Correct it."
