"""Values that fill a prompt's holes, and the clips that speak them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from domain.language import Language
from domain.opening_hours import OpenSpan
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
class DayNear:
    """A day from ``today`` on: "morgen", "am Montag"."""

    day: date = field(repr=False)
    today: date


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day."""

    time: time = field(repr=False)


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Some of the week's days (0 is Monday), in order."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of one day."""

    spans: tuple[OpenSpan, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """A week's opening hours."""

    week: Mapping[int, tuple[OpenSpan, ...]]


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

Value = Counted | Digits | Day | Euros | DayNear | TimeOfDay | Weekdays | Spans | Hours
Spoken = Value | Named


def clips_of(language: Language, spoken: Value, *, slowly: bool = False) -> tuple[ClipKey, ...]:
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
        case DayNear(day, today):
            return speech.day_near(language, day, today)
        case TimeOfDay(at):
            return speech.clock_time(language, at)
        case Weekdays(days):
            return speech.weekdays(language, days)
        case Spans(of_day):
            return speech.spans(language, of_day)
        case Hours(week):
            return speech.hours(language, week)
