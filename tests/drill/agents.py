"""An agent in a drill: signs in, takes calls and lets some pass, wraps up, pauses, comes back, and signs out."""

import asyncio
from contextlib import closing, suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import uuid4

from domain.agent import read_skills
from domain.ids import AgentId
from domain.ports import KnownAgent
from rufwerk import desk_socket, wiring
from rufwerk.desk_socket import DeskDown, Refused
from rufwerk.settings import Settings
from tests.drill.telephone import State, Telephone

HIRED: Final = {
    "anton": "de=5 alpenrad=5 maison-lune=3 pay_out=4 return=4",
    "berta": "de=4 fr=4 alpenrad=4 maison-lune=5 return=5",
    "carlo": "de=5 es=4 en=3 alpenrad=5 data=4",
    "dora": "de=3 fr=5 en=4 maison-lune=4 alpenrad=2",
}
"""More than the demo has."""

FLOOR: Final = ("eva", "luis", "chloe", "tom", *HIRED)

OUTSIDE: Final = "line:workshop"
"""A line outside that both of the demo's tenants have."""

_LOOKS_S: Final = 3.0
_SIGNS_OUT_S: Final = 120.0


def hire(settings: Settings) -> None:
    """Make those known whom the demo hasn't."""
    with closing(wiring.transactions(settings)) as transactions, transactions.write() as uow:
        for name, skills in HIRED.items():
            if uow.agents.by_name(name) is None:
                known = KnownAgent(AgentId(uuid4().hex), name, read_skills(tuple(skills.split())))
                uow.agents.add(known)
        uow.commit()


@dataclass
class AgentAtWork:
    """One of the floor, at her telephone."""

    name: str
    settings: Settings
    telephone: Telephone
    chance: Random

    async def day(self, closed: asyncio.Event) -> None:
        """Until the floor is closed and she has signed out."""
        await self.signs_in()
        while not closed.is_set():
            if await self.telephone.until(State.RINGING, State.TALKING, timeout_s=_LOOKS_S):
                await self.takes_a_call()
            else:
                await self.sees_to_herself()
        await self.signs_out()

    async def signs_in(self) -> None:
        await self.telephone.until(State.IDLE, timeout_s=60)
        await self.insists("signin", phone=self.telephone.number)
        await self.insists("ready")

    async def takes_a_call(self) -> None:
        """It rings: most are answered, some are declined, missed, or answered and dropped at once."""
        match self.one_of(answers=76, is_slow=8, declines=6, misses=6, drops=4):
            case "answers":
                await self.answers(self.chance.uniform(0.2, 3))
            case "is_slow":
                await self.answers(self.chance.uniform(5, 12))
            case "declines":
                await asyncio.sleep(self.chance.uniform(0.2, 3))
                await self.telephone.decline()
            case "misses":
                pass
            case _:
                await self.answers(self.chance.uniform(0.2, 2))
                await asyncio.sleep(self.chance.uniform(0, 3))
                await self.telephone.hang_up()
        await self.telephone.until(State.TALKING, State.IDLE, State.OFF, timeout_s=60)
        if self.telephone.state is State.TALKING:
            await self.talks()
            await self.wraps_up()

    async def answers(self, after_s: float) -> None:
        if not await self.telephone.until(State.IDLE, State.OFF, timeout_s=after_s):
            await self.telephone.answer()
            await self.telephone.until(State.TALKING, State.IDLE, State.OFF, timeout_s=5)

    async def talks(self) -> None:
        """Until one of the two hangs up, or she has sent the caller on."""
        match self.one_of(
            goes_on=54,
            pauses_afterwards=12,
            leaves_afterwards=4,
            puts_on_hold=10,
            sends_on=10,
            asks_somebody_in=10,
        ):
            case "pauses_afterwards":
                await self.wishes("pause", reason="coffee")
            case "leaves_afterwards":
                await self.wishes("signout")
            case "puts_on_hold":
                await self.puts_on_hold()
            case "sends_on":
                await self.sends_on()
            case "asks_somebody_in":
                await self.asks_somebody_in()
            case _:
                pass
        has_enough_s = self.chance.uniform(3, 40)
        if not await self.telephone.until(State.IDLE, State.OFF, timeout_s=has_enough_s):
            await self.telephone.hang_up()
            await self.telephone.until(State.IDLE, State.OFF, timeout_s=30)

    async def puts_on_hold(self) -> None:
        """For a while; some forget him there, and hang up."""
        await asyncio.sleep(self.chance.uniform(1, 5))
        if await self.wishes("hold"):
            await asyncio.sleep(self.chance.uniform(1, 8))
            if self.chance.random() < 0.9:
                await self.wishes("resume")

    async def sends_on(self) -> None:
        """To a colleague, there or not, to whoever knows something, or out of the house."""
        await asyncio.sleep(self.chance.uniform(1, 5))
        to = self.chance.choice([*self.colleagues(), *["skill:de"] * 4, OUTSIDE])
        if await self.wishes("transfer", to=to):
            await self.telephone.until(State.IDLE, State.OFF, timeout_s=10)

    async def asks_somebody_in(self) -> None:
        """Then all three talk, or she hands the caller on, or takes him back; some do so before anybody is there."""
        await asyncio.sleep(self.chance.uniform(1, 5))
        to = self.chance.choice([*self.colleagues(), *[OUTSIDE] * 7])
        if not await self.wishes("consult", to=to):
            return
        await asyncio.sleep(self.chance.uniform(0, 8))
        match self.one_of(joins=3, hands_on=3, takes_back=3, hangs_up=1):
            case "joins":
                await self.wishes("join")
            case "hands_on":
                await self.wishes("handon")
            case "takes_back":
                await self.wishes("resume")
            case _:
                await self.telephone.hang_up()

    def colleagues(self) -> list[str]:
        return [f"agent:{name}" for name in FLOOR if name != self.name]

    async def wraps_up(self) -> None:
        """Some let its time run out, some go straight on, some into a pause."""
        await asyncio.sleep(self.chance.uniform(0.5, 6))
        match self.one_of(is_done=75, is_ready=10, pauses=10, takes_her_time=5):
            case "is_done":
                await self.wishes("done")
            case "is_ready":
                await self.wishes("ready")
            case "pauses":
                await self.wishes("pause", reason="notes")
                await self.wishes("done")
            case _:
                pass

    async def sees_to_herself(self) -> None:
        """Nothing rings: she looks at what her desk says of her."""
        match await self.state():
            case "paused":
                await asyncio.sleep(self.chance.uniform(0, 6))
                await self.wishes("ready")
            case "signed_out":
                await self.signs_in()
            case "ready" if self.chance.random() < 0.04:
                await self.wishes("pause", reason="lunch")
            case _:
                pass

    async def signs_out(self) -> None:
        async with asyncio.timeout(_SIGNS_OUT_S):
            while await self.state() != "signed_out":
                await self.telephone.end_dead_call()
                await self.wishes("signout")
                await asyncio.sleep(0.5)

    async def insists(self, wish: str, **given: Any) -> None:
        """Wishes until it is granted, since the desk may be away for a moment."""
        async with asyncio.timeout(60):
            while not await self.wishes(wish, **given):  # noqa: ASYNC110 - nobody else tells
                await asyncio.sleep(0.5)

    async def wishes(self, wish: str, **given: Any) -> bool:
        """Whether it was granted; it may not fit the moment, and the desk may be away."""
        path = f"/agents/{self.name}/{wish}"
        with suppress(DeskDown, Refused):
            await asyncio.to_thread(desk_socket.ask, self.settings, "POST", path, given)
            return True
        return False

    async def state(self) -> str:
        """By her desk; "" where it is away."""
        with suppress(DeskDown):
            seen = await asyncio.to_thread(desk_socket.ask, self.settings, "GET", "/field")
            mine = [row for row in seen["agents"] if row["phone"] == self.telephone.number]
            return str(mine[0]["state"]) if mine else "signed_out"
        return ""

    def one_of(self, **weights: int) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]
