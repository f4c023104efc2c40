"""What callers hear when nobody is there: no empty field, but being rung back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.call import Certainty, Concern
from domain.dialling import DiallingRules
from domain.field_facts import CallEnded, Side
from domain.opening_hours import OpeningHours, OpenSpan
from domain.portal_facts import HandedOver
from domain.tenant import LineDialog, TenantBook
from tests.scenarios.portal import Exchange
from tests.scenarios.waiting import ANNAS, number_to_ring

SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOURS_TOLD = (
    "person.closed:de, person.next:de tomorrow hour/8,"
    " person.hours_but_holidays:de each/0 last/4 since 8 till hour/20"
)
WHEN = "call_back.soon:de, call_back.next_day:de tomorrow, call_back.other_day:de, call_back.or_hang_up:de"
RIGHT = "call_back.yes:de, call_back.other_time:de"
RIGHT_OR_OTHER = f"{RIGHT}, call_back.another_number:de"
UNSEEN = "call_back.unseen:de, call_back.or_log_in:de, farewell:de"


@pytest.fixture
def closed(exchange: Exchange) -> Exchange:
    exchange.now = SUNDAY
    return exchange


def test_nobody_is_sent_into_an_empty_field(closed: Exchange) -> None:
    for keys in (["0#"], ["-", "-", "-"], ["10000001#", "135790#", "0"]):
        call = closed.call(*keys, number=ANNAS)
        assert call.rows[-2][1][-1].endswith(f"{HOURS_TOLD}, {WHEN}")
        assert "HandedOver" not in call.kinds
    refused = closed.call("10000001#", "111111#", "222222#", "333333#", number=ANNAS)
    assert refused.rows[-2][1][-1] == f"login.wrong:de, {HOURS_TOLD}, {WHEN}"


def test_holidays_are_closed(closed: Exchange) -> None:
    closed.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    call = closed.call("0#")
    assert call.heard("person.next:de on/0 hour/8")
    closed.later(days=3)
    assert closed.call("0#").heard("person.connecting:de")


def test_a_single_day_may_be_closed_or_open(closed: Exchange) -> None:
    """Whatever weekday or holiday it is; who is to be rung back is so when they are there again."""
    closed.now = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
    assert closed.call("0#").heard("person.connecting:de")
    exceptions = {
        date(2026, 12, 24): (),
        date(2026, 12, 25): (OpenSpan(time(10), time(14)),),
    }
    closed.book = TenantBook.of(
        replace(tenant, hours=replace(tenant.hours, exceptions=exceptions))
        for tenant in closed.book.tenants.values()
    )
    call = closed.call("0#", "1", "1", number=ANNAS)
    assert call.heard(
        "person.next:de tomorrow hour/10, person.hours_that_day:de since 10 till hour/14"
    )
    assert not call.heard("person.hours_but")
    assert call.variables["AGIDONE"] == "farewell"
    closed.later(days=1)
    assert closed.call("0#").heard("person.connecting:de")


def test_who_is_open_on_holidays_makes_no_exception(closed: Exchange) -> None:
    closed.with_tenants(open_on_holidays=True)
    assert closed.call("0#").heard("person.hours:de each/0 last/4 since 8 till hour/20")


def test_who_rings_nobody_back_tells_the_hours_alone(closed: Exchange) -> None:
    closed.with_tenants(dialling=DiallingRules())
    call = closed.call("0#", number=ANNAS)
    assert call.rows[-1] == ("0#", [f"{HOURS_TOLD}, farewell:de"])


def test_who_never_opens_tells_no_hours(closed: Exchange) -> None:
    closed.with_tenants(hours=OpeningHours(ZoneInfo("Europe/Berlin"), {}))
    assert closed.call("0#").rows[-1] == ("0#", ["person.closed:de, farewell:de"])


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_who_opens_on_single_days_alone_tells_the_next(
    closed: Exchange, week: dict[int, tuple[OpenSpan, ...]]
) -> None:
    monday = {date(2026, 3, 2): (OpenSpan(time(10), time(14)),)}
    closed.with_tenants(hours=OpeningHours(ZoneInfo("Europe/Berlin"), week, monday))
    call = closed.call("0#", "1", "1", number=ANNAS)
    assert call.heard("person.next:de tomorrow hour/10")
    assert not call.heard("person.hours:")
    assert call.rows[-1] == ("1", ["call_back.noted_down:de, farewell:de"])


def test_he_may_be_rung_back_when_they_are_there_again(closed: Exchange) -> None:
    call = closed.call("10000001#", "135790#", "0", "1", "1", number=ANNAS)
    assert call.rows[-3:] == [
        ("0", [f"{HOURS_TOLD}, {WHEN}"]),
        ("1", [f"call_back.when_open:de 0 1 7 1 3 9 2 0 0 0 1, {RIGHT_OR_OTHER}"]),
        ("1", ["call_back.noted_down:de, farewell:de"]),
    ]
    assert call.kinds[-3:] == ["HandedOver", "CallBackAsked", "DialogLeft"]
    assert call.variables["AGIDONE"] == "farewell"
    handed = next(fact for fact in call.facts if isinstance(fact, HandedOver))
    assert handed.certainty is Certainty.PIN_VERIFIED
    assert number_to_ring(closed, call) == ANNAS


def test_as_they_close_what_he_wants_is_kept(closed: Exchange) -> None:
    """He has been asked what for, and they close before he is there."""
    closed.now = datetime(2026, 3, 2, 18, 55, tzinfo=UTC)
    waiting = closed.call("10000001#", "135790#", "0", "2", number=ANNAS)
    closed.note(waiting.uniqueid, CallEnded(Side.CALLER))
    closed.later(minutes=6)
    call = closed.call("1#", "135790#", "1", "1", number=ANNAS)
    handed = next(fact for fact in call.facts if isinstance(fact, HandedOver))
    assert (handed.concern, handed.later) == (Concern.RETURN, True)


def test_who_is_not_known_is_rung_at_his_own_number_alone(closed: Exchange) -> None:
    """Or anybody could have strangers rung."""
    assert closed.call("0#", "1", "3", number=ANNAS).heard("try.no_match:de")
    for number in (None, "+12025550123"):
        call = closed.call("0#", number=number)
        assert call.rows[-1] == ("0#", [f"{HOURS_TOLD}, {UNSEEN}"])
        assert call.variables["AGIDONE"] == "farewell"
    with_debts = next(
        number
        for tenant in closed.book.tenants.values()
        for line in tenant.lines
        if line.dialog is LineDialog.DEBTORS
        for number in line.numbers
    )
    call = closed.call("*", "-", "-", "-", dialled=with_debts)
    assert call.heard("call_back.unseen:de, farewell:de")


def test_single_days_are_no_weekdays(closed: Exchange) -> None:
    saturday = {date(2026, 3, 7): (OpenSpan(time(10), time(14)),)}
    hours = next(iter(closed.book.tenants.values())).hours
    closed.with_tenants(hours=replace(hours, exceptions=saturday))
    call = closed.call("0#", "3", "0803#", number=ANNAS)
    assert call.heard("call_back.day_help:de each/0 last/4")


def test_a_number_that_is_locked_out_is_not_rung(closed: Exchange) -> None:
    closed.with_tenants(locked_out=frozenset({"+491713920002"}))
    call = closed.call("10000001#", "135790#", "0", "1", "3", "01713920002#", number=ANNAS)
    assert call.heard("call_back.not_allowed:de")


@pytest.mark.parametrize("keys", [["9"], ["0"], ["-", "-", "-"], ["7", "7", "7"]])
def test_or_not(closed: Exchange, keys: list[str]) -> None:
    call = closed.call("0#", *keys, number=ANNAS)
    assert call.rows[-1] == (keys[-1], ["call_back.none:de, farewell:de"])
    assert call.kinds[-1] == "DialogLeft"
    assert "HandedOver" not in call.kinds


def test_who_is_served_goes_back_to_the_menu(closed: Exchange) -> None:
    call = closed.call("10000001#", "135790#", "0", "9", "1", number=ANNAS)
    assert call.heard("balance.told:de")


@pytest.mark.parametrize("left", [1, 2, 3, 4])
def test_without_the_database_nobody_is_promised_anything(closed: Exchange, left: int) -> None:
    closed.storage.left = left
    call = closed.call("0#", "1", "1", number=ANNAS)
    assert call.rows[-1][1][-1].endswith("call_back.sorry:de, farewell:de")
    assert call.variables["AGIDONE"] == "farewell"
    assert not call.heard("call_back.noted_down")
