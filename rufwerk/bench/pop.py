"""How long it takes from Asterisk's UserEvent to the screen pop in an agent's page, beside a bare relay's way.

Asterisk itself says when the event happened, and all clocks are the machine's. Callers come through the portal and ask
for a person; between two of them Asterisk tells an event that the bare relay passes on, with as many bytes.
"""

import asyncio
import gc
import statistics
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console

from cti.ami import Ami, Event
from cti.lines import Lines
from phone.wire import WirePhone
from rufwerk.bench import chromium, field_rig, machine, plain_pages, pop_rig, scratch
from rufwerk.bench.chromium import NoBrowser
from rufwerk.bench.keys import percentile
from rufwerk.bench.pop_rig import PopRig
from rufwerk.settings import Settings
from rufwerk.wiring import utc_now

CALLS: Final = 120
PAGES: Final = 50
IN_CHROMIUM: Final = 10
"""Of the open pages; with all 50 in Chromium two cores are busy with Chromium alone, and the bare relay waits too."""

SOCKETS: Final = 200

_EVERY_S: Final = 0.7
_BUSY_S: Final = 4.0
"""How long a call keeps its agent busy at most."""
_WARM_UP: Final = 10
_SETTLES_S: Final = 2.0
_USUAL_BYTES: Final = 4000


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds of the pops that were seen, of how many callers, and of the bare relay beside them."""

    ours: Sequence[float]
    callers: int
    relay: Sequence[float]

    def figures(self, name: str) -> dict[str, Any]:
        """Null where nothing was seen."""
        return {
            f"{name}_median_ms": _median(self.ours),
            f"{name}_p99_ms": _p99(self.ours),
            f"relay_{name}_median_ms": _median(self.relay),
            f"relay_{name}_p99_ms": _p99(self.relay),
            f"{name}_pops": len(self.ours),
        }


def measure(
    settings: Settings, console: Console, calls: int = CALLS, pages: int = IN_CHROMIUM
) -> dict[str, Any]:
    """The document that ``--json`` prints; times in milliseconds. So many of the 50 open pages are Chromium's."""
    with pop_rig.staffed(settings, console, SOCKETS) as rig:
        version = rig.instance.asterisk.program.version
        described = machine.described(version, utc_now())
        since = machine.ticks()
        server, size = scratch.run(_server(rig, calls))
        stolen: dict[str, float | None] = {
            "server": machine.stolen_percent(since),
            "painted": None,
        }
    console.print(told("On the socket", server), soft_wrap=True)
    missing = ""
    painted = Waits((), 0, ())
    try:
        with pop_rig.staffed(settings, console, pages, PAGES - pages) as rig:
            since = machine.ticks()
            painted = scratch.run(_painted(rig, calls, size))
            stolen["painted"] = machine.stolen_percent(since)
        console.print(told("Painted", painted), soft_wrap=True)
    except NoBrowser as error:
        missing = str(error)
    return {
        **painted.figures("painted"),
        **server.figures("server"),
        "stolen_percent": stolen,
        "callers": {"painted": painted.callers, "server": server.callers},
        "chromium": missing or f"{pages} of {PAGES} open pages are Chromium's, and those pop",
        "sockets": SOCKETS,
        "bytes": size,
        "machine": described,
        "load_after": machine.described(version, utc_now())["load"],
    }


async def _server(rig: PopRig, calls: int) -> tuple[Waits, int]:
    """With 200 WebSockets of as many agents; and how many bytes a pop usually has."""
    tokens = rig.agents.values()
    async with (
        _at_work(rig) as work,
        plain_pages.opened(rig.plain(tokens)) as ours,
        plain_pages.opened(rig.relay_plain(len(tokens))) as relay,
    ):
        await work.callers(_WARM_UP)
        size = round(statistics.median(ours.sizes)) if ours.sizes else _USUAL_BYTES
        pages = [place % len(tokens) for place in range(calls)]
        entered = await work.by_turns(pages, size)
        return Waits(between(entered, ours.at), len(entered), passed_on(relay.at)), size


async def _painted(rig: PopRig, calls: int, size: int) -> Waits:
    """With 50 pages open; all that ring are Chromium's. Raises NoBrowser."""
    async with (
        chromium.opened([rig.relay_real(), *rig.real(rig.agents.values())]) as real,
        plain_pages.opened(rig.plain(rig.onlookers.values())),
        _at_work(rig) as work,
    ):
        await work.callers(_WARM_UP)
        entered = await work.by_turns([0] * calls, size)
        moments = await real.painted()
        return Waits(between(entered, moments), len(entered), passed_on(moments))


@dataclass(frozen=True, slots=True)
class _Work:
    """Callers, a link of our own to Asterisk, and when each call's UserEvent happened."""

    phone: WirePhone
    ami: Ami
    entered: dict[str, float]
    every_s: float

    async def callers(self, calls: int) -> None:
        """One after the other, until the last has left."""
        numbers = pop_rig.CALLERS
        await asyncio.gather(
            *(
                pop_rig.call(self.phone, numbers[place % len(numbers)], place * self.every_s)
                for place in range(calls)
            )
        )
        await asyncio.sleep(_SETTLES_S)

    async def by_turns(self, pages: Sequence[int], size: int) -> dict[str, float]:
        """A caller for each, and between two of them an event for that page of the bare relay; when the callers came
        in.
        """
        self.entered.clear()
        gc.collect()
        gc.freeze()  # or what looks for garbage here, for 150 ms, counts as the pop's time
        relayed = [
            pop_rig.relay(self.ami, page, size, (place + 0.5) * self.every_s)
            for place, page in enumerate(pages)
        ]
        await asyncio.gather(self.callers(len(pages)), *relayed)
        return dict(self.entered)


@asynccontextmanager
async def _at_work(rig: PopRig) -> AsyncIterator[_Work]:
    """The block begins when all agents are ready."""
    entered: dict[str, float] = {}
    lines = Lines(rig.settings.node)

    def note(event: Event) -> None:
        if event.get("UserEvent") == "FieldEntered":
            entered.setdefault(lines.call(event.get("Uniqueid")), float(event.get("Timestamp")))

    sip = rig.settings.sip
    async with (
        field_rig.user_events(rig.settings, note) as ami,
        field_rig.at_work(rig.instance),
        WirePhone(sip.host, sip.port) as phone,
    ):
        yield _Work(phone, ami, entered, max(_EVERY_S, _BUSY_S / len(rig.agents)))


def between(entered: Mapping[str, float], seen: Mapping[str, float]) -> list[float]:
    """Milliseconds from a call's event to its pop; a call that popped nowhere is left out."""
    return [(seen[call] - at) * 1000 for call, at in entered.items() if call in seen]


def passed_on(seen: Mapping[str, float]) -> list[float]:
    """Milliseconds of what the bare relay sent: it calls each event by its moment."""
    return [(at - float(moment)) * 1000 for moment, at in seen.items() if _is_moment(moment)]


def _is_moment(name: str) -> bool:
    return name.replace(".", "", 1).isdecimal()  # a call's id begins with the node's name


def told(what: str, waits: Waits) -> str:
    """For who waits for the rest."""
    return (
        f"{what}: median {_median(waits.ours)} ms, p99 {_p99(waits.ours)} ms over {len(waits.ours)} of "
        f"{waits.callers} callers; bare relay: median {_median(waits.relay)} ms, p99 {_p99(waits.relay)} ms"
    )


def _median(values: Sequence[float]) -> float | None:
    return round(statistics.median(values), 1) if values else None


def _p99(values: Sequence[float]) -> float | None:
    return percentile(values, 99) if values else None
