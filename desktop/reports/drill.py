"""From a figure to the facts behind it: which cells of which tables lead there, and how a page's address says it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from actions.desk import DeskError
from actions.why_not import WhyNot
from desktop.reports.asked import Asked
from desktop.reports.behind import KINDS, Wish, written
from desktop.reports.rights import Sight
from domain.ids import TenantId
from domain.period import Period, divided
from domain.projection import slot_of
from domain.service_record import Price
from reporting.report import Cell, Column, Table

Cells = tuple[Cell, ...]

Link = Callable[[Table, Cells | None, Column], str | None]
"""``(table, row, column)``: where a cell leads to; the row of totals is None."""

_LEADS: Final[Mapping[str, tuple[str, str]]] = {
    "portal_by_line": ("portal", ""),
    "gave_up_by_prompt": ("prompts", ""),
    "services": ("services", ""),
    "services_by_price": ("priced", "count"),
    "dunning_by_outcome": ("dunning", ""),
    "promises_by_tenant": ("dunning", ""),
    "charged_calls": ("portal", "calls"),
    "charged_portal_time": ("portal", "portal_time"),
    "charged_agents_time": ("agents", "time"),
}
"""The kind of facts that a table is of, and the figure that it charges for."""

_CHARGED: Final = frozenset({"time", "amount"})
_PRICES: Final = frozenset({"price", "price_of_minute"})


def wish_of(
    table: Table, row: Cells | None, column: Column, period: Period, tenant: TenantId | None
) -> Wish | None:
    """What a cell counts, or costs, of ``period`` and ``tenant`` (None: of all); None where it isn't made of facts."""
    title = str(table.title)
    of, charged = ("field", "") if title.startswith("flow_by_") else _LEADS.get(title, ("", ""))
    if not of:
        return None
    kind, figure = KINDS[of], str(column.key)
    if figure not in kind.figures:
        figure = charged if figure in _CHARGED else ""
    if not figure:
        return None
    where = {
        str(head.key): written(cell)
        for cell, head in zip(row or (), table.columns, strict=False)
        if head.key in kind.names and not (head.key == "tenant" and tenant)
    }
    return Wish(of, figure, period, where, _price(table))


def _price(table: Table) -> Price | None:
    """Of a piece or a minute: the same in all rows of a table that charges for one thing."""
    cells = (
        cell
        for row in table.rows
        for cell, head in zip(row, table.columns, strict=True)
        if head.key in _PRICES
    )
    return next((one for one in cells if isinstance(one, Price)), None)


def link(asked: Asked) -> Link:
    """To what a table's cell counts of what is asked for, where that can be listed."""
    periods = {
        begin: part
        for part in divided(asked.period, asked.grain, asked.zone)
        for begin in (part.since, part.since.astimezone(asked.zone).date())
    }

    def of(table: Table, row: Cells | None, column: Column) -> str | None:
        wish = wish_of(table, row, column, asked.period, asked.tenant)
        if wish is None:
            return None
        if row and isinstance(row[0], date):
            wish = replace(wish, period=periods[row[0]])
        return f"/reports/facts?{asked.query(**_said(wish))}"

    return of


def _said(wish: Wish) -> dict[str, str]:
    period = wish.period
    since, until = (at.astimezone(UTC).strftime(_SLOT) for at in (period.since, period.until))
    said = {"of": wish.of, "figure": wish.figure, "since": since, "until": until}
    return said | {f"its_{name}": value for name, value in wish.where.items()}


def wish(query: Mapping[str, str], asked: Asked, sight: Sight) -> Wish:
    """Raises DeskError."""
    of, figure = query.get("of", ""), query.get("figure", "")
    kind = KINDS.get(of)
    if kind is None or figure not in kind.figures or (kind.has_money and not sight.money):
        raise DeskError(WhyNot.NO_CHOICE)
    since, until = _read(query.get("since", "")), _read(query.get("until", ""))
    if not asked.period.since <= since < until <= asked.period.until:
        raise DeskError(WhyNot.NO_PERIOD)
    named = ((name, query.get(f"its_{name}")) for name in kind.names)
    where = {name: said for name, said in named if said is not None}
    return Wish(of, figure, Period(since, until), where)


_SLOT: Final = "%Y-%m-%dT%H:%MZ"


def _read(said: str) -> datetime:
    """When a slot begins. Raises DeskError."""
    try:
        at = datetime.strptime(said, _SLOT).replace(tzinfo=UTC)
    except ValueError:
        raise DeskError(WhyNot.NO_PERIOD) from None
    if slot_of(at) != at:
        raise DeskError(WhyNot.NO_PERIOD)
    return at
