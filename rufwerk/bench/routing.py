"""What a fact costs the routing engine, against how many callers wait: pure computing, nothing is rung."""

import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console

from domain.facts import kind_of
from rufwerk.bench import machine
from rufwerk.bench.busy_field import SKILLS, BusyField, Size, settled
from rufwerk.bench.keys import percentile
from rufwerk.wiring import utc_now

FACTS: Final = 2000
SIZES: Final = (Size(10, 5), Size(100, 50), Size(1000, 500), Size(2000, 1000))
AIMED_AT: Final = SIZES[2]
"""The size that the figures at the top of the document are of."""

_WARM_UP: Final = 200
_BAR: Final = 50


@dataclass(frozen=True, slots=True)
class _Timed:
    """A fact's kind, and the milliseconds of its step and of all that followed from it."""

    kind: str
    ms: float


def measure(console: Console, facts: int = FACTS, sizes: Sequence[Size] = SIZES) -> dict[str, Any]:
    """The document that ``--json`` prints; times in milliseconds."""
    described = machine.described("not used", utc_now())
    by_size = {}
    for size in sizes:
        by_size[size] = _timed(size, facts)
        console.print(_row(size, by_size[size]), soft_wrap=True)
    most = by_size[AIMED_AT if AIMED_AT in by_size else sizes[-1]]
    return {
        **_figures(most),
        "by_size": [
            {"waiting": size.waiting, "agents": size.agents, "skills": SKILLS, **_figures(timed)}
            for size, timed in by_size.items()
        ],
        "by_kind": _by_kind(most),
        "machine": described,
        "load_after": machine.described("not used", utc_now())["load"],
    }


def chart(by_size: Sequence[Mapping[str, Any]]) -> list[str]:
    """The cost against the size as bars, for a terminal."""
    longest = max(row["p99_ms"] for row in by_size)
    lines = []
    for row in by_size:
        for name in ("median_ms", "p99_ms"):
            bar = "#" * max(round(_BAR * row[name] / longest), 1)
            lines.append(f"{row['waiting']:>5} waiting  {name:>9} {row[name]:>8.3f} {bar}")
    return lines


def _timed(size: Size, facts: int) -> Sequence[_Timed]:
    busy = BusyField(size)
    timed = []
    for number in range(_WARM_UP + facts):
        fact = busy.next_fact()
        began = time.perf_counter()
        field = settled(busy.field, fact)
        took = time.perf_counter() - began
        busy.field = field
        if number >= _WARM_UP:
            timed.append(_Timed(kind_of(fact.body), took * 1000))
    return timed


def _figures(timed: Sequence[_Timed]) -> dict[str, Any]:
    times = [one.ms for one in timed]
    return {
        "median_ms": round(statistics.median(times), 3),
        "p99_ms": percentile(times, 99, 3),
        "facts": len(times),
    }


def _by_kind(timed: Sequence[_Timed]) -> dict[str, dict[str, Any]]:
    """The most frequent first."""
    kinds: dict[str, list[_Timed]] = defaultdict(list)
    for one in timed:
        kinds[one.kind].append(one)
    often = sorted(kinds, key=lambda kind: (-len(kinds[kind]), kind))
    return {kind: _figures(kinds[kind]) for kind in often}


def _row(size: Size, timed: Sequence[_Timed]) -> str:
    figures = _figures(timed)
    return (
        f"{size.waiting} waiting, {size.agents} agents, {SKILLS} skills: median "
        f"{figures['median_ms']:.3f} ms, p99 {figures['p99_ms']:.3f} ms over {len(timed)} facts"
    )
