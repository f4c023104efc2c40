"""The sign of life of the process for jobs: a file that it touches each second."""

import time
from pathlib import Path
from typing import Final

from rufwerk import wiring
from rufwerk.settings import Settings

_FRESH_S: Final = 10.0


def beat_file(settings: Settings) -> Path:
    return wiring.Folders.of(settings).run / "jobs.beat"


def beats(settings: Settings) -> bool:
    """Whether it lives and works."""
    try:
        touched = beat_file(settings).stat().st_mtime
    except OSError:
        return False
    return abs(time.time() - touched) < _FRESH_S
