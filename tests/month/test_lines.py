"""Behind each line of a month's bills, and each figure of its page, are as many facts as it says."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from desktop.reports import behind, drill, seen
from desktop.reports.asked import Asked, Stretch
from desktop.reports.behind import Wish, listed
from desktop.reports.rights import Sight
from domain.figures_ports import Figures
from domain.ids import CallId, ListId, TenantId
from domain.period import Grain
from domain.price_list import PriceList
from domain.service_record import read_price
from domain.staffing import Goal
from reporting.billing import billing
from reporting.figures import RowFigures
from reporting.matching import CallRecord
from reporting.report import Cell, Column, Report, Section, Table, Unit
from reporting.subject import Brand, Subject
from tests.month.house import PROMISED, TENANTS

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 1)
BRANDS = tuple(
    Brand(
        tenant,
        f"The {tenant}",
        Goal(80, timedelta(seconds=20)),
        prices=PriceList(read_price("0.125 EUR"), read_price("0.0875 EUR"), read_price("0.61 EUR")),
        services={"advice": "Beratung"},
        outcomes={PROMISED: "Zusage", "no_answer": "Niemand da", "wrong_number": "Niemand da"},
        promised=frozenset({PROMISED}),
    )
    for tenant in TENANTS
)
LISTS = {ListId("list-0"): "March.xlsx", ListId("list-1"): "March.xlsx"}
"""Two of one name have one line."""
EVERYBODY = Subject("All", BRANDS, BERLIN, lists=LISTS)

CHARGED = {"charged_calls", "charged_portal_time", "charged_agents_time", "services_by_price"}
PAGE = {
    *("flow_by_tenant", "flow_by_day", "flow_by_language", "flow_by_concern", "portal_by_line"),
    *("gave_up_by_prompt", "dunning_by_outcome", "promises_by_tenant"),
}
MEASURES = {Unit.COUNT, Unit.HOURS}


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """No list is cut."""
    monkeypatch.setattr(behind, "LISTED", 10**6)


def of(tenant: TenantId) -> Subject:
    brand = next(one for one in BRANDS if one.id == tenant)
    return Subject(brand.name, (brand,), BERLIN, tenant, lists=LISTS)


def records(figures: Figures) -> Iterator[CallRecord]:
    """Asterisk's, as if it had ended each seventh call early, and known one that we don't."""
    month = seen_month(None).period
    for place, one in enumerate(figures.portal_calls(month, TENANTS)):
        if one.gone is not None and place % 5:
            end = one.gone - timedelta(seconds=3 if place % 7 == 0 else 0)
            yield CallRecord(one.call, one.tenant, one.arrived, max(end, one.arrived))
    at = month.since + timedelta(days=3)
    yield CallRecord(CallId("unknown"), TENANTS[0], at, at + timedelta(minutes=1))


def seen_month(tenant: TenantId | None) -> Asked:
    return Asked(tenant, Stretch.MONTH, DAY, DAY, Grain.DAY, BERLIN)


Place = tuple[Table, drill.Cells | None, Column, Cell]


def places(table: Table) -> Iterator[Place]:
    """All cells but those of names."""
    for row in (*table.rows, None):
        for column, cell in zip(table.columns, row or table.totals or (), strict=False):
            if column.unit in MEASURES or column.key == "amount":
                yield table, row, column, cell


def check(figures: Figures, subject: Subject, wish: Wish, place: Place) -> None:
    """How many or how much it is, by the sums and fact by fact, is what the table says."""
    table, row, column, cell = place
    found = listed(figures, subject, wish)
    named = (table.title, row, column.key)
    if column.key == "amount":
        assert found.amount == cell, named
    else:
        assert found.much == cell, named
    if found.unit is Unit.COUNT:
        assert len(found.table.rows) == found.much, named
        return
    times = [one.key for one in found.table.columns].index(wish.figure)  # type: ignore[arg-type]
    spent = (one[times] for one in found.table.rows)
    assert sum((one for one in spent if isinstance(one, timedelta)), timedelta()) == found.much


def test_each_line_of_each_bill(figures: RowFigures) -> None:
    for tenant in TENANTS:
        subject = of(tenant)
        report = billing(figures, subject, DAY, records(figures))
        led = Counter[str]()
        for place in (one for table in tables(report.sections) for one in places(table)):
            table, row, column, _ = place
            wish = drill.wish_of(table, row, column, report.period, tenant)
            if wish is not None:
                check(figures, subject, wish, place)
                led[table.title] += 1
        for table in tables(report.sections):
            if table.title in CHARGED:
                assert led[table.title] == 2 * (len(table.rows) + 1), (
                    "what it is, and what it costs"
                )
        assert {*CHARGED, "dunning_by_outcome"} == {*led}
        check_matched(figures, report)


def check_matched(figures: Figures, report: Report) -> None:
    """Each row is a call, whose story says how long it was."""
    assert report.tenant is not None
    (table,) = (one for one in tables(report.sections) if one.title == "matched_with_asterisk")
    lasted = {
        one.call: one.gone - one.arrived
        for one in figures.portal_calls(report.period, {report.tenant})
        if one.gone is not None
    }
    assert len(table.rows) > 20
    for call, _, ours, *_ in table.rows:
        assert lasted.get(CallId(str(call))) == ours


@pytest.mark.parametrize(("tenant", "money"), [(None, True), (TENANTS[0], False)])
def test_each_figure_of_the_months_page(
    figures: RowFigures, tenant: TenantId | None, money: bool
) -> None:
    subject = EVERYBODY if tenant is None else of(tenant)
    asked, sight = seen_month(tenant), Sight(work=True, money=money)
    link = drill.link(asked)
    found, led = seen.overview(figures, subject, asked, sight), set()
    for place in (one for table in tables(found.sections) for one in places(table)):
        table, row, column, _ = place
        leads = link(table, row, column)
        if leads is None:
            continue
        query = dict(parse_qsl(urlsplit(leads).query, keep_blank_values=True))
        check(figures, subject, drill.wish(query, asked, sight), place)
        led.add(str(table.title))
    expected = PAGE | {"services_by_price" if money else "services"}
    assert led == expected - (set() if tenant is None else {"flow_by_tenant"})


def tables(sections: tuple[Section, ...]) -> list[Table]:
    return [table for section in sections for table in section.tables]


def test_agents_are_nowhere_in_it(figures: RowFigures) -> None:
    month = seen_month(None).period
    agents = {one.span.agent for one in figures.spans(month)}
    for of_kind, kind in behind.KINDS.items():
        for figure in kind.figures:
            rows = listed(figures, EVERYBODY, Wish(of_kind, figure, month)).table.rows
            assert rows or figure == "still_waiting", (of_kind, figure)
            cells = {str(cell) for row in rows for cell in row}
            assert not cells & agents
