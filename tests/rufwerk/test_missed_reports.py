"""Reports that were missed while the machine was off: real jobs make each of them once and mail it; until it is out, it
is told of wherever an operator looks.
"""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import date, time, timedelta
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from domain.health import Condition
from domain.issued_report import ReportKind
from domain.mail import CHANNEL
from domain.report_run import ReportRun, RunState
from reporting.report_runs import PlanRuns
from rufwerk import demo_data, desk_socket, report_schedules, settings_reading, wiring
from rufwerk.bench.scratch import free_ports
from rufwerk.settings import Settings
from storage.passwords import Argon2Passwords
from tests.fakes import shipped
from tests.reporting.test_report_mails import HERE, Server
from tests.rufwerk.command_line import Run
from tests.rufwerk.processes import WITHIN_S, made_home, running, until

HEAD = "head@rufwerk.example"


class Home:
    """Where each day's and each week's report goes out to one person at 7 in the morning, and no brand's do. It is
    about noon there: today's went out hours ago, tomorrow's is far.
    """

    def __init__(self, folder: Path) -> None:
        names = ("CRM", "WEB", "OPS", "AMI", "MAIL")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.log = folder / "log"
        self.environ = made_home(
            folder / "home",
            {
                **{f"RUFWERK_{name}__PORT": str(port) for name, port in ports.items()},
                "RUFWERK_TENANTS": str(folder / "tenants"),
                "RUFWERK_MAIL__HOST": HERE,
                "RUFWERK_REPORTS__ZONE": f"Etc/GMT{wiring.utc_now().hour - 12:+}",
                "RUFWERK_REPORTS__TO": HEAD,
            },
        )
        (folder / "tenants").mkdir()
        for file in Settings().tenants.glob("*.toml"):
            quiet = re.sub(r"\[\[reports\.sends\]\]\n(.+\n)*", "", file.read_text())
            (folder / "tenants" / file.name).write_text(quiet)
        self.settings = settings_reading.load(None, self.environ)
        desk_socket.socket_path(self.settings).parent.mkdir(parents=True)  # as Asterisk's files do
        self.zone = ZoneInfo(self.settings.reports.zone)
        self.transactions = wiring.transactions(self.settings)

    def off_for(self, days: int) -> Sequence[date]:
        """Jobs last looked so many days ago; the days whose reports were missed since."""
        book = wiring.tenant_files(self.settings, shipped.catalogue()).current
        now = wiring.utc_now()
        PlanRuns(
            self.transactions,
            lambda: now - timedelta(days=days),
            lambda: report_schedules.schedules(self.settings, book),
        )()
        today = now.astimezone(self.zone).date()
        return [today - timedelta(days=ago) for ago in range(days, 0, -1)]

    def jobs(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return running("rufwerk.jobs_process", self.environ, self.log)

    @property
    def issued(self) -> Sequence[ReportRun]:
        """By when they were due."""
        return [one for one in self._runs if one.state is RunState.ISSUED]

    @property
    def due(self) -> Sequence[ReportRun]:
        now = wiring.utc_now()
        return [one for one in self._runs if one.state is not RunState.ISSUED and one.due <= now]

    def waits_for(self, most: int) -> bool:
        """For so many reports at most."""
        return len(self.due) <= most

    @property
    def hours(self) -> set[time]:
        """At which what is to come goes out."""
        now = wiring.utc_now()
        return {one.due.astimezone(self.zone).time() for one in self._runs if one.due > now}

    @property
    def waiting(self) -> int:
        """Mails."""
        with self.transactions.read() as uow:
            return uow.outbox.backlog(CHANNEL).waiting

    @property
    def _runs(self) -> Sequence[ReportRun]:
        with self.transactions.read() as uow:
            return uow.report_runs.newest(100)[::-1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    with closing(home.transactions):
        yield home


@contextmanager
def post_office(home: Home) -> Iterator[Server]:
    """The mail server that takes the home's mails."""
    server = Server()
    office = Controller(server, hostname=HERE, port=home.settings.mail.port)
    office.start()
    try:
        yield server
    finally:
        office.stop()


def test_what_was_missed_in_three_days_goes_out_once_and_not_again(home: Home) -> None:
    missed = home.off_for(3)
    with post_office(home) as server:
        with home.jobs() as process:
            for left in reversed(range(len(home.due))):
                until(partial(home.waits_for, left))
            until(lambda: home.waiting == 0)
        assert process.returncode == 0
        out = home.issued
        home.environ["RUFWERK_REPORTS__AT"] = "07:30"
        with home.jobs():
            until(lambda: home.hours == {time(7, 30)})  # it has looked
        assert (home.due, home.waiting) == ([], 0), "nothing more is to come"
        assert home.issued == out
    daily = [one.wanted.period for one in out if one.wanted.kind is ReportKind.DAILY]
    assert [one.since.astimezone(home.zone).date() for one in daily] == missed
    numbers = sorted(one.number[-6:] for one in out if one.number)
    assert numbers == [f"{count:06d}" for count in range(1, len(out) + 1)]
    assert {one.tries for one in out} == {1}
    assert len(server.ids) == len(set(server.ids)) == len(out)


def test_who_ends_leaves_what_is_being_drawn_to_the_next_start(home: Home) -> None:
    home.off_for(1)
    count = len(home.due)
    with post_office(home) as server:
        with home.jobs() as process:
            until(lambda: bool(drawing(process)))
            pens = drawing(process)
            for one in pens:
                os.kill(int(one.name), signal.SIGSTOP)  # it would take for ever
            process.terminate()
            assert process.wait(WITHIN_S) == 0
        assert pens
        assert not any(one.exists() for one in pens)
        assert {(one.state, one.until) for one in home.due} == {(RunState.PLANNED, None)}
        with home.jobs():
            until(lambda: not home.due and home.waiting == 0)
    assert sorted(one.tries for one in home.issued) == [1] * (count - 1) + [2]
    assert len(server.ids) == len(set(server.ids)) == count


def drawing(process: subprocess.Popen[bytes]) -> list[Path]:
    """What draws charts for it, as ``/proc`` has it."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    with suppress(OSError):  # one that has just ended
        children = [Path("/proc", one) for thread in threads for one in thread.read_text().split()]
        return [one for one in children if b"chart_process" in (one / "cmdline").read_bytes()]
    return []


class Operator:
    """Looks wherever it is told that reports are late."""

    def __init__(self, home: Home, run: Run) -> None:
        self._settings, self._run = home.settings, run
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def finds_the_desk(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._settings.web.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def is_told_of(self, late: int) -> bool:
        """By the command, the figures and the page alike."""
        condition, detail = self.doctor
        assert detail.startswith(f"{late or 'none is'} overdue")
        assert (condition is Condition.WELL) == (late == 0)
        in_figures = f"rufwerk_reports_overdue {late}.0" in self.metrics
        return in_figures and ("Reports are overdue" in self.page) == bool(late)

    def sign_in(self) -> None:
        form = urlencode({"name": "max", "password": demo_data.PASSWORD}).encode()
        page = Request(f"{self._desk}/signin", form, {"Origin": self._desk})
        self._browser.open(page, timeout=WITHIN_S).close()

    @property
    def doctor(self) -> tuple[Condition, str]:
        findings = json.loads(self._run("doctor", "--json")[1])["findings"]
        (found,) = [one for one in findings if one["part"] == "Reports"]
        return Condition(found["condition"]), found["detail"]

    @property
    def metrics(self) -> str:
        return self._read(f"http://127.0.0.1:{self._settings.ops.port}/metrics")

    @property
    def page(self) -> str:
        return self._read(f"{self._desk}/reports/sent")

    @property
    def _desk(self) -> str:
        return f"http://127.0.0.1:{self._settings.web.port}"

    def _read(self, url: str) -> str:
        asked = Request(url, headers={"Accept-Language": "en"})
        with self._browser.open(asked, timeout=WITHIN_S) as answer:
            text: str = answer.read().decode()
        return text


def test_what_is_late_is_told_until_its_mail_is_out(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in home.environ.items():
        monkeypatch.setenv(name, value)
    demo_data.seed_staff(home.transactions, Argon2Passwords())
    home.off_for(1)
    late, max_ = len(home.due), Operator(home, run)
    with running("rufwerk.cti_process", home.environ, home.log):
        until(max_.finds_the_desk)
        max_.sign_in()
        assert max_.is_told_of(late)
        with home.jobs():
            until(lambda: not home.due and home.log.read_text().count('"report overdue"') == late)
            assert max_.is_told_of(late), "the mail server is away: it isn't enough to be issued"
            with post_office(home) as server:
                run("outbox", "--channel", "mail", "--retry")
                until(lambda: home.waiting == 0)
        assert len(server.ids) == late
        until(lambda: max_.is_told_of(0))
