"""What a walk through a dialog finds: places where a caller is asked, and the ways from each to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from domain import call
from domain.language import Language

BACK: Final = "9"
PERSON: Final = "0"
OTHER: Final = "*"
SILENCE: Final = "silence"
"""He presses nothing, as often as he is asked."""

MISFIT: Final = "misfit"
"""He presses what doesn't fit, as often as he is asked."""

POUND: Final = "#"


def is_entry(keys: str) -> bool:
    """Whether they are digits and the ``#`` that ends them."""
    return len(keys) > 1 and keys.endswith(POUND)


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt that is said; ``language`` speaks it where that isn't the caller's."""

    prompt: str
    language: Language | None = None


class Kind(Enum):
    MENU = "menu"
    QUESTION = "question"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is asked for keys: the step's name, the words that ask, and a menu's keys.

    What is asked of him otherwise, or in another choice of words, is another place.
    """

    kind: Kind
    step: str
    words: tuple[Words, ...]
    options: tuple[str, ...] = ()


class Ending(Enum):
    """How a dialog lets go of a caller; FAILED where it breaks off."""

    PERSON = "person"
    WAITING = "waiting"
    FAREWELL = "farewell"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, and what the portal knows there of the caller: to another caller it may offer other ways."""

    place: Place
    who: call.Caller


@dataclass(frozen=True, slots=True)
class Move:
    """What one decision leads to: the words said after it, and then the next place or the end.

    ``start`` is None for the way from the first ring, where ``keys`` names the beginning.
    """

    start: Spot | None
    keys: str
    said: tuple[Words, ...]
    to: Spot | Ending


Path: TypeAlias = tuple[str, ...]
"""A beginning's name, and the keys pressed at each place since."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a dialog broke off, and what it said."""

    path: Path
    step: str
    why: str


@dataclass(frozen=True, slots=True)
class Walk:
    """All that one walk found. ``spots`` has the shortest path to each, ``paths`` how many ended in each language.

    ``whole`` is False where it was given up, being endless.
    """

    moves: tuple[Move, ...]
    spots: Mapping[Spot, Path]
    paths: Mapping[Language, int]
    failures: tuple[Failure, ...]
    whole: bool
