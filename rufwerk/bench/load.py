"""Paced calls over real SIP and RTP, many at once, and the CPU and memory they cost."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from phone.wire import CallEndedError, CallRefusedError, WirePhone
from rufwerk.bench import machine
from rufwerk.bench.crowd import Member

_PATIENCE_S: Final = 60.0
_SETTLES_S: Final = 1.0
"""What a portal may take to write down the last hang-up."""
_SAMPLED_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Portal:
    """What is rung: a number at a SIP port of this machine, and the processes behind it by name."""

    number: str
    sip_port: int
    pids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls each portal gets, and how many seconds after each other they begin."""

    calls: int
    every_s: float


@dataclass(frozen=True, slots=True)
class Load:
    """What one load cost: calls that came to their end, those that didn't, seconds, CPU seconds by process, and the
    memory that a process had more of at most, over the number of calls: all are up at once where each takes longer
    than all take to begin.
    """

    done: int
    failed: int
    seconds: float
    cpu_s: Mapping[str, float]
    mb_per_call: Mapping[str, float]

    def cpu_s_per_100(self, process: str | None = None) -> float:
        """CPU seconds per 100 calls, of all processes or of one."""
        used = sum(self.cpu_s.values()) if process is None else self.cpu_s[process]
        return used * 100 / max(self.done, 1)


async def interleaved(
    portals: Sequence[Portal], crowd: Sequence[Member], pace: Pace
) -> Sequence[Load]:
    """Ring all portals by turns, with a member of the crowd for each call; a load for each portal."""
    before = [_cpu_s(portal) for portal in portals]
    idle = [_mb(portal) for portal in portals]
    most = [dict(mb) for mb in idle]
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        phones = [
            await stack.enter_async_context(WirePhone("127.0.0.1", portal.sip_port))
            for portal in portals
        ]
        calls = [
            served_call(phone, portal.number, crowd[place], (place + turn / len(portals)) * pace.every_s)
            for place in range(pace.calls)
            for turn, (phone, portal) in enumerate(zip(phones, portals, strict=True))
        ]  # fmt: skip
        async with asyncio.TaskGroup() as group:
            sampling = group.create_task(_most_mb(portals, most))
            done = await asyncio.gather(*calls)
            sampling.cancel()
    seconds = time.monotonic() - began
    await asyncio.sleep(_SETTLES_S)
    loads = []
    for turn, portal in enumerate(portals):
        used = {name: after - before[turn][name] for name, after in _cpu_s(portal).items()}
        good = sum(done[turn :: len(portals)])
        more = {name: (most[turn][name] - mb) / pace.calls for name, mb in idle[turn].items()}
        loads.append(Load(good, pace.calls - good, seconds, used, more))
    return loads


async def served_call(phone: WirePhone, number: str, member: Member, begins_in_s: float) -> bool:
    """A call that listens to the end of each question, up to the one after the last wish; whether it got there."""
    await asyncio.sleep(begins_in_s)
    try:
        call = await phone.dial(number)
        for group in member.groups:
            await call.asked(_PATIENCE_S)
            await call.press(group)
        await call.asked(_PATIENCE_S)
        await call.hang_up()
    except (CallRefusedError, CallEndedError, TimeoutError):
        return False
    return True


async def _most_mb(portals: Sequence[Portal], most: Sequence[dict[str, float]]) -> None:
    """Raise ``most`` to what each process has meanwhile."""
    while True:
        for portal, kept in zip(portals, most, strict=True):
            for name, mb in _mb(portal).items():
                kept[name] = max(kept[name], mb)
        await asyncio.sleep(_SAMPLED_EVERY_S)


def _mb(portal: Portal) -> dict[str, float]:
    return {name: machine.resident_mb(pid) for name, pid in portal.pids.items()}


def _cpu_s(portal: Portal) -> dict[str, float]:
    return {name: machine.cpu_s(pid) for name, pid in portal.pids.items()}
