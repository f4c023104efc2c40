"""What reports cost over a day and a month of a million calls, beside the bare SQL over the same rows."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from domain.period import Period
from rufwerk.bench import machine, report_databases, scratch_postgres
from rufwerk.bench.report_reader import MONTHS, ROUNDS, bare, timed
from rufwerk.bench.report_rows import AGENTS, FIRST, MONTH, of_month
from rufwerk.wiring import utc_now

CALLS: Final = 1_000_000

_DUCK_DAY: Final = Period(FIRST + timedelta(days=17), FIRST + timedelta(days=18))


def measure(console: Console, calls: int = CALLS) -> dict[str, Any]:
    """The document that ``--json`` prints. ``ratio_to_sql`` is SQLite's, ``peak_mb`` the most on either of ours."""
    described, began = machine.described("not used", utc_now()), machine.ticks()
    with tempfile.TemporaryDirectory(prefix="rufwerk-bench-") as folder, ExitStack() as stack:
        lite, duck = Path(folder) / "rufwerk.db", Path(folder) / "duck.db"
        urls, installed = {"sqlite": f"sqlite:///{lite}"}, scratch_postgres.programs()
        if installed is None:
            console.print("PostgreSQL 15 or newer is missing: apt-get install postgresql")
        else:
            urls["postgresql"] = stack.enter_context(scratch_postgres.server(installed))
        has_duckdb = report_databases.has_duckdb()
        rows = _fill(console, calls, urls, lite, duck if has_duckdb else None)
        measured = {name: _figures(_read(url)) for name, url in urls.items()}
        if has_duckdb:
            measured["duckdb"] = _bare_duckdb(duck)
    return {
        "ratio_to_sql": measured["sqlite"]["ratio_to_sql"],
        "peak_mb": max(one["peak_mb"] for one in measured.values() if "peak_mb" in one),
        "day_ms": measured["sqlite"]["day_ms"],
        "month_s": measured["sqlite"]["month_s"],
        "calls": calls,
        "agents": AGENTS,
        "rows": rows,
        "by_database": measured,
        "machine": described,
        "load_after": machine.described("not used", utc_now())["load"],
        "stolen_percent": machine.stolen_percent(began),
    }


def _fill(
    console: Console, calls: int, urls: Mapping[str, str], lite: Path, duck: Path | None
) -> Mapping[str, int]:
    """How many rows each table has."""
    counted, began = Counter[str](), time.monotonic()
    with ExitStack() as stack:
        fills = [stack.enter_context(report_databases.sqlite(lite))]
        if "postgresql" in urls:
            fills.append(stack.enter_context(report_databases.postgresql(urls["postgresql"])))
        if duck is not None:
            fills.append(stack.enter_context(report_databases.duckdb(duck)))
        for day, rows in enumerate(of_month(calls), start=1):
            for fill in fills:
                fill(rows)
            counted.update({table: len(values) for table, values in rows.items()})
            console.print(f"day {day} made after {time.monotonic() - began:.0f} s")
    return counted


def _read(url: str) -> Mapping[str, Any]:
    """In a process of its own, whose memory holds nothing else."""
    argv = [sys.executable, "-m", "rufwerk.bench.report_reader", url]
    found: Mapping[str, Any] = json.loads(
        subprocess.run(argv, check=True, capture_output=True).stdout
    )
    return found


def _figures(read: Mapping[str, Any]) -> dict[str, Any]:
    day, bare_day = statistics.median(read["day_s"]), statistics.median(read["bare_day_s"])
    month, bare_month = statistics.median(read["month_s"]), statistics.median(read["bare_month_s"])
    return {
        "ratio_to_sql": round(day / bare_day, 2),
        "day_ms": round(1000 * day, 1),
        "bare_day_ms": round(1000 * bare_day, 1),
        "month_s": round(month, 2),
        "bare_month_s": round(bare_month, 2),
        "peak_mb": round(read["peak_mb"]),
    }


def _bare_duckdb(file: Path) -> dict[str, Any]:
    with closing(report_databases.duckdb_connection(file)) as connection:

        def run(statement: str) -> list[Any]:
            return list(connection.execute(statement).fetchall())

        def median(period: Period, times: int) -> float:
            took: Sequence[float] = [timed(partial(bare, run, period)) for _ in range(times)]
            return statistics.median(took)

        return {
            "bare_day_ms": round(1000 * median(_DUCK_DAY, ROUNDS), 1),
            "bare_month_s": round(median(MONTH, MONTHS), 2),
        }
