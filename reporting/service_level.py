"""The proof for a client that the agreed service level was kept: calls alone, and nothing of any agent."""

from datetime import date, timedelta

from domain.figures_ports import Figures
from domain.period import Grain, divided, of_month
from reporting import headlines
from reporting.call_flow import by_part, by_tenant, charts, flow_table, flows_of, waits_table
from reporting.daily import level_formulas
from reporting.headlines import Sums
from reporting.report import Column, Headline, Key, Kind, Report, Section, Table, Unit
from reporting.source_lines import Sources
from reporting.subject import Subject


def service_level(figures: Figures, subject: Subject, month: date) -> Report:
    """Of one tenant and the month that holds the day, beside the month before. Raises StorageDown."""
    period = of_month(month, subject.zone)
    previous = of_month(month.replace(day=1) - timedelta(days=1), subject.zone)
    flows = flows_of(figures, subject, tuple(divided(period, Grain.DAY, subject.zone)))
    by_day = by_part(subject, period, Grain.DAY)
    tables = (
        _contract(subject),
        *(flow_table(flows, by) for by in (by_tenant(subject), by_day)),
        waits_table(figures, subject, period, flows),
    )
    now, before = Sums.counted(flows, None), Sums.of(figures, subject, previous)
    agreed = Headline(Key("agreed_level"), subject.goal.level, Unit.PERCENT)
    sources = Sources(figures, subject, period, period)
    section = Section(Key("proof"), tables, charts(flows, by_day, subject.goal.level))
    return Report(
        Kind.SERVICE_LEVEL,
        subject.tenant,
        subject.name,
        period,
        subject.zone,
        (*headlines.of_calls(now, before), agreed),
        (section,),
        level_formulas(subject),
        (sources.tenants(), sources.calls()),
    )


def _contract(subject: Subject) -> Table:
    """What was agreed."""
    columns = (
        Column(Key("tenant"), Unit.NAME),
        Column(Key("formula"), Unit.NAME),
        Column(Key("agreed_level"), Unit.PERCENT),
        Column(Key("agreed_within"), Unit.SECONDS),
    )
    rows = tuple(
        (brand.name, brand.formula.value, brand.goal.level, brand.goal.within)
        for brand in subject.brands
    )
    return Table(Key("agreed"), columns, rows)
