"""The one consumer of all that happens: log it, step on the log, decide, carry out."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Final, TypeVar

import structlog

from cti.ami import ActionRefused, ActionUncertain, Ami, Event, Item, LinkDown, Linked, Lost
from cti.carry_out import CarryOut
from cti.desk import Desk, Turn
from cti.reconcile import Reconcile
from cti.routing.commands import Deed, Note
from cti.routing.engine import next_deadline
from cti.routing.state import Field
from cti.translate import Translator
from cti.watch import Watch
from domain.ids import AgentId, CallId
from domain.ports import StorageDown

T = TypeVar("T")

log = structlog.get_logger()

POLL_S: Final = 0.5
"""How often the log is looked at for what others wrote and nobody told us of."""

WELL_S: Final = 3.0
"""After how long without a look at the log others may help themselves."""

KEEP_EVERY: Final = 20_000
"""After how many facts a snapshot is kept: what a start has to step on at most, in a few seconds."""

_TURN: Final = 100
"""How many items are taken from the link's own queue at a time; that one is bounded, and counts."""

_AGAIN_S: Final = 0.2


class Switchboard:
    """Runs the waiting field. ``field`` is its newest state, to look at."""

    def __init__(
        self,
        desk: Desk,
        ami: Ami,
        translator: Translator,
        carry_out: CarryOut,
        reconcile: Reconcile,
        threads: Executor,
    ) -> None:
        self.field = Field()
        self._desk = desk
        self._ami = ami
        self._translator = translator
        self._carry_out = carry_out
        self._reconcile = reconcile
        self._threads = threads
        self._items: asyncio.Queue[Item] = asyncio.Queue(_TURN)
        self._notes: list[Note] = []
        self._carrying: dict[CallId, asyncio.Task[None]] = {}
        self._awake = asyncio.Event()
        self._changed = asyncio.Event()
        self._replayed = asyncio.Event()
        self._watch = Watch()
        self._tasks: asyncio.TaskGroup | None = None
        self._asked: list[asyncio.Event] = []
        self._looked_at = -WELL_S
        self._told_of = True
        self._sighted = False
        self._asked_log_at = -POLL_S
        self._kept = 0

    def is_well(self) -> bool:
        """Whether it has looked at the log lately; not while the database is away, or it hangs."""
        return time.monotonic() - self._looked_at < WELL_S

    def wake(self) -> None:
        """Somebody else wrote to the log."""
        self._told_of = True
        self._awake.set()

    async def replayed(self) -> None:
        """Until the field is as the log left it; before, it is empty, and nobody should be shown it."""
        await self._replayed.wait()

    async def caught_up(self) -> None:
        """Until all that was in the log when this was asked has been stepped on."""
        turned = asyncio.Event()
        self._asked.append(turned)
        self.wake()
        await turned.wait()

    async def newer(self, seq: int) -> Field:
        """The field, as soon as it has stepped on more than the first ``seq`` facts."""
        while self.field.seq <= seq:
            await self._changed.wait()
        return self.field

    async def news_of(self, agent: AgentId, seq: int) -> None:
        """Comes back as soon as something of hers is other than after the first ``seq`` facts, or may be."""
        if self.field.seq <= seq:
            await self._watch.changed(agent)

    async def run(self) -> None:
        """Until cancelled."""
        restored = await self._storage(self._desk.restored)
        self._kept = restored.seq
        self._take(await self._storage(lambda: self._desk.replay(restored)))
        self._replayed.set()
        log.info("replayed", since=self._kept, seq=self.field.seq, calls=len(self.field.calls))
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._listen())
            while True:
                await self._wait()
                asked, self._asked = self._asked, []
                await self._turn()
                for turned in asked:
                    turned.set()
                if not self._awake.is_set() and self.field.seq - self._kept >= KEEP_EVERY:
                    self._kept = self.field.seq
                    self._tasks.create_task(self._keep(self.field))

    async def _keep(self, field: Field) -> None:
        """Beside all else, since nothing hangs on it: where the database is away, the next one will do."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._desk.keep, field)
        except StorageDown as error:
            log.warning("snapshot not kept", seq=field.seq, reason=str(error))

    async def _listen(self) -> None:
        async for item in self._ami.items():
            await self._items.put(item)
            self._awake.set()

    async def _wait(self) -> None:
        """Until there is something to do, or it is time to look."""
        deadline = next_deadline(self.field)
        wait_s = POLL_S
        if deadline is not None and self._sighted:
            wait_s = min(wait_s, max(0.0, (deadline - self._desk.clock()).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._awake.wait()
        self._awake.clear()

    async def _turn(self) -> None:
        if not self.is_well():
            self._sighted = False  # it hung, and callers may have helped themselves
        await self._hear()
        if late := list(self._translator.late_ends(self.field)):
            await self._step(late)
        if not self._sighted and self._ami.alive:
            await self._look()

    async def _hear(self) -> None:
        """All that was told until now."""
        notes, self._notes = self._notes, []
        while not self._items.empty():
            item = self._items.get_nowait()
            match item:
                case Event():
                    if self._translator.is_without_us(item):
                        self._sighted = False
                    about = self._translator.about(item)
                    if self._translator.follows_a_dialog(item):
                        self._told_of = True
                        await self._step(notes)
                        notes = []
                    # facts about a call may decide what its next event means: they are stepped on first
                    elif any(note.origin.call == about for note in notes):
                        await self._step(notes)
                        notes = []
                    notes += self._translator.facts(item, self.field)
                case Linked():
                    pass  # a look may have been taken since: alive comes before it is told
                case Lost(reason):
                    self._sighted = False
                    log.warning("asterisk out of sight", reason=reason)
            await asyncio.sleep(0)  # that the next may be put there
        await self._step(notes)

    async def _look(self) -> None:
        """See what Asterisk has; nothing is decided before that is in the field. Where it fails it is tried again."""
        if self._carrying:  # what is being done would look undone
            await asyncio.wait(set(self._carrying.values()))
        try:
            await self._ami.act("Ping")
        except (LinkDown, ActionRefused, ActionUncertain):
            return
        await asyncio.sleep(0)
        await (
            self._hear()
        )  # all that was told before the answer, or it would seem to happen afterwards
        found = await self._reconcile(self.field)
        if found is not None:
            self._sighted = True
            await self._step(found)

    async def _step(self, notes: Sequence[Note]) -> None:
        self._looked_at = time.monotonic()
        if not notes and not await self._has_work():
            return
        turn: Turn = await self._storage(
            lambda: self._desk.turn(self.field, notes, decides=self._sighted)
        )
        self._take(turn.field)
        self._looked_at = time.monotonic()
        assert self._tasks is not None, "it runs"
        for command in turn.commands:
            before = self._carrying.get(command.call)
            task = self._tasks.create_task(self._carry(command, before))
            self._carrying[command.call] = task

    def _take(self, field: Field) -> None:
        before, self.field = self.field, field
        self._watch.compare(before, field)
        self._changed.set()
        self._changed = asyncio.Event()

    async def _has_work(self) -> bool:
        deadline = next_deadline(self.field)
        if self._sighted and deadline is not None and deadline <= self._desk.clock():
            return True
        if not self._told_of and time.monotonic() - self._asked_log_at < POLL_S:
            return False
        self._told_of = False
        self._asked_log_at = time.monotonic()
        return await self._storage(lambda: self._desk.is_behind(self.field))

    async def _carry(self, command: Deed, before: asyncio.Task[None] | None) -> None:
        """What is to be done about a call is done in order."""
        if before is not None:
            await asyncio.wait({before})
        note = await self._carry_out(command)
        if self._carrying.get(command.call) is asyncio.current_task():
            del self._carrying[command.call]
        if note is not None:
            self._notes.append(note)
            self._awake.set()

    async def _storage(self, work: Callable[[], T]) -> T:
        """Work with the database in a thread, again until it can be reached: nothing is forgotten meanwhile."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._threads, work)
            except StorageDown as error:
                self._sighted = False  # what happens meanwhile is in the queue, not in the field
                log.warning("database out of reach", reason=str(error))
            await asyncio.sleep(_AGAIN_S)
