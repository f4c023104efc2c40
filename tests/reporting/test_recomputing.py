"""An outsider has the CSV files beside a report and scripts of 60 lines: he gets the same tables."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from domain.service_record import Price, write_price
from reporting.billing import billing
from reporting.daily import daily
from reporting.figures import RowFigures
from reporting.report import Cell, Key, Report, Table, Unit
from reporting.service_level import service_level
from reporting.sources import as_csv
from reporting.subject import Floor, Subject
from reporting.weekly import weekly
from tests.fakes.worked_days import BRANDS, EVERYBODY, FIRST, NAMES, ONE, TEAMS, rows

SCRIPTS = sorted((Path(__file__).parents[2] / "docs" / "recompute").glob("*.py"))
LAST = FIRST + timedelta(days=27)
"""The day on which the clock is changed, of the last of the four weeks."""

NOT_RECOMPUTED = {"agreed", "promises_by_tenant", "matched_with_asterisk"}
"""What was agreed isn't computed; whether a promise is kept shows later, in what no file of the period holds;
Asterisk's records are another file."""

PERSONS = Subject("Rufwerk", BRANDS, EVERYBODY.zone, floor=Floor(TEAMS, NAMES))


@pytest.fixture(scope="module")
def figures() -> RowFigures:
    return RowFigures(rows())


def test_a_script_has_60_lines_at_most() -> None:
    assert len(SCRIPTS) == 4
    for script in SCRIPTS:
        assert len(script.read_text(encoding="utf-8").splitlines()) <= 60, script


@pytest.mark.parametrize("subject", [EVERYBODY, PERSONS, ONE], ids=["teams", "persons", "one"])
def test_a_day(figures: RowFigures, subject: Subject, tmp_path: Path) -> None:
    check(daily(figures, subject, LAST), tmp_path)


def test_a_week(figures: RowFigures, tmp_path: Path) -> None:
    check(weekly(figures, EVERYBODY, LAST), tmp_path)


def test_a_bill(figures: RowFigures, tmp_path: Path) -> None:
    check(billing(figures, ONE, FIRST), tmp_path)


def test_a_proof(figures: RowFigures, tmp_path: Path) -> None:
    check(service_level(figures, ONE, FIRST), tmp_path)


def check(report: Report, folder: Path) -> None:
    for source in report.sources:
        (folder / f"report-{source.name}.csv").write_bytes(as_csv(source))
    recomputed = printed(folder)
    for section in report.sections:
        for table in section.tables:
            if table.title not in NOT_RECOMPUTED:
                assert recomputed[table.title] == sorted(written(report, table)), table.title


def printed(folder: Path) -> dict[str, list[str]]:
    """The rows of each table that the scripts print, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for script in SCRIPTS:
        done = subprocess.run(
            [sys.executable, "-I", script, folder], check=True, capture_output=True, text=True
        )
        title = ""
        for line in done.stdout.splitlines():
            if line.startswith("== "):
                title = line.removeprefix("== ")
                found[title] = []
            else:
                found[title].append(line)
    return {title: sorted(lines) for title, lines in found.items()}


def written(report: Report, table: Table) -> list[str]:
    units = [column.unit for column in table.columns]
    lines = [told(report, row, units) for row in table.rows]
    if table.totals is not None:
        named = next(place for place, cell in enumerate(table.totals) if cell is not None)
        lines.append("total\t" + told(report, table.totals[named:], units[named:]))
    return lines


def told(report: Report, row: Sequence[Cell], units: Sequence[Unit]) -> str:
    return "\t".join(cell(report, one, unit) for one, unit in zip(row, units, strict=True))


def cell(report: Report, value: Cell, unit: Unit) -> str:
    match value:
        case None:
            return "-"
        case Key():
            return value.removeprefix("language_").removeprefix("concern_")
        case timedelta():
            return f"{value // timedelta(seconds=1)}.{value.microseconds:06}"
        case datetime():
            return value.astimezone(report.zone).isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Price():
            return write_price(value)
        case float():
            return f"{value:.2f}"
        case _:
            return str(value)
