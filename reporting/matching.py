"""Callers of the portal as we have them, beside Asterisk's own records of the same calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.figures_ports import PortalCall
from domain.ids import CallId, TenantId
from domain.period import Period
from domain.price_list import PriceList, for_minutes, for_pieces, sums
from domain.service_record import Price
from reporting.report import Cell, Column, Key, Table, Unit

NEAR: Final = timedelta(seconds=2)
"""By so much the two may differ: Asterisk writes whole seconds, and we hear of a begin and an end a moment later."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """Asterisk's, of a part of a call that came in; a call may have several. Aware."""

    call: CallId
    tenant: TenantId
    start: datetime
    end: datetime


def matched(
    calls: Iterable[PortalCall], records: Iterable[CallRecord], period: Period, prices: PriceList
) -> Table:
    """A row for each call of the period on which the two don't agree: how long it was by our log, and by Asterisk's
    record, and what the difference is worth by the portal's prices, as if all of it had been spent there. Positive:
    ours is more. A call that isn't over yet is left out.

    ``calls`` and ``records`` are one tenant's. Records may begin before the period, and end after it.
    """
    theirs = _together(records)
    found: list[_Difference] = []
    for call in calls:
        record = theirs.pop(call.call, None)
        if call.gone is not None:
            lasted = None if record is None else record.end - record.start
            found.append(_Difference(call.call, call.gone - call.arrived, lasted))
    inner = Period(period.since + NEAR, period.until - NEAR)
    found += [
        _Difference(call, None, record.end - record.start)
        for call, record in theirs.items()
        if record.start in inner
    ]
    return _table([one for one in found if not one.is_near], prices)


@dataclass(frozen=True, slots=True)
class _Difference:
    call: CallId
    ours: timedelta | None
    theirs: timedelta | None

    @property
    def is_near(self) -> bool:
        return self.ours is not None and self.theirs is not None and abs(self.more) <= NEAR

    @property
    def more(self) -> timedelta:
        return (self.ours or timedelta()) - (self.theirs or timedelta())

    @property
    def calls(self) -> int:
        """How many more calls we have than Asterisk."""
        return (self.ours is not None) - (self.theirs is not None)

    @property
    def what(self) -> Key:
        if self.theirs is None:
            return Key("only_ours")
        return Key("only_asterisks" if self.ours is None else "other_length")

    def worth(self, prices: PriceList) -> Price | None:
        """None where the portal isn't charged for, or calls in another currency than minutes."""
        sign = -1 if self.more < timedelta() else 1
        minutes = for_minutes(prices.ivr_minute, abs(self.more))
        parts = (for_pieces(prices.ivr_call, self.calls), minutes and _times(minutes, sign))
        found = sums(part for part in parts if part is not None)
        return found[0] if len(found) == 1 else None


def _times(price: Price, sign: int) -> Price:
    return Price(price.amount * sign, price.currency)


def _together(records: Iterable[CallRecord]) -> dict[CallId, CallRecord]:
    """One for each call, from the first begin to the last end."""
    found: dict[CallId, CallRecord] = {}
    for one in records:
        known = found.get(one.call, one)
        start, end = min(one.start, known.start), max(one.end, known.end)
        found[one.call] = CallRecord(one.call, one.tenant, start, end)
    return found


_COLUMNS: Final = (
    Column(Key("call"), Unit.NAME),
    Column(Key("difference"), Unit.TEXT),
    Column(Key("time_by_log"), Unit.HOURS),
    Column(Key("time_by_asterisk"), Unit.HOURS),
    Column(Key("time_more"), Unit.HOURS),
    Column(Key("amount"), Unit.MONEY),
)


def _table(differences: Sequence[_Difference], prices: PriceList) -> Table:
    rows = tuple(
        (one.call, one.what, one.ours, one.theirs, one.more, one.worth(prices))
        for one in differences
    )
    worth = sums(one for row in rows if (one := row[-1]) is not None)
    totals: tuple[Cell, ...] = (
        *(None, None),
        sum((one.ours or timedelta() for one in differences), timedelta()),
        sum((one.theirs or timedelta() for one in differences), timedelta()),
        sum((one.more for one in differences), timedelta()),
        worth[0] if len(worth) == 1 else None,
    )
    note = None if rows else Key("note_all_match")
    return Table(Key("matched_with_asterisk"), _COLUMNS, rows, totals if rows else None, note)
