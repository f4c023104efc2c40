"""What a month costs a tenant: calls and minutes of the portal, agents' minutes, services recorded.

Pieces cost what their price says, exactly. Minutes are charged by the second: each line's time is cut to whole seconds,
and what it costs rounded once, half up, to the smallest coin. Services cost what was their price when they were
recorded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.figures import Handling, PortalFlow, rolled_up, total
from domain.figures_ports import Figures
from domain.period import Period, of_month
from domain.price_list import PriceList, for_minutes, for_pieces, sums
from domain.service_record import Price
from reporting.call_flow import counts
from reporting.matching import CallRecord, matched
from reporting.report import Cell, Column, Headline, Key, Kind, Report, Section, Table, Unit
from reporting.services import dunning_table, services_table
from reporting.source_lines import Sources
from reporting.subject import Subject

_AMOUNT: Final = Column(Key("amount"), Unit.MONEY)


@dataclass(frozen=True, slots=True)
class _Bill:
    """The tables of a month, and the sums of what they charge, one for each currency."""

    tables: tuple[Table, ...]
    sums: tuple[Price, ...]
    portal: PortalFlow
    handling: Handling

    @classmethod
    def of(cls, figures: Figures, subject: Subject, period: Period) -> "_Bill":
        prices = subject.brands[0].prices
        lines = rolled_up(figures.portal_flow(period, subject.tenants), lambda cut: cut.line)
        handling = total(figures.handling([period], subject.tenants).values(), Handling())
        tables = (
            _portal_calls(lines, prices),
            _portal_minutes(lines, prices),
            _agents_minutes(handling, prices),
            services_table(figures, subject, period),
        )
        charged = sums(
            row[-1] for table in tables for row in table.rows if isinstance(row[-1], Price)
        )
        return cls(tables, charged, total(lines.values(), PortalFlow()), handling)


def billing(
    figures: Figures, subject: Subject, month: date, records: Iterable[CallRecord] | None = None
) -> Report:
    """Of one tenant and the month that holds the day. ``records`` are Asterisk's own of that time, with which the calls
    are matched; None: there are none. Raises StorageDown.
    """
    period = of_month(month, subject.zone)
    bill = _Bill.of(figures, subject, period)
    attempts = dunning_table(figures, subject, period)
    sections = [Section(Key("charges"), (_totals(bill.sums), *bill.tables))]
    if attempts.rows:
        sections.append(Section(Key("dunning"), (attempts,)))
    if records is not None:
        calls = figures.portal_calls(period, subject.tenants)
        its = (one for one in records if one.tenant in subject.tenants)
        table = matched(calls, its, period, subject.brands[0].prices)
        sections.append(Section(Key("matched"), (table,)))
    last = of_month(month.replace(day=1) - timedelta(days=1), subject.zone)
    sources = Sources(figures, subject, period, period)
    return Report(
        Kind.BILLING,
        subject.tenant,
        subject.name,
        period,
        subject.zone,
        _headlines(bill, _Bill.of(figures, subject, last)),
        tuple(sections),
        tuple(Key(f"formula_{name}") for name in _FORMULAS),
        (
            sources.tenants(),
            sources.portal(),
            sources.work(None),
            sources.services(),
            sources.attempts(),
        ),
    )


_FORMULAS: Final = ("pieces", "minutes", "agents_minutes", "price_in_force", "matched")


def _headlines(now: _Bill, before: _Bill) -> tuple[Headline, ...]:
    was = {one.currency: one for one in before.sums}
    return (
        *(Headline(Key("charged"), one, Unit.MONEY, was.get(one.currency)) for one in now.sums),
        Headline(Key("portal_calls"), now.portal.calls, Unit.COUNT, before.portal.calls),
        Headline(Key("portal_time"), now.portal.time, Unit.HOURS, before.portal.time),
        Headline(Key("agents_time"), _time(now.handling), Unit.HOURS, _time(before.handling)),
    )


def _time(handling: Handling) -> timedelta:
    return handling.talk + handling.hold + handling.wrap_up


def _portal_calls(lines: Mapping[str, PortalFlow], prices: PriceList) -> Table:
    price = prices.ivr_call
    rows = tuple(
        (line, price, lines[line].calls, for_pieces(price, lines[line].calls))
        for line in sorted(lines)
    )
    columns = (
        Column(Key("line"), Unit.NAME),
        Column(Key("price"), Unit.MONEY),
        *counts("calls"),
        Column(Key("amount"), Unit.MONEY, "calls * price"),
    )
    return _summed("charged_calls", columns, rows)


def _portal_minutes(lines: Mapping[str, PortalFlow], prices: PriceList) -> Table:
    price = prices.ivr_minute
    rows = tuple(
        (line, price, lines[line].time, for_minutes(price, lines[line].time))
        for line in sorted(lines)
    )
    return _summed("charged_portal_time", _minutes_of("line", Unit.NAME), rows)


def _agents_minutes(handling: Handling, prices: PriceList) -> Table:
    times = {"talk": handling.talk, "hold": handling.hold, "wrap_up": handling.wrap_up}
    price = prices.agent_minute
    rows = tuple((Key(kind), price, time, for_minutes(price, time)) for kind, time in times.items())
    return _summed("charged_agents_time", _minutes_of("kind", Unit.TEXT), rows)


def _minutes_of(name: str, unit: Unit) -> tuple[Column, ...]:
    price = Column(Key("price_of_minute"), Unit.MONEY)
    return Column(Key(name), unit), price, Column(Key("time"), Unit.HOURS), _AMOUNT


def _summed(title: str, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    """With the sums of its third column, counts or times, and of its last one, which is in one currency."""
    amounts = sums(row[-1] for row in rows if isinstance(row[-1], Price))
    summed = _sum_of(columns[2].unit, rows)
    return Table(Key(title), columns, rows, (None, None, summed, next(iter(amounts), None)))


def _sum_of(unit: Unit, rows: tuple[tuple[Cell, ...], ...]) -> Cell:
    if unit is Unit.HOURS:
        return sum((row[2] for row in rows if isinstance(row[2], timedelta)), timedelta())
    return sum(row[2] for row in rows if isinstance(row[2], int))


def _totals(charged: tuple[Price, ...]) -> Table:
    columns = (Column(Key("currency"), Unit.NAME), _AMOUNT)
    return Table(Key("charged_in_all"), columns, tuple((one.currency, one) for one in charged))
