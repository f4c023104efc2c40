"""Has a report's charts drawn by a process apart, which is ended where it takes too long."""

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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


def draw_charts(
    charts: Sequence[Chart], words: Words, within_s: float = WITHIN_S
) -> tuple[bytes, ...]:
    """A PNG for each, in order; ``reporting.charts`` says what it looks like. Raises NotDrawn."""
    if not charts:
        return ()
    wish = pickle.dumps(ChartWish(tuple(charts), words))
    command = [sys.executable, "-m", "reporting.chart_process"]
    try:
        done = subprocess.run(
            command,
            input=wish,
            capture_output=True,
            timeout=within_s,
            check=True,
            env=_without_secrets(),
        )
    except subprocess.TimeoutExpired:
        raise NotDrawn(f"The charts weren't drawn within {within_s:g} s") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or b"").decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("charts not drawn", status=error.returncode, **{"pii.why": last})
        raise NotDrawn(
            f"The charts weren't drawn: their process ended with {error.returncode}"
        ) from None
    return _pictures(done.stdout)


def _pictures(output: bytes) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while output:
        (length,) = LENGTH.unpack_from(output)
        found.append(output[LENGTH.size : LENGTH.size + length])
        output = output[LENGTH.size + length :]
    return tuple(found)


def _without_secrets() -> dict[str, str]:
    return {name: one for name, one in os.environ.items() if not name.startswith("RUFWERK_")}
