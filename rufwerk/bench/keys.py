"""How long a caller waits, from the last key he presses to the first sound of the answer."""

import asyncio
import statistics
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console

from phone.wire import WirePhone
from rufwerk import demo_data
from rufwerk.bench import machine, scratch
from rufwerk.bench.scratch import Scratch
from rufwerk.settings import Settings
from rufwerk.wiring import utc_now

CALLS: Final = 12
_EVERY_S: Final = 0.7
_LINE: Final = "555100"
_PATIENCE_S: Final = 60.0

_PERSON: Final = demo_data.PEOPLE[0]
GROUPS: Final = (
    ("number", f"{_PERSON.participant.number}#"),
    ("pin", f"{_PERSON.pin}#"),
    ("balance", "1"),
    ("block", "3"),
    ("no", "2"),
    ("balance", "1"),
)
"""What is keyed in each call: a name for it, and the keys; each when the portal is silent."""


def measure(settings: Settings, console: Console, calls: int = CALLS) -> dict[str, Any]:
    """The document that ``--json`` prints; times in milliseconds."""
    with scratch.scratch(settings, console) as instance:
        instance.start_ivr()
        instance.start_asterisk()
        version = instance.asterisk.program.version
        described = machine.described(version, utc_now())
        console.print(f"{calls} calls of {len(GROUPS)} answers each ...")
        waits = scratch.run(_waits(instance, calls))
        load_after = machine.described(version, utc_now())["load"]
    everything = [wait for _, wait in waits]
    names = dict(GROUPS)
    by_key = {name: _median([ms for key, ms in waits if key == name]) for name in names}
    return {
        "median_ms": _median(everything),
        "p99_ms": percentile(everything, 99),
        "keys": len(everything),
        "median_ms_by_key": by_key,
        "machine": described,
        "load_after": load_after,
    }


async def _waits(instance: Scratch, calls: int) -> list[tuple[str, float]]:
    settings = instance.settings
    async with (
        WirePhone(settings.sip.host, settings.sip.port) as phone,
        asyncio.TaskGroup() as all_,
    ):
        tasks = [all_.create_task(_call(phone, number * _EVERY_S)) for number in range(calls)]
        del all_
        done = await asyncio.gather(*tasks)
    return [wait for waits in done for wait in waits]


async def _call(phone: WirePhone, begins_in_s: float) -> list[tuple[str, float]]:
    await asyncio.sleep(begins_in_s)
    call = await phone.dial(_LINE)
    waits = []
    for name, keys in GROUPS:
        await call.asked(_PATIENCE_S)
        presses = await call.press(keys)
        heard_at = await call.sound_after(presses[-1].sent_at)
        waits.append((name, (heard_at - presses[-1].sent_at) * 1000))
    await call.hang_up()
    return waits


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1)


def percentile(values: Sequence[float], percent: int, digits: int = 1) -> float:
    """The smallest value that so many percent of all don't exceed."""
    ordered = sorted(values)
    place = max(-(-percent * len(ordered) // 100), 1)
    return round(ordered[place - 1], digits)
