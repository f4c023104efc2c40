"""What harms a running portal: a process killed at an exact moment, a database that nobody can write."""

import contextlib
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from typing_extensions import override

from domain.fact import Body


class KillAtTheFact(threading.Thread):
    """Kills a process at the moment when one more fact of a kind is in the log."""

    def __init__(self, database: Path, kind: type[Body], pid: int) -> None:
        super().__init__()
        self._database = database
        self._kind = kind.__name__
        self._pid = pid
        self.given_up = threading.Event()
        self.has_begun = threading.Event()
        self.has_killed = False

    @override
    def run(self) -> None:
        with contextlib.closing(sqlite3.connect(self._database)) as connection:
            before = self._count(connection)
            self.has_begun.set()
            while not self.given_up.wait(0.0005):
                if self._count(connection) > before:
                    os.kill(self._pid, signal.SIGKILL)
                    self.has_killed = True
                    return

    def _count(self, connection: sqlite3.Connection) -> int:
        query = "SELECT count(*) FROM facts WHERE kind = ?"
        (count,) = connection.execute(query, (self._kind,)).fetchone()
        return int(count)


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """As another program does that writes for long."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
