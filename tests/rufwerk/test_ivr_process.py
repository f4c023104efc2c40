"""The portal's process by itself: what may happen to it while it starts and while it serves."""

import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from rufwerk import settings_reading, supervisor, wiring
from rufwerk.demo_data import seed
from rufwerk.portal_probe import portal_answers
from rufwerk.portal_signal import NotTakenOver, tell_portal, wait_until_in_force
from rufwerk.settings import Settings
from tests.fakes import shipped
from tests.rufwerk.processes import ROOT, WITHIN_S, free_port, made_home, running, until
from tests.rufwerk.test_demo_data import NoPins


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The settings of a home of its own, with a database and the shipped tenants."""
    shutil.copytree(ROOT / "tenants", tmp_path / "tenants")
    changes = {"RUFWERK_TENANTS": str(tmp_path / "tenants"), "RUFWERK_AGI__PORT": free_port()}
    return made_home(tmp_path / "home", changes)


def portal(
    environ: Mapping[str, str], log: Path
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return running("rufwerk.ivr_process", environ, log)


def blocks_hangup(pid: int) -> bool:
    """Whether SIGHUP waits for whoever asks for it (proc(5))."""
    status = Path(f"/proc/{pid}/status").read_text()
    (mask,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")]
    return bool(int(mask, 16) >> (signal.SIGHUP - 1) & 1)


def test_a_hangup_in_the_midst_of_the_start_ends_nothing(
    environ: dict[str, str], tmp_path: Path
) -> None:
    settings = settings_reading.load(None, environ)
    with portal(environ, tmp_path / "log") as process:
        until(lambda: blocks_hangup(process.pid))
        process.send_signal(signal.SIGHUP)
        assert "ready" not in (tmp_path / "log").read_text()  # that early
        until(lambda: portal_answers(settings.agi.port))
        assert resource.prlimit(process.pid, resource.RLIMIT_CORE) == (0, 0)


def test_a_locked_database_hinders_neither_start_nor_reload(
    environ: dict[str, str], tmp_path: Path
) -> None:
    settings = settings_reading.load(None, environ)
    log = tmp_path / "log"
    with closing(sqlite3.connect(settings.home / "rufwerk.db", isolation_level=None)) as rival:
        rival.execute("BEGIN IMMEDIATE")
        with portal(environ, log) as process, closing(wiring.transactions(settings)) as database:
            until(lambda: portal_answers(settings.agi.port))
            assert log.read_text().count("not noted") == 1
            process.send_signal(signal.SIGHUP)
            until(lambda: log.read_text().count("not noted") == 2)
            book = wiring.tenant_files(settings, shipped.catalogue()).current
            with pytest.raises(NotTakenOver, match=r"alpenrad.*ivr\.log"):
                wait_until_in_force(settings, book, database, within_s=0)
            rival.execute("ROLLBACK")
            process.send_signal(signal.SIGHUP)
            wait_until_in_force(settings, book, database)
            assert portal_answers(settings.agi.port)


def test_a_changed_file_is_in_force_once_the_log_says_so(
    environ: dict[str, str], tmp_path: Path
) -> None:
    settings = settings_reading.load(None, environ)
    file = settings.tenants / "alpenrad.toml"
    with (
        portal(environ, tmp_path / "log") as process,
        closing(wiring.transactions(settings)) as database,
    ):
        until(lambda: portal_answers(settings.agi.port))
        file.write_text(file.read_text() + "\n# changed\n")
        book = wiring.tenant_files(settings, shipped.catalogue()).current
        with pytest.raises(NotTakenOver):
            wait_until_in_force(settings, book, database, within_s=0)
        process.send_signal(signal.SIGHUP)
        wait_until_in_force(settings, book, database)


def test_the_demos_people_are_not_served_without_the_demo(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with closing(wiring.transactions(settings_reading.load(None, environ))) as database:
        seed(database, NoPins(), wiring.utc_now)
    environ |= {
        "RUFWERK_DEMO__ENABLED": "false",
        "RUFWERK_SIP__PHONE_PASSWORD": "of-our-own-and-long-",
    }
    for file in (tmp_path / "tenants").glob("*.toml"):
        file.write_text(file.read_text().replace('profile = "demo"', 'profile = "DE"'))
    with portal(environ, tmp_path / "log") as process:
        assert process.wait(WITHIN_S) == 1
    assert "DemoLeft" in (tmp_path / "log").read_text()


def test_nobody_is_told_where_nobody_runs(tmp_path: Path) -> None:
    tell_portal(Settings(home=tmp_path))
    settings = Settings(home=tmp_path)
    run = wiring.Folders.of(settings).run
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    with supervisor.holding(run):
        (run / "processes.json").write_text(f'{{"ivr": {gone.pid}}}')
        tell_portal(settings)
