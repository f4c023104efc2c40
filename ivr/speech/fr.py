"""French numbers, dates and clock times.

"un" is "une" before a feminine noun ("vingt et une cartes"), never before "mille". "cent" and
"vingt", multiplied, take an s where no number follows: "deux cents", "deux cents millions", but
"deux cent un", "deux cent mille", "quatre-vingt mille" (Académie française, Dictionnaire, "cent"
and "vingt"; the spelling before 1990, as num2words has it). The last consonant of "six", "huit" and
"dix" is mute before another, so what ends in them is recorded with the noun or "mille" after it. Before the vowel of
"euros" the last consonant of others is heard instead ("deux euros"), so those are recorded with it.
"""

from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType

from ivr.speech.parts import (
    MILLION,
    MILLIONS,
    ClipKey,
    Clips,
    Form,
    Noun,
    NounWords,
    millions,
    noun_clips,
    noun_key,
    number_key,
    numbered,
    whole_hundreds,
    words,
)

_MILLE = number_key(1000)
_PREMIER = ClipKey("date/day/1")
_CENTURY = ClipKey("date/century/19")
_NOON, _MIDNIGHT = ClipKey("time/noon"), ClipKey("time/midnight")

_UP_TO_16 = words(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_TENS = words("vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
_MONTHS = words(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_OPEN = {number_key(n): ClipKey(f"number/{n}-open") for n in range(200, 1000, 100)}
"""From "deux cents" to "deux cent", written so before another number; they sound the same."""
_ENDING_IN_UN = (1, 21, 31, 41, 51, 61, 81)


def _word(value: int) -> str:
    """0 to 99; 70 to 79 and 90 to 99 count on from sixty and eighty."""
    if value <= 16:
        return _UP_TO_16[value]
    if value < 20:
        return f"dix-{_UP_TO_16[value - 10]}"
    tens = _TENS[value // 10 - 2]
    units = value % 20 if value >= 60 else value % 10
    if units == 0:
        return "quatre-vingts" if value == 80 else tens
    if units in {1, 11} and value < 80:
        return f"{tens} et {_word(units)}"
    return f"{tens}-{_word(units)}"


_MUTE_BEFORE_CONSONANT = [n for n in range(100) if _word(n).endswith(("six", "huit", "dix"))]
_LINKED = ("un", "deux", "trois", "six", "dix", "vingt", "vingts")
_LINKED_BEFORE_VOWEL = [n for n in range(2, 100) if _word(n).endswith(_LINKED)]
_BEFORE_MILLE = sorted({*range(2, 10), 80, *_MUTE_BEFORE_CONSONANT})


def _noun(gender: Form, noun: str) -> NounWords:
    """A noun with a regular plural that begins with a consonant."""
    article = "une" if gender is Form.FEMININE else "un"
    joined = {units: f"{_word(units)} {noun}s" for units in _MUTE_BEFORE_CONSONANT}
    return NounWords(gender, f"{article} {noun}", f"{noun}s", f"zéro {noun}", f"de {noun}s", joined)


NOUNS: Mapping[Noun, NounWords] = {
    Noun.POINT: _noun(Form.MASCULINE, "point"),
    Noun.CARD: _noun(Form.FEMININE, "carte"),
    Noun.MINUTE: _noun(Form.FEMININE, "minute"),
    Noun.DAY: _noun(Form.MASCULINE, "jour"),
    Noun.PERSON: _noun(Form.FEMININE, "personne"),
    Noun.DIGIT: _noun(Form.MASCULINE, "chiffre"),
    Noun.EURO: NounWords(
        Form.MASCULINE,
        "un euro",
        "euros",
        "zéro euro",
        "d'euros",
        {units: f"{_word(units)} euros" for units in _LINKED_BEFORE_VOWEL},
    ),
    Noun.CENT: _noun(Form.MASCULINE, "centime"),
}


def _hour(hour: int) -> str:
    """0 to 23; zero and one take the singular."""
    word = f"{_word(hour)}e" if hour in _ENDING_IN_UN else _word(hour)
    return f"{word} heure" if hour < 2 else f"{word} heures"


CLIPS: Mapping[ClipKey, str] = MappingProxyType(
    numbered({value: _word(value) for value in range(100)}, "number")
    | numbered({value: f"{_word(value)}e" for value in _ENDING_IN_UN}, "number", "-feminine")
    | {number_key(100): "cent"}
    | numbered({100 * units: f"{_UP_TO_16[units]} cents" for units in range(2, 10)}, "number")
    | {_OPEN[number_key(100 * n)]: f"{_UP_TO_16[n]} cent" for n in range(2, 10)}
    | {_MILLE: "mille"}
    | numbered(
        {1000 * n: f"{_word(n).replace('vingts', 'vingt')} mille" for n in _BEFORE_MILLE}, "number"
    )
    | {number_key(MILLION): "un million", MILLIONS: "millions"}
    | noun_clips(NOUNS)
    | {_PREMIER: "premier", _CENTURY: "mille neuf cent"}
    | numbered(dict(enumerate(_MONTHS, 1)), "date/month")
    | numbered({hour: _hour(hour) for hour in range(24)}, "time/hour")
    | {_NOON: "midi", _MIDNIGHT: "minuit"}
)


def number(value: int, form: Form) -> Clips:
    """See Tongue."""
    if value == 0:
        return (number_key(0),)
    count, rest = divmod(value, MILLION)
    return (
        *millions(count, lambda below: _below_thousand(below, Form.ALONE)),
        *_thousands(rest // 1000),
        *_below_thousand(rest % 1000, form),
    )


def _below_thousand(value: int, form: Form) -> Clips:
    """The end of a number: 0 says nothing."""
    units = value % 100
    if not units:
        return _hundreds(value, followed=False)
    feminine = form is Form.FEMININE and units in _ENDING_IN_UN
    ending = number_key(units, Form.FEMININE if feminine else Form.ALONE)
    return (*_hundreds(value, followed=True), ending)


def _thousands(count: int) -> Clips:
    """0 to 999 thousands; those in _BEFORE_MILLE are recorded whole."""
    if not count:
        return ()
    hundreds, units = _hundreds(count, followed=True), count % 100
    if units in _BEFORE_MILLE:
        return (*hundreds, number_key(units * 1000))
    if units == 0 or count == 1:
        return (*hundreds, _MILLE)
    return (*hundreds, number_key(units), _MILLE)


def _hundreds(value: int, *, followed: bool) -> Clips:
    """The hundreds of 0 to 999; ``followed`` by another number or by "mille"."""
    hundreds = whole_hundreds(value)
    return tuple(_OPEN.get(key, key) for key in hundreds) if followed else hundreds


def date_(year: int, month: int, day: int) -> Clips:
    """ "dix-sept mai mille neuf cent quatre-vingt-cinq", "premier mai"."""
    spoken = _PREMIER if day == 1 else number_key(day)
    return (spoken, ClipKey(f"date/month/{month}"), *_year(year))


def _year(year: int) -> Clips:
    century, rest = divmod(year, 100)
    if century == 20 or rest == 0:
        return number(year, Form.ALONE)
    return (_CENTURY, number_key(rest))


def clock_time(hour: int, minute: int) -> Clips:
    """By 24 hours: "huit heures trente", "vingt heures une"; 12:00 is "midi", 0:00 "minuit"."""
    if hour % 12 == 0 and minute == 0:
        return (_NOON if hour else _MIDNIGHT,)
    spoken = ClipKey(f"time/hour/{hour}")
    return (spoken, *_below_thousand(minute, Form.FEMININE))


_NUMBERS: Set[ClipKey] = {key for key in CLIPS if key.startswith("number/")} - {MILLIONS} | {
    noun_key(noun, str(units)) for noun, words in NOUNS.items() for units in words.joined
}
"""The clips before which "cent" has no s."""


def told_apart(heard: Sequence[ClipKey]) -> Clips:
    """``heard`` with "deux cents" and "deux cent", to "neuf cents", each where it is written so."""
    followed = zip(heard, (*heard[1:], None), strict=False)
    return tuple(_written(key, after) for key, after in followed)


def _written(key: ClipKey, after: ClipKey | None) -> ClipKey:
    closed = ClipKey(key.removesuffix("-open"))
    if closed not in _OPEN:
        return key
    return _OPEN[closed] if after in _NUMBERS else closed
