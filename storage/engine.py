"""Opens SQLite or PostgreSQL so that both promise bounded waits, ordered writers, safe commits.

SQLite runs in WAL mode, so that readers never wait, with ``synchronous=FULL``: a receipt is spoken
to a caller right after the commit, and with ``NORMAL`` a power cut could take that commit back.
``FULL`` costs one fsync a commit.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from domain.ports import StorageDown
from storage.errors import StorageFault

LOG_LOCK = 0x52756677_65726B31
"""PostgreSQL's advisory lock that orders the writers: "Rufwerk1"."""

_WRITER = "rufwerk_writer"


def open_engine(url: str, deadline: timedelta, pool_size: int) -> Engine:
    """An engine that waits at most ``deadline`` for a connection, and as long for a lock.

    Raises StorageFault where ``url`` is neither SQLite's nor PostgreSQL's. Nothing is connected
    yet.
    """
    parsed = _parse(url)
    pool: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 0,
        "pool_timeout": deadline.total_seconds(),
        "pool_use_lifo": True,  # the one just used has its pages and statements at hand
        "hide_parameters": True,  # they are personal data, and errors are logged
    }
    if is_sqlite(parsed):
        engine = create_engine(parsed, connect_args={"timeout": deadline.total_seconds()}, **pool)
        event.listen(engine, "do_connect", _connect_sqlite)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args=_postgresql_arguments(deadline),
        pool_pre_ping=True,  # a server that was restarted costs no caller an apology
        **pool,
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def writers(engine: Engine) -> Engine:
    """``engine`` with transactions that hold the log's lock from the start."""
    return engine.execution_options(**{_WRITER: True})


def readers(engine: Engine) -> Engine:
    """``engine`` with transactions that see one state throughout and never wait for a writer."""
    if is_sqlite(engine.url):
        return engine  # WAL's plain transactions are just that
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageFault(
            "the database URL can't be read. Write sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from None
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"} or parsed.database in {None, "", ":memory:"}:
        raise StorageFault(
            f"the database URL names {backend}. Write sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    return parsed


def _postgresql_arguments(deadline: timedelta) -> dict[str, Any]:
    wait_ms = round(deadline.total_seconds() * 1000)
    options = {
        "timezone": "UTC",
        "lock_timeout": wait_ms,
        "statement_timeout": 5 * wait_ms,
        # a thread that hangs inside its transaction holds the log's lock, and every other writer
        # with it
        "idle_in_transaction_session_timeout": 15 * wait_ms,
    }
    return {
        "connect_timeout": max(2, round(deadline.total_seconds())),  # libpq's least is 2 s
        "tcp_user_timeout": 5 * wait_ms,
        "application_name": "rufwerk",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def _connect_sqlite(
    _dialect: object, _record: object, arguments: Sequence[str], options: Mapping[str, Any]
) -> sqlite3.Connection:
    """SQLite's own way would make an empty file where there is none; ``upgrade`` alone makes one."""
    (path,) = arguments
    if not Path(path).exists():
        raise StorageDown(f"there is no database {path} yet. Start with make run, which makes it.")
    connection: sqlite3.Connection = sqlite3.connect(
        f"file:{quote(path)}?mode=rw", uri=True, **options
    )
    return connection


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us alone, below
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # who is erased doesn't stay in freed pages


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITER, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITER, False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOG_LOCK})")
