"""The database's errors as ours: StorageDown where a retry makes sense, else StorageFault."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from domain.ports import StorageDown

_SQLITE_DOWN = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


class StorageFault(Exception):
    """The program or the set-up asked what the database refuses; no retry helps.

    The text holds the statement and the kind of error, never a value: values are personal data.
    """


@contextmanager
def translated() -> Iterator[None]:
    """Let SQLAlchemy's errors out as ours, with their traceback but without their text."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _ours(error).with_traceback(error.__traceback__) from None


def _ours(error: SQLAlchemyError) -> StorageDown | StorageFault:
    if isinstance(error, NoConnectionFree):
        return StorageDown("no database connection came free in time")
    if not isinstance(error, DBAPIError) or error.orig is None:
        return StorageFault(f"{type(error).__name__} in storage")
    name = _name(error.orig)
    if error.connection_invalidated or may_pass(error.orig):
        return StorageDown(f"the database is out of reach or locked ({name})")
    return StorageFault(f"the database refused a statement ({name}): {error.statement}")


def may_pass(error: BaseException) -> bool:
    """Whether the driver's error is of the kind that a later retry may not meet."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & 0xFF in _SQLITE_DOWN  # the low byte is the primary code
    return isinstance(error, psycopg.OperationalError)  # locks, time-outs, shutdown, no space


def _name(error: BaseException) -> str:
    """The error's name in the database's own words; its text may quote a row."""
    if isinstance(error, psycopg.Error) and error.diag.constraint_name:
        return f"{type(error).__name__} {error.diag.constraint_name}"
    return getattr(error, "sqlite_errorname", type(error).__name__)
