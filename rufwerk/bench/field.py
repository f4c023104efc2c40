"""How long it takes from a caller's entry to the ringing of an agent's telephone: the waiting field beside app_queue.

Both run in one Asterisk with the same telephones, and take turns. The dialplan says when a caller entered, and a
ringing is the moment at which the telephone's INVITE arrives here; both by the machine's one clock.
"""

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console

from phone.wire import WirePhone
from rufwerk.bench import field_rig, machine, scratch
from rufwerk.bench.desk_phones import DeskPhones
from rufwerk.bench.field_rig import FIELD, QUEUE
from rufwerk.bench.keys import percentile
from rufwerk.bench.scratch import Scratch
from rufwerk.settings import Settings
from rufwerk.wiring import utc_now

CALLS: Final = 80
ROUNDS: Final = 4
_EVERY_S: Final = 0.1
_WARM_UP: Final = 10
_SETTLES_S: Final = 1.0

Waits = Mapping[str, list[float]]


def measure(
    settings: Settings, console: Console, calls: int = CALLS, rounds: int = ROUNDS
) -> dict[str, Any]:
    """The document that ``--json`` prints; times in milliseconds. Raises NoDialplan."""
    with field_rig.staffed(settings, console) as instance:
        version = instance.asterisk.program.version
        described = machine.described(version, utc_now())
        waits = scratch.run(_waits(instance, calls, rounds, console))
        load_after = machine.described(version, utc_now())["load"]
    ours, queue = waits[FIELD], waits[QUEUE]
    return {
        "median_ms": _median(ours),
        "p99_ms": percentile(ours, 99),
        "app_queue_median_ms": _median(queue),
        "app_queue_p99_ms": percentile(queue, 99),
        "calls": calls * rounds,
        "not_rung": {"field": calls * rounds - len(ours), "app_queue": calls * rounds - len(queue)},
        "machine": described,
        "load_after": load_after,
    }


async def _waits(instance: Scratch, calls: int, rounds: int, console: Console) -> Waits:
    """Milliseconds by number; one that never rang is left out."""
    settings = instance.settings
    found: dict[str, list[float]] = {FIELD: [], QUEUE: []}
    async with (
        field_rig.at_work(instance) as phones,
        field_rig.entries(settings) as entered,
        WirePhone(settings.sip.host, settings.sip.port) as callers,
    ):
        first = 0
        for number in range(rounds + 1):
            for way in (FIELD, QUEUE):
                shown = range(first, first + (calls if number else _WARM_UP))
                first = shown.stop
                await _round(callers, way, shown)
                if number:
                    waits = _between(entered, phones, shown)
                    console.print(_told(number, way, waits, calls), soft_wrap=True)
                    found[way] += waits
    return found


async def _round(callers: WirePhone, way: str, shown: range) -> None:
    """Ten calls a second."""
    calls = [
        field_rig.call(callers, f"{way}{number:04}", place * _EVERY_S)
        for place, number in enumerate(shown)
    ]
    await asyncio.gather(*calls)
    await asyncio.sleep(_SETTLES_S)


def _between(entered: Mapping[str, float], phones: DeskPhones, shown: range) -> list[float]:
    numbers = [f"{number:04}" for number in shown]
    return [
        (phones.rang_at[one] - entered[one]) * 1000
        for one in numbers
        if one in entered and one in phones.rang_at
    ]


def _told(number: int, way: str, waits: Sequence[float], calls: int) -> str:
    name = {FIELD: "waiting field", QUEUE: "app_queue"}[way]
    if not waits:
        return f"Round {number}, {name}: no telephone rang for {calls} calls"
    return (
        f"Round {number}, {name}: median {_median(waits)} ms, p99 {percentile(waits, 99)} ms "
        f"over {len(waits)} of {calls} calls"
    )


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1)
