"""One of Rufwerk's processes by itself, in a home of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from rufwerk import settings_reading
from rufwerk.bench.scratch import free_ports
from tests.fakes.databases import migrated

ROOT = Path(__file__).parents[2]
WITHIN_S = 60.0
"""When what hangs is given up; a busy machine takes its time."""


def made_home(home: Path, changes: Mapping[str, str]) -> dict[str, str]:
    """The settings of a new home with a database, ``changes`` among them."""
    environ = {"RUFWERK_HOME": str(home), **changes}
    settings = settings_reading.load(None, environ)
    settings.home.mkdir()
    migrated(settings.home / "rufwerk.db")
    return environ


def free_port() -> str:
    return str(free_ports(1)[0])


@contextmanager
def running(
    module: str, environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """What it says goes to the end of ``log``."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**os.environ, **environ},
            stderr=output,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WITHIN_S)


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not there():
        assert time.monotonic() < deadline
        Event().wait(0.02)
