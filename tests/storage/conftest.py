"""An empty, migrated database for each test: SQLite always, PostgreSQL where its programs are."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.fakes.databases import migrated
from tests.storage.people import OpenStorage

NODE = "a"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server of our own, reached by a socket in its folder alone."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://rufwerk@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs() -> Path | None:
    found = [
        (int(path.parent.name), path)
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parent.name.isdigit() and (path / "initdb").exists()
    ]
    version, path = max(found, default=(0, None))
    return path if version >= 15 else None


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses root, so root lends it somebody else's id."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL 15 or newer is missing: apt-get install postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="rufwerk-pg-", dir="/tmp"))
    identity = _unprivileged()
    if identity:
        os.chown(folder, identity["user"], identity["group"])

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), "-D", str(folder / "data"), *arguments],
            check=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            **identity,
        )

    call("initdb", "-U", "rufwerk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
    try:
        yield PostgresServer(folder)
    finally:
        call("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> PostgresServer:
    """The server, with a migrated database to copy from."""
    postgres_server.run("CREATE DATABASE migrated")
    upgrade(postgres_server.url("migrated"))
    return postgres_server


_databases = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        (tmp_path / "rufwerk.db").touch()
        return f"sqlite:///{tmp_path / 'rufwerk.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{next(_databases)}"
    server.run(f"CREATE DATABASE {name}")
    return server.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return migrated(tmp_path / "rufwerk.db")


@pytest.fixture
def postgres_url(postgres_template: PostgresServer) -> str:
    name = f"copy_{next(_databases)}"
    postgres_template.run(f"CREATE DATABASE {name} TEMPLATE migrated")
    return postgres_template.url(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and nothing in them."""
    names = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}
    found: str = request.getfixturevalue(names[request.param])
    return found


@pytest.fixture
def open_storage() -> Iterator[OpenStorage]:
    """Opens what the test's end will close."""
    with ExitStack() as stack:

        def opened(*arguments: Any, **settings: Any) -> SqlTransactions:
            return stack.enter_context(closing(SqlTransactions(*arguments, **settings)))

        yield opened


@pytest.fixture
def transactions(url: str, open_storage: OpenStorage) -> SqlTransactions:
    return open_storage(url, NODE)
