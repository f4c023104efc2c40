"""Texts in four languages, and how figures, times and days are written in each."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.language import Language
from domain.period import Period, of_day, of_month, of_week
from domain.service_record import Price
from reporting.chart_looks import axis_name
from reporting.formulas import UnfitFormula, names, printed, written
from reporting.report import Cell, Chart, ChartKind, Key, Kind, Series, Unit
from reporting.texts import texts
from reporting.words import Words
from tests.reporting.samples import BERLIN

NARROW = "\N{NARROW NO-BREAK SPACE}"
HARD = "\N{NO-BREAK SPACE}"


def words(language: str) -> Words:
    return Words(Language(language), BERLIN)


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_text(language: Language) -> None:
    ours, english = texts(language), texts(Language.EN)
    assert ours.keys() == english.keys()
    for key, text in ours.items():
        assert text, key
        assert sorted(_fields(text)) == sorted(_fields(english[key])) or key.startswith("day"), key
    assert len(ours["months"].split()) == 12
    assert len(ours["weekdays"].split()) == len(ours["weekdays_short"].split()) == 7


def _fields(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@pytest.mark.parametrize("language", Language)
def test_every_kind_and_axis_has_its_texts(language: Language) -> None:
    here = Words(language, BERLIN)
    for kind in Kind:
        assert here.text(f"kind_{kind}")
        assert set(here.text(f"file_{kind}")) <= set("abcdefghijklmnopqrstuvwxyz-")
    for unit in (Unit.COUNT, Unit.PERCENT, Unit.SECONDS, Unit.HOURS, Unit.NUMBER):
        series = (Series(Key("asa"), (1,)),)
        assert axis_name(Chart(Key("asa"), ChartKind.BARS, ("a",), series, unit), here)


@pytest.mark.parametrize(
    ("language", "count", "share", "mean", "money"),
    [
        ("de", "1.234.567", f"81,9{HARD}%", "1.234,6", f"1.234,50{HARD}EUR"),
        ("en", "1,234,567", "81.9%", "1,234.6", f"1,234.50{HARD}EUR"),
        ("es", "1.234.567", f"81,9{HARD}%", "1.234,6", f"1.234,50{HARD}EUR"),
        ("fr", f"1{NARROW}234{NARROW}567", f"81,9{NARROW}%", f"1{NARROW}234,6", f"1{NARROW}234,50{HARD}EUR"),
    ],
)  # fmt: skip
def test_figures(language: str, count: str, share: str, mean: str, money: str) -> None:
    here = words(language)
    assert here.cell(1_234_567, Unit.COUNT) == count
    assert here.cell(81.9, Unit.PERCENT) == share
    assert here.cell(1234.56, Unit.NUMBER) == mean
    assert here.cell(Price(Decimal("1234.5"), "EUR"), Unit.MONEY) == money


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("2.4", "EUR", "2,40"),
        ("0.855", "EUR", "0,855"),
        ("12", "JPY", "12"),
        ("1", "KWD", "1,000"),
        ("-3", "EUR", "-3,00"),
    ],
)
def test_no_coin_is_left_out(amount: str, currency: str, told: str) -> None:
    assert words("de").money(Price(Decimal(amount), currency)) == f"{told}{HARD}{currency}"


@pytest.mark.parametrize(
    ("seconds", "wait", "hours"),
    [
        (0, "0:00", "0:00:00"),
        (12, "0:12", "0:00:12"),
        (245.4, "4:05", "0:04:05"),
        (3600, "1:00:00", "1:00:00"),
        (27_910, "7:45:10", "7:45:10"),
        (-65, "-1:05", "-0:01:05"),
        (-0.2, "0:00", "0:00:00"),
        (1_000_000, "277:46:40", "277:46:40"),
    ],
)
def test_times(seconds: float, wait: str, hours: str) -> None:
    here, time = words("de"), timedelta(seconds=seconds)
    assert here.cell(time, Unit.SECONDS) == wait
    assert here.cell(time, Unit.HOURS) == hours


def test_other_cells() -> None:
    here = words("de")
    assert here.cell(None, Unit.PERCENT) == "\N{EN DASH}"
    assert here.cell("answered", Unit.NAME) == "answered"
    assert here.cell("answered", Unit.TEXT) == "Angenommen"
    assert here.label(Key("answered")) == "Angenommen"
    assert here.label("answered") == "answered", "a person may be called that"
    assert here.cell(date(2026, 3, 2), Unit.DAY) == "02.03.2026"
    assert here.cell(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), Unit.DAY) == "03.03.2026"
    assert here.cell(datetime(2026, 3, 2, 7, 15, tzinfo=UTC), Unit.TIME) == "08:15"
    assert here.number(-0.04, 1) == "0,0", "nothing is not less than nothing"


@pytest.mark.parametrize(
    ("value", "unit"), [("x", Unit.COUNT), (1, Unit.SECONDS), (date(2026, 3, 2), Unit.TIME)]
)
def test_a_cell_of_another_unit(value: Cell, unit: Unit) -> None:
    with pytest.raises(TypeError, match="is no"):
        words("de").cell(value, unit)


FIRST = date(2026, 3, 1)
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("language", "period", "told"),
    [
        ("de", of_day(FIRST, BERLIN), "Sonntag, 1. März 2026"),
        ("en", of_day(FIRST, BERLIN), "Sunday, March 1, 2026"),
        ("es", of_day(FIRST, BERLIN), "domingo, 1 de marzo de 2026"),
        ("fr", of_day(FIRST, BERLIN), "dimanche 1er mars 2026"),
        ("de", of_week(MONDAY, BERLIN), "Woche 10, 2. März 2026 bis 8. März 2026"),
        ("fr", of_month(FIRST, BERLIN), "mars 2026"),
        ("de", of_day(date(2026, 3, 29), BERLIN), "Sonntag, 29. März 2026"),  # of 23 hours
        ("de", of_month(date(2026, 3, 29), BERLIN), "März 2026"),
        (
            "en",
            Period(of_day(MONDAY, BERLIN).since, of_day(date(2026, 3, 4), BERLIN).until),
            "March 2, 2026 to March 4, 2026",
        ),
    ],
)
def test_periods(language: str, period: Period, told: str) -> None:
    assert words(language).period(period) == told


def test_a_formula_as_people_and_workbooks_read_it() -> None:
    formula = "in_time / (answered + abandoned - short) * 2.5"
    assert names(formula) == ["in_time", "answered", "abandoned", "short"]
    assert (
        printed(formula, str.upper)
        == "IN_TIME / (ANSWERED + ABANDONED \N{MINUS SIGN} SHORT) \N{MULTIPLICATION SIGN} 2.5"
    )
    assert (
        written(formula, lambda key: f"[{key}]") == "[in_time]/([answered]+[abandoned]-[short])*2.5"
    )


@pytest.mark.parametrize("formula", ["a; b", "cmd|'x'!A1", "A1", "a ** b[0]"])
def test_a_formula_of_something_else(formula: str) -> None:
    with pytest.raises(UnfitFormula, match="can't be read"):
        names(formula)
