"""A debtor is rung only where every rule lets it; a refusal says why, and until when."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.dialling import Cleared, NumberKind, Refusal, Refused
from domain.dunning_gate import History, Standing, judge, next_allowed, next_wanted
from domain.dunning_profile import DE, DEMO, US, Counted, Limit
from domain.opening_hours import OpenSpan
from domain.party import Party
from tests.domain.dunning_cases import (
    MONDAY_NOON,
    NUMBER,
    OURS,
    PARTY,
    TERMS,
    answer,
    somewhere,
    under,
    utc,
)


def test_nothing_against_it() -> None:
    assert answer() == Cleared(NUMBER.e164, OURS)
    assert NUMBER.e164 not in repr((answer(), PARTY))


def test_what_is_never_dialled() -> None:
    premium = replace(PARTY, number=replace(NUMBER, kind=NumberKind.PREMIUM))
    abroad = replace(PARTY, number=replace(NUMBER, country="FR"))
    assert answer(party=premium) == Refused(Refusal.KIND)
    assert answer(party=abroad) == Refused(Refusal.COUNTRY)
    nothing = replace(TERMS, dialling=replace(TERMS.dialling, show=None))
    assert answer(terms=nothing) == Refused(Refusal.NOTHING_TO_SHOW)


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (Standing(History(), blocked=True), Refusal.BLOCKED),
        (Standing(History(), leased=False), Refusal.LEASE),
        (Standing(History(), under_way=True), Refusal.UNDER_WAY),
    ],
)
def test_what_others_do_and_want(standing: Standing, refusal: Refusal) -> None:
    sunday = utc("2026-03-01 02:00")  # told before what passes with time
    assert judge(PARTY, TERMS, standing, sunday, frozenset()) == Refused(refusal)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02 06:59:59", "2026-03-02 07:00"),
        ("2026-03-02 07:00", None),
        ("2026-03-02 18:59:59", None),
        ("2026-03-02 19:00", "2026-03-03 07:00"),
        ("2026-03-07 18:59", None),  # Saturday
        ("2026-03-28 19:00", "2026-03-30 06:00"),  # a Sunday, and the clock put forward
        ("2026-10-24 18:00", "2026-10-26 07:00"),  # and back
    ],
)
def test_germanys_hours(now: str, until: str | None) -> None:
    found = answer(utc(now))
    assert found == (answer() if until is None else Refused(Refusal.HOURS, utc(until)))


def test_a_holiday_is_over_at_midnight_where_he_is() -> None:
    easter_monday = date(2026, 4, 6)
    found = answer(utc("2026-04-06 10:00"), holidays=[easter_monday])
    assert found == Refused(Refusal.HOLIDAY, utc("2026-04-06 22:00"))
    assert answer(utc("2026-04-06 10:00"), under(US), holidays=[easter_monday]) == answer()


def test_three_attempts_a_day_and_a_number() -> None:
    dials = [utc(f"2026-03-02 {hour:02}:00") for hour in (7, 8, 9)]
    day = Refused(Refusal.DAY, utc("2026-03-02 23:00"))
    assert answer(history=History(dials[:2])) == answer()
    assert answer(history=History(dials[::-1])) == day
    assert answer(MONDAY_NOON + timedelta(days=1), history=History(dials)) == answer()


def test_the_case_has_its_own_attempts() -> None:
    dials = [utc(f"2026-0{month}-02 09:00") for month in (1, 2)]
    assert answer(history=History(of_case=dials)) == answer()
    used_up = History(of_case=[*dials, utc("2026-03-01 09:00")])
    assert answer(history=used_up) == Refused(Refusal.LIFE)
    assert answer(history=used_up, terms=under(DE, attempts=4)) == answer()
    assert answer(history=replace(used_up, of_case=dials, for_no_debt=dials)) == answer()
    assert next_allowed(PARTY, TERMS, used_up, MONDAY_NOON, frozenset()) is None


def test_seven_attempts_in_seven_days() -> None:
    new_york = somewhere("America/New_York")
    dials = [utc(f"2026-03-0{day} 15:00") for day in range(1, 8)]
    now = utc("2026-03-07 18:00")
    over = Refused(Refusal.CASE, utc("2026-03-08 15:00"))
    assert answer(now, under(US), History(of_case=dials), party=new_york) == over
    assert answer(now, under(US), History(of_case=dials[1:]), party=new_york) == answer()
    for_no_debt = History(of_case=dials[1:], for_no_debt=dials[:1])
    assert answer(now, under(US), for_no_debt, party=new_york) == over
    # the number counts for itself where the limit is its own
    number = replace(US, limits=(Limit(7, Counted.NUMBER, timedelta(days=7)),))
    assert answer(now, under(number), History(dials), party=new_york) == replace(
        over, refusal=Refusal.NUMBER
    )


def test_rest_after_a_conversation() -> None:
    """Its day is the first of the seven: Wednesday evening's conversation rests until Wednesday."""
    new_york = somewhere("America/New_York")
    spoken = History(conversation=utc("2026-03-05 00:30"))  # Wednesday in New York
    found = answer(utc("2026-03-05 15:00"), under(US), spoken, party=new_york)
    assert found == Refused(Refusal.REST, utc("2026-03-11 04:00"))
    allowed = next_allowed(new_york, under(US), spoken, utc("2026-03-05 15:00"), frozenset())
    assert allowed == utc("2026-03-11 12:00")
    assert answer(MONDAY_NOON, under(DE), History(conversation=MONDAY_NOON)) == answer()


def test_where_it_is_ambiguous_the_stricter_counts() -> None:
    florida = somewhere("America/New_York", "America/Chicago")
    early = answer(utc("2026-03-02 13:30"), under(US), party=florida)
    assert early == Refused(Refusal.HOURS, utc("2026-03-02 14:00"))
    assert isinstance(answer(utc("2026-03-03 01:59"), under(US), party=florida), Cleared)
    late = answer(utc("2026-03-03 02:00"), under(US), party=florida)
    assert late == Refused(Refusal.HOURS, utc("2026-03-03 14:00"))


def test_hours_that_never_meet() -> None:
    everywhere = somewhere("Asia/Tokyo", "Europe/London", "America/Los_Angeles")
    assert answer(party=everywhere) == Refused(Refusal.HOURS)
    assert next_allowed(everywhere, TERMS, History(), MONDAY_NOON, frozenset()) is None


def test_the_next_instant_suits_every_rule() -> None:
    saturday = [utc(f"2026-03-07 {hour:02}:00") for hour in (9, 10, 11)]
    monday = frozenset({date(2026, 3, 9)})
    at = utc("2026-03-07 12:00")
    allowed = next_allowed(PARTY, under(DE), History(saturday), at, monday)
    assert allowed == utc("2026-03-10 07:00")
    assert next_allowed(PARTY, under(DE), History(), at, monday) == at


def test_the_demo_can_be_tried_at_any_hour_but_not_without_end() -> None:
    christmas_night = utc("2026-12-25 02:00")
    holidays = [christmas_night.date()]
    demo = under(DEMO)
    assert answer(christmas_night, demo, holidays=holidays) == answer()
    dials = [christmas_night - timedelta(minutes=minutes) for minutes in (1, 2, 3)]
    found = answer(christmas_night, demo, History(dials), holidays=holidays)
    assert found == Refused(Refusal.DAY, datetime(2026, 12, 25, 23, tzinfo=christmas_night.tzinfo))


def test_nobody_is_rung_who_could_be_anywhere() -> None:
    with pytest.raises(ValueError, match="zone"):
        Party(NUMBER, "DE", frozenset(), frozenset())
    assert ZoneInfo("Europe/Berlin") in PARTY.zones


def test_hours_that_he_wants_and_may_be_rung_in() -> None:
    late, never = OpenSpan(time(19), time(0)), OpenSpan(time(20), time(0))
    saturday_night = utc("2026-03-07 19:30")
    assert next_wanted(PARTY, DE, late, saturday_night) == utc("2026-03-09 18:00")
    assert next_wanted(PARTY, DE, never, saturday_night) is None
    assert next_wanted(PARTY, DEMO, never, saturday_night) == saturday_night
