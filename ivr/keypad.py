"""What keys mean: pure matching of what was typed against what was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

PERSON, BACK, STAR, POUND = "0", "9", "*", "#"


class Typed(Enum):
    """What keys can mean beside an answer."""

    NO_INPUT = "no_input"
    NO_MATCH = "no_match"
    REPEAT = "repeat"
    BACK = "back"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class EntryRule:
    """How long an entry may be, and how long the portal waits for its first and its next digit
    (seconds).

    ``empty`` lets a lone ``#`` stand as an answer. Waits: ISO/IEC 13714, 8 and 4 s for long
    numbers, 5 and 3 s else.
    """

    shortest: int
    longest: int
    first_digit_s: float = 5.0
    next_digit_s: float = 3.0
    empty: bool = False


def menu_key(key: str | None, offered: Collection[str]) -> str | Typed:
    """A menu's answer. 0, 9 and ``*`` act at once and are never an option's key."""
    match key:
        case None:
            return Typed.NO_INPUT
        case "0":
            return Typed.PERSON
        case "9":
            return Typed.BACK
        case "*":
            return Typed.REPEAT
        case _ if key in offered:
            return key
        case _:
            return Typed.NO_MATCH


def entry(keys: str, rule: EntryRule) -> str | Typed:  # noqa: PLR0911 - a table of cases
    """What an entry means; ``keys`` as typed, with the ``#`` that ended it or without one after a
    pause.

    ``*`` clears what stands before it; a lone ``*`` repeats; ``0#`` is a person and ``9#`` is back.
    """
    if keys == "":
        return Typed.NO_INPUT
    if keys == STAR:
        return Typed.REPEAT
    digits = keys.removesuffix(POUND).rpartition(STAR)[2]
    if digits == "":
        if keys == POUND and rule.empty:
            return ""
        return Typed.NO_MATCH
    if digits == PERSON:
        return Typed.PERSON
    if digits == BACK:
        return Typed.BACK
    if digits.isascii() and digits.isdigit() and rule.shortest <= len(digits) <= rule.longest:
        return digits
    return Typed.NO_MATCH
