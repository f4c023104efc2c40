"""From numbers, dates and clock times to the clips that say them, in each language; pure.

A value becomes clip keys, to be played one after another; ``clips`` gives the text of each. What is
recorded whole is chosen so that a sentence has few joints: 0 to 99 in each form, the hundreds, one
to nine thousand, "ein Punkt", "acht Uhr". Each language's module names the rules that it follows.
Errors don't repeat the value: a balance or a birth date may stand in no log.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import assert_never

from domain.language import Language
from ivr.speech import de, en, es, fr, parts
from ivr.speech.parts import LARGEST, ClipKey, Clips, Form, Noun, Tongue

__all__ = [
    "LARGEST",
    "PAUSE",
    "ClipKey",
    "Clips",
    "Form",
    "Noun",
    "clips",
    "clock_time",
    "counted",
    "date_",
    "digits",
    "euros",
    "number",
    "told_apart",
]

PAUSE = ClipKey("pause/group")
"""A breath between groups of digits. Not in ``clips``: the player makes it of silence."""


def number(language: Language, value: int, form: Form = Form.ALONE) -> Clips:
    """A whole number in the form its place asks for; ValueError unless from 0 to 999,999,999."""
    return _tongue(language).number(_checked(value), form)


def counted(language: Language, value: int, noun: Noun) -> Clips:
    """A number and its noun, in the nominative: "ein Punkt", "veintiún puntos", "zéro point".

    ValueError as for ``number``.
    """
    return parts.counted(_checked(value), noun, _tongue(language))


def euros(language: Language, cents: int) -> Clips:
    """A sum of euros and cents, in the nominative: "zwanzig Cent", "un euro quatre-vingts centimes".

    ValueError as for ``number``.
    """
    whole, rest = divmod(_checked(cents), 100)
    said = counted(language, whole, Noun.EURO) if whole or not rest else ()
    return (*said, *counted(language, rest, Noun.CENT)) if rest else said


def digits(language: Language, text: str, group: int = 0) -> Clips:
    """Digit by digit, leading zeros too; a PAUSE between groups of ``group`` digits, none if 0.

    ValueError unless ``text`` is of 0 to 9 only (it may be empty) and ``group`` is not negative.
    """
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError("only the digits 0 to 9 can be read out one by one")
    if group < 0:
        raise ValueError(f"a group of {group} digits")
    tongue = _tongue(language)
    said: list[ClipKey] = []
    for place, digit in enumerate(text):
        if group and place and place % group == 0:
            said.append(PAUSE)
        said += tongue.number(int(digit), Form.ALONE)
    return tuple(said)


def date_(language: Language, day: date) -> Clips:
    """A date with its year; ValueError unless from 1900 to 2099.

    German is in the dative, as after "am": "siebzehnten Mai neunzehnhundertfünfundachtzig".
    """
    if not 1900 <= day.year <= 2099:
        raise ValueError("only dates from 1900 to 2099 can be said")
    return _tongue(language).date_(day.year, day.month, day.day)


def clock_time(language: Language, at: time) -> Clips:
    """A time of day to the minute (seconds are dropped), as a native speaker says it to a caller.

    German and French go by 24 hours, English and Spanish by 12 and the part of the day; Spanish
    begins with its article: "las ocho y treinta de la mañana".
    """
    return _tongue(language).clock_time(at.hour, at.minute)


def clips(language: Language) -> Mapping[ClipKey, str]:
    """Every clip these functions can name, with the text to be recorded; no two texts are alike."""
    return _tongue(language).CLIPS


def told_apart(language: Language, heard: Sequence[ClipKey]) -> Clips:
    """Clips named by ear; where two sound the same, what follows tells which is meant.

    Only French has such clips: "deux cents" and, before another number, "deux cent".
    """
    return fr.told_apart(heard) if language is Language.FR else tuple(heard)


def _tongue(language: Language) -> Tongue:
    match language:
        case Language.DE:
            return de
        case Language.EN:
            return en
        case Language.ES:
            return es
        case Language.FR:
            return fr
        case _:
            assert_never(language)


def _checked(value: int) -> int:
    if not 0 <= value <= LARGEST:
        raise ValueError(f"only numbers from 0 to {LARGEST} can be said")
    return value
