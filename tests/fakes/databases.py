"""Databases that are made once and copied for each test that wants one."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.migrations import upgrade


class Template:
    """Made by ``make``, given the URL of a SQLite file, when it is first asked for; it goes as the tests end."""

    def __init__(self, make: Callable[[str], None]) -> None:
        self._make = make
        self._folder: TemporaryDirectory[str] | None = None

    def copy(self, file: Path) -> str:
        """The URL of a new database like it."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="template-")
            self._make(f"sqlite:///{self._folder.name}/rufwerk.db")
        shutil.copy(Path(self._folder.name) / "rufwerk.db", file)
        return f"sqlite:///{file}"


_MIGRATED = Template(upgrade)


def migrated(file: Path) -> str:
    """The URL of a new database with all tables and nothing in them."""
    return _MIGRATED.copy(file)
