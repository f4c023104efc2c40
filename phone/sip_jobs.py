"""What a phone's process is asked to do, and how such a process is started."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

COMMAND: Final = (sys.executable, "-m", "phone.sip")
FOLDER: Final = Path(__file__).parent.parent
"""Where ``phone`` is found even if it isn't installed: the current directory of a phone's process."""


@dataclass(frozen=True, slots=True)
class CallJob:
    """Ring ``number`` at ``host:port`` and type ``keys``; ``record`` is the path of a WAV file (8 kHz, 16 bit).

    ``caller`` None withholds the number. The call is ended after ``at_most_s`` at the latest.
    """

    host: str
    port: int
    number: str
    keys: str
    caller: str | None
    record: str
    at_most_s: float


@dataclass(frozen=True, slots=True)
class WaitJob:
    """Register as ``user`` at ``host:port`` and wait for calls.

    ``answer_after_s`` None lets it ring until told what to do.
    """

    host: str
    port: int
    user: str
    password: str
    answer_after_s: float | None


Job = CallJob | WaitJob
_KINDS: Final = {CallJob: "call", WaitJob: "wait"}


def job_line(job: Job) -> str:
    """The first line a phone's process reads."""
    return json.dumps({"job": _KINDS[type(job)], **asdict(job)}) + "\n"


def read_job(line: Mapping[str, Any]) -> Job:
    """The job of a parsed line. Raises ValueError for a kind that there isn't."""
    values = {name: value for name, value in line.items() if name != "job"}
    match line.get("job"):
        case "call":
            return CallJob(**values)
        case "wait":
            return WaitJob(**values)
        case other:
            raise ValueError(f"phone: there is no job {other!r}")
