"""The database's shape through time: a file for each step, and the function that takes them."""

import os
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from domain.ports import StorageDown
from storage.engine import is_sqlite, open_engine, writers
from storage.errors import StorageFault, may_pass, translated

_OLDEST_POSTGRESQL = 15


def upgrade(url: str, deadline: timedelta = timedelta(seconds=60)) -> None:
    """Bring the database to its newest shape; SQLite's file is made where it is missing.

    All of it is one transaction under the log's lock, so two processes that start at once do it
    once, and a crash leaves the old shape. Raises StorageDown (after ``deadline`` for the lock) or
    StorageFault.
    """
    engine = open_engine(url, deadline, pool_size=1)
    try:
        with translated():
            if is_sqlite(engine.url):
                _prepare_sqlite(_file(engine), deadline)
            with writers(engine).begin() as connection:
                _refuse_old_server(connection)
                _upgrade(connection)
    finally:
        engine.dispose()


def is_current(url: str, deadline: timedelta = timedelta(seconds=2)) -> bool:
    """Whether the database has the newest shape. Raises StorageDown or StorageFault."""
    engine = open_engine(url, deadline, pool_size=1)
    if is_sqlite(engine.url) and not Path(_file(engine)).exists():
        return False
    try:
        with translated(), engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return revision == ScriptDirectory.from_config(_config()).get_current_head()


def is_known(revision: str) -> bool:
    """Whether a database of this shape can be brought up to the newest one: else a newer program wrote it."""
    script = ScriptDirectory.from_config(_config())
    return revision in {one.revision for one in script.walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageFault(
            f"the database can't be upgraded: {error}. If a newer Rufwerk wrote it,"
            " install that one, or restore a backup."
        ) from None


def _file(engine: Engine) -> str:
    path = engine.url.database
    assert path is not None, "open_engine refuses a URL without a file"
    return path


def _prepare_sqlite(path: str, deadline: timedelta) -> None:
    """Make the file, readable by its owner alone, and set WAL mode, which stays with the file."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageDown(f"{path}: {error.strerror}. Make its folder, writable for us.") from None
    give_up = time.monotonic() + deadline.total_seconds()
    while not _set_wal(path):
        if time.monotonic() > give_up:
            raise StorageDown(
                f"{path} is locked by another process, which keeps it out of WAL mode"
            )
        Event().wait(0.02)
    for file in (path, f"{path}-wal", f"{path}-shm"):
        _make_private(Path(file))


def _make_private(file: Path) -> None:
    try:
        file.chmod(0o600)
    except FileNotFoundError:
        pass  # SQLite's two companions come and go
    except OSError as error:
        raise StorageDown(
            f"{file}: {error.strerror}. It may be read by its owner alone: let that be us."
        ) from None


def _set_wal(path: str) -> bool:
    """SQLite's own wait doesn't cover this change of mode, so False asks to be called again."""
    connection = sqlite3.connect(path)
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.Error as error:
        if may_pass(error):
            return False
        raise StorageFault(f"{path} is no SQLite database ({error}). Move it away.") from None
    finally:
        connection.close()
    return bool(mode == ("wal",))


def _refuse_old_server(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    if version < _OLDEST_POSTGRESQL:
        raise StorageFault(f"PostgreSQL {version} is too old. Use {_OLDEST_POSTGRESQL} or newer.")
