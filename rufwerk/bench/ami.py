"""How many of Asterisk's events are read and translated each second, beside panoramisk's own reading.

The events are those of real calls in a scratch instance, as they came over the wire; they are told again and again,
each time as other calls, until there are enough.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console

from cti.ami_wire import Blocks, fields_of
from cti.lines import Lines
from cti.routing.field_call import FieldCall, OfferedTo
from cti.routing.state import Field
from cti.translate import Translator
from cti.yardstick import Ours, Panoramisk
from domain.fact import Origin
from domain.ids import AgentId, CallId, Phone
from domain.language import Language
from phone.wire import WirePhone
from rufwerk import demo_data
from rufwerk.bench import field_rig, machine, scratch
from rufwerk.bench.field_rig import FIELD, PHONES, QUEUE
from rufwerk.bench.scratch import Scratch
from rufwerk.settings import Settings
from rufwerk.wiring import utc_now

EVENTS: Final = 200_000
_CALLS: Final = 60
_EVERY_S: Final = 0.2
_SETTLES_S: Final = 2.0
_PIECE: Final = 65536
_GREETING: Final = b"Asterisk Call Manager/11.0.0\r\n"
_END: Final = b"\r\n\r\n"
_UNIQUEID: Final = re.compile(rb"(?<=: )\d{10}(?=\.\d+\r\n)")
_LATER_S: Final = 100_000
_LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Captured:
    """What Asterisk sent over one link, from one block's end to another's, and how long each piece of it was."""

    stream: bytes
    sizes: Sequence[int]

    @property
    def events(self) -> int:
        return self.stream.count(_END)

    def again(self, times: int) -> Sequence[bytes]:
        """The same pieces, of calls that came so many times later."""

        def later(found: re.Match[bytes]) -> bytes:
            return b"%010d" % (int(found[0]) + times * _LATER_S)

        stream = _UNIQUEID.sub(later, self.stream)
        pieces, begins = [], 0
        for size in self.sizes:
            pieces.append(stream[begins : begins + size])
            begins += size
        return pieces


@dataclass(frozen=True, slots=True)
class _Told:
    """One telling: events a second of ours and of panoramisk, and how many facts came of it."""

    ours: float
    panoramisk: float
    facts: int


def measure(settings: Settings, console: Console, events: int = EVENTS) -> dict[str, Any]:
    """The document that ``--json`` prints. Raises NoDialplan."""
    with field_rig.staffed(settings, console) as instance:
        version = instance.asterisk.program.version
        captured = scratch.run(_captured(instance))
    console.print(f"Captured {captured.events} events of {2 * _CALLS} calls.", soft_wrap=True)
    described = machine.described(version, utc_now())
    told = scratch.run(tellings(captured, -(-events // captured.events)))
    return {
        "events_per_s": round(statistics.median([one.ours for one in told])),
        "panoramisk_events_per_s": round(statistics.median([one.panoramisk for one in told])),
        "ratio_to_panoramisk": round(
            statistics.median([one.ours / one.panoramisk for one in told]), 2
        ),
        "events": captured.events * len(told),
        "facts": sum(one.facts for one in told),
        "captured_events": captured.events,
        "machine": described,
        "load_after": machine.described(version, utc_now())["load"],
    }


async def _captured(instance: Scratch) -> Captured:
    """Calls through the field and through Asterisk's own queue, by turns."""
    sip = instance.settings.sip
    async with field_rig.at_work(instance), WirePhone(sip.host, sip.port) as callers:
        reader, writer = await _logged_in(instance.settings)
        recording = asyncio.ensure_future(_recorded(reader))
        await asyncio.gather(
            *(
                field_rig.call(callers, f"{(FIELD, QUEUE)[place % 2]}{place:04}", place * _EVERY_S)
                for place in range(2 * _CALLS)
            )
        )
        await asyncio.sleep(_SETTLES_S)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        return await recording


async def _logged_in(settings: Settings) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A link whose next byte is an event's first."""
    where = field_rig.manager(settings)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    writer.write(
        f"Action: Login\r\nUsername: {where.user}\r\nSecret: {where.secret}\r\n\r\n".encode()
    )
    while not (await reader.readuntil(_END)).startswith(b"Event: FullyBooted"):
        pass
    return reader, writer


async def _recorded(reader: asyncio.StreamReader) -> Captured:
    """Until the link is closed on our side."""
    pieces = []
    with suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            pieces.append(piece)
    stream, sizes = b"".join(pieces), [len(piece) for piece in pieces]
    whole = stream.rfind(_END) + len(_END)
    sizes[-1] -= len(stream) - whole
    return Captured(stream[:whole], sizes)


async def tellings(captured: Captured, times: int) -> Sequence[_Told]:
    """Both read each telling, and take turns at being the first."""
    found = []
    panoramisk = Panoramisk()
    for number in range(times):
        pieces = captured.again(number)
        field = _field(b"".join(pieces))
        ours = Ours(Translator(Lines(NODE), frozenset(map(Phone, PHONES))))
        took: dict[str, float] = {}
        facts = 0
        for whose in ("ours", "panoramisk") if number % 2 else ("panoramisk", "ours"):
            began = time.perf_counter()
            if whose == "ours":
                facts = await ours.take(pieces, field)
            else:
                await panoramisk.take(pieces)
            took[whose] = captured.events / (time.perf_counter() - began)
        found.append(_Told(took["ours"], took["panoramisk"], facts))
    assert panoramisk.told == times * captured.events, "panoramisk has missed events"
    return found


NODE: Final = "a"


def _field(stream: bytes) -> Field:
    """All who enter in the stream, each with an agent whose telephone rings: most events mean something then."""
    calls = {}
    for block in Blocks().feed(_GREETING + stream):
        fields = fields_of(block)
        if fields.get("UserEvent") == "FieldEntered":
            call = CallId(f"{NODE}-{fields['Uniqueid']}")
            origin = Origin(demo_data.ALPENRAD, call, "cti")
            calls[call] = FieldCall(
                call, origin, Language.DE, None, None, 0, _LONG_AGO,
                OfferedTo(AgentId("agent")), offers=1,
            )  # fmt: skip
    return Field(calls=calls)
