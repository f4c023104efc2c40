"""A real Asterisk on the real configuration, in a home of a test's own, with tones for prompts."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours
from domain.pin_policy import PinPolicy
from domain.tenant import Line, Tenant, TenantBook
from rufwerk.asterisk_config import render
from rufwerk.asterisk_program import NoAsterisk, Program, locate
from rufwerk.asterisk_runtime import Asterisk
from rufwerk.bench.scratch import free_ports
from rufwerk.settings import Agi, Ami, AsteriskSection, Ops, Rtp, Settings, Sip, Web

APOLOGY = {Language.DE: 600, Language.EN: 800, Language.ES: 1000, Language.FR: 1200}
"""The tone in Hz that stands for the apology in each language."""

MUSIC = 400


@dataclass(frozen=True, slots=True)
class Running:
    """An Asterisk that runs, and what it was started from."""

    settings: Settings
    asterisk: Asterisk
    process: subprocess.Popen[bytes]

    def console(self) -> str:
        """What it printed and logged so far."""
        printed = (self.settings.home / "console").read_text(errors="replace")
        return printed + self.asterisk.places.log_file.read_text(errors="replace")


def program() -> Program:
    """The Asterisk to run; where none is to be had the test is skipped, but not in CI."""
    try:
        cache = Path(os.environ.get("RUFWERK_CACHE", ".cache")).absolute()
        return locate(Settings(cache=cache))
    except NoAsterisk as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def settings_in(home: Path) -> Settings:
    """Settings with ports that nobody uses now."""
    sip, ami, agi, http, web, ops = free_ports(6)
    return Settings(
        home=home,
        cache=home / "cache",
        sip=Sip(port=sip),
        ami=Ami(port=ami),
        agi=Agi(port=agi),
        web=Web(port=web),
        ops=Ops(port=ops),
        asterisk=AsteriskSection(http_port=http),
        rtp=Rtp(first=22000, last=22999),
    )


def book(**numbers: Language) -> TenantBook:
    """A tenant for each language, with one line of that number: ``book(n555100=Language.DE)``."""
    hours = OpeningHours(ZoneInfo("Europe/Berlin"), {})
    return TenantBook.of(
        Tenant(
            id=TenantId(f"tenant-{name}"),
            name=name,
            country="DE",
            subdivision=None,
            lines=(Line("main", (name.removeprefix("n"),), (language,)),),
            hours=hours,
            menu=(),
            pin=PinPolicy(),
            version="1",
        )
        for name, language in numbers.items()
    )


BOOK = book(n555100=Language.DE, n555200=Language.FR)


@contextmanager
def running(settings: Settings, lines: TenantBook = BOOK) -> Iterator[Running]:
    """Start Asterisk, ready for calls; it is gone at the end."""
    places = render(settings, program(), lines, tones(settings.home / "prompts"))
    asterisk = Asterisk(program(), places)
    with (settings.home / "console").open("ab") as console:
        process = subprocess.Popen(
            asterisk.command(), stdin=subprocess.DEVNULL, stdout=console, stderr=console
        )
    try:
        wait_until_ready(asterisk, process)
        yield Running(settings, asterisk, process)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(
    asterisk: Asterisk, process: subprocess.Popen[bytes], timeout_s: float = 20.0
) -> None:
    """Come back when calls can come in."""
    deadline = time.monotonic() + timeout_s
    while not (asterisk.places.socket.exists() and asterisk.answers()):
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"Asterisk ended with {process.wait(0.05)}")
        assert time.monotonic() < deadline, "Asterisk isn't ready"


def tones(folder: Path) -> Path:
    """The prompts that the dialplan itself plays, as tones."""
    for language, tone in APOLOGY.items():
        _tone(folder / language / "failure/apology.sln16", tone, 1.0)
        _tone(folder / language / "field/wait.sln16", tone + 100, 1.0)
    _tone(folder / "music/music.sln16", MUSIC, 5.0)
    return folder


def _tone(path: Path, frequency: int, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    at = np.arange(int(16000 * seconds)) / 16000
    path.write_bytes((8000 * np.sin(2 * np.pi * frequency * at)).astype("<i2").tobytes())
