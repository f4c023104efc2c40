"""What the languages share: clip keys, the forms of a number, nouns, groups of three digits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol

ClipKey = NewType("ClipKey", str)
"""Names a clip within its language; ``[a-z0-9/_-]`` only, since it becomes a file's name."""

Clips = tuple[ClipKey, ...]
"""Clips to be played one after another."""

LARGEST = 999_999_999
MILLION = 1_000_000


class Form(StrEnum):
    """Where a number stands: alone ("eins", "veintiuno") or before a noun ("ein", "veintiún").

    A German neuter noun takes the masculine form ("ein Jahr"); English has one form for all.
    """

    ALONE = "alone"
    MASCULINE = "masculine"
    FEMININE = "feminine"


class Noun(StrEnum):
    """What can be counted. The values are part of the clip keys."""

    POINT = "point"
    CARD = "card"
    MINUTE = "minute"
    DAY = "day"
    PERSON = "person"
    DIGIT = "digit"
    EURO = "euro"
    CENT = "cent"


@dataclass(frozen=True, slots=True)
class NounWords:
    """A noun in one language: ``one`` with its number ("ein Punkt"), ``many`` without ("Punkte").

    ``none`` is the noun with its zero where that isn't the plural (French: "zéro point"); ``of``
    the plural after whole millions where it needs a preposition ("de points", "de puntos");
    ``joined``, by the last two digits, the ends of numbers that sound different before the noun.
    """

    gender: Form
    one: str
    many: str
    none: str | None = None
    of: str | None = None
    joined: Mapping[int, str] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """The clips of this noun, by the last part of their key."""
        words = {"one": self.one, "many": self.many, "none": self.none, "of": self.of}
        joined = {str(units): text for units, text in self.joined.items()}
        return joined | {part: text for part, text in words.items() if text is not None}


class Tongue(Protocol):
    """What each language's module offers; values have been checked before they come here."""

    CLIPS: Mapping[ClipKey, str]
    NOUNS: Mapping[Noun, NounWords]

    def number(self, value: int, form: Form) -> Clips:
        """A whole number from 0 to LARGEST."""
        ...

    def date_(self, year: int, month: int, day: int) -> Clips:
        """A date of the years 1900 to 2099."""
        ...

    def clock_time(self, hour: int, minute: int) -> Clips:
        """A time of day, 0:00 to 23:59."""
        ...


def number_key(value: int, form: Form = Form.ALONE) -> ClipKey:
    """The clip of a number that is recorded whole, in the form given."""
    return ClipKey(f"number/{value}" if form is Form.ALONE else f"number/{value}-{form}")


def noun_key(noun: Noun, part: str) -> ClipKey:
    """The clip of a noun; ``part`` is a key of NounWords.texts."""
    return ClipKey(f"noun/{noun}/{part}")


MILLIONS = ClipKey("number/millions")
"""The word after a number of millions other than one; "one million" is the clip of 1,000,000."""

THOUSAND = ClipKey("number/thousand")
"""The word after a number of thousands, where it differs from the word for 1,000."""


def whole_hundreds(count: int) -> Clips:
    """The hundreds of ``count`` (0 to 999) as one clip, nothing if there are none."""
    return (number_key(count // 100 * 100),) if count >= 100 else ()


def plain_thousands(count: int) -> Clips:
    """0 to 999 thousands where nothing is inflected; one to nine thousand are recorded whole."""
    if not count:
        return ()
    hundreds, units = whole_hundreds(count), count % 100
    if 1 <= units <= 9:
        return (*hundreds, number_key(units * 1000))
    return (*hundreds, *((number_key(units),) if units else ()), THOUSAND)


def millions(count: int, below_thousand: Callable[[int], Clips]) -> Clips:
    """``count`` millions (0 to 999); ``below_thousand`` says a number before "millions"."""
    if not count:
        return ()
    return (number_key(MILLION),) if count == 1 else (*below_thousand(count), MILLIONS)


def numbered(texts: Mapping[int, str], prefix: str, suffix: str = "") -> dict[ClipKey, str]:
    """Clips whose keys end in a number."""
    return {ClipKey(f"{prefix}/{value}{suffix}"): text for value, text in texts.items()}


def words(text: str) -> tuple[str, ...]:
    """A list of words, written as one text."""
    return tuple(text.split())


def noun_clips(nouns: Mapping[Noun, NounWords]) -> dict[ClipKey, str]:
    """All clips of the nouns."""
    return {noun_key(n, part): text for n, w in nouns.items() for part, text in w.texts().items()}


def counted(value: int, noun: Noun, tongue: Tongue) -> Clips:
    """``value`` of ``noun``, the noun in the form that the number asks for."""
    words = tongue.NOUNS[noun]
    if value == 1:
        return (noun_key(noun, "one"),)
    if value == 0 and words.none is not None:
        return (noun_key(noun, "none"),)
    spoken = tongue.number(value, words.gender)
    if value % 100 in words.joined:
        return (*spoken[:-1], noun_key(noun, str(value % 100)))
    after_millions = value >= MILLION and value % MILLION == 0
    part = "of" if words.of is not None and after_millions else "many"
    return (*spoken, noun_key(noun, part))
