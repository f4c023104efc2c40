"""The databases that a report is measured on, each filled with the same rows."""

import csv
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psycopg

from rufwerk.bench.report_rows import Rows
from rufwerk.bench.report_sql import SUMS
from storage.migrations import upgrade
from storage.projection_tables import ROWS

Fill = Callable[[Rows], None]
"""Adds a day's rows."""

COLUMNS: Final = {
    table.name: [column.name for column in table.columns if column.name != "id"] for table in ROWS
}
_TYPES: Final = {
    table.name: {column.name: str(column.type) for column in table.columns} for table in ROWS
}


def has_duckdb() -> bool:
    return find_spec("duckdb") is not None


@contextmanager
def sqlite(file: Path) -> Iterator[Fill]:
    upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")

        def fill(rows: Rows) -> None:
            connection.execute("BEGIN")
            for table, values in rows.items():
                places = ", ".join("?" * len(COLUMNS[table]))
                insert = f"INSERT INTO {table} ({_names(table)}) VALUES ({places})"  # noqa: S608 - names of ours
                connection.executemany(insert, values)
            connection.execute("COMMIT")

        yield fill
        for statement in SUMS:
            connection.execute(statement)


@contextmanager
def postgresql(url: str) -> Iterator[Fill]:
    upgrade(url)
    with psycopg.connect(url, autocommit=True) as connection:

        def fill(rows: Rows) -> None:
            for table, values in rows.items():
                into = f"COPY {table} ({_names(table)}) FROM STDIN"
                with connection.cursor().copy(into.encode()) as copy:
                    for row in values:
                        copy.write_row(row)

        yield fill
        for statement in SUMS:
            connection.execute(statement.encode())
        connection.execute("VACUUM ANALYZE")


@contextmanager
def duckdb(file: Path) -> Iterator[Fill]:
    """It has no migrations of ours: its tables are made to hold the same columns."""
    with closing(duckdb_connection(file)) as connection:
        for table, types in _TYPES.items():
            columns = ", ".join(f'"{name}" {types[name]}' for name in COLUMNS[table])
            connection.execute(f"CREATE TABLE {table} ({columns})")

        def fill(rows: Rows) -> None:
            for table, values in rows.items():
                day = file.with_suffix(".csv")
                with day.open("w", encoding="utf-8", newline="") as out:
                    csv.writer(out).writerows(values)
                connection.execute(f"COPY {table} FROM '{day}' (HEADER false, NULLSTR '')")
                day.unlink()

        yield fill


def duckdb_connection(file: Path) -> Any:
    import duckdb as program  # noqa: PLC0415 - it needn't be there

    return program.connect(str(file))


def _names(table: str) -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS[table])
