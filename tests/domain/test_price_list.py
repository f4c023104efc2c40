"""What lines of an invoice cost, to the coin."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.price_list import NOTHING_CHARGED, for_minutes, for_pieces, sums
from domain.service_record import Price, read_price


def test_pieces() -> None:
    assert for_pieces(read_price("0.125 EUR"), 3) == read_price("0.375 EUR")
    assert for_pieces(NOTHING_CHARGED.ivr_call, 3) is None


@pytest.mark.parametrize(
    ("price", "seconds", "costs"),
    [
        ("0.60 EUR", 61.999, "0.61 EUR"),  # the rest of a second is left out
        ("0.01 EUR", 30, "0.01 EUR"),  # half a cent is a whole one
        ("0.01 EUR", 29, "0.00 EUR"),
        ("0.10 EUR", 4_000_000, "6666.67 EUR"),
        ("30 JPY", 61, "31 JPY"),  # no smaller coin
    ],
)
def test_minutes_go_by_the_second(price: str, seconds: float, costs: str) -> None:
    assert for_minutes(read_price(price), timedelta(seconds=seconds)) == read_price(costs)


def test_minutes_that_are_not_charged_for() -> None:
    assert for_minutes(None, timedelta(hours=1)) is None


def test_a_sum_for_each_currency() -> None:
    prices = [read_price("1.10 EUR"), read_price("2 CHF"), read_price("0.0001 EUR")]
    assert sums(prices) == (Price(Decimal(2), "CHF"), Price(Decimal("1.1001"), "EUR"))
