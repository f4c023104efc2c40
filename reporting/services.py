"""Sections and tables of the portal, of dunning calls and of what agents recorded."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from domain.figures import (
    DunningCut,
    DunningWork,
    PortalFlow,
    Promises,
    ServiceCut,
    rolled_up,
    total,
)
from domain.figures_ports import Figures
from domain.period import Period
from domain.price_list import for_pieces, sums
from domain.projection import Attempt, ServiceDone
from domain.service_record import Price, read_price
from reporting.call_flow import counts
from reporting.report import Cell, Column, Key, Section, Table, Unit
from reporting.subject import Subject

TENANT: Final = Column(Key("tenant"), Unit.NAME)
PORTAL: Final = (
    *counts("calls", "self_served"),
    Column(Key("self_served_share"), Unit.PERCENT, "self_served / calls"),
    *counts("handed_over", "gave_up"),
    Column(Key("portal_time"), Unit.HOURS),
    *counts("told"),
    Column(Key("to_balance"), Unit.HOURS),
    Column(Key("time_to_balance"), Unit.SECONDS, "to_balance / told"),
)
DUNNING: Final = (
    *counts("attempts", "reached"),
    Column(Key("reached_share"), Unit.PERCENT, "reached / attempts"),
    *counts("closed"),
)
PROMISES: Final = (
    *counts("promised", "promises_kept"),
    Column(Key("kept_share"), Unit.PERCENT, "promises_kept / promised"),
)


def portal_section(figures: Figures, subject: Subject, period: Period) -> Section | None:
    table = portal_table(figures, subject, period)
    if not table.rows:
        return None
    return Section(Key("portal"), (table, gave_up_table(figures, subject, period)))


def dunning_section(figures: Figures, subject: Subject, period: Period) -> Section | None:
    table = dunning_table(figures, subject, period)
    if not table.rows:
        return None
    promises = promises_table(figures, subject, period)
    return Section(Key("dunning"), (table,) if promises is None else (table, promises))


def services_section(figures: Figures, subject: Subject, period: Period) -> Section | None:
    table = services_table(figures, subject, period)
    return Section(Key("services"), (table,)) if table.rows else None


def unpriced_section(figures: Figures, subject: Subject, period: Period) -> Section | None:
    """For who sees no money."""
    found = figures.services(period, subject.tenants)
    done = rolled_up(found, lambda cut: service_line(subject, cut)[:2])
    if not done:
        return None
    rows = tuple((*key, done[key]) for key in sorted(done))
    columns = (TENANT, Column(Key("service"), Unit.NAME), *counts("count"))
    table = Table(Key("services"), columns, rows, (None, None, sum(done.values())))
    return Section(Key("services"), (table,))


def portal_table(figures: Figures, subject: Subject, period: Period) -> Table:
    flows = rolled_up(
        figures.portal_flow(period, subject.tenants),
        lambda cut: (subject.brand(cut.tenant).name, cut.line),
    )
    rows = tuple((*key, *portal_cells(flows[key])) for key in sorted(flows))
    totals = (None, None, *portal_cells(total(flows.values(), PortalFlow())))
    columns = (TENANT, Column(Key("line"), Unit.NAME), *PORTAL)
    return Table(Key("portal_by_line"), columns, rows, totals)


def portal_cells(flow: PortalFlow) -> tuple[Cell, ...]:
    return (
        flow.calls,
        flow.self_served,
        flow.self_served_share,
        flow.handed_over,
        flow.gave_up,
        flow.time,
        flow.told,
        flow.to_balance,
        flow.time_to_balance,
    )


def gave_up_table(figures: Figures, subject: Subject, period: Period) -> Table:
    """By the prompt heard last, the one where most gave up first."""
    found = {
        (subject.brand(at.tenant).name, at.prompt or ""): count
        for at, count in figures.gave_up_at(period, subject.tenants).items()
    }
    order = sorted(found, key=lambda key: (key[0], -found[key], key[1]))
    rows = tuple((tenant, prompt or None, found[tenant, prompt]) for tenant, prompt in order)
    columns = (TENANT, Column(Key("prompt"), Unit.NAME), *counts("gave_up"))
    return Table(Key("gave_up_by_prompt"), columns, rows, (None, None, sum(found.values())))


def dunning_table(figures: Figures, subject: Subject, period: Period) -> Table:
    found = figures.dunning_work(period, subject.tenants)
    work = rolled_up(found, lambda cut: dunning_line(subject, cut))
    rows = tuple((*key, *_dunning_cells(work[key])) for key in sorted(work))
    totals = (None, None, None, *_dunning_cells(total(work.values(), DunningWork())))
    names = (Column(Key(name), Unit.NAME) for name in ("list", "outcome"))
    return Table(Key("dunning_by_outcome"), (TENANT, *names, *DUNNING), rows, totals)


def dunning_line(subject: Subject, cut: DunningCut | Attempt) -> tuple[str, str, str]:
    """What the tenant, the list and the outcome are called, by which it has a line."""
    brand = subject.brand(cut.tenant)
    outcome = brand.outcomes.get(cut.outcome, cut.outcome)
    return brand.name, subject.lists.get(cut.list, cut.list), outcome


def _dunning_cells(work: DunningWork) -> tuple[Cell, ...]:
    return work.attempts, work.reached, work.reached_share, work.closed


def promises_table(figures: Figures, subject: Subject, period: Period) -> Table | None:
    """As far as they are kept by now; None where no promise was made."""
    found = {
        brand.name: figures.promises(period, brand.id, brand.promised, brand.paid)
        for brand in subject.brands
        if brand.promised
    }
    rows = tuple((name, *_promise_cells(one)) for name, one in found.items() if one.made)
    if not rows:
        return None
    totals = (None, *_promise_cells(total(found.values(), Promises())))
    return Table(Key("promises_by_tenant"), (TENANT, *PROMISES), rows, totals, Key("note_promises"))


def _promise_cells(promises: Promises) -> tuple[Cell, ...]:
    return promises.made, promises.kept, promises.kept_share


def services_table(figures: Figures, subject: Subject, period: Period) -> Table:
    """A line for each service and the price that was in force; who had no concern costs nothing."""
    lines = priced(figures.services(period, subject.tenants), subject)
    rows = tuple(
        (*key, count, for_pieces(key[2], count))
        for key, count in sorted(lines.items(), key=lambda line: _order(line[0]))
    )
    columns = (
        TENANT,
        Column(Key("service"), Unit.NAME),
        Column(Key("price"), Unit.MONEY),
        *counts("count"),
        Column(Key("amount"), Unit.MONEY, "count * price"),
    )
    return Table(Key("services_by_price"), columns, rows, (None, None, None, *_sums(lines)))


Line = tuple[str, Key | str, Price | None]


def priced(services: Mapping[ServiceCut, int], subject: Subject) -> Mapping[Line, int]:
    """By tenant, service and price."""
    return rolled_up(services, lambda cut: service_line(subject, cut))


def service_line(subject: Subject, cut: ServiceCut | ServiceDone) -> Line:
    """What the tenant and the service are called, and the price: by these it has a line."""
    brand = subject.brand(cut.tenant)
    if cut.service is None:
        return brand.name, Key("no_concern"), None
    name = brand.services.get(cut.service, cut.service)
    return brand.name, name, None if cut.price is None else read_price(cut.price)


def _order(line: Line) -> tuple[str, bool, str, str, Decimal]:
    tenant, service, price = line
    unit, amount = ("", Decimal(0)) if price is None else (price.currency, price.amount)
    return tenant, price is None, service, unit, amount


def _sums(lines: Mapping[Line, int]) -> tuple[Cell, Cell]:
    """How many, and what they cost where that is one currency."""
    costs = sums(
        cost for line, count in lines.items() if (cost := for_pieces(line[2], count)) is not None
    )
    return sum(lines.values()), costs[0] if len(costs) == 1 else None
