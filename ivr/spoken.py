"""Values that fill a prompt's holes, and the clips that speak them."""

from dataclasses import dataclass, field
from datetime import date

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey, Noun


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of something: "ein Punkt", "vingt et un points"."""

    value: int = field(repr=False)
    noun: Noun


@dataclass(frozen=True, slots=True)
class Digits:
    """Digit by digit, as a receipt number is read."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A date with its year, from 1900 to 2099."""

    date: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Euros:
    """A sum of money: "ein Euro neunundneunzig Cent", "vingt centimes"."""

    cents: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """What another prompt without holes says, as a reward's name."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sentence is said: ``short``, in few words where it has such a form; ``slowly``, so that long numbers can be
    written down.
    """

    short: bool = False
    slowly: bool = False


USUAL = Manner()

_GROUP = 4
"""Digits spoken in a row, then a breath; eight are taken down more easily in two halves."""

_SLOW_GROUP = 2

Number = Counted | Digits | Day | Euros
Spoken = Number | Named


def clips_of(language: Language, spoken: Number, *, slowly: bool = False) -> tuple[ClipKey, ...]:
    """The keys of the clips, in order."""
    match spoken:
        case Counted(value, noun):
            return speech.counted(language, value, noun)
        case Digits(text):
            return speech.digits(language, text, group=_SLOW_GROUP if slowly else _GROUP)
        case Day(day):
            return speech.date_(language, day)
        case Euros(cents):
            return speech.euros(language, cents)
