"""What keys mean: pure matching of what was typed against what was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

STAR, POUND = "*", "#"


class Typed(Enum):
    """What keys can mean beside an answer. A misfit has the right form and can't be, as the 31st of February."""

    NO_INPUT = "no_input"
    NO_MATCH = "no_match"
    MISFIT = "misfit"
    REPEAT = "repeat"
    STAR = "star"
    """A lone ``*`` in an entry: it repeats, unless it has a meaning of its own there."""
    BACK = "back"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class EntryRule:
    """How long an entry may be, and how long the portal waits for its first and its next digit
    (seconds).

    ``empty`` lets a lone ``#`` stand as an answer; ``also`` are answers of another length. Waits: ISO/IEC 13714, 8 and
    4 s for long numbers, 5 and 3 s else.
    """

    shortest: int
    longest: int
    first_digit_s: float = 5.0
    next_digit_s: float = 3.0
    empty: bool = False
    also: tuple[str, ...] = ()


_ALONE = {"": Typed.NO_INPUT, "0": Typed.PERSON, "9": Typed.BACK}


def menu_key(key: str | None, offered: Collection[str]) -> str | Typed:
    """A menu's answer. 0, 9 and ``*`` act at once and are never an option's key.

    ``#`` ends nothing here; who types it from habit hears again what it cut.
    """
    match key:
        case None:
            return Typed.NO_INPUT
        case "0":
            return Typed.PERSON
        case "9":
            return Typed.BACK
        case "*" | "#":
            return Typed.REPEAT
        case _ if key in offered:
            return key
        case _:
            return Typed.NO_MATCH


def entry(keys: str, rule: EntryRule) -> str | Typed:
    """What an entry means; ``keys`` as typed, with the ``#`` that ended it or without one after a pause.

    ``*`` clears the digits before it; where there are none it stands alone. A lone ``#`` that is no answer repeats:
    it is typed from habit. ``0#`` is a person and ``9#`` is back.
    """
    digits, lone_star = "", False
    for key in keys.removesuffix(POUND):
        lone_star = key == STAR and not digits
        digits = "" if key == STAR else digits + key
    if lone_star:
        return Typed.STAR
    if not digits and keys.endswith(POUND):
        return "" if rule.empty else Typed.REPEAT
    if digits in _ALONE:
        return _ALONE[digits]
    if digits in rule.also:
        return digits
    if digits.isascii() and digits.isdigit() and rule.shortest <= len(digits) <= rule.longest:
        return digits
    return Typed.NO_MATCH
