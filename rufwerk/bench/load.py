"""Paced balance calls over real SIP and RTP, many at once, and the CPU they cost."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from phone.wire import CallEndedError, CallRefusedError, WirePhone
from rufwerk.bench import machine
from rufwerk.bench.crowd import Member

_PATIENCE_S: Final = 60.0
_SETTLES_S: Final = 1.0
"""What the portal may take to write down the last hang-up."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many calls a load has, and how many seconds after each other they begin."""

    calls: int
    every_s: float


@dataclass(frozen=True, slots=True)
class Load:
    """What one load cost: calls that came to their end, those that didn't, seconds, CPU seconds by process."""

    done: int
    failed: int
    seconds: float
    cpu_s: Mapping[str, float]

    def cpu_s_per_100(self, process: str | None = None) -> float:
        """CPU seconds per 100 calls, of all processes or of one."""
        used = sum(self.cpu_s.values()) if process is None else self.cpu_s[process]
        return used * 100 / max(self.done, 1)


async def put(
    phone: WirePhone, number: str, crowd: Sequence[Member], pace: Pace, pids: Mapping[str, int]
) -> Load:
    """Ring ``number``, a member of the crowd for each call; each listens to the end of each question."""
    before = {name: machine.cpu_s(pid) for name, pid in pids.items()}
    began = time.monotonic()
    calls = (
        balance_call(phone, number, crowd[place % len(crowd)], place * pace.every_s)
        for place in range(pace.calls)
    )
    done = sum(await asyncio.gather(*calls))
    seconds = time.monotonic() - began
    await asyncio.sleep(_SETTLES_S)
    used = {name: machine.cpu_s(pid) - before[name] for name, pid in pids.items()}
    return Load(done, pace.calls - done, seconds, used)


async def balance_call(phone: WirePhone, number: str, member: Member, begins_in_s: float) -> bool:
    """One call up to the question after the balance; False where it didn't get that far."""
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
