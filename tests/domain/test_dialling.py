"""A number is dialled only where kind, country, hours and its owner's wish allow it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.dial_facts import DialledFor
from domain.dialling import (
    ALLOWABLE,
    DiallingRules,
    DialUnderWay,
    NumberKind,
    Refusal,
    TelephoneNumber,
    may_dial,
)
from domain.ids import AgentId, CallerId, CallId, TenantId
from domain.opening_hours import OpeningHours, OpenSpan

MONDAY = datetime(2026, 4, 6, 12, tzinfo=UTC)
NUMBER = TelephoneNumber("+491713920001", "DE", NumberKind.MOBILE)
RULES = DiallingRules(
    countries=frozenset({"DE"}),
    hours=OpeningHours(ZoneInfo("Europe/Berlin"), {0: (OpenSpan(time(8), time(20)),)}),
    show="+493023125100",
)


def refusal(
    number: TelephoneNumber | None = NUMBER,
    rules: DiallingRules = RULES,
    now: datetime = MONDAY,
    *,
    holidays: frozenset[date] = frozenset(),
    blocked: bool = False,
) -> Refusal | None:
    return may_dial(number, rules, now, holidays, blocked=blocked)


def test_what_fits_may_be_dialled() -> None:
    assert refusal() is None


def test_each_rule_refuses_by_its_name() -> None:
    assert refusal(None) is Refusal.UNREADABLE
    assert refusal(replace(NUMBER, country="AT")) is Refusal.COUNTRY
    assert refusal(replace(NUMBER, country=None)) is Refusal.COUNTRY
    assert refusal(blocked=True) is Refusal.BLOCKED
    assert refusal(rules=replace(RULES, show=None)) is Refusal.NOTHING_TO_SHOW
    assert refusal(now=MONDAY.replace(hour=18)) is Refusal.HOURS
    assert refusal(rules=DiallingRules()) is Refusal.COUNTRY


def test_holidays_are_closed_unless_the_tenant_says_otherwise() -> None:
    holidays = frozenset({MONDAY.date()})
    assert refusal(holidays=holidays) is Refusal.HOURS
    assert refusal(rules=replace(RULES, on_holidays=True), holidays=holidays) is None


@pytest.mark.parametrize("kind", NumberKind)
def test_no_rule_opens_what_fraud_lives_on(kind: NumberKind) -> None:
    number = replace(NUMBER, kind=kind)
    by_default = {NumberKind.FIXED, NumberKind.MOBILE, NumberKind.FIXED_OR_MOBILE}
    allowable = {*ALLOWABLE, NumberKind.FIXED_OR_MOBILE}
    left_out = Refusal.KIND_LEFT_OUT if kind in allowable else Refusal.KIND
    assert refusal(number) is (None if kind in by_default else left_out)
    everything = replace(RULES, kinds=frozenset(NumberKind))
    assert refusal(number, everything) is (None if kind in allowable else Refusal.KIND)


def test_a_number_that_may_be_mobile_needs_both_kinds() -> None:
    number = replace(NUMBER, kind=NumberKind.FIXED_OR_MOBILE)
    for kind in (NumberKind.FIXED, NumberKind.MOBILE):
        assert refusal(number, replace(RULES, kinds=frozenset({kind}))) is Refusal.KIND_LEFT_OUT


def test_what_cannot_be_helped_is_told_before_what_passes() -> None:
    night = MONDAY.replace(hour=2)
    assert refusal(replace(NUMBER, kind=NumberKind.PREMIUM), now=night) is Refusal.KIND
    assert refusal(now=night, blocked=True) is Refusal.BLOCKED


def test_a_dial_holds_its_number_for_two_hours_at_most() -> None:
    dial = DialUnderWay(
        CallerId("n1"),
        CallId("a-d1"),
        TenantId("alpenrad"),
        AgentId("eva"),
        DialledFor.NUMBER,
        None,
        MONDAY,
    )
    assert dial.holds(MONDAY + timedelta(hours=1, minutes=59))
    assert not dial.holds(MONDAY + timedelta(hours=2))
