"""A round on the floor: thirty callers at a time, eight agents, and what goes wrong; then what all of them saw."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domain.fact import Fact
from domain.ids import CallerId, Phone
from domain.portal_facts import CallArrived
from phone.wire import WirePhone
from rufwerk import wiring
from tests.drill import troubles
from tests.drill.agents import FLOOR, AgentAtWork
from tests.drill.callers import SCRIPTS, Caller, Line, follow
from tests.drill.floor_checks import Outage
from tests.drill.seen_checks import Called, Seen
from tests.drill.telephone import State, Telephone
from tests.phone import house
from tests.phone.floor import Floor
from tests.phone.house import Person
from tests.phone.instance import Instance

CALLERS: Final = 30
PHONES: Final = tuple(Phone(str(number)) for number in range(201, 209))
LINES: Final = {"555100": 80, "555200": 20}
OUR_NUMBERS: Final = frozenset({"+493023125100", "+33199005200"})
NUMBERS: Final = tuple(f"+4917139200{tail:02}" for tail in range(100))
"""All that are kept for films (Bundesnetzagentur, 0171 39200-00 to -99); some are the demo's participants'."""

_DRAINED_S: Final = 240.0
_AT_LEAST_BETWEEN_S: Final = 20.0


@dataclass
class Round:
    """``people`` are participants who speak German, one for each caller."""

    instance: Instance
    floor: Floor
    people: list[Person]
    seed: int
    seconds: float
    called: list[Called] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = wiring.utc_now() - timedelta(seconds=self._loop.time())
        self._ends_at = self._loop.time() + self.seconds
        self._lines: dict[str, Line] = {}
        self._current: set[Caller] = set()
        self._numbers = list(NUMBERS)
        self._closed = asyncio.Event()
        settings = self.instance.settings
        self.telephones = [Telephone(settings, phone, self.moment, self) for phone in PHONES]
        self._agents = [
            AgentAtWork(name, settings, telephone, self._chance(name))
            for name, telephone in zip(FLOOR, self.telephones, strict=True)
        ]

    def moment(self, monotonic: float) -> datetime:
        return self._began + timedelta(seconds=monotonic)

    def now(self) -> datetime:
        return self.moment(self._loop.time())

    async def run(self, *, troubled: bool) -> None:
        """Callers until the time is up, agents until the last of them is gone, telephones until the agents are."""
        async with asyncio.TaskGroup() as at_desks:
            plugged_in = [at_desks.create_task(one.live()) for one in self.telephones]
            async with asyncio.TaskGroup() as at_work:
                for agent in self._agents:
                    at_work.create_task(agent.day(self._closed))
                async with asyncio.TaskGroup() as outside:
                    for place, person in enumerate(self.people):
                        outside.create_task(self._rings(person, self._chance(f"caller {place}")))
                    if troubled:
                        outside.create_task(self._goes_wrong(self._chance("troubles")))
                await house.until(self._is_drained, _DRAINED_S)
                self._closed.set()
            for task in plugged_in:
                task.cancel()

    def seen(self, log: list[Fact]) -> Seen:
        dead = [
            Outage(f"telephone {one.number} dead", since, until, phone=one.number)
            for one in self.telephones
            for since, until in one.dead
        ]
        return Seen(
            rung=[rung for one in self.telephones for rung in one.rung],
            busy=[busy for one in self.telephones for busy in one.busy],
            called=self.called,
            numbers=self._numbers_of(log),
            our_numbers=OUR_NUMBERS,
            outages=[*self.outages, *dead],
        )

    # What telephones tell of callers

    def rings(self, number: str) -> None:
        self._tell(number, rings=True, talks=False)

    def talks(self, number: str) -> None:
        self._tell(number, rings=False, talks=True)

    def is_alone(self, number: str) -> None:
        self._tell(number, rings=False, talks=False)

    def _tell(self, number: str, *, rings: bool, talks: bool) -> None:
        if number in self._lines:
            self._lines[number].be(rings=rings, talks=talks)

    # Callers

    async def _rings(self, person: Person, chance: Random) -> None:
        """One caller after the other, so that there are always about as many."""
        await asyncio.sleep(chance.uniform(0, 10))
        while self._loop.time() < self._ends_at:
            await self._one_call(person, chance)
            await asyncio.sleep(chance.uniform(0.2, 3))

    async def _one_call(self, person: Person, chance: Random) -> None:
        number = self._numbers.pop(chance.randrange(len(self._numbers)))
        script = chance.choices(list(SCRIPTS), list(SCRIPTS.values()))[0]
        dialled = chance.choices(list(LINES), list(LINES.values()))[0]
        sip = self.instance.settings.sip
        async with WirePhone(sip.host, sip.port) as phone:
            began = self._loop.time()
            wire = await phone.ring(dialled, caller=number)
            line = self._lines[number] = Line()
            caller = Caller(wire, person, chance, line)
            self._current.add(caller)
            await follow(script, caller)
            self._current.remove(caller)
        ending = wire.ending
        by = "power" if caller.vanished else ending.by if ending is not None else "error"
        answered = self.moment(wire.answered_at) if wire.answered_at else None
        over = self.moment(wire.ended_at or self._loop.time())
        self.called.append(Called(number, script.__name__, self.moment(began), answered, over, by))
        if not caller.vanished:  # that line is held for a while
            self._numbers.append(number)

    async def _is_drained(self) -> bool:
        """Nobody is in the field but those who are to be rung at another time."""
        places = {row["place"] for row in (await self.floor.look())["calls"]}
        return places <= {"awaits_call_back"}

    def _numbers_of(self, log: list[Fact]) -> dict[CallerId, str]:
        ids = {fact.body.caller for fact in log if isinstance(fact.body, CallArrived)}
        found: dict[CallerId, str] = {}
        with (
            closing(wiring.transactions(self.instance.settings)) as transactions,
            transactions.read() as uow,
        ):
            for caller in ids - {None}:
                assert caller is not None, "that one is taken away"
                found[caller] = uow.callers.number_of(caller) or ""
        return found

    def _chance(self, whose: str) -> Random:
        return Random(f"{self.seed} {whose}")

    # Troubles

    async def _goes_wrong(self, chance: Random) -> None:
        """One thing after the other, each of them as often as the others."""
        kinds: list[Callable[[], Awaitable[None]]] = [
            self._switchboard_dies,
            self._link_breaks_here,
            self._link_breaks_there,
            lambda: self._telephone_dies(chance),
            self._asterisk_dies,
            lambda: self._switchboard_hangs(chance.uniform(2, 12)),
            lambda: self._link_does_not_hold(chance.uniform(2, 12)),
        ]
        between_s = max(_AT_LEAST_BETWEEN_S, self.seconds / 16)
        await asyncio.sleep(between_s)
        while True:
            chance.shuffle(kinds)
            for goes_wrong in kinds:
                if self._loop.time() > self._ends_at:
                    return
                await goes_wrong()
                await asyncio.sleep(chance.uniform(0.7, 1.3) * between_s)

    async def _switchboard_dies(self) -> None:
        async with self._outage("switchboard killed"):
            troubles.kill(self.instance.pids()["cti"])

    async def _link_breaks_here(self) -> None:
        await self._breaks(
            "link cut at our end",
            lambda pids, port: troubles.cut_at_our_end(pids["cti"], port),
        )

    async def _link_breaks_there(self) -> None:
        await self._breaks(
            "link cut at Asterisk's end",
            lambda pids, port: troubles.cut_at_asterisks_end(pids["asterisk"], pids["cti"], port),
        )

    async def _breaks(self, what: str, cut: Callable[[dict[str, int], int], None]) -> None:
        async with self._outage(what):
            cut(self.instance.pids(), self.instance.settings.ami.port)

    async def _switchboard_hangs(self, seconds: float) -> None:
        """For longer than a few seconds, and the dialplan helps itself."""
        async with self._outage(f"switchboard hangs for {seconds:.0f} s"):
            with troubles.stopped(self.instance.pids()["cti"]):
                await asyncio.sleep(seconds)

    async def _link_does_not_hold(self, seconds: float) -> None:
        """It breaks again as soon as it stands."""
        async with self._outage(f"link cut again and again for {seconds:.0f} s"):
            until = self._loop.time() + seconds
            while self._loop.time() < until:
                with suppress(troubles.NoSuchLink):
                    troubles.cut_at_our_end(
                        self.instance.pids()["cti"], self.instance.settings.ami.port
                    )
                await asyncio.sleep(0.05)

    async def _telephone_dies(self, chance: Random) -> None:
        """One that is in use, if there is one."""
        busy = [one for one in self.telephones if one.state in {State.RINGING, State.TALKING}]
        chance.choice(busy or self.telephones).lose_power()

    async def _asterisk_dies(self) -> None:
        """All calls are gone with it, and people notice that the line is dead."""
        async with self._outage("Asterisk killed", loses_calls=True):
            troubles.kill(self.instance.pids()["asterisk"])
            for caller in self._current:
                caller.wire.vanish()
            await asyncio.sleep(1.0)
            for telephone in self.telephones:
                await telephone.end_dead_call()

    @asynccontextmanager
    async def _outage(self, what: str, *, loses_calls: bool = False) -> AsyncIterator[None]:
        """Until the switchboard sees Asterisk again."""
        since = self.now()
        print(f"{since:%H:%M:%S} {what}")
        with suppress(troubles.NoSuchLink):
            yield
        await asyncio.sleep(1.0)  # so that what was done is noticed
        await self.floor.is_back(60)
        self.outages.append(Outage(what, since, self.now(), loses_calls=loses_calls))
