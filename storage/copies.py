"""A whole database as one file: copied while others write to it, and brought back into an empty one."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.engine import make_url

from storage import postgres_programs
from storage.engine import is_sqlite, open_engine, readers
from storage.errors import StorageFault, translated
from storage.projection_tables import ALL
from storage.tables import facts

_PATIENCE: Final = timedelta(seconds=60)
_PAGE: Final = 5000


@dataclass(frozen=True, slots=True)
class Copied:
    """``migration`` is the shape of the copy, ``facts`` the ``seq`` of its newest fact."""

    migration: str
    facts: int


def url_of(file: Path) -> str:
    """Of SQLite's database in ``file``."""
    return f"sqlite:///{quote(str(file))}"


def kind_of(url: str) -> str:
    """``sqlite`` or ``postgresql``: a copy of one is brought back into the same only."""
    return "sqlite" if is_sqlite(make_url(url)) else "postgresql"


def copy(url: str, file: Path) -> Copied:
    """Copy it into ``file``, as it is at one moment; nobody waits for it. Raises StorageDown or StorageFault."""
    if kind_of(url) == "sqlite":
        _copy_sqlite(path_of(url), file)
        with _reading(url_of(file)) as connection:
            return _state(connection)
    with _reading(url) as connection:
        # while the dump is on its way, this transaction has nothing to do
        connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
        snapshot: str = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        state = _state(connection)
        postgres_programs.dump(connection.engine.url, file, snapshot)
    return state


def is_empty(url: str) -> bool:
    """Whether nothing is there yet that could be lost. Raises StorageDown."""
    if kind_of(url) == "sqlite":
        return not path_of(url).exists()
    with _reading(url) as connection:
        return not inspect(connection).get_table_names()


def bring_back(url: str, file: Path) -> None:
    """Make the database what ``copy`` wrote; it must be empty. Raises StorageDown or StorageFault."""
    if kind_of(url) == "postgresql":
        postgres_programs.restore(make_url(url), file)
        return
    file.chmod(0o600)
    with closing(sqlite3.connect(file)) as copied:
        try:
            sound = copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        raise StorageFault("the copy of the database is damaged. Take an older backup.")
    file.rename(path_of(url))


def digest_of_log(url: str, until: int) -> str:
    """SHA-256 over all facts up to ``until`` as they are stored, whichever program wrote them."""
    digest, after = sha256(), 0
    with _reading(url) as connection:
        while page := connection.execute(
            select(facts)
            .where(facts.c.seq > after, facts.c.seq <= until)
            .order_by(facts.c.seq)
            .limit(_PAGE)
        ).all():
            for row in page:
                digest.update(_line(row))
            after = page[-1].seq
    return digest.hexdigest()


def digest_of_figures(url: str) -> str:
    """Of all rows that figures are aggregated over, in whatever order they stand there, and without their own ids."""
    digest = sha256()
    with _reading(url) as connection:
        for table in ALL:
            columns = [column for column in table.columns if column.name != "id"]
            total, count = 0, 0
            for row in connection.execution_options(yield_per=_PAGE).execute(select(*columns)):
                total += int.from_bytes(sha256(_line(row)).digest())
                count += 1
            digest.update(f"{table.name} {count} {total}\n".encode())
    return digest.hexdigest()


def _line(row: Any) -> bytes:
    return (json.dumps(list(row), sort_keys=True, default=str) + "\n").encode()


def _copy_sqlite(path: Path, file: Path) -> None:
    """By SQLite's own backup: one read transaction, so that a writer makes it neither wait nor begin again."""
    if not path.exists():
        raise StorageFault(f"there is no database {path} yet: there is nothing to back up.")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
    except sqlite3.Error as error:
        raise StorageFault(f"{path} can't be copied: {error}") from None


def _state(connection: Connection) -> Copied:
    migration = MigrationContext.configure(connection).get_current_revision()
    if migration is None:
        raise StorageFault("the database has no tables yet: there is nothing to back up.")
    newest: int = connection.execute(select(func.coalesce(func.max(facts.c.seq), 0))).scalar_one()
    return Copied(migration, newest)


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    engine = open_engine(url, _PATIENCE, pool_size=1)
    try:
        with translated(), readers(engine).connect() as connection:
            yield connection
    finally:
        engine.dispose()


def path_of(url: str) -> Path:
    """Where SQLite's database lies."""
    path = make_url(url).database
    assert path is not None, "a URL without a file is refused where settings are read"
    return Path(path)
