"""A backup holds all that can't be made again but secrets, and comes back the same, elsewhere, or not at all."""

import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest

from domain.fact import Fact
from domain.ids import CallerId
from rufwerk import settings_reading, supervisor, wiring
from rufwerk.call_records import CallRecords
from rufwerk.figure_keeping import projecting
from storage import copies
from storage.migrations import upgrade
from storage.pins import pepper
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import Habits, RandomDay
from tests.rufwerk.command_line import Run
from tests.storage.conftest import (  # noqa: F401 - found by their names
    PostgresServer,
    empty_url,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
)

DIGEST = """
import sys
from rufwerk.replayed_field import digest_of_field
print(digest_of_field(sys.argv[1], 10**9))
"""
NUMBER = "+491713920001"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a backup is restored: an empty home, and on PostgreSQL an empty database."""

    home: Path
    url: str


@pytest.fixture
def day() -> list[Fact]:
    return list(RandomDay(3, Habits(profile=(15.0,), oddities=0.2)).play().log)


def fill(transactions: SqlTransactions, day: list[Fact]) -> None:
    with transactions.write() as uow:
        for fact in day:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.callers.note(NUMBER, CallerId("n1"))
        uow.commit()
    projecting(transactions).catch_up(len(day))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def elsewhere(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    run: Run,
    day: list[Fact],
    monkeypatch: pytest.MonkeyPatch,
) -> Elsewhere:
    """After a day in the home of ``run``, which has secrets, a mail and a CRM."""
    empty = ""
    if request.param == "postgresql":
        monkeypatch.setenv("RUFWERK_DATABASE__URL", request.getfixturevalue("postgres_url"))
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = f"restored_{os.urandom(4).hex()}"
        server.run(f"CREATE DATABASE {name}")
        empty = server.url(name)
    assert run("db", "upgrade")[0] == 0
    settings = settings_reading.load(None)
    pepper(wiring.Folders.of(settings).pepper)
    (settings.home / "mail").mkdir()
    (settings.home / "mail" / "1.eml").write_text("a mail")
    (settings.home / "demo-crm.json").write_text("[]")
    written = CallRecords.of(settings, wiring.utc_now).written
    written.parent.mkdir(parents=True)
    written.write_text("a record\n")
    with closing(wiring.transactions(settings)) as transactions:
        fill(transactions, day)
    return Elsewhere(tmp_path / "elsewhere", empty)


@pytest.fixture
def backup(elsewhere: Elsewhere, run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "day.backup"
    status, printed, complaint = run("backup", str(file))
    assert status == 0, complaint
    assert "Written, read back" in printed
    assert "secrets aren't in it" in complaint
    return file


@pytest.fixture
def restore(run: Run, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> Run:
    def restore(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("RUFWERK_DATABASE__URL", elsewhere.url)
        return run("restore", *arguments, "--home", str(elsewhere.home))

    return restore


def names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def test_it_comes_back_elsewhere_and_is_the_same(
    backup: Path, restore: Run, elsewhere: Elsewhere, day: list[Fact]
) -> None:
    status, printed, complaint = restore(str(backup), "--json")
    assert status == 0, complaint
    told = json.loads(printed)
    assert (told["facts"], told["field_compared"], told["figures_equal"]) == (
        len(day),
        True,
        True,
    )
    assert any("Bring" in one and "secrets/pepper" in one for one in told["to_do"])
    url = elsewhere.url or copies.url_of(elsewhere.home / "rufwerk.db")
    with closing(wiring.transactions_at(url)) as transactions, transactions.read() as uow:
        bodies = [fact.body for fact in uow.facts.read(limit=10**6)]
        assert bodies == [fact.body for fact in day]
        assert uow.callers.number_of(CallerId("n1")) == NUMBER
    assert (elsewhere.home / "mail" / "1.eml").read_text() == "a mail"
    assert (elsewhere.home / "demo-crm.json").read_text() == "[]"
    (records,) = (elsewhere.home / "call-records").iterdir()
    assert records.read_text() == "a record\n"
    assert (elsewhere.home / "tenants" / "alpenrad.toml").exists()
    assert not list(elsewhere.home.glob(".restoring*"))
    if not elsewhere.url:
        assert (elsewhere.home / "rufwerk.db").stat().st_mode & 0o777 == 0o600


def test_nothing_that_is_there_is_overwritten(backup: Path, restore: Run, run: Run) -> None:
    status, _, complaint = run("restore", str(backup))
    assert (status, "nothing is overwritten" in complaint) == (1, True)
    assert restore(str(backup))[0] == 0
    status, _, complaint = restore(str(backup))
    assert (status, "nothing is overwritten" in complaint) == (1, True)
    status, _, complaint = run("backup", str(backup))
    assert (status, "is there already" in complaint) == (1, True)


def test_while_others_write_it_is_as_at_one_moment(
    run: Run, restore: Run, elsewhere: Elsewhere, day: list[Fact], tmp_path: Path
) -> None:
    settings, stop = settings_reading.load(None), Event()

    def write() -> None:
        with closing(wiring.transactions(settings)) as transactions:
            for fact in cycle(day):
                if stop.is_set():
                    return
                with transactions.write() as uow:
                    uow.facts.append(fact.origin, fact.at, fact.body)
                    uow.callers.note(
                        f"+49{uow.facts.last_seq()}", CallerId(f"c-{uow.facts.last_seq()}")
                    )
                    uow.commit()
                transactions.make_way()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        try:
            file = tmp_path / "live.backup"
            status, _, complaint = run("backup", str(file))
        finally:
            stop.set()
        writing.result()
    assert status == 0, complaint
    status, printed, complaint = restore(str(file), "--json")
    assert status == 0, complaint
    url = elsewhere.url or copies.url_of(elsewhere.home / "rufwerk.db")
    with closing(wiring.transactions_at(url)) as transactions, transactions.read() as uow:
        last = uow.facts.last_seq()
        assert last == json.loads(printed)["facts"] >= len(day)
        assert (uow.callers.number_of(CallerId(f"c-{last}")) is None) == (last == len(day))
        assert uow.callers.number_of(CallerId(f"c-{last + 1}")) is None


@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
class TestOnSqlite:
    def test_secrets_are_in_a_file_of_their_own_alone(
        self, run: Run, restore: Run, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        settings = settings_reading.load(None)
        config = tmp_path / "rufwerk.toml"
        config.write_text("[sip]\nphone_password = 'a password'\n")
        both = tmp_path / "all.backup", tmp_path / "secrets.backup"
        status, _, complaint = run(
            "--config", str(config), "backup", str(both[0]), "--secrets", str(both[1])
        )
        assert status == 0, complaint
        assert not [one for one in names(both[0]) if "secret" in one or one == "rufwerk.toml"]
        assert names(both[1]) == ["manifest.json", "secrets/pepper", "rufwerk.toml"]
        assert all(one.stat().st_mode & 0o777 == 0o600 for one in both)
        key = (settings.home / "secrets" / "pepper").read_bytes()
        assert key.strip() not in gzip.decompress(both[0].read_bytes())
        status, printed, complaint = restore(str(both[0]), "--secrets", str(both[1]))
        assert status == 0, complaint
        assert "pepper" not in printed
        assert (elsewhere.home / "secrets" / "pepper").read_bytes() == key
        assert (elsewhere.home / "secrets" / "pepper").stat().st_mode & 0o777 == 0o600
        assert "a password" in (elsewhere.home / "rufwerk.toml").read_text()

    def test_secrets_brought_before_are_told_right_from_wrong(
        self, backup: Path, restore: Run, elsewhere: Elsewhere
    ) -> None:
        pepper(elsewhere.home / "secrets" / "pepper")
        status, printed, _ = restore(str(backup))
        assert status == 0
        assert "is another one than was backed up" in printed

    def test_a_running_instance_is_backed_up_and_not_restored_into(
        self, run: Run, restore: Run, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        settings = settings_reading.load(None)
        file = tmp_path / "live.backup"
        with (
            supervisor.holding(wiring.Folders.of(settings).run),
            closing(wiring.transactions(settings)) as transactions,
            transactions.write() as uow,
        ):
            uow.callers.note("+491713920002", CallerId("n2"))
            assert run("backup", str(file))[0] == 0
            uow.commit()
        with supervisor.holding(elsewhere.home / "run"):
            status, _, complaint = restore(str(file))
        assert (status, "in use by a running instance" in complaint) == (1, True)
        assert restore(str(file))[0] == 0

    @pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.95])
    def test_a_damaged_file_leaves_the_home_empty(
        self, backup: Path, restore: Run, elsewhere: Elsewhere, at: float
    ) -> None:
        content = bytearray(backup.read_bytes())
        content[int(len(content) * at)] ^= 0xFF
        backup.write_bytes(content)
        status, _, complaint = restore(str(backup))
        assert status == 1
        assert "Take another one" in complaint or "no backup of Rufwerk" in complaint
        assert {one.name for one in elsewhere.home.iterdir()} <= {"run", "log"}

    def test_half_a_file_and_none_are_refused(self, backup: Path, restore: Run) -> None:
        backup.write_bytes(backup.read_bytes()[:-2000])
        assert restore(str(backup))[0] == 1
        backup.write_text("hello")
        assert "damaged" in restore(str(backup))[2]
        backup.unlink()
        assert "can't be read" in restore(str(backup))[2]

    def test_what_a_newer_program_wrote_is_refused(
        self, backup: Path, restore: Run, tmp_path: Path
    ) -> None:
        newer = tmp_path / "newer.backup"
        changes: tuple[Mapping[str, object], ...] = ({"migration": "9999"}, {"format": 2})
        for changed in changes:
            rewritten(backup, newer, changed)
            status, _, complaint = restore(str(newer))
            assert (status, "newer Rufwerk" in complaint) == (1, True)
        rewritten(backup, newer, {"database": "postgresql"})
        assert "Set database.url" in restore(str(newer))[2]

    def test_a_log_that_is_not_the_one_backed_up_is_refused(
        self, backup: Path, restore: Run, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        other = tmp_path / "other.backup"
        for changed in ({"log": "0"}, {"field": "0"}):
            rewritten(backup, other, changed)
            status, _, complaint = restore(str(other))
            assert (status, "isn't what was backed up" in complaint) == (1, True)
            assert not (elsewhere.home / "rufwerk.db").exists()

    def test_figures_that_do_not_follow_from_the_log_are_made_anew_and_told(
        self, run: Run, restore: Run, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        home = settings_reading.load(None).home
        with closing(sqlite3.connect(home / "rufwerk.db")) as database:
            right = database.execute("SELECT count(*) FROM visits").fetchone()
            database.execute("DELETE FROM visits WHERE slot = (SELECT min(slot) FROM visits)")
            database.commit()
        file = tmp_path / "wrong.backup"
        assert run("backup", str(file))[0] == 0
        status, _, complaint = restore(str(file))
        assert (status, "made anew" in complaint) == (1, True)
        with closing(sqlite3.connect(elsewhere.home / "rufwerk.db")) as database:
            assert database.execute("SELECT count(*) FROM visits").fetchone() == right

    def test_no_part_leads_out_of_the_home(
        self, backup: Path, restore: Run, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        evil = tmp_path / "evil.backup"
        rewritten(backup, evil, {}, rename={"demo-crm.json": "../stolen"})
        assert restore(str(evil))[0] == 1
        assert not (elsewhere.home / "stolen").exists()
        assert not (elsewhere.home.parent / "stolen").exists()


def rewritten(
    file: Path, into: Path, changed: Mapping[str, object], rename: dict[str, str] | None = None
) -> None:
    """The same backup with another manifest."""
    new = rename or {}
    with tarfile.open(file) as tar, tarfile.open(into, "w:gz") as other:
        for header in tar:
            content = tar.extractfile(header)
            assert content is not None
            text = content.read()
            if header.name == "manifest.json":
                values = json.loads(text) | changed
                for one in values["members"]:
                    one["name"] = new.get(one["name"], one["name"])
                text = json.dumps(values).encode()
            header.name, header.size = new.get(header.name, header.name), len(text)
            other.addfile(header, io.BytesIO(text))


def test_the_digest_of_a_field_hangs_on_the_log_alone(tmp_path: Path, day: list[Fact]) -> None:
    """Half a day leaves callers and agents in every place; another process has another order of hashes."""
    url = copies.url_of(tmp_path / "rufwerk.db")
    upgrade(url)
    with closing(SqlTransactions(url, "a")) as transactions:
        fill(transactions, day[: len(day) // 2])
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, url],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1
