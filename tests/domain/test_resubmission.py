"""When somebody wants to be rung again, as agents write it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.opening_hours import OpenSpan
from domain.resubmission import FURTHEST, Again, read_again

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 10, 20, 30, tzinfo=BERLIN)
"""A Monday."""

MORNING, EVENING = OpenSpan(time(8), time(12)), OpenSpan(time(17), time(0))
FROM_FIVE = EVENING


def read(written: str, now: datetime = NOW) -> tuple[str, OpenSpan | None] | None:
    found = read_again(written, now, BERLIN)
    if found is None:
        return None
    return found.due.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M"), found.window


@pytest.mark.parametrize(
    "written",
    [
        *("evenings", "Evening", "in the evening", "abends", "am Abend", "por la noche", "le soir"),
        *("after 17:00", "after 5 pm", "after 5 p.m.", "nach 17 Uhr", "ab 17:00", "from 17"),
        *("después de las 17", "a partir de las 17:00", "après 17h", "à partir de 17 h"),
        *(
            "heute Abend",
            "this evening",
            "ce soir",
            "hoy por la noche",
            "aujourd\u2019hui après 17h00",
        ),
    ],
)
def test_hours_that_are_still_to_come_today(written: str) -> None:
    assert read(written) == ("02.03.2026 17:00", EVENING)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("morgens", 8, 12),
        ("vormittags", 8, 12),
        ("por la mañana", 8, 12),
        ("le matin", 8, 12),
        ("before 12", 0, 12),
        ("bis 12 Uhr", 0, 12),
        ("antes de las 12", 0, 12),
        ("avant 12 h", 0, 12),
        ("9-11", 9, 11),
        ("9 \u2013 11 Uhr", 9, 11),
        ("between 9 and 11", 9, 11),
        ("zwischen 9:00 und 11:00", 9, 11),
        ("entre las 9 y las 11", 9, 11),
        ("entre 9h et 11h", 9, 11),
    ],
)
def test_hours_that_have_begun_are_tomorrows(written: str, start: int, end: int) -> None:
    assert read(written) == (f"03.03.2026 {start:02}:00", OpenSpan(time(start), time(end)))


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("tomorrow 9:30", "03.03.2026 09:30"),
        ("9:30 tomorrow", "03.03.2026 09:30"),
        ("morgen um 9.30 Uhr", "03.03.2026 09:30"),
        ("mañana a las 9:30", "03.03.2026 09:30"),
        ("demain à 9h30", "03.03.2026 09:30"),
        ("the day after tomorrow at 9 am", "04.03.2026 09:00"),
        ("übermorgen 9 Uhr", "04.03.2026 09:00"),
        ("pasado mañana 9 horas", "04.03.2026 09:00"),
        ("après-demain 9 heures", "04.03.2026 09:00"),
        ("17:30", "02.03.2026 17:30"),
        ("1730", "02.03.2026 17:30"),
        ("17 Uhr 30", "02.03.2026 17:30"),
        ("5:30 pm", "02.03.2026 17:30"),
        ("12 am", "03.03.2026 00:00"),
        ("10:20", "03.03.2026 10:20"),
        ("10:21", "02.03.2026 10:21"),
        ("today 17:30", "02.03.2026 17:30"),
        ("monday", "09.03.2026 00:00"),
        ("on Tuesday, 9:30", "03.03.2026 09:30"),
        ("am Sonntag 11 Uhr", "08.03.2026 11:00"),
        ("el viernes a las 10", "06.03.2026 10:00"),
        ("samedi 10h", "07.03.2026 10:00"),
        ("tomorrow", "03.03.2026 00:00"),
        ("morgen", "03.03.2026 00:00"),
        ("mañana", "03.03.2026 00:00"),
        ("in 3 Tagen", "05.03.2026 00:00"),
        ("dans 3 jours à 14h", "05.03.2026 14:00"),
        ("2026-03-05 14:00", "05.03.2026 14:00"),
        ("5.3. 14:00", "05.03.2026 14:00"),
        ("05.03.2026 14 Uhr", "05.03.2026 14:00"),
        ("1.3.", "01.03.2027 00:00"),
        ("in 2 hours", "02.03.2026 12:21"),
        ("in einer Stunde", "02.03.2026 11:21"),
        ("dentro de 30 minutos", "02.03.2026 10:51"),
        ("dans 45 min", "02.03.2026 11:06"),
    ],
)
def test_days_and_hours(written: str, due: str) -> None:
    assert read(written) == (due, None)


def test_part_of_another_day() -> None:
    assert read("morgen früh") == ("03.03.2026 08:00", MORNING)
    assert read("mañana por la mañana") == ("03.03.2026 08:00", MORNING)
    assert read("tomorrow after 17:00") == ("03.03.2026 17:00", EVENING)


def test_what_has_begun_today_goes_on_if_today_is_said() -> None:
    assert read("today before 12") == ("02.03.2026 10:21", OpenSpan(time(0), time(12)))
    at_full = NOW.replace(second=0)
    assert read("heute vormittag", at_full) == ("02.03.2026 10:20", MORNING)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            " ",
            "soon",
            "later",
            "today",
            "25:00",
            "9:61",
            "13 pm",
            "0 am",
            "30.2.",
            "31.13.2026",
        ),
        *("today 9:00", "2026-03-01", "2020-01-01 9:00", "05.03.2031", "29.2.", "5/3 14:00"),
        *("after", "between 11 and 9", "before 0:00", "in 2 weeks", "tomorrow tomorrow", "x" * 500),
        *("after 25", "9-25", "17:30 soon", "today before 9"),
    ],
)
def test_what_cant_be_read_or_is_past(written: str) -> None:
    assert read(written) is None


def test_by_the_clocks_of_the_zone() -> None:
    summer = datetime(2026, 3, 28, 20, tzinfo=BERLIN)
    again = read_again("tomorrow 9:30", summer, BERLIN)
    assert again == Again(datetime(2026, 3, 29, 7, 30, tzinfo=UTC))
    skipped = read_again("tomorrow 2:30", summer, BERLIN)
    assert skipped == Again(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


@given(
    st.text(max_size=30) | st.from_regex(r"(morgen|5\.3\.|in 3 days)? ?(ab )?\d{1,4}( Uhr)?"),
    st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)
def test_whatever_is_read_lies_ahead(written: str, now: datetime) -> None:
    again = read_again(written, now, BERLIN)
    if again is not None:
        assert timedelta(0) <= again.due - now <= FURTHEST
        assert again.due.second == again.due.microsecond == 0
