"""On what machine and under what load a figure was measured."""

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_FIRST_TIME: Final = 11  # of the fields behind the name: utime, stime, cutime, cstime (proc(5))


def described(asterisk_version: str, now: datetime) -> dict[str, Any]:
    """What a reader must know to compare; ``load`` is the average of 1, 5 and 15 minutes, now."""
    return {
        "at": now.isoformat(timespec="seconds"),
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(load, 2) for load in os.getloadavg()],
        "kernel": platform.release(),
        "python": platform.python_version(),
        "asterisk": asterisk_version,
        "rufwerk": version("rufwerk"),
    }


def as_line(machine: dict[str, Any]) -> str:
    """The same for a person to read."""
    load = " ".join(str(one) for one in machine["load"])
    return (
        f"{machine['at']}, {machine['cores']} x {machine['cpu']}, load {load}, Linux {machine['kernel']}, "
        f"Python {machine['python']}, Asterisk {machine['asterisk']}, Rufwerk {machine['rufwerk']}"
    )


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, its threads and ended children too. OSError where it is gone."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    fields = stat.rpartition(")")[2].split()  # a program's name may hold anything
    return sum(map(int, fields[_FIRST_TIME : _FIRST_TIME + 4])) / _TICKS


def resident_mb(pid: int) -> float:
    """The memory that a process has now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ticks() -> tuple[int, int]:
    """Of all cores since the machine began: in all, and what its host gave to others meanwhile (``steal``, proc(5))."""
    cores = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    spent = [int(one) for one in cores.split()[1:9]]  # user and nice have guest's in them
    return sum(spent), spent[-1]


def stolen_percent(since: tuple[int, int]) -> float:
    """What the host gave to others since those ``ticks``. It shows in no load, and every wait grows with it."""
    (all_now, stolen_now), (all_then, stolen_then) = ticks(), since
    return round(100 * (stolen_now - stolen_then) / max(1, all_now - all_then), 1)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
