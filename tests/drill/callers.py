"""Those who ring the floor: each a small script of what he wants, how long he waits, and when he has had enough."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from phone.wire import CallEndedError, CallRefusedError, WireCall
from tests.phone.house import Person

_ASKED_S = 60.0
_OVER_S = 90.0


class Line:
    """What a caller can't see and a drill has to know: whether a telephone rings for him, and whether she answered."""

    def __init__(self) -> None:
        self.rings = self.talks = False
        self._changed = asyncio.Event()

    def be(self, *, rings: bool, talks: bool) -> None:
        self.rings, self.talks = rings, talks
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        await self._changed.wait()


@dataclass(eq=False)
class Caller:
    """One call: its wire, whose it is, and what chance has in store for it."""

    wire: WireCall
    person: Person
    chance: Random
    line: Line
    vanished: bool = False

    async def is_answered(self) -> None:
        await self.wire.answered(30)

    async def keys(self, keys: str) -> None:
        """When the portal asks."""
        await self.wire.asked(_ASKED_S)
        await self.wire.press(keys)

    async def keys_at_once(self, keys: str) -> None:
        """Into the first words."""
        begun = await self.wire.sound_after(self.wire.answered_at, 30)
        await self.wire.sound_after(begun + 0.8, 30)
        await self.wire.press(keys)

    async def asks_for_a_person(self) -> None:
        await self.is_answered()
        await self.keys_at_once("0#")

    async def logs_in(self) -> None:
        await self.is_answered()
        await self.keys_at_once(f"{self.person.number}#{self.person.pin}#")

    async def stays(self) -> None:
        """Waits as long as he is patient, and talks as long as he has something to say. Whose agent's line breaks in
        the middle waits again.
        """
        over: asyncio.Future[Any] = asyncio.ensure_future(self.wire.over(600))
        try:
            talking = False
            enough = self.patience_s()
            while True:
                if not await self._changes(over, enough):
                    break
                if self.line.talks is not talking:
                    talking = self.line.talks
                    enough = self.chance.uniform(1, 25) if talking else self.patience_s()
        finally:
            over.cancel()
            await asyncio.wait({over})
        await self.hangs_up()

    async def _changes(self, over: asyncio.Future[Any], within_s: float) -> bool:
        """Whether anything changes for him in time; his call's end is the end."""
        changes = asyncio.ensure_future(self.line.change())
        try:
            await asyncio.wait({over, changes}, timeout=within_s, return_when="FIRST_COMPLETED")
            return changes.done() and not over.done()
        finally:
            changes.cancel()
            await asyncio.wait({changes})

    async def hangs_up(self) -> None:
        await self.wire.hang_up()

    def vanishes(self) -> None:
        self.vanished = True
        self.wire.vanish()

    def patience_s(self) -> float:
        return min(5 + self.chance.expovariate(1 / 60), 180)


async def wants_a_person(one: Caller) -> None:
    await one.asks_for_a_person()
    await one.stays()


async def has_a_concern(one: Caller) -> None:
    await one.logs_in()
    await one.keys("0")
    await one.keys(one.chance.choice("1234"))
    await one.stays()


async def serves_himself(one: Caller) -> None:
    await one.logs_in()
    await one.keys("1")
    await one.wire.asked(_ASKED_S)
    await one.hangs_up()


async def serves_himself_meanwhile(one: Caller) -> None:
    """Goes back to self-service out of the field, logs in there, and keeps his place."""
    await one.asks_for_a_person()
    await one.keys("2")
    await one.keys(f"{one.person.number}#{one.person.pin}#")
    await one.stays()


async def has_himself_rung_back(one: Caller) -> None:
    await one.asks_for_a_person()
    await one.keys("1")
    await one.keys("1")
    with suppress(TimeoutError):
        await one.wire.over(_OVER_S)
    await one.hangs_up()


async def has_had_enough(one: Caller) -> None:
    """Wants a person, and hangs up at any moment: before the answer, in the middle of a word, in the field."""
    async with asyncio.timeout(one.chance.uniform(0, 20)):
        await wants_a_person(one)


async def leaves_as_it_rings(one: Caller) -> None:
    """Hangs up while an agent's telephone rings for him, as she answers, or while she is told about him."""
    await one.asks_for_a_person()
    async with asyncio.timeout(one.patience_s()):
        while not (one.line.rings or one.line.talks):
            await one.line.change()
    await asyncio.sleep(one.chance.uniform(0, 4))
    await one.hangs_up()


async def loses_power(one: Caller) -> None:
    try:
        async with asyncio.timeout(one.chance.uniform(5, 40)):
            await wants_a_person(one)
    except TimeoutError:
        one.vanishes()


SCRIPTS: dict[Callable[[Caller], Awaitable[None]], int] = {
    wants_a_person: 36,
    has_a_concern: 15,
    serves_himself: 8,
    serves_himself_meanwhile: 10,
    has_himself_rung_back: 14,
    has_had_enough: 9,
    leaves_as_it_rings: 5,
    loses_power: 3,
}
"""How many in a hundred do what."""


async def follow(script: Callable[[Caller], Awaitable[None]], one: Caller) -> None:
    """The script, as far as it goes; he hangs up at its end, whatever became of him."""
    with suppress(CallEndedError, CallRefusedError, TimeoutError):
        await script(one)
    if not one.vanished:
        await one.hangs_up()
