"""Keeps what figures are aggregated over up with the log: reads it, follows it, and writes what that adds.

Rows and how far they have come are written in one transaction, so that none is doubled or lost, whoever is killed when,
and however many do this at once: who has been overtaken leaves out what stands there already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

import structlog

from domain.fact import Fact
from domain.ports import Snapshot, Transactions, UnitOfWork
from domain.projection import Row

log = structlog.get_logger()

FACTS: Final = 500
"""Of a batch: what they add is written in a few milliseconds, for which a call may have to wait."""

KEEP_EVERY: Final = 20_000
"""After how many facts the field is kept: what a start has to step on at most."""

REACHED: Final = "figures"
"""The name of the mark that says how far all rows are there."""

_FIELD: Final = "figures.field"

Field = TypeVar("Field")

_Made = tuple[int, Sequence[Row]]
"""The rows that followed from a fact, and its ``seq``."""


@dataclass(frozen=True, slots=True)
class Following(Generic[Field]):
    """How the log is followed. ``read`` raises ValueError at what it doesn't understand."""

    start: Field
    follow: Callable[[Field, Fact], tuple[Field, tuple[Row, ...]]]
    write: Callable[[Field], str]
    read: Callable[[str], Field]


class Projecting(Generic[Field]):
    """For any number of threads: they take turns at each step."""

    def __init__(self, transactions: Transactions, following: Following[Field]) -> None:
        self._transactions = transactions
        self._following = following
        self._turn = Lock()
        self._field: Field | None = None
        self._followed = 0
        self._written = 0
        self._kept = 0
        self._closed = False

    def step(self) -> bool:
        """Follow a batch of facts, or see that all rows have been cleared; False where there is nothing to do. Raises
        StorageDown, or UnknownFact.
        """
        with self._turn:
            return not self._closed and self._step()

    def catch_up(self, seq: int) -> int:
        """Follow the log up to ``seq`` at least, as far as there is one; to where it was followed. It looks at least
        once, since all may have been cleared.
        """
        while self.step() and self._followed < seq:
            pass
        return self._followed

    def close(self) -> None:
        """Follow the log no further; for a process that ends."""
        self._closed = True

    def clear(self) -> None:
        """Forget all rows, so that they are made anew from the log's beginning. Raises StorageDown."""
        with self._transactions.write() as uow:
            uow.projections.clear()
            uow.snapshots.keep(REACHED, Snapshot(0, ""))
            uow.commit()

    def _step(self) -> bool:
        field = self._restored() if self._field is None else self._field
        with self._transactions.read() as uow:
            cleared = _reached(uow) < self._written
            facts = list(uow.facts.read(self._followed, FACTS))
        if cleared:
            self._begin_anew()
            return True
        if not facts:
            return False
        made, reached = list[_Made](), facts[-1].seq
        for fact in facts:
            field, rows = self._following.follow(field, fact)
            if rows and fact.seq > self._written:
                made.append((fact.seq, rows))
        to_write = made or reached - self._written >= FACTS
        if to_write and not self._write(field, reached, made):
            self._begin_anew()
        else:
            self._field, self._followed = field, reached
        return True

    def _begin_anew(self) -> None:
        """Where all rows have been cleared."""
        self._field, self._followed = None, 0

    def _restored(self) -> Field:
        with self._transactions.read() as uow:
            self._written = _reached(uow)
            kept = uow.snapshots.newest(_FIELD)
        self._followed = self._kept = 0
        if kept is None or kept.seq > self._written:
            return self._following.start
        try:
            field = self._following.read(kept.text)
        except ValueError as error:
            log.warning("snapshot ignored", seq=kept.seq, reason=str(error))
            return self._following.start
        self._followed = self._kept = kept.seq
        return field

    def _write(self, field: Field, reached: int, made: Sequence[_Made]) -> bool:
        """False where the rows before these aren't there any more: the log has to be followed anew."""
        keep = reached - self._kept >= KEEP_EVERY
        text = self._following.write(field) if keep else ""
        with self._transactions.write() as uow:
            before = _reached(uow)
            if before < self._written:  # cleared meanwhile
                return False
            if before < reached:
                uow.projections.add(row for seq, rows in made if seq > before for row in rows)
                uow.snapshots.keep(REACHED, Snapshot(reached, ""))
                if keep:
                    uow.snapshots.keep(_FIELD, Snapshot(reached, text))
                uow.commit()
        self._transactions.make_way()
        self._written = max(before, reached)
        if keep:
            self._kept = reached
        return True


def _reached(uow: UnitOfWork) -> int:
    """Up to which fact all rows are there."""
    kept = uow.snapshots.newest(REACHED)
    return 0 if kept is None else kept.seq
