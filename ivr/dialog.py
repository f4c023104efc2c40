"""What a dialog is: a function of a caller and a line whose end is a value, and what it may ask of
the caller.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, Protocol, TypeVar

from domain import call
from domain.fact import CALLER, Origin
from domain.handover import Handover
from domain.language import Language
from domain.tenant import Line, Tenant
from domain.waiting_field import Band
from ivr.keypad import EntryRule
from ivr.spoken import Spoken
from ivr.steps import TRIES

T = TypeVar("T")


class CallerHungUp(Exception):
    """The channel is gone. Only the server catches it."""


class PersonWanted(Exception):
    """The caller keyed 0: he wants a person."""


class NoUsableInput(Exception):
    """The caller was asked as often as is decent and gave nothing that fits.

    ``step`` is where; ``silent`` says that he pressed no key at all.
    """

    def __init__(self, step: str, *, silent: bool = False) -> None:
        super().__init__(step)
        self.step = step
        self.silent = silent


class Refused(Exception):
    """The caller was told no, and why; a person takes over. ``step`` is where."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True, slots=True)
class Farewell:
    """The dialog is over and nobody else is needed."""


End = Handover | Farewell


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """The caller goes on waiting for a person; music until he is asked again."""


WaitEnd = KeepWaiting | Farewell


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a waiting caller stands: he is the ``position``-th (from 1), and ``band`` is his wait as it may be told."""

    position: int
    band: Band


class Way(Enum):
    """Keys that lead elsewhere than to an answer."""

    BACK = "9"
    OTHER = "*"


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """One choice of a menu: its key, the prompt that offers it and what choosing it means.

    ``language`` speaks the prompt where it differs from the caller's, ``values`` fill its holes.
    """

    key: str
    prompt: str
    meaning: T
    language: Language | None = None
    values: Mapping[str, Spoken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Menu(Generic[T]):
    """At most four options (ISO 9241-154), likeliest first. ``step`` names it in paths and facts.

    ``tries`` is how often it is put to a caller who presses nothing, or nothing that fits.
    """

    step: str
    options: Sequence[Option[T]]
    intro: str | None = None
    outro: str | None = None
    tries: int = TRIES


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for digits. ``help`` replaces ``prompt`` from the second try on.

    ``fits`` says whether digits of the right form can be meant; where not, ``misfit`` tells the caller. ``other`` gives
    a lone ``*`` a meaning of its own, at once. So does ``offer`` from when it has been said: after the help, or after
    the question too (``offered_at_once``); such a ``*`` ends with ``#`` or a pause, and the digits are read in one go.
    Else a lone ``*`` repeats. ``values`` fill the holes of ``prompt`` and ``help``.
    """

    prompt: str
    help: str
    rule: EntryRule
    fits: Callable[[str], bool] = bool
    misfit: str = "try.too_short"
    other: bool = False
    offer: str | None = None
    offered_at_once: bool = False
    values: Mapping[str, Spoken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalledLine:
    """The line a dialog runs on: whose it is, and the call that came in on it."""

    call: call.Call
    tenant: Tenant
    line: Line

    @property
    def origin(self) -> Origin:
        """The origin of facts that the caller causes."""
        return Origin(self.tenant.id, self.call.id, CALLER, self.call.synthetic)


class Caller(Protocol):
    """The whole vocabulary of dialogs.

    What is said is heard before the next question, or before the dialog's end; a key cuts it short
    and counts as the answer. What asks raises PersonWanted, NoUsableInput or CallerHungUp.
    """

    who: call.Caller
    path: list[str]

    def say(self, prompt: str, **values: Spoken) -> None:
        """Say a prompt of the catalogue, its holes filled by ``values``."""
        ...

    def sorry(self, prompt: str) -> None:
        """Say that something didn't work. Keys typed ahead are dropped: they were meant for what
        isn't to be.
        """
        ...

    def say_in(self, language: Language, prompt: str) -> None:
        """Say a prompt in a language that isn't the caller's."""
        ...

    def choose(self, menu: Menu[T]) -> T | Way: ...

    def enter(self, question: Question) -> str | Way:
        """The digits keyed, which may be none where the rule allows it."""
        ...

    def confirm(self, prompt: str) -> bool:
        """Yes is 1; no is 2, and so is back."""
        ...

    def during(self, prompt: str | None, work: Callable[[], T]) -> T:
        """Do work beside a prompt, or beside none where it is quick; keys typed meanwhile are kept."""
        ...

    def switch_to(self, language: Language) -> None: ...

    def finish(self, *, keys_count: bool = False) -> None:
        """Let the caller hear now what is still to be said, to its end: no key cuts it, but where ``keys_count`` they
        answer what he is asked next.
        """
        ...
