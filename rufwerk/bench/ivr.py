"""What a call costs in which somebody hears his balance and redeems points: through the portal, in the dialplan alone,
and through a portal that only plays.

Each of the three has an Asterisk of its own, and one stream of calls goes to them by turns: whatever else the machine
does meets all three alike.
"""

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import jinja2
from rich.console import Console

from domain.ids import ParticipantId
from ivr.voice import Voice
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.bench import NoDialplan, crowd, load, machine, scratch
from rufwerk.bench.comparing_ivr import compared_pins
from rufwerk.bench.crowd import Member
from rufwerk.bench.load import Load, Pace, Portal
from rufwerk.bench.rehearsal import Scene, rehearse
from rufwerk.bench.scratch import Scratch
from rufwerk.settings import Settings

CALLS: Final = 30
ROUNDS: Final = 4
_EVERY_S: Final = 0.4
_POINTS: Final = 1_235_900
"""Told in as many words after each redemption as before it: all calls take the same time."""

_WANTS: Final = ("1", "2", "1", "1")
"""The balance; then a reward, the first one, confirmed."""

_DIALPLAN: Final = Path(__file__).resolve().parents[2] / "tests" / "bench" / "portal_call.conf"
_DIALPLAN_NUMBER: Final = "599001"
_NULL_NUMBER: Final = "599002"
_PINS: Final = 20

PORTAL, DIALPLAN, NULL = "portal", "dialplan", "null"


def measure(
    settings: Settings, console: Console, calls: int = CALLS, rounds: int = ROUNDS
) -> dict[str, Any]:
    """The document that ``--json`` prints; CPU in seconds. Raises NoDialplan."""
    if not _DIALPLAN.exists():
        raise NoDialplan(f"{_DIALPLAN} is missing. Run this from a checkout of Rufwerk.")
    with ExitStack() as stack:
        instances = {
            name: stack.enter_context(scratch.scratch(settings, console))
            for name in (PORTAL, DIALPLAN, NULL)
        }
        people = crowd.members(calls, points=_POINTS, wants=_WANTS)
        portals = _start(instances, people)
        version = instances[PORTAL].asterisk.program.version
        described = machine.described(version, wiring.utc_now())
        loads = scratch.run(_loads(portals, people, Pace(calls, _EVERY_S), rounds, console))
        load_after = machine.described(version, wiring.utc_now())["load"]
        pin_ms = _pin_ms(instances[PORTAL].settings)
    return {**_figures(loads), "pin_ms": pin_ms, "machine": described, "load_after": load_after}


def _start(instances: Mapping[str, Scratch], people: Sequence[Member]) -> Mapping[str, Portal]:
    """Start everything; where each of the three is reached."""
    scenes = _rehearsed(instances[PORTAL], people)
    (null_port,) = scratch.free_ports(1)
    for name in (DIALPLAN, NULL):
        _add_to_dialplan(instances[name], scenes, people, null_port)
    instances[PORTAL].start_ivr("rufwerk.bench.comparing_ivr")
    played = json.dumps([asdict(scene) for scene in scenes])
    instances[NULL].start_server(
        "ivr", "rufwerk.bench.null_ivr", null_port, [str(null_port), played]
    )
    for instance in instances.values():
        instance.start_asterisk()
    instances[DIALPLAN].asterisk.cli("module load app_read.so")
    numbers = {PORTAL: crowd.LINE, DIALPLAN: _DIALPLAN_NUMBER, NULL: _NULL_NUMBER}
    return {
        name: Portal(numbers[name], instance.settings.sip.port, instance.pids())
        for name, instance in instances.items()
    }


def _rehearsed(instance: Scratch, people: Sequence[Member]) -> Sequence[Scene]:
    """Add the crowd to the portal's database; what a member of it hears."""
    settings = instance.settings
    hasher = compared_pins(settings)
    folders = wiring.Folders.of(settings)
    voice = Voice(Catalogue.load(), folders.sounds, folders.own_sounds, settings.home / "rehearsed")
    transactions = wiring.transactions(settings)
    try:
        crowd.add(transactions, hasher, people)
        return rehearse(instance.book, voice, transactions, hasher, crowd.LINE, people[0].groups)
    finally:
        transactions.close()


def _add_to_dialplan(
    instance: Scratch, scenes: Sequence[Scene], people: Sequence[Member], null_port: int
) -> None:
    template = jinja2.Template(
        _DIALPLAN.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    text = template.render(
        scenes=scenes,
        dialplan_number=_DIALPLAN_NUMBER,
        null_number=_NULL_NUMBER,
        null_port=null_port,
        crowd=people,
    )
    with (instance.asterisk.places.etc / "extensions.conf").open("a", encoding="utf-8") as file:
        file.write(text)


async def _loads(
    portals: Mapping[str, Portal],
    people: Sequence[Member],
    pace: Pace,
    rounds: int,
    console: Console,
) -> Mapping[str, Sequence[Load]]:
    """A call each to warm up, then round for round."""
    await load.interleaved(list(portals.values()), people, Pace(1, pace.every_s))
    found: dict[str, list[Load]] = {name: [] for name in portals}
    for number in range(1, rounds + 1):
        loads = await load.interleaved(list(portals.values()), people, pace)
        for name, one in zip(portals, loads, strict=True):
            found[name].append(one)
            console.print(f"Round {number} of {rounds}, {name}: {_told(one)}", soft_wrap=True)
    return found


def _told(one: Load) -> str:
    parts = ", ".join(f"{name} {one.cpu_s_per_100(name):.2f}" for name in one.cpu_s)
    return f"{one.done} calls, {one.failed} failed, CPU seconds per 100 calls: {parts}"


def _figures(loads: Mapping[str, Sequence[Load]]) -> dict[str, Any]:
    portal = loads[PORTAL]
    return {
        "calls_per_s": _median([one.done / one.seconds for one in portal]),
        "cpu_s_per_100_calls": _median([one.cpu_s_per_100() for one in portal]),
        "asterisk_cpu_s_per_100_calls": _median([one.cpu_s_per_100("asterisk") for one in portal]),
        "ivr_cpu_s_per_100_calls": _median([one.cpu_s_per_100("ivr") for one in portal]),
        "ivr_mb_per_call": round(max(one.mb_per_call["ivr"] for one in portal), 2),
        "ratio_to_dialplan": _ratio(portal, loads[DIALPLAN]),
        "ratio_to_null": _ratio(portal, loads[NULL]),
        "calls": sum(one.done for one in portal),
        "failed": {name: sum(one.failed for one in some) for name, some in loads.items()},
    }


def _ratio(ours: Sequence[Load], others: Sequence[Load]) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(ours, others, strict=True)
    return _median([one.cpu_s_per_100() / other.cpu_s_per_100() for one, other in pairs])


def _pin_ms(settings: Settings) -> float:
    """What one PIN takes, hashed as the portal hashes it."""
    pins = wiring.pins(settings)
    someone = ParticipantId("somebody")
    stored = pins.hash(someone, "418267")
    times = []
    for _ in range(_PINS):
        began = time.perf_counter()
        pins.matches(someone, "418267", stored)
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 1)


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 3)
