"""A database is brought back to what it was, to each state that was kept, as often as one likes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rufwerk.kept_database import KeptDatabase


def test_it_is_what_it_was(tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE said (word TEXT)")

        def words() -> list[str]:
            return [word for (word,) in other.execute("SELECT word FROM said")]

        with closing(KeptDatabase(file)) as kept:
            empty = kept.keep()
            other.execute("INSERT INTO said VALUES ('one')")
            one = kept.keep()
            assert kept.keep() is one
            other.execute("INSERT INTO said VALUES ('two')")
            for copy, known in ((one, ["one"]), (empty, []), (one, ["one"])):
                kept.bring_back(copy)
                assert words() == known
                assert kept.keep() is copy
            assert kept.keep() is one

            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError, match="left open"):
                kept.bring_back(empty)
            other.execute("ROLLBACK")
            kept.forget()
            assert words() == []
