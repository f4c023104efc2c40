"""A database that can be brought back to what it was, as often as a walk goes back."""

import sqlite3
from pathlib import Path


class KeptDatabase:
    """SQLite's database in ``file``, to be brought back to what it was: copied in memory, and only where it differs."""

    def __init__(self, file: Path) -> None:
        self._hand = sqlite3.connect(file, timeout=0.5)
        self._first = self._now = self._copied()
        self._copies: list[sqlite3.Connection] = []
        self._version = self._commits()

    def keep(self) -> sqlite3.Connection:
        """It as it is; the copy is ours, until we forget it."""
        if self._commits() != self._version:
            self._now, self._version = self._copied(), self._commits()
            self._copies.append(self._now)
        return self._now

    def bring_back(self, copy: sqlite3.Connection) -> None:
        """Raises sqlite3.OperationalError where somebody has left a transaction open."""
        if copy is not self._now or self._commits() != self._version:
            copy.backup(self._hand, progress=_undisturbed)
            self._now, self._version = copy, self._commits()

    def forget(self) -> None:
        """All copies but the first, which it is again."""
        self.bring_back(self._first)
        for copy in self._copies:
            copy.close()
        self._copies.clear()

    def close(self) -> None:
        self.forget()
        self._first.close()
        self._hand.close()

    def _copied(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:")
        self._hand.backup(copy, progress=_undisturbed)
        return copy

    def _commits(self) -> int:
        """Another number once somebody else has committed."""
        (version,) = self._hand.execute("PRAGMA data_version").fetchone()
        return int(version)


def _undisturbed(status: int, _remaining: int, _pages: int) -> None:
    """A copy waits without end for others to let go, and here nobody would."""
    if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise sqlite3.OperationalError("a transaction was left open in the database of a walk")
