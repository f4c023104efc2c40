"""The migrations lead from nothing to the tables, once, whoever starts at the same time."""

import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from domain.ports import StorageDown
from storage import migrations
from storage.engine import open_engine, writers
from storage.errors import StorageFault
from storage.migrations import is_current, upgrade
from storage.tables import metadata
from tests.storage.people import OpenStorage, add_anna

SHORT = timedelta(milliseconds=50)
ROOT = Path(__file__).parents[2]
UPGRADE = """
import os, sys, traceback
from storage.migrations import upgrade

children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        try:
            upgrade(sys.argv[1])
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    children.append(child)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


def _engine(url: str) -> Engine:
    return open_engine(url, timedelta(seconds=2), pool_size=1)


def test_from_nothing_to_the_tables_and_no_further(
    empty_url: str, open_storage: OpenStorage
) -> None:
    assert not is_current(empty_url)
    upgrade(empty_url)
    upgrade(empty_url)
    assert is_current(empty_url)
    engine = _engine(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    transactions = open_storage(empty_url, "a")
    add_anna(transactions)


def test_processes_that_start_at_once_upgrade_once(empty_url: str) -> None:
    command = [sys.executable, "-c", UPGRADE, empty_url]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    assert is_current(empty_url)


def test_a_database_of_a_newer_program_is_left_alone(url: str) -> None:
    engine = _engine(url)
    with writers(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert not is_current(url)
    with pytest.raises(StorageFault, match="newer Rufwerk"):
        upgrade(url)


def test_an_upgrade_waits_no_longer_than_it_may(url: str, open_storage: OpenStorage) -> None:
    transactions = open_storage(url, "a")
    with transactions.write(), pytest.raises(StorageDown):
        upgrade(url, SHORT)


def test_sqlite_kept_out_of_wal_mode_is_storage_down(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rufwerk.db'}"
    (tmp_path / "rufwerk.db").touch()
    engine = _engine(url)
    with writers(engine).begin(), pytest.raises(StorageDown, match="WAL"):
        upgrade(url, SHORT)
    engine.dispose()


def test_sqlite_is_readable_by_its_owner_alone(sqlite_url: str, open_storage: OpenStorage) -> None:
    transactions = open_storage(sqlite_url, "a")
    add_anna(transactions)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("rufwerk.db*")}
    assert set(modes) == {"rufwerk.db", "rufwerk.db-wal", "rufwerk.db-shm"}
    assert set(modes.values()) == {0o600}


def test_an_upgrade_takes_the_file_away_from_others(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.chmod(0o644)
    upgrade(sqlite_url)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_an_upgrade_makes_the_file(tmp_path: Path, open_storage: OpenStorage) -> None:
    path = tmp_path / "odd ?#%20 name.db"
    url = f"sqlite:///{quote(str(path))}"
    with pytest.raises(StorageDown, match="make run"), open_storage(url, "a").read():
        pass
    assert not path.exists()
    assert not is_current(url)
    upgrade(url)
    assert is_current(url)
    add_anna(open_storage(url, "a"))
    assert [file.name for file in tmp_path.glob("*.db")] == [path.name]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageDown, match="none"):
        upgrade(f"sqlite:///{tmp_path}/none/rufwerk.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Anna, " * 100)
    with pytest.raises(StorageFault, match="no SQLite database"):
        upgrade(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear Anna")


@pytest.mark.postgres
def test_an_old_postgresql_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_OLDEST_POSTGRESQL", 99)
    with pytest.raises(StorageFault, match=r"too old\. Use 99 or newer"):
        upgrade(postgres_url)
