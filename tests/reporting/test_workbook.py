"""Reports as workbooks: read by openpyxl as they were written, and recalculated by LibreOffice to the same figures."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook as OpenedBook
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.language import Language
from domain.service_record import Price
from reporting.report import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Key,
    Report,
    Section,
    Series,
    Table,
    Unit,
)
from reporting.sheet_cells import sheet_names, unlike
from reporting.sheet_tables import is_sum
from reporting.words import Words
from reporting.workbook import workbook
from tests.reporting.samples import BERLIN, ISSUED, PEOPLE, billing, daily, every_kind
from tests.sheets.office import convert_files

WORDS = Words(Language.DE, BERLIN)
FIRST_SHEETS = {"daily": 3, "weekly": 3, "billing": 2, "correction": 2, "service_level": 2}


def opened(report: Report, *, values: bool = True, words: Words = WORDS) -> OpenedBook:
    return load_workbook(io.BytesIO(workbook(report, words, ISSUED)), data_only=values)


def grid(sheet: Worksheet) -> dict[str, object]:
    return {
        cell.coordinate: cell.value
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def one_table(
    columns: tuple[Column, ...], *rows: tuple[Cell, ...], totals: tuple[Cell, ...] | None = None
) -> Report:
    table = Table(Key("agents"), columns, rows, totals)
    return replace(daily(), sections=(Section(Key("agents"), (table,)),))


def columns(*named: tuple[str, Unit]) -> tuple[Column, ...]:
    return tuple(Column(Key(key), unit) for key, unit in named)


@pytest.mark.parametrize("kind", every_kind())
@pytest.mark.parametrize("language", Language)
def test_the_same_bytes_each_time_in_every_language(kind: str, language: Language) -> None:
    report, words = every_kind()[kind], Words(language, BERLIN)
    content = workbook(report, words, ISSUED)
    assert content == workbook(report, words, ISSUED)
    book = load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == FIRST_SHEETS[kind] + 1, "and the charts' figures"
    assert book.properties.created == ISSUED.replace(tzinfo=None)
    assert content != workbook(report, words, ISSUED + timedelta(days=1))


def test_the_cover_says_what_it_is_of() -> None:
    cover = grid(opened(daily()).worksheets[0])
    told = set(cover.values())
    assert cover["A1"] == "Tagesbericht Alpenrad"
    assert {"Montag, 2. März 2026", "Servicelevel", 603, 571, 0.8314} <= told
    assert WORDS.text("formula_b") in told
    assert {"Anrufe", "Agenten"} <= told, "its sheets"
    corrected = set(grid(opened(billing("2026-03-7")).worksheets[0]).values())
    assert WORDS.text("corrects", number="2026-03-7") in corrected


def test_tables_are_excels_with_formulas_by_name() -> None:
    sheet = opened(daily(), values=False).worksheets[1]
    (table,) = sheet.tables.values()
    assert table.ref == "A5:I18"
    assert table.totalsRowCount == 1
    assert sheet.freeze_panes == "B6"
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    formula = sheet["G6"].value
    assert formula == (
        "=IFERROR(Rufwerk1[[#This Row],[In der Zeit angenommen]]/(Rufwerk1[[#This Row],[Angenommen]]"
        '+Rufwerk1[[#This Row],[Aufgelegt]]-Rufwerk1[[#This Row],[Sofort aufgelegt]]),"")'
    )
    assert sheet["G18"].value == formula.replace("#This Row", "#Totals")
    assert sheet["B18"].value == "=SUBTOTAL(109,Rufwerk1[Angeboten])"
    assert len(sheet._charts) == 2  # type: ignore[attr-defined]


def test_values_stand_beside_the_formulas() -> None:
    sheet = opened(daily()).worksheets[1]
    table = daily().sections[0].tables[0]
    for number, row in enumerate(table.rows, 6):
        level, asa = row[6], row[8]
        assert isinstance(level, float)
        assert isinstance(asa, timedelta)
        assert sheet.cell(number, 7).value == pytest.approx(level / 100)
        assert sheet.cell(number, 1).value == row[0].astimezone(BERLIN).replace(tzinfo=None)  # type: ignore[union-attr]
        assert in_days(sheet.cell(number, 9).value) == pytest.approx(asa / timedelta(days=1))


def in_days(value: object) -> float:
    match value:
        case time():
            return timedelta(
                0, value.second, value.microsecond, 0, value.minute, value.hour
            ) / timedelta(days=1)
        case timedelta():
            return value / timedelta(days=1)
        case int() | float():
            return value
        case _:
            raise TypeError(value)


@pytest.mark.parametrize(
    ("language", "percent", "day"),
    [("de", "0.0\\ %", "dd\\.mm\\.yyyy"), ("en", "0.0%", "mm\\/dd\\/yyyy"), ("fr", "0.0\\ %", "dd\\/mm\\/yyyy")],
)  # fmt: skip
def test_formats_are_the_languages(language: str, percent: str, day: str) -> None:
    report = one_table(
        columns(
            ("agent", Unit.NAME), ("day", Unit.DAY), ("occupancy", Unit.PERCENT), ("talk", Unit.HOURS),
            ("asa", Unit.SECONDS), ("price", Unit.MONEY), ("count", Unit.COUNT), ("aht", Unit.NUMBER),
        ),
        (
            "Eva", date(2026, 3, 2), 50.0, timedelta(hours=30), timedelta(seconds=65),
            Price(Decimal("0.855"), "EUR"), 1234, 1.5,
        ),
    )  # fmt: skip
    sheet = opened(report, words=Words(Language(language), BERLIN)).worksheets[1]
    formats = [sheet.cell(5, place).number_format for place in range(1, 9)]
    assert formats == [
        "General", day, percent, "[h]:mm:ss", "[m]:ss", '#,##0.000\\ "EUR"', "#,##0", "#,##0.0",
    ]  # fmt: skip
    assert sheet["F5"].value == 0.855
    assert in_days(sheet["D5"].value) == 1.25


@pytest.mark.parametrize(
    "name", ["=1+1", "+49 171", "-2", "@SUM(A1)", '=HYPERLINK("x")', "https://evil.example"]
)
def test_what_others_wrote_is_text(name: str) -> None:
    content = workbook(
        one_table(columns(("agent", Unit.NAME), ("calls", Unit.COUNT)), (name, 1)), WORDS, ISSUED
    )
    sheet = load_workbook(io.BytesIO(content)).worksheets[1]
    assert sheet["A5"].data_type == "s"
    assert sheet["A5"].hyperlink is None
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not any("external" in one.lower() for one in package.namelist())


def test_a_brand_may_be_called_anything() -> None:
    content = workbook(replace(daily(), brand="=A&B [x]"), WORDS, ISSUED)
    sheet = load_workbook(io.BytesIO(content)).worksheets[1]
    assert "=A&B [x]" in str(sheet["A2"].value)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"=A&amp;&amp;B [x]" in package.read("xl/worksheets/sheet2.xml"), (
            "no code of a footer"
        )


def test_a_table_without_rows_and_one_without_a_sum() -> None:
    named = columns(("agent", Unit.NAME), ("calls", Unit.COUNT), ("asa", Unit.SECONDS))
    assert "Agent" in grid(opened(one_table(named)).worksheets[1]).values()
    totals = (None, 7, timedelta(seconds=20))
    report = one_table(named, ("a", 3, timedelta(seconds=10)), ("b", 3, None), totals=totals)
    sheet = opened(report, values=False).worksheets[1]
    assert [sheet.cell(7, place).value for place in (1, 2)] == ["Summe", 7], (
        "as they are counted: 7 of 3 and 3"
    )


def test_sums() -> None:
    hour, euro = timedelta(hours=1), Price(Decimal("1.10"), "EUR")
    assert is_sum((1, None, 2), 3)
    assert not is_sum((1, 2), 4)
    assert is_sum((hour, hour), 2 * hour)
    assert is_sum((euro, euro), Price(Decimal("2.2"), "EUR"))
    assert not is_sum((euro, Price(Decimal(1), "CHF")), Price(Decimal("2.1"), "EUR"))
    assert not is_sum((80.0, 90.0), 85.0)
    assert not is_sum((hour,), 1)
    assert not is_sum((1,), None)


def test_names_of_sheets_and_columns() -> None:
    assert sheet_names(["a/b: [c]*?", "x" * 40, "x" * 41, "'Agents'", "agents", "  "]) == [
        "a b c", "x" * 31, "x" * 27 + " (2)", "Agents", "agents (2)", "-",
    ]  # fmt: skip
    assert unlike("a", ["A", "a (2)"]) == "a (3)"


def test_differences_of_times_may_be_negative() -> None:
    report = replace(
        one_table(
            columns(("agent", Unit.NAME), ("talk", Unit.HOURS)), ("Eva", timedelta(minutes=-90))
        ),
        corrects="2026-03-7",
    )
    book = opened(report)
    assert book.epoch.year == 1904
    assert in_days(book.worksheets[1]["B5"].value) == -0.0625


def test_charts_of_every_kind_have_their_figures() -> None:
    charts = tuple(
        Chart(Key("asa"), kind, names, (Series("x", (timedelta(seconds=5), None)),), unit, target)
        for kind in ChartKind
        for names in (("a", "b"), ("a long name", "another one"))
        for unit, target in ((Unit.SECONDS, 20.0), (Unit.HOURS, None))
    )
    book = opened(replace(daily(), sections=(Section(Key("agents"), (), charts),)))
    assert len(book.worksheets[1]._charts) == len(charts)  # type: ignore[attr-defined]
    figures = [value for value in grid(book.worksheets[2]).values() if not isinstance(value, str)]
    assert [in_days(one) for one in figures[:3]] == pytest.approx(
        [5 / 86_400, 20 / 86_400, 20 / 86_400]
    )


def cells_of(book: OpenedBook) -> Iterator[tuple[str, str, object]]:
    for sheet in book.worksheets:
        for place, value in grid(sheet).items():
            yield sheet.title, place, value


def without_values(content: bytes) -> bytes:
    """The workbook with no value beside any formula, so that whoever opens it must compute them."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            package.writestr(name, part)
    return target.getvalue()


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every kind in German, as LibreOffice computes it from the formulas alone."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "out").mkdir()
    for kind, report in every_kind().items():
        (folder / f"{kind}.xlsx").write_bytes(without_values(workbook(report, WORDS, ISSUED)))
    convert_files(folder / "out", sorted(folder.glob("*.xlsx")), "xlsx")
    return {kind: folder / "out" / f"{kind}.xlsx" for kind in every_kind()}


@pytest.mark.parametrize("kind", every_kind())
def test_libreoffice_computes_the_same(kind: str, recalculated: Mapping[str, Path]) -> None:
    ours = {(sheet, place): value for sheet, place, value in cells_of(opened(every_kind()[kind]))}
    theirs = {
        (sheet, place): value
        for sheet, place, value in cells_of(load_workbook(recalculated[kind], data_only=True))
    }
    formulas = {
        (sheet, place)
        for sheet, place, value in cells_of(opened(every_kind()[kind], values=False))
        if str(value).startswith("=") and value not in PEOPLE
    }
    assert len(formulas) > 5
    for at in formulas:
        if ours.get(at) in {None, ""}:
            assert theirs.get(at) in {None, ""}, at
        else:
            assert in_days(theirs[at]) == pytest.approx(in_days(ours[at]), abs=1e-9), at
    texts = {at: value for at, value in ours.items() if isinstance(value, str) and value}
    assert texts == {at: theirs[at] for at in texts}
