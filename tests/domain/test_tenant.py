"""The number dialled finds its line."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.dialling import DiallingRules
from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan
from domain.pin_policy import PinPolicy
from domain.tenant import DialledLine, Line, MenuItem, Tenant, TenantBook


def tenant(name: str, *lines: Line) -> Tenant:
    return Tenant(
        id=TenantId(name),
        name=name.title(),
        country="DE",
        subdivision=None,
        lines=lines,
        hours=OpeningHours(ZoneInfo("Europe/Berlin"), {}),
        menu=tuple(MenuItem),
        pin=PinPolicy(),
        version="1",
    )


SERVICE = Line("service", ("493023125100", "555100"), (Language.DE,))
ORDERS = Line("orders", ("493023125101",), (Language.DE,))
BOUTIQUE = Line("service", ("33199005200", "555200"), (Language.FR,))
ALPENRAD, LUNE = tenant("alpenrad", SERVICE, ORDERS), tenant("lune", BOUTIQUE)
BOOK = TenantBook.of([ALPENRAD, LUNE])


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("493023125100", DialledLine(ALPENRAD, SERVICE)),
        ("+493023125100", DialledLine(ALPENRAD, SERVICE)),
        ("555100", DialledLine(ALPENRAD, SERVICE)),
        ("+493023125101", DialledLine(ALPENRAD, ORDERS)),
        ("555200", DialledLine(LUNE, BOUTIQUE)),
        ("5552", None),
        ("", None),
        ("3023125100", None),
    ],
)
def test_a_number_reaches_its_line(number: str, found: DialledLine | None) -> None:
    assert BOOK.dialled(number) == found


def test_an_empty_book_reaches_nobody() -> None:
    assert TenantBook.of([]).dialled("555100") is None


def test_only_a_number_that_is_named_is_locked_out() -> None:
    strict = replace(ALPENRAD, locked_out=frozenset({"+491713920077"}))
    assert strict.locks_out("+491713920077")
    assert not strict.locks_out("+491713920078")
    assert not strict.locks_out(None), "withheld"
    assert not ALPENRAD.locks_out("+491713920077")
    assert "3920077" not in repr(strict)


BERLIN = ZoneInfo("Europe/Berlin")


def hours(*spans: str, days: range = range(7)) -> OpeningHours:
    read = [[time.fromisoformat(one) for one in span.split("-")] for span in spans]
    return OpeningHours(BERLIN, {day: tuple(OpenSpan(*one) for one in read) for day in days})


def rings_back(open_hours: OpeningHours, may: OpeningHours, at: str, **more: Any) -> str | None:
    """In local time."""
    rules = DiallingRules(hours=may, on_holidays=more.pop("may_on_holidays", False))
    ours = replace(ALPENRAD, hours=open_hours, dialling=rules, **more)
    moment = datetime.fromisoformat(at).replace(tzinfo=BERLIN).astimezone(UTC)
    found = ours.rings_back_from(moment, {date(2026, 4, 6)})
    return None if found is None else f"{found.astimezone(BERLIN):%m-%d %H:%M}"


DAY, NIGHT = hours("08:00-18:00"), hours("20:00-22:00")


def test_callers_are_rung_back_while_persons_answer_and_may_ring() -> None:
    assert rings_back(DAY, DAY, "2026-03-02 12:00") == "03-02 12:00"
    assert rings_back(DAY, DAY, "2026-03-02 18:00") == "03-03 08:00"
    later = hours("10:00-12:00")
    assert rings_back(DAY, later, "2026-03-02 07:00") == "03-02 10:00"
    assert rings_back(hours("11:00-20:00"), later, "2026-03-02 12:00") == "03-03 11:00"


def test_on_a_holiday_nobody_is_rung_back_unless_both_allow_it() -> None:
    monday = "2026-04-06 12:00"
    assert rings_back(DAY, DAY, monday) == "04-07 08:00"
    assert rings_back(DAY, DAY, monday, open_on_holidays=True) == "04-07 08:00"
    assert rings_back(DAY, DAY, monday, may_on_holidays=True) == "04-07 08:00"
    both = {"open_on_holidays": True, "may_on_holidays": True}
    assert rings_back(DAY, DAY, monday, **both) == "04-06 12:00"


def test_hours_that_never_meet_ring_nobody() -> None:
    assert rings_back(DAY, NIGHT, "2026-03-02 12:00") is None
    assert rings_back(hours(), DAY, "2026-03-02 12:00") is None
    assert rings_back(DAY, hours(), "2026-03-02 12:00") is None


def test_an_exception_counts_for_ringing_back() -> None:
    """Closed on a Tuesday; open on a holiday, if one may ring then too."""
    closed = replace(DAY, exceptions={date(2026, 3, 3): ()})
    assert rings_back(closed, DAY, "2026-03-02 18:00") == "03-04 08:00"
    easter = replace(DAY, exceptions={date(2026, 4, 6): (OpenSpan(time(9), time(11)),)})
    assert rings_back(easter, DAY, "2026-04-06 07:00") == "04-07 08:00"
    assert rings_back(easter, easter, "2026-04-06 07:00") == "04-06 09:00"
