"""The log of facts in memory, with snapshots, and transactions that hold nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from domain.fact import Body, Fact, Origin
from domain.ports import Snapshot, StorageDown, UnitOfWork


class MemoryLog:
    """Transactions, their fact log and snapshots in one; ``down`` makes the next ones fail."""

    def __init__(self) -> None:
        self.entries: list[Fact] = []
        self.kept: dict[str, Snapshot] = {}
        self.down = 0

    @property
    def facts(self) -> "MemoryLog":
        return self

    snapshots = facts

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        if self.down:
            self.down -= 1
            raise StorageDown("the database is away")
        yield cast("UnitOfWork", self)

    read_unit = write

    def make_way(self) -> None:
        """Nobody else writes."""

    def commit(self) -> None:
        pass

    def append(self, origin: Origin, at: datetime, *bodies: Body) -> None:
        for body in bodies:
            self.entries.append(Fact(len(self.entries) + 1, at, origin, "a", body))

    def read(self, after: int | None = None, limit: int = 1000, call: str | None = None) -> Any:
        """Both what a transaction is opened by and what reads the log in it."""
        if after is None and call is None:
            return self.read_unit()
        found = [one for one in self.entries[after or 0 :] if call in {None, one.origin.call}]
        return iter(found[:limit])

    def newest(self, name: str) -> Snapshot | None:
        return self.kept.get(name)

    def keep(self, name: str, snapshot: Snapshot) -> None:
        self.kept[name] = snapshot

    def last_seq(self) -> int:
        return len(self.entries)

    def kinds(self) -> list[str]:
        return [type(fact.body).__name__ for fact in self.entries]
