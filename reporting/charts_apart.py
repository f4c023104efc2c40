"""Has a report's charts drawn by a process apart, which is ended where it takes too long, or where we end."""

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import structlog

from reporting.report import Chart
from reporting.words import Words

log = structlog.get_logger()

WITHIN_S: Final = 120.0
"""A report's charts take some seconds, on a busy machine too."""

LENGTH: Final = struct.Struct(">I")
"""Bytes of the picture that follows."""


class NotDrawn(Exception):
    """The charts couldn't be drawn in time, or at all; a later try may do it."""


@dataclass(frozen=True, slots=True)
class ChartWish:
    charts: tuple[Chart, ...]
    words: Words


class ChartsApart:
    """Draws one report's charts after another's."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def draw(self, charts: Sequence[Chart], words: Words) -> tuple[bytes, ...]:
        """A PNG for each, in order; ``reporting.charts`` says what it looks like. Raises NotDrawn."""
        if not charts:
            return ()
        wish = pickle.dumps(ChartWish(tuple(charts), words))
        with self._started() as process:
            try:
                pictures, said = process.communicate(wish, self._within_s)
            except subprocess.TimeoutExpired:
                process.kill()
                late = f"The charts weren't drawn within {self._within_s:g} s"
                raise NotDrawn(late) from None
        if process.returncode:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            log.warning("charts not drawn", status=process.returncode, **{"pii.why": last})
            ended = f"The charts weren't drawn: their process ended with {process.returncode}"
            raise NotDrawn(ended)
        return _pictures(pictures)

    def close(self) -> None:
        """Whoever waits for charts, or asks for some, is told that they aren't drawn."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise NotDrawn("The charts weren't drawn: this process is about to end")
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reporting.chart_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_without_secrets(),
            )
            return self._process


def _pictures(output: bytes) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while output:
        (length,) = LENGTH.unpack_from(output)
        found.append(output[LENGTH.size : LENGTH.size + length])
        output = output[LENGTH.size + length :]
    return tuple(found)


def _without_secrets() -> dict[str, str]:
    return {name: one for name, one in os.environ.items() if not name.startswith("RUFWERK_")}
