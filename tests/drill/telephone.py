"""An agent's telephone in a drill: it notes what it sees, tells who rings and who talks, and may lose its power."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol

from domain.ids import Phone
from phone.registered import RegisteredPhone
from rufwerk.settings import Settings
from tests.drill.seen_checks import Rung

_NUMBER: Final = re.compile(r"sip:([^@>]*)@")
_CANCELLED: Final = 487
"""The SIP status of a call that was gone before it could be declined (RFC 3261, 21.4.25)."""

_REGISTERS_IN_S: Final = 30.0
_FOUND_IN_S: Final = 10.0
"""How long after it has registered again a telephone is found by the portal, which asks each five seconds."""


class State(Enum):
    OFF = "off"
    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"


class Ear(Protocol):
    """Who wants to know at once what the callers of telephones can't see."""

    def rings(self, number: str) -> None: ...

    def talks(self, number: str) -> None: ...

    def is_alone(self, number: str) -> None: ...


@dataclass
class Telephone:
    """One telephone. ``moment`` turns monotonic seconds into a time of day. ``dead_since`` tells of its powerless times
    what ``found_at`` ends.
    """

    settings: Settings
    number: Phone
    moment: Callable[[float], datetime]
    ear: Ear
    new_phone_s: float = 15.0
    state: State = State.OFF
    rung: list[Rung] = field(default_factory=list)
    busy: list[tuple[Phone, datetime]] = field(default_factory=list)
    dead: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._phone: RegisteredPhone | None = None
        self._changed = asyncio.Event()
        self._caller = ""
        self._rang: float | None = None
        self._answered: float | None = None
        self._we_ended = False

    async def live(self) -> None:
        """Until cancelled; one that has lost its power is replaced after a while."""
        sip = self.settings.sip
        password = f"{sip.phone_password}{self.number}"
        died_at: float | None = None
        while True:
            phone = RegisteredPhone(
                sip.host, sip.port, self.number, password, timeout_s=_REGISTERS_IN_S
            )
            with suppress(EOFError, TimeoutError):
                async with phone:
                    self._phone = phone
                    self._be(State.IDLE)
                    if died_at is not None:
                        found_at = self._now() + _FOUND_IN_S
                        self.dead.append((self.moment(died_at), self.moment(found_at)))
                    died_at = None
                    while True:
                        self._take(await phone.next_event())
            died_at = died_at or self._now()
            self._dies(died_at)
            await asyncio.sleep(self.new_phone_s)

    async def until(self, *states: State, timeout_s: float) -> bool:
        """Whether it came to one of these in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.state not in states:
                    await self._changed.wait()
        return self.state in states

    async def answer(self) -> None:
        await self._order("answer")

    async def decline(self) -> None:
        self._we_ended = True
        await self._order("decline")

    async def hang_up(self) -> None:
        self._we_ended = True
        await self._order("hang_up")

    async def end_dead_call(self) -> None:
        """What she does when the line has gone dead, whatever it was doing."""
        if self.state is State.RINGING:
            await self.decline()
        elif self.state is State.TALKING:
            await self.hang_up()

    def lose_power(self) -> None:
        if self._phone is not None and self.state is not State.OFF:
            self._phone.vanish()

    async def _order(self, what: str) -> None:
        assert self._phone is not None, "it was there when it rang"
        orders = {
            "answer": self._phone.answer,
            "decline": self._phone.decline,
            "hang_up": self._phone.hang_up,
        }
        with suppress(ConnectionError):  # it has no power any more
            await orders[what]()

    def _take(self, event: dict[str, Any]) -> None:
        at = float(event["at"])
        match event["event"]:
            case "ringing":
                found = _NUMBER.search(event["remote"])
                self._caller = found[1] if found else event["remote"]
                self._rang, self._answered, self._we_ended = at, None, False
                self.ear.rings(self._caller)
                self._be(State.RINGING)
            case "answered":
                self._answered = at
                self.ear.talks(self._caller)
                self._be(State.TALKING)
            case "over":
                ours = self._we_ended and (self._answered or event["status"] != _CANCELLED)
                self._note(at, "agent" if ours else "portal")
                self._be(State.IDLE)
            case "busy":
                self.busy.append((self.number, self.moment(at)))
            case _:
                pass

    def _note(self, over: float, by: str) -> None:
        if self._rang is None:
            return
        answered = None if self._answered is None else self.moment(self._answered)
        rang, ended = self.moment(self._rang), self.moment(over)
        self.rung.append(Rung(self.number, self._caller, rang, answered, ended, by))
        if answered is not None:
            self.ear.is_alone(self._caller)
        self._rang = self._answered = None

    def _dies(self, at: float) -> None:
        self._note(at, "dead")
        self._phone = None
        self._be(State.OFF)

    def _be(self, state: State) -> None:
        self.state = state
        self._changed.set()
        self._changed = asyncio.Event()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
