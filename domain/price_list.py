"""What a tenant pays for calls and minutes; what a service costs stands with each record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from domain.currencies import MINOR_DIGITS
from domain.service_record import Price

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PriceList:
    """None: not charged for. A call and a minute of the portal, a minute of an agent's talk, hold and wrap-up."""

    ivr_call: Price | None = None
    ivr_minute: Price | None = None
    agent_minute: Price | None = None


NOTHING_CHARGED: Final = PriceList()


def for_pieces(price: Price | None, count: int) -> Price | None:
    """What a line of so many costs, exactly."""
    return None if price is None else Price(price.amount * count, price.currency)


def for_minutes(price: Price | None, time: timedelta) -> Price | None:
    """What a line of that time costs. It is charged by the second: the line's sum of time is cut to whole seconds, and
    what it costs rounded once, half up, to the smallest coin.
    """
    if price is None:
        return None
    return _rounded(price.amount * (time // _SECOND) / 60, price.currency)


def sums(prices: Iterable[Price]) -> tuple[Price, ...]:
    """One for each currency, by its name."""
    found: dict[str, Decimal] = {}
    for price in prices:
        found[price.currency] = found.get(price.currency, Decimal(0)) + price.amount
    return tuple(Price(amount, currency) for currency, amount in sorted(found.items()))


def _rounded(amount: Decimal, currency: str) -> Price:
    coin = Decimal(1).scaleb(-MINOR_DIGITS.get(currency, 2))
    return Price(amount.quantize(coin, ROUND_HALF_UP), currency)
