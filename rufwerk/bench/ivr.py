"""What a balance call costs through the portal, in the dialplan alone, and through a portal that only plays."""

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import jinja2
from rich.console import Console

from domain.ids import ParticipantId
from ivr.voice import Voice
from phone.wire import WirePhone
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.bench import crowd, load, machine, scratch
from rufwerk.bench.comparing_ivr import compared_pins
from rufwerk.bench.crowd import Member
from rufwerk.bench.load import Load, Pace
from rufwerk.bench.rehearsal import Scene, rehearse
from rufwerk.bench.scratch import Scratch
from rufwerk.settings import Settings

CALLS: Final = 40
ROUNDS: Final = 3
_EVERY_S: Final = 0.25
_DIALPLAN_NUMBER: Final = "599001"
_NULL_NUMBER: Final = "599002"
_SCENES: Final = ("number", "pin", "moment", "menu", "balance")
_DIALPLAN: Final = Path(__file__).resolve().parents[2] / "tests" / "bench" / "balance_call.conf"
_PINS: Final = 20

PORTAL, DIALPLAN, NULL = "portal", "dialplan", "null"


class NoDialplan(Exception):
    """The dialplan to compare with isn't there; the message says where it is looked for."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared: the number rung, and the processes whose CPU it uses."""

    name: str
    number: str
    processes: tuple[str, ...]


CONTENDERS: Final = (
    Contender(PORTAL, crowd.LINE, ("asterisk", "ivr")),
    Contender(DIALPLAN, _DIALPLAN_NUMBER, ("asterisk",)),
    Contender(NULL, _NULL_NUMBER, ("asterisk", "null")),
)


def measure(
    settings: Settings, console: Console, calls: int = CALLS, rounds: int = ROUNDS
) -> dict[str, Any]:
    """The document that ``--json`` prints; CPU in seconds."""
    if not _DIALPLAN.exists():
        raise NoDialplan(f"{_DIALPLAN} is missing. Run `bench ivr` from a checkout of Rufwerk.")
    with scratch.scratch(settings, console) as instance:
        people = _prepare(instance, calls)
        version = instance.asterisk.program.version
        described = machine.described(version, wiring.utc_now())
        loads = scratch.run(_loads(instance, people, Pace(calls, _EVERY_S), rounds, console))
        load_after = machine.described(version, wiring.utc_now())["load"]
        pin_ms = _pin_ms(instance.settings)
    return {**_figures(loads), "pin_ms": pin_ms, "machine": described, "load_after": load_after}


def _prepare(instance: Scratch, calls: int) -> Sequence[Member]:
    """Start everything; the crowd that rings."""
    settings = instance.settings
    hasher = compared_pins(settings)
    transactions = wiring.transactions(settings)
    try:
        people = crowd.add(transactions, hasher, calls)
        folders = wiring.Folders.of(settings)
        rehearsed = folders.run / "rehearsed"
        voice = Voice(Catalogue.load(), folders.sounds, folders.own_sounds, rehearsed)
        scenes = rehearse(
            instance.book, voice, transactions, hasher, crowd.LINE, people[0].groups
        )
    finally:
        transactions.close()
    (null_port,) = scratch.free_ports(1)
    _add_to_dialplan(instance, scenes, people, null_port)
    instance.start_ivr("rufwerk.bench.comparing_ivr")
    played = json.dumps([asdict(scene) for scene in scenes])
    instance.start_server(NULL, "rufwerk.bench.null_ivr", null_port, [str(null_port), played])
    instance.start_asterisk()
    instance.asterisk.cli("module load app_read.so")
    return people


def _add_to_dialplan(
    instance: Scratch, scenes: Sequence[Scene], people: Sequence[Member], null_port: int
) -> None:
    text = jinja2.Template(
        _DIALPLAN.read_text(encoding="utf-8"), undefined=jinja2.StrictUndefined, trim_blocks=True
    ).render(
        **dict(zip(_SCENES, scenes, strict=True)),
        dialplan_number=_DIALPLAN_NUMBER,
        null_number=_NULL_NUMBER,
        null_port=null_port,
        crowd=people,
    )
    etc = instance.asterisk.places.etc
    (etc / _DIALPLAN.name).write_text(text, encoding="utf-8")
    with (etc / "extensions.conf").open("a", encoding="utf-8") as file:
        file.write(f'\n#include "{_DIALPLAN.name}"\n')


async def _loads(
    instance: Scratch, people: Sequence[Member], pace: Pace, rounds: int, console: Console
) -> Mapping[str, Sequence[Load]]:
    """A short load to warm up, then each contender in turn, so that what else the machine does meets all."""
    sip = instance.settings.sip
    found: dict[str, list[Load]] = {contender.name: [] for contender in CONTENDERS}
    async with WirePhone(sip.host, sip.port) as phone:
        for number in range(rounds + 1):
            for contender in CONTENDERS:
                pids = {name: instance.pid(name) for name in contender.processes}
                now = pace if number else Pace(2, pace.every_s)
                one = await load.put(phone, contender.number, people, now, pids)
                if number:
                    found[contender.name].append(one)
                    console.print(f"{contender.name}, round {number} of {rounds}: {_told(one)}")
    return found


def _told(one: Load) -> str:
    parts = ", ".join(f"{name} {one.cpu_s_per_100(name):.2f}" for name in one.cpu_s)
    return f"{one.done} calls, {one.failed} failed, CPU s per 100 calls: {parts}"


def _figures(loads: Mapping[str, Sequence[Load]]) -> dict[str, Any]:
    portal = loads[PORTAL]
    return {
        "calls_per_s": _median([one.done / one.seconds for one in portal]),
        "cpu_s_per_100_calls": _median([one.cpu_s_per_100() for one in portal]),
        "asterisk_cpu_s_per_100_calls": _median([one.cpu_s_per_100("asterisk") for one in portal]),
        "ivr_cpu_s_per_100_calls": _median([one.cpu_s_per_100("ivr") for one in portal]),
        "ratio_to_dialplan": _ratio(portal, loads[DIALPLAN]),
        "ratio_to_null": _ratio(portal, loads[NULL]),
        "calls": sum(one.done for one in portal),
        "failed": {name: sum(one.failed for one in some) for name, some in loads.items()},
    }


def _ratio(ours: Sequence[Load], others: Sequence[Load]) -> float:
    """The median of the rounds' ratios: what disturbs a round disturbs both of it."""
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
