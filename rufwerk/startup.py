"""Brings an instance up: fetches and makes what is missing, starts its processes, says when it is ready."""

import contextlib
import socket
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from domain.health import Health
from domain.tenant import TenantBook
from prompts.catalogue import Catalogue
from rufwerk import demo_data, desk_socket, jobs_beat, supervisor, wiring
from rufwerk.asterisk_config import render
from rufwerk.asterisk_program import Program, find, locate
from rufwerk.asterisk_runtime import Asterisk, taken_ports
from rufwerk.debian_packages import ASTERISK, PICO, fetch
from rufwerk.doctor import Doctor
from rufwerk.portal_probe import portal_answers
from rufwerk.settings import Settings
from rufwerk.supervisor import HomeUnusable, Service, Supervisor
from rufwerk.tenant_files import TenantFiles
from storage.migrations import upgrade
from storage.passwords import Argon2Passwords

_READY_WITHIN_S: Final = 60.0
_REPLAYED_WITHIN_S: Final = 600.0
"""Without a snapshot of this version the whole log is read, after an update for example."""

_PROBE_S: Final = 1.0


class PortsTaken(Exception):
    """Other programs listen where this instance shall; the message names the ports and the remedy."""


def run(settings: Settings, config: Path | None, console: Console) -> None:
    """Run until asked to stop. Raises what hinders the start, each with its remedy."""
    folders = wiring.Folders.of(settings)
    make_home(settings)
    with supervisor.holding(folders.run), Supervisor(folders.run) as keeper:
        program, tenants = prepare(settings, console)
        asterisk = Asterisk(program, render(settings, program, tenants.current, folders.sounds))
        asterisk.end_leftover()
        taken = taken_ports(settings)
        if taken:
            raise PortsTaken("\n".join(taken))
        start(settings, config, asterisk, keeper)
        announce(settings, Doctor(settings).examine(), console)
        keeper.run()
        with contextlib.suppress(OSError):  # the terminal may be gone
            console.print("Stopping ...")


def make_home(settings: Settings) -> None:
    """The home, for us alone. Raises HomeUnusable."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.home.chmod(0o700)
        wiring.Folders.of(settings).log.mkdir(exist_ok=True)
    except OSError as error:
        raise HomeUnusable(settings.home, error) from None


def prepare(settings: Settings, console: Console) -> tuple[Program, TenantFiles]:
    """Everything that must be there before the first process: packages, prompts, database, demo."""
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(settings, catalogue)
    with progress_bar(console) as progress:
        task = progress.add_task("Asterisk and voices", total=1.0)

        def fetched(text: str, fraction: float) -> None:
            progress.update(task, description=text, completed=fraction)

        wanted = [PICO] if find(settings) else [ASTERISK, PICO]
        if settings.speech.engine not in {"auto", "pico"}:
            wanted.remove(PICO)
        fetch(settings.cache, wanted, fetched)
        program = locate(settings, fetched)
        progress.update(task, description=program.version.partition("+")[0], completed=1.0)
        task = progress.add_task("Database", total=1.0)
        prepare_database(settings)
        progress.update(task, completed=1.0)
        make_prompts(settings, catalogue, tenants.current, progress)
    return program, tenants


def prepare_database(settings: Settings) -> None:
    """The newest shape, and the demo's people if they are wanted.

    Raises StorageDown, StorageFault, or DemoLeft where they are there but not wanted.
    """
    upgrade(settings.database_url)
    with closing(wiring.transactions(settings)) as transactions:
        if settings.demo.enabled:
            demo_data.seed(transactions, wiring.pins(settings), wiring.utc_now)
            demo_data.seed_staff(transactions, Argon2Passwords())
        else:
            demo_data.refuse_left(transactions)


def make_prompts(
    settings: Settings, catalogue: Catalogue, book: TenantBook, progress: Progress
) -> None:
    task = progress.add_task("Prompts", total=1.0)

    def built(done: int, total: int, name: str) -> None:
        progress.update(task, description=f"Prompts: {name}", completed=done, total=total)

    clips = wiring.make_prompts(settings, catalogue, book, built)
    progress.update(task, description=f"Prompts: {clips} clips", completed=1, total=1)


def start(settings: Settings, config: Path | None, asterisk: Asterisk, keeper: Supervisor) -> None:
    """Start the processes and wait until calls are served. Raises TimeoutError."""
    log = wiring.Folders.of(settings).log
    argument = [str(config.absolute())] if config else []

    def python(module: str) -> list[str]:
        return [sys.executable, "-m", module, *argument]

    def serves() -> bool:
        return portal_answers(settings.agi.port)

    def decides() -> bool:
        return desk_socket.answers(settings)

    def works() -> bool:
        return jobs_beat.beats(settings)

    jobs_beat.beat_file(settings).unlink(missing_ok=True)  # an earlier start's
    keeper.start(Service("ivr", python("rufwerk.ivr_process"), log / "ivr.log", alive=serves))
    keeper.start(Service("cti", python("rufwerk.cti_process"), log / "cti.log", alive=decides))
    keeper.start(Service("jobs", python("rufwerk.jobs_process"), log / "jobs.log", alive=works))
    keeper.start(Service("asterisk", asterisk.command(), log / "asterisk.out"))
    keeper.wait_until(asterisk.answers, _READY_WITHIN_S, f"Asterisk (see {log}/asterisk.log)")
    keeper.wait_until(serves, _READY_WITHIN_S, f"The portal (see {log}/ivr.log)")
    keeper.wait_until(
        lambda: _web_answers(settings) and desk_socket.sees_asterisk(settings),
        _READY_WITHIN_S,
        f"The switchboard (see {log}/cti.log)",
    )
    keeper.wait_until(
        lambda: _desk_is_open(settings), _REPLAYED_WITHIN_S, f"The web (see {log}/cti.log)"
    )
    keeper.wait_until(works, _READY_WITHIN_S, f"The jobs (see {log}/jobs.log)")


def announce(settings: Settings, health: Health, console: Console) -> None:
    """The one line that others wait for, and what to try. ``console`` reads no markup."""
    console.print(
        f"Rufwerk is ready: http://{settings.web.host}:{settings.web.port}",
        highlight=False,
        soft_wrap=True,
    )
    sip = f"{settings.sip.host}:{settings.sip.port}"
    numbers = Table("Ring", "As", "Brand", "Greets in", box=None, pad_edge=False)
    for line in health.numbers:
        brand = f"{line.tenant}, debtors" if line.for_debtors else line.tenant
        numbers.add_row(f"sip:{line.extension}@{sip}", line.number, brand, line.language)
    console.print(numbers)
    if health.people:
        people = Table("Log in as", "PIN", "Name", "Brand", box=None, pad_edge=False)
        for person in health.people:
            people.add_row(person.number, person.pin, person.name, person.tenant)
        console.print(people)
        person = health.people[0]
        lines = (line for line in health.numbers if not line.for_debtors)
        line = next(line for line in lines if line.tenant == person.tenant)
        console.print(
            f"Without a phone: .venv/bin/rufwerk call {line.extension} "
            f'--keys "{person.number}#,{person.pin}#,1"',
            highlight=False,
            soft_wrap=True,
        )
    if settings.has_mail_box:
        console.print(
            f"Mails: caught on 127.0.0.1:{settings.mail.port}, shown at "
            f"http://{settings.web.host}:{settings.web.port}/mail to lena or max, password {demo_data.PASSWORD}",
            highlight=False,
            soft_wrap=True,
        )


def progress_bar(console: Console) -> Progress:
    """A bar for what takes a while."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _desk_is_open(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.web.host, settings.web.port), _PROBE_S).close()
    except OSError:
        return False
    return True


def _web_answers(settings: Settings) -> bool:
    url = f"http://{settings.ops.host}:{settings.ops.port}/healthz"
    try:
        with urllib.request.urlopen(url, timeout=_PROBE_S) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
