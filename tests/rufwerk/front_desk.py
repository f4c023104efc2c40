"""A switchboard on a log in memory, its front door, and the socket by which commands of this machine reach it."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp import web
from typing_extensions import override

from actions.dial import Whom
from actions.shift import (
    EndWrapUp,
    FindAgent,
    GoReady,
    HandleCall,
    ListAgents,
    Pause,
    SetPriority,
    SetSkills,
    SignIn,
    SignOut,
)
from cti.ami import Ami, Item
from cti.carry_out import CarryOut
from cti.desk import Desk
from cti.front_door import FrontDoor
from cti.lines import Lines
from cti.reconcile import Reconcile
from cti.rooms import House
from cti.switchboard import Switchboard
from cti.translate import Translator
from domain.agent import read_skills
from domain.dialling import Cleared, Refused
from domain.fact import Body, Fact
from domain.ids import AgentId, Phone, TenantId
from domain.ports import KnownAgent, Transactions, UnitOfWork
from rufwerk import desk_socket
from rufwerk.settings import Settings
from storage.errors import StorageFault
from tests.cti.paper import ALPENRAD, NOON, Paper, happen
from tests.fakes.manager_link import WrittenLink
from tests.fakes.memory_log import MemoryLog
from tests.fakes.staff import Staff

PATIENCE_S = 20.0
"""When a test that hangs is given up; nothing waits for so long in a test that works."""

EVA, TOM = AgentId("p-eva"), AgentId("p-tom")
PHONES = frozenset({Phone("201"), Phone("202"), Phone("204")})

EVA_IN = ("p-eva in 201 alpenrad de",)
TALKS = (*EVA_IN, "p-eva ready", "A enters alpenrad de", "p-eva answers")
WRAPS_UP = (*TALKS, "p-eva hangs up")
TOM_IN = ("p-tom in 202 alpenrad de dunning", "p-tom ready")
HELD = (*TALKS, "A room", "p-eva holds")
WITH_TOM = (*HELD, *TOM_IN, "p-eva wants consult agent:p-tom", "p-tom answers")
LISTENED = ("rules alpenrad listening=True", *TALKS)


class Log(MemoryLog):
    """One writer at a time, and two agents. While the gate is shut, who would write waits; ``faulty`` refuses him."""

    def __init__(self) -> None:
        super().__init__()
        skills = read_skills(("de", "alpenrad"))
        self.agents = Staff(KnownAgent(EVA, "eva", skills), KnownAgent(TOM, "tom", skills))
        self.faulty = False
        self._turn = threading.Lock()
        self._gate = threading.Event()
        self._gate.set()
        self._arrived = threading.Semaphore(0)

    @override
    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        if not self._gate.is_set():
            self._arrived.release()
            assert self._gate.wait(PATIENCE_S)
        if self.faulty:
            raise StorageFault("the database refused a statement")
        with self._turn, super().write() as uow:
            yield uow

    def shut_gate(self) -> None:
        self._gate.clear()

    def open_gate(self) -> None:
        self._gate.set()

    async def someone_waits(self) -> None:
        """Until one more has come to the gate."""
        assert await asyncio.to_thread(self._arrived.acquire, timeout=PATIENCE_S)


class Link(WrittenLink):
    """Asterisk out of sight: nothing is heard of it, and nothing decided."""

    alive = False

    async def items(self) -> AsyncIterator[Item]:
        nothing: asyncio.Queue[Item] = asyncio.Queue()
        while True:
            yield await nothing.get()


@dataclass
class FrontDesk:
    """Asked as the command line asks (``ask``), or as nobody should (``post``, ``connect``)."""

    settings: Settings
    log: Log
    switchboard: Switchboard
    door: FrontDoor
    seeds: int

    @property
    def socket(self) -> Path:
        return desk_socket.socket_path(self.settings)

    @property
    def new(self) -> list[Fact]:
        """What was written since it opened."""
        return self.log.entries[self.seeds :]

    @property
    def written(self) -> list[Body]:
        return [fact.body for fact in self.new]

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Raises what ``desk_socket.ask`` raises."""
        return await asyncio.to_thread(desk_socket.ask, self.settings, method, path, body)

    async def wish(self, name: str, wish: str, /, **given: Any) -> Any:
        return await self.ask("POST", f"/agents/{name}/{wish}", given)

    async def post(self, path: str, body: bytes, method: str = "POST") -> tuple[int, Any]:
        """The status and the document, whatever it is."""
        async with (
            aiohttp.UnixConnector(str(self.socket)) as connector,
            aiohttp.ClientSession(connector=connector) as session,
            session.request(method, f"http://desk{path}", data=io.BytesIO(body)) as answer,
        ):
            return answer.status, await answer.json()

    async def connect(self, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which this was sent."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        writer.write(text)
        await writer.drain()
        return reader, writer


OpenDesk = Callable[..., Awaitable[FrontDesk]]
"""As ``front_desk`` opens one, in the test's home; the test's end closes it."""


@asynccontextmanager
async def front_desk(home: Path, *rows: str) -> AsyncIterator[FrontDesk]:
    """Open, after ``rows`` as ``tests.cti.paper`` reads them happened at noon; its clock stands there."""
    log = Log()
    for fact in facts_of(rows):
        log.append(fact.origin, fact.at, fact.body)
    settings = Settings(home=home)
    desk_socket.socket_path(settings).parent.mkdir(parents=True)
    with ThreadPoolExecutor(4) as threads:
        switchboard = switchboard_on(log, threads)
        running = asyncio.ensure_future(switchboard.run())
        door = front_door_on(log, switchboard, threads)
        runner = web.AppRunner(desk_socket.application(door), shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.UnixSite(runner, str(desk_socket.socket_path(settings))).start()
            await switchboard.caught_up()
            yield FrontDesk(settings, log, switchboard, door, len(log.entries))
        finally:
            log.open_gate()
            await runner.cleanup()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def facts_of(rows: tuple[str, ...]) -> list[Fact]:
    paper = Paper()
    for row in rows:
        happen(paper, row)
    return paper.log


def switchboard_on(log: Transactions, threads: ThreadPoolExecutor) -> Switchboard:
    ami, lines = cast("Ami", Link()), Lines("a")
    house = House(lambda phone: f"PJSIP/{phone}", lambda _: (), _anybody, lambda *_: None)
    return Switchboard(
        Desk(log, lambda: NOON),
        ami,
        Translator(lines, PHONES),
        CarryOut(ami, lines, house),
        Reconcile(ami, lines, PHONES),
        threads,
    )


def front_door_on(
    log: Transactions, switchboard: Switchboard, threads: ThreadPoolExecutor
) -> FrontDoor:
    def now() -> Any:
        return NOON

    return FrontDoor(
        switchboard,
        PHONES,
        now,
        threads,
        FindAgent(log),
        ListAgents(log),
        SignIn(log, now),
        SignOut(log, now),
        GoReady(log, now),
        Pause(log, now),
        EndWrapUp(log, now),
        SetSkills(log, now),
        SetPriority(log, now),
        HandleCall(log, now),
        lambda tenant: ("workshop",) if tenant == ALPENRAD else (),
        lambda: True,
    )


async def _anybody(tenant: TenantId, whom: Whom) -> Cleared | Refused:
    return Cleared("+491713920001", "+493023125100")
