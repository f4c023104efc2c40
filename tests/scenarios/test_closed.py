"""What callers hear when nobody is there: no empty field, but being rung back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from domain.call import Certainty
from domain.opening_hours import OpenSpan
from domain.portal_facts import HandedOver
from domain.tenant import TenantBook
from tests.scenarios.portal import Exchange
from tests.scenarios.waiting import ANNAS, number_to_ring

SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def closed(exchange: Exchange) -> Exchange:
    exchange.now = SUNDAY
    return exchange


def test_nobody_is_sent_into_an_empty_field(closed: Exchange) -> None:
    for keys in (["0#"], ["-", "-", "-"], ["10000001#", "135790#", "0"]):
        call = closed.call(*keys)
        assert call.rows[-1][1][-1].endswith("person.closed:de, farewell:de")
        assert call.variables["AGIDONE"] == "farewell"
        assert "HandedOver" not in call.kinds
    refused = closed.call("10000001#", "111111#", "222222#", "333333#")
    assert refused.rows[-1][1][-1] == "login.wrong:de, person.closed:de, farewell:de"


def test_holidays_are_closed(closed: Exchange) -> None:
    closed.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    assert closed.call("0#").heard("person.closed:de")
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
    call = closed.call("0#", "1", number=ANNAS)
    assert call.heard("person.closed:de")
    assert call.variables["AGIDONE"] == "farewell"
    closed.later(days=1)
    assert closed.call("0#").heard("person.connecting:de")


def test_he_may_be_rung_back_when_they_are_there_again(closed: Exchange) -> None:
    call = closed.call("10000001#", "135790#", "0", "1", number=ANNAS)
    assert call.rows[-2] == ("0", ["person.closed:de, person.closed_call_back:de"])
    assert call.rows[-1] == ("1", ["call_back.when_open:de, farewell:de"])
    assert call.kinds[-3:] == ["HandedOver", "CallBackAsked", "DialogLeft"]
    assert call.variables["AGIDONE"] == "farewell"
    handed = next(fact for fact in call.facts if isinstance(fact, HandedOver))
    assert handed.certainty is Certainty.PIN_VERIFIED
    assert number_to_ring(closed, call) == ANNAS


@pytest.mark.parametrize("keys", [["2"], ["9"], ["0"], ["-", "-", "-"]])
def test_or_not(closed: Exchange, keys: list[str]) -> None:
    call = closed.call("0#", *keys, number=ANNAS)
    assert call.rows[-1] == (keys[-1], ["farewell:de"])
    assert call.kinds[-1] == "DialogLeft"
    assert "HandedOver" not in call.kinds


@pytest.mark.parametrize("left", [1, 2, 3])
def test_without_the_database_nobody_is_promised_anything(closed: Exchange, left: int) -> None:
    closed.storage.left = left
    call = closed.call("0#", "1", number=ANNAS)
    assert call.rows[-1][1][-1].endswith("call_back.sorry:de, farewell:de")
    assert call.variables["AGIDONE"] == "farewell"
    assert not call.heard("call_back.when_open")
