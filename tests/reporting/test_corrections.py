"""What has changed in a report is told as differences that add up; what it says comes back from JSON."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.service_record import Price
from reporting import report_json
from reporting.corrections import difference, is_empty
from reporting.report import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Headline,
    Key,
    Report,
    Section,
    Series,
    Table,
    Unit,
)
from reporting.report_json import UnreadableReport
from tests.fakes.reports import Floor, wanted

COLUMNS = (
    Column(Key("service"), Unit.NAME),
    Column(Key("count"), Unit.COUNT),
    Column(Key("price"), Unit.MONEY),
    Column(Key("amount"), Unit.MONEY, "count * price"),
    Column(Key("talk"), Unit.HOURS),
    Column(Key("asa"), Unit.SECONDS, "talk / count"),
    Column(Key("level"), Unit.PERCENT),
)


def euros(amount: str) -> Price:
    return Price(Decimal(amount), "EUR")


def row(name: str, count: int, price: str, level: float | None = 80.0) -> tuple[Cell, ...]:
    amount = Decimal(price) * count
    talk = timedelta(minutes=count)
    return (name, count, euros(price), Price(amount, "EUR"), talk, timedelta(minutes=1), level)


def report(*rows: tuple[Cell, ...], columns: tuple[Column, ...] = COLUMNS) -> Report:
    total = (None, sum(one[1] for one in rows), *[None] * (len(columns) - 2))  # type: ignore[misc]
    table = Table(Key("services"), columns, rows, total)
    chart = Chart(
        Key("by_day"),
        ChartKind.BARS,
        (date(2026, 3, 1), Key("other")),
        (Series(Key("count"), (1, None)), Series("Anna", (timedelta(minutes=1), 2.5))),
        Unit.COUNT,
        80.0,
    )
    headline = Headline(Key("count"), total[1], Unit.COUNT, 3)
    sections = (Section(Key("bill"), (table,), (chart,)),)
    return replace(Floor().report(wanted()), headlines=(headline,), sections=sections, sources=())


def changed(before: Report, after: Report) -> tuple[tuple[Cell, ...], ...]:
    (section,) = difference(before, after).sections
    assert section.charts == ()
    return section.tables[0].rows


def test_the_same_report_has_no_difference() -> None:
    assert is_empty(difference(report(row("a", 1, "2.40")), report(row("a", 1, "2.40"))))


def test_figures_are_subtracted_and_shares_where_both_are_known() -> None:
    before = report(row("a", 5, "2.40"), row("b", 1, "3.20"))
    after = report(row("a", 7, "2.40", 75.0), row("b", 1, "3.20"))
    (one,) = changed(before, after)
    assert one == ("a", 2, euros("2.40"), euros("4.80"), timedelta(minutes=2), timedelta(0), -5.0)
    told = difference(before, after)
    assert told.headlines == (Headline(Key("count"), 2, Unit.COUNT),)
    (table,) = told.sections[0].tables
    assert table.totals is not None
    assert table.totals[1] == 2
    assert all(column.formula is None for column in table.columns)


def test_a_row_that_came_or_went_counts_whole() -> None:
    came = changed(report(), report(row("a", 2, "2.40")))
    assert came == (("a", 2, euros("2.40"), euros("4.80"), timedelta(minutes=2), None, None),)
    went = changed(report(row("a", 2, "2.40")), report())
    assert went == (("a", -2, euros("2.40"), euros("-4.80"), timedelta(minutes=-2), None, None),)


def test_another_price_is_another_row() -> None:
    rows = changed(report(row("a", 5, "2.40")), report(row("a", 5, "2.60")))
    assert [(one[2], one[3]) for one in rows] == [
        (euros("2.60"), euros("13.00")),
        (euros("2.40"), euros("-12.00")),
    ]


def test_rows_of_one_name_are_told_apart_by_their_order() -> None:
    before = report(row("a", 1, "2.40"), row("a", 2, "2.40"))
    assert [
        one[1] for one in changed(before, report(row("a", 1, "2.40"), row("a", 5, "2.40")))
    ] == [3]


def test_a_row_of_nothing_is_no_difference() -> None:
    assert is_empty(difference(report(), report((*row("a", 0, "2.40", None)[:5], None, None))))


def test_a_table_or_a_column_that_is_new_counts_whole() -> None:
    before = report(row("a", 1, "2.40"))
    bare = replace(before, sections=())
    assert [one[1] for one in changed(bare, before)] == [1]
    assert [one[1] for one in changed(before, bare)] == [-1]
    narrow = report(row("a", 1, "2.40")[:4], columns=COLUMNS[:4])
    assert changed(narrow, before) == (
        ("a", 0, euros("2.40"), euros("0.00"), timedelta(minutes=1), None, None),
    )
    assert changed(before, narrow)[0][4] == timedelta(minutes=-1)


def test_another_currency_has_no_difference_to_tell() -> None:
    columns = (Column(Key("service"), Unit.NAME), Column(Key("sum"), Unit.MONEY))

    def of(price: Price) -> Report:
        table = Table(Key("services"), columns, (("a", price),))
        return replace(report(), sections=(Section(Key("bill"), (table,)),))

    assert changed(of(euros("1")), of(Price(Decimal(1), "CHF"))) == (("a", None),)


counts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 99))


@given(counts, counts)
def test_before_and_difference_make_after(before: dict[str, int], after: dict[str, int]) -> None:
    first, second = (
        report(*(row(*one, "2.40") for one in which.items())) for which in (before, after)
    )
    told = difference(first, second)
    rows = told.sections[0].tables[0].rows if told.sections else ()
    deltas = {str(one[0]): one[1] for one in rows}
    for name in "abcd":
        delta = deltas.get(name, 0)
        assert isinstance(delta, int)
        assert before.get(name, 0) + delta == after.get(name, 0)


def test_a_report_comes_back_from_json() -> None:
    cells = (
        *("=1+1", Key("ready"), 3, 81.9, timedelta(seconds=1, microseconds=3), date(2026, 3, 1)),
        *(datetime(2026, 3, 1, 12, tzinfo=UTC), Price(Decimal("-2.400"), "EUR"), None, 'ä"\u2028'),
    )
    columns = tuple(Column(Key(f"c{n}"), Unit.NAME) for n, _ in enumerate(cells))
    whole = report(row("a", 1, "2.40"))
    table = Table(Key("t"), columns, (cells,), cells, Key("note"))
    whole = replace(whole, sections=(*whole.sections, Section(Key("s"), (table,))))
    back = report_json.load(report_json.dump(whole))
    assert back == whole
    assert [type(one) for one in back.sections[1].tables[0].rows[0]] == [type(one) for one in cells]
    assert report_json.dump(back) == report_json.dump(whole)
    company = replace(whole, tenant=None, corrects="2026-000001")
    assert report_json.load(report_json.dump(company)) == company


@pytest.mark.parametrize("content", [b'{"version": 2}', b"{}", b"[]"])
def test_what_a_newer_program_wrote_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableReport):
        report_json.load(content)


def test_a_cell_of_a_newer_program_is_refused() -> None:
    odd = report_json.dump(report(row("a", 1, "2.40"))).replace(b'"us"', b'"fortnights"')
    with pytest.raises(UnreadableReport, match="fortnights"):
        report_json.load(odd)
