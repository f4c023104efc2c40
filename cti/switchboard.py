"""The one consumer of all that happens: log it, step on the log, decide, carry out."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

import structlog

from actions import read_log
from cti.ami import Ami, Event, Item, Linked, Lost
from cti.carry_out import CarryOut
from cti.reconcile import Reconcile
from cti.routing import snapshot
from cti.routing.commands import ACTOR, Deed, Note
from cti.routing.engine import decide, next_deadline, replay, step
from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from cti.translate import Translator
from domain.dialling import CallBackState
from domain.fact import Fact, Origin
from domain.field_facts import CallBackGivenUp, CallBackSettled, Connected
from domain.ids import CallId
from domain.portal_facts import CallArrived, HandedOver
from domain.ports import Clock, Snapshot, StorageDown, Transactions, UnitOfWork

T = TypeVar("T")

log = structlog.get_logger()

POLL_S: Final = 0.5
"""How often the log is looked at for what others wrote and nobody told us of."""

WELL_S: Final = 3.0
"""After how long without a look at the log others may help themselves."""

KEEP_EVERY: Final = 20_000
"""After how many facts a snapshot is kept: what a start has to step on at most, in a few seconds."""

_FIELD: Final = "field"
"""The snapshots' name."""

_TURN: Final = 100
"""How many items are taken from the link's own queue at a time; that one is bounded, and counts."""

_AGAIN_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one look at the log: the field, and what is to be done."""

    field: Field
    commands: Sequence[Deed]


@dataclass(frozen=True, slots=True)
class Desk:
    """The log's side of the switchboard: one writer of decisions. Runs in a thread, never twice at once."""

    transactions: Transactions
    clock: Clock

    def turn(self, field: Field, notes: Sequence[Note], *, decides: bool) -> Turn:
        """Write the notes, step on all that is new, and write and step on what follows from it.

        Unless it ``decides``, nothing is offered and nothing falls due: what Asterisk has isn't known.

        It all stands in one transaction under the log's lock, so that each decision is made on all that was known when
        it was written. Raises StorageDown: nothing of it is written then.
        """
        with self.transactions.write() as uow:
            now = self.clock()
            for note in _not_known(notes, uow, field):
                uow.facts.append(note.origin, now, note.body)
            commands: list[Deed] = []
            while True:
                follows: list[Note] = []
                facts = list(uow.facts.read(field.seq, read_log.PAGE))
                for fact in facts:
                    before = field
                    field, called_for = step(field, fact)
                    self._see_to_wish(uow, fact, before, field)
                    follows += [one for one in called_for if isinstance(one, Note)]
                    commands += [one for one in called_for if not isinstance(one, Note)]
                if not follows and len(facts) == read_log.PAGE:
                    continue
                if not follows and decides and (decided := decide(field, now)) is not None:
                    follows = [decided]
                if not follows:  # and nobody else has written, since the log's lock is ours
                    break
                for note in follows:
                    uow.facts.append(note.origin, now, note.body)
            uow.commit()
        return Turn(field, commands)

    def _see_to_wish(self, uow: UnitOfWork, fact: Fact, before: Field, after: Field) -> None:
        """Whoever has spoken with somebody needs no call-back any more, and may ask for another one."""
        call = fact.origin.call
        if call is None:
            return
        now, is_now = self.clock(), after.calls.get(call)
        if _wishes(before.calls.get(call)) and not _wishes(is_now):
            given_up = isinstance(fact.body, CallBackGivenUp)
            state = CallBackState.GIVEN_UP if given_up else CallBackState.DONE
            uow.call_backs.end(call, CallBackState.OPEN, state, now)
        if isinstance(fact.body, Connected) and is_now is not None and is_now.on_line:
            arrived = next(uow.facts.read(limit=1, call=call), None)
            if arrived is None or not isinstance(arrived.body, CallArrived):
                return
            caller = arrived.body.caller
            wish = None if caller is None else uow.call_backs.open_of(is_now.tenant, caller)
            if wish is not None and wish.call != call:
                settled = Origin(wish.tenant, wish.call, ACTOR)
                uow.facts.append(settled, now, CallBackSettled(call))

    def restored(self) -> Field:
        """The field of the newest snapshot; an empty one where there is none that this program understands."""
        with self.transactions.read() as uow:
            kept = uow.snapshots.newest(_FIELD)
        if kept is None:
            return Field()
        try:
            return snapshot.read(kept.text)
        except snapshot.UnusableSnapshot as error:
            log.warning("snapshot ignored", seq=kept.seq, reason=str(error))
            return Field()

    def replay(self, field: Field) -> Field:
        """The field as the log left it, from ``field`` on; nothing is carried out again."""
        pages = read_log.pages(self.transactions, field.seq)
        return replay(chain.from_iterable(pages), field)

    def keep(self, field: Field) -> None:
        """Keep a snapshot of it. It is written out before the log's lock is taken."""
        kept = Snapshot(field.seq, snapshot.write(field))
        with self.transactions.write() as uow:
            uow.snapshots.keep(_FIELD, kept)
            uow.commit()

    def is_behind(self, field: Field) -> bool:
        with self.transactions.read() as uow:
            return uow.facts.last_seq() > field.seq


def _not_known(notes: Sequence[Note], uow: UnitOfWork, field: Field) -> Sequence[Note]:
    """Without the handovers of callers whom ivr has handed over meanwhile."""
    if not any(isinstance(note.body, HandedOver) for note in notes):
        return notes
    new = {
        fact.origin.call
        for fact in uow.facts.read(field.seq, read_log.PAGE)
        if isinstance(fact.body, HandedOver)
    }
    known = new | field.calls.keys()
    return [
        note
        for note in notes
        if not isinstance(note.body, HandedOver) or note.origin.call not in known
    ]


def _wishes(call: FieldCall | None) -> bool:
    return call is not None and call.call_back is not None


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

    async def caught_up(self) -> None:
        """Until all that was in the log when this was asked has been stepped on."""
        turned = asyncio.Event()
        self._asked.append(turned)
        self.wake()
        await turned.wait()

    async def run(self) -> None:
        """Until cancelled."""
        restored = await self._storage(self._desk.restored)
        self._kept = restored.seq
        self.field = await self._storage(lambda: self._desk.replay(restored))
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
        notes, self._notes = self._notes, []
        while not self._items.empty():
            item = self._items.get_nowait()
            match item:
                case Event():
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
                    self._sighted = False
                case Lost(reason):
                    self._sighted = False
                    log.warning("asterisk out of sight", reason=reason)
        await self._step(notes)
        if late := list(self._translator.late_ends(self.field)):
            await self._step(late)
        if not self._sighted and self._ami.alive:
            await self._look()

    async def _look(self) -> None:
        """See what Asterisk has; nothing is decided before that is in the field. Where it fails it is tried again."""
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
        self.field = turn.field
        self._looked_at = time.monotonic()
        assert self._tasks is not None, "it runs"
        for command in turn.commands:
            before = self._carrying.get(command.call)
            task = self._tasks.create_task(self._carry(command, before))
            self._carrying[command.call] = task

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
