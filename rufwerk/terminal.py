"""What all commands share: the settings in force, where they print, and how they fail."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from domain.ids import PersonId
from domain.person import Actor, Person, Role
from rufwerk import settings_reading
from rufwerk.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]

# Names and paths out of files are printed as they are: no markup, no emoji in them.
talk = Console(stderr=True, markup=False, emoji=False, highlight=False)
out = Console(markup=False, emoji=False, highlight=False)

OPERATOR: Final = Actor(Person(PersonId("operator"), "operator", Role.OPERATOR))
"""Whoever may open the home's database."""

config: Path | None = None
"""The settings' file named before the command."""


def load() -> Settings:
    """The settings in force. Raises SettingsError."""
    return settings_reading.load(config)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    talk.print(text, style="red", soft_wrap=True)


def fail(text: str) -> NoReturn:
    complain(text)
    raise typer.Exit(1)


def refuse_pipe(file: Path) -> None:
    """Where it is no file, so that nobody waits for what never comes."""
    with suppress(OSError):  # that is told by who opens it
        if file.exists() and not file.is_file():
            fail(f"{file} is no file. Name another one.")


@contextmanager
def told(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; it is told how many are done."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=talk, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.update(task, completed=count)
