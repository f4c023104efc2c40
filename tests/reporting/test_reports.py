"""What the reports say of days made by hand, and of generated ones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.figures import CallCut, CallFlow, Formula
from domain.ids import AgentId, CallId, RecordId
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.price_list import PriceList
from domain.projection import (
    Arrival,
    Doing,
    PortalLeft,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
)
from domain.service_record import Price, read_price
from domain.staffing import Goal, Load, needed
from reporting.billing import billing
from reporting.daily import daily
from reporting.figures import RowFigures
from reporting.formulas import names
from reporting.matching import CallRecord
from reporting.report import Cell, Key, Report, Table
from reporting.service_level import service_level
from reporting.subject import Brand, Subject
from reporting.texts import texts
from reporting.weekly import staffing, weekly
from tests.fakes.worked_days import (
    AGENTS,
    ALPENRAD,
    BERLIN,
    EVERYBODY,
    FIRST,
    LUNE,
    ONE,
    rows,
)

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
GOAL = Goal(80, timedelta(seconds=20))


@pytest.fixture(scope="module")
def figures() -> RowFigures:
    return RowFigures(rows())


@pytest.fixture(scope="module")
def reports(figures: RowFigures) -> list[Report]:
    day = FIRST + timedelta(days=20)
    return [
        daily(figures, EVERYBODY, day),
        weekly(figures, EVERYBODY, day),
        billing(figures, ONE, day, []),
        service_level(figures, ONE, day),
    ]


def tables(report: Report) -> dict[str, Table]:
    return {table.title: table for section in report.sections for table in section.tables}


def row(table: Table, name: object) -> dict[str, Cell]:
    found = next(one for one in table.rows if one[0] == name)
    return dict(zip((column.key for column in table.columns), found, strict=True))


def headline(report: Report, name: str) -> tuple[Cell, Cell]:
    return next((one.value, one.before) for one in report.headlines if one.label == name)


def test_a_report_is_whole(reports: list[Report]) -> None:
    """Rows are as wide as their columns, formulas are of columns that are there, and no table stands twice."""
    for report in reports:
        titles = [table.title for section in report.sections for table in section.tables]
        assert len(titles) == len(set(titles))
        for table in tables(report).values():
            keys = {column.key for column in table.columns}
            shown = (*table.rows, *([] if table.totals is None else [table.totals]))
            assert {len(one) for one in shown} <= {len(table.columns)}
            for column in table.columns:
                assert set(names(column.formula or "")) <= keys
        for chart in (chart for section in report.sections for chart in section.charts):
            assert {len(one.values) for one in chart.series} <= {len(chart.labels)}


@pytest.mark.parametrize("language", list(Language))
def test_every_key_has_its_words(reports: list[Report], language: Language) -> None:
    known = texts(language)
    for report in reports:
        for key in keys(report):
            assert known[key], key
    assert all(f"formula_level_{formula.lower()}" in known for formula in Formula)


def keys(report: Report) -> set[Key]:
    found = {*report.formulas, *(one.label for one in report.headlines)}
    for section in report.sections:
        found |= {section.title, *(chart.title for chart in section.charts)}
        for table in section.tables:
            found |= {table.title, *(column.key for column in table.columns)}
            found |= {table.note} if table.note else set()
            found |= {cell for one in table.rows for cell in one if isinstance(cell, Key)}
    return found


def waited(name: str, tenant: str, wait: float, end: VisitEnd, *, in_time: bool) -> list[Row]:
    call, of = CallId(name), ALPENRAD if tenant == "alpenrad" else LUNE
    over = NOON + timedelta(seconds=wait)
    return [
        Visit(call, of, Language.DE, None, None, None, NOON),
        VisitOver(call, over, over - NOON, end, in_time, wait <= 5),
    ]


def test_brands_with_other_contracts_together() -> None:
    """Each call is judged by its own contract, and what was kept is added up."""
    facts = [
        *waited("1", "alpenrad", 10, VisitEnd.ANSWERED, in_time=True),
        *waited("2", "alpenrad", 40, VisitEnd.ANSWERED, in_time=False),
        *waited("3", "alpenrad", 2, VisitEnd.ABANDONED, in_time=True),  # short: B leaves it out
        *waited("4", "maison-lune", 9, VisitEnd.ABANDONED, in_time=True),  # E counts it as kept
    ]
    report = daily(RowFigures(facts), EVERYBODY, FIRST)
    table = tables(report)["flow_by_tenant"]
    assert row(table, "Alpenrad")["service_level"] == 50
    assert row(table, "Maison Lune")["service_level"] == 100
    assert table.totals is not None
    assert headline(report, "service_level")[0] == pytest.approx(200 / 3)
    assert row(table, "Alpenrad")["service_level_a"] == pytest.approx(100 / 3)
    assert {"formula_level_a", "formula_level_b", "formula_level_e", "formula_level_f"} <= set(
        report.formulas
    )


def test_the_same_weekday_a_week_before(figures: RowFigures) -> None:
    week_later = FIRST + timedelta(days=7)
    now, before = daily(figures, EVERYBODY, week_later), daily(figures, EVERYBODY, FIRST)
    for one in now.headlines:
        assert one.before == headline(before, one.label)[0]


def test_the_hour_that_comes_twice_is_two() -> None:
    day = datetime(2026, 10, 25, tzinfo=UTC)  # two o'clock in summer, and again in winter
    visits: list[Row] = [
        Visit(CallId(f"{hour}"), ALPENRAD, Language.DE, None, None, None, day.replace(hour=hour))
        for hour in (0, 1)
    ]
    report = daily(RowFigures(visits), EVERYBODY, day.date())
    hours = [one[0] for one in tables(report)["flow_by_hour"].rows]
    assert hours == [day, day.replace(hour=1)]


def test_a_day_on_which_nobody_called() -> None:
    report = daily(RowFigures([]), EVERYBODY, FIRST)
    assert [section.title for section in report.sections] == ["call_flow"]
    assert headline(report, "offered") == (0, 0)
    assert headline(report, "service_level") == (None, None)
    weekly(RowFigures([]), EVERYBODY, FIRST)


def test_a_bill_by_hand() -> None:
    call, eva = CallId("1"), AgentId("eva")
    facts: list[Row] = [
        Arrival(call, ALPENRAD, "service", None, NOON),
        PortalLeft(call, NOON + timedelta(seconds=61.9), DialogEnd.HANDOVER, None),
        Visit(call, ALPENRAD, Language.DE, None, None, None, NOON + timedelta(seconds=62)),
        Span(eva, Doing.TALKING, NOON, NOON + timedelta(seconds=90), call=call),
        ServiceDone(RecordId("a"), call, ALPENRAD, "eva", NOON, "return", "2.40 EUR"),
        ServiceDone(RecordId("b"), call, ALPENRAD, "eva", NOON, "return", "2.55 EUR"),
        ServiceDone(RecordId("c"), call, ALPENRAD, "eva", NOON, "return", "2.50 CHF"),
        ServiceDone(RecordId("d"), call, ALPENRAD, "eva", NOON, None, None),
    ]
    prices = PriceList(read_price("0.10 EUR"), read_price("0.25 EUR"), read_price("0.61 EUR"))
    brand = Brand(ALPENRAD, "Alpenrad", GOAL, prices=prices, services={"return": "Retoure"})
    subject = Subject("Alpenrad", (brand,), BERLIN, ALPENRAD)
    records = [CallRecord(call, ALPENRAD, NOON, NOON), CallRecord(CallId("2"), LUNE, NOON, NOON)]
    report = billing(RowFigures(facts), subject, FIRST, records)
    found = tables(report)
    assert row(found["charged_calls"], "service")["amount"] == read_price("0.10 EUR")
    # 61 s at 25 cents a minute are 25.4 cents, 90 s at 61 cents are 91.5
    assert row(found["charged_portal_time"], "service")["amount"] == read_price("0.25 EUR")
    assert row(found["charged_agents_time"], Key("talk"))["amount"] == read_price("0.92 EUR")
    services = found["services_by_price"].rows
    assert [(one[1], one[3]) for one in services] == [("Retoure", 1)] * 3 + [("no_concern", 1)]
    euros = Price(Decimal("6.22"), "EUR")
    assert found["charged_in_all"].rows == (("CHF", read_price("2.50 CHF")), ("EUR", euros))
    assert not found["matched_with_asterisk"].rows  # it isn't over yet; the other is another's
    assert [one.value for one in report.headlines][:2] == [read_price("2.50 CHF"), euros]


def test_what_a_brand_is_not_charged_for(figures: RowFigures) -> None:
    free = Subject("Alpenrad", (Brand(ALPENRAD, "Alpenrad", GOAL),), BERLIN, ALPENRAD)
    found = tables(billing(figures, free, FIRST))
    assert all(one[-1] is None for one in found["charged_portal_time"].rows)
    assert "matched_with_asterisk" not in found


def test_a_client_sees_nothing_of_agents(figures: RowFigures) -> None:
    report = service_level(figures, ONE, FIRST)
    assert {source.name for source in report.sources} == {"tenants", "calls"}
    shown = " ".join(keys(report))
    assert not any(word in shown for word in ("agent", "team", "talk", "occupancy", "handled"))
    written = "".join(" ".join(line) for one in report.sources for line in one.lines)
    assert not any(agent in written for agent in AGENTS)
    assert all(chart.target in (None, 80) for one in report.sections for chart in one.charts)
    assert any(chart.target == 80 for one in report.sections for chart in one.charts)


def test_a_brand_sees_its_own_calls_alone(figures: RowFigures) -> None:
    for report in (daily(figures, ONE, FIRST), billing(figures, ONE, FIRST)):
        for source in report.sources:
            assert "maison-lune" not in "".join(" ".join(line) for line in source.lines)


def test_lines_are_read_anew_each_time(figures: RowFigures) -> None:
    for source in daily(figures, EVERYBODY, FIRST).sources:
        once = [tuple(line) for line in source.lines]
        assert once == [tuple(line) for line in source.lines]
        assert {len(line) for line in once} == {len(source.columns)}


def test_the_first_week_is_staffed_by_itself_and_four_by_their_average() -> None:
    aht = timedelta(minutes=3)

    def needed_after(weeks: int) -> int:
        past = {
            CallCut(ALPENRAD, Language.DE, None, NOON + timedelta(weeks=week)): CallFlow(offered=60)
            for week in range(weeks)
        }
        (counts,) = staffing(past, aht, GOAL, BERLIN).values()
        return counts[0]

    load = Load(60, timedelta(minutes=30), aht)
    assert needed_after(1) == needed_after(4) == needed(load, GOAL)
