"""Differences between our log and Asterisk's records, in money."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.figures_ports import PortalCall
from domain.ids import CallId, TenantId
from domain.period import Period
from domain.price_list import PriceList
from domain.service_record import Price, read_price
from reporting.matching import CallRecord, matched
from reporting.report import Cell, Table

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = Period(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
ALPENRAD = TenantId("alpenrad")
PRICES = PriceList(read_price("0.12 EUR"), read_price("0.60 EUR"))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def call(name: str, lasts: float | None, at: datetime = NOON) -> PortalCall:
    gone = None if lasts is None else at + seconds(lasts)
    return PortalCall(CallId(name), ALPENRAD, "service", at, gone=gone)


def record(name: str, lasts: float, at: datetime = NOON) -> CallRecord:
    return CallRecord(CallId(name), ALPENRAD, at, at + seconds(lasts))


def table(calls: list[PortalCall], records: list[CallRecord], prices: PriceList = PRICES) -> Table:
    return matched(calls, records, DAY, prices)


def money(written: str) -> Price:
    return read_price(written)


def test_what_is_near_enough_is_the_same() -> None:
    found = table([call("a", 60), call("b", 60)], [record("a", 62), record("b", 58)])
    assert not found.rows
    assert found.totals is None
    assert found.note == "note_all_match"


def test_differences() -> None:
    found = table(
        [call("only-ours", 60), call("longer", 90), call("shorter", 30)],
        [record("longer", 60), record("shorter", 60), record("only-theirs", 30)],
    )
    minus = Price(-money("0.30 EUR").amount, "EUR")
    rows: list[tuple[Cell, ...]] = [
        ("only-ours", "only_ours", seconds(60), None, seconds(60), money("0.72 EUR")),
        ("longer", "other_length", seconds(90), seconds(60), seconds(30), money("0.30 EUR")),
        ("shorter", "other_length", seconds(30), seconds(60), seconds(-30), minus),
        (
            "only-theirs",
            "only_asterisks",
            None,
            seconds(30),
            seconds(-30),
            Price(-money("0.42 EUR").amount, "EUR"),
        ),
    ]
    assert list(found.rows) == rows
    assert found.totals == (None, None, seconds(180), seconds(150), seconds(30), money("0.30 EUR"))


def test_a_call_of_several_records_is_one() -> None:
    """One for each of those he was joined with."""
    parts = [record("a", 20), record("a", 30, NOON + seconds(20)), record("a", 5)]
    assert not table([call("a", 50)], parts).rows


def test_a_call_that_is_not_over_is_left_out() -> None:
    assert not table([call("a", None)], [record("a", 10)]).rows


@pytest.mark.parametrize("at", [DAY.since, DAY.since - seconds(1), DAY.until - seconds(1)])
def test_a_record_at_the_edge_may_be_of_another_day(at: datetime) -> None:
    assert not table([], [record("a", 10, at)]).rows


def test_without_prices_there_is_a_difference_but_no_money() -> None:
    found = table([call("a", 60)], [], PriceList())
    assert [row[-1] for row in found.rows] == [None]
    assert found.totals is not None
    assert found.totals[-1] is None
