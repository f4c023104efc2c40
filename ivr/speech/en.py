"""US English numbers, dates and clock times: no "and", years in pairs, a.m. and p.m."""

from collections.abc import Mapping
from types import MappingProxyType

from ivr.speech.parts import (
    MILLION,
    MILLIONS,
    THOUSAND,
    ClipKey,
    Clips,
    Form,
    Noun,
    NounWords,
    millions,
    noun_clips,
    number_key,
    numbered,
    plain_thousands,
    whole_hundreds,
    words,
)

NOUNS: Mapping[Noun, NounWords] = {
    Noun.POINT: NounWords(Form.ALONE, "one point", "points"),
    Noun.CARD: NounWords(Form.ALONE, "one card", "cards"),
    Noun.MINUTE: NounWords(Form.ALONE, "one minute", "minutes"),
    Noun.DAY: NounWords(Form.ALONE, "one day", "days"),
    Noun.PERSON: NounWords(Form.ALONE, "one person", "people"),
    Noun.DIGIT: NounWords(Form.ALONE, "one digit", "digits"),
    Noun.EURO: NounWords(Form.ALONE, "one euro", "euros"),
    Noun.CENT: NounWords(Form.ALONE, "one cent", "cents"),
}

_CENTURY = ClipKey("date/century/19")
_NOON, _MIDNIGHT = ClipKey("time/noon"), ClipKey("time/midnight")
_AM, _PM = ClipKey("time/am"), ClipKey("time/pm")

_UP_TO_19 = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_MONTHS = words(
    "January February March April May June July August September October November December"
)
_ODD_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}


def _word(value: int) -> str:
    """0 to 99."""
    if value < 20:
        return _UP_TO_19[value]
    tens, units = divmod(value, 10)
    return f"{_TENS[tens - 2]}-{_UP_TO_19[units]}" if units else _TENS[tens - 2]


def _ordinal(day: int) -> str:
    """1 to 31: only the last word changes."""
    head, hyphen, last = _word(day).rpartition("-")
    return head + hyphen + _ODD_ORDINALS.get(last, f"{last}th")


CLIPS: Mapping[ClipKey, str] = MappingProxyType(
    numbered({value: _word(value) for value in range(100)}, "number")
    | numbered({units: f"oh {_UP_TO_19[units]}" for units in range(1, 10)}, "number", "-oh")
    | numbered({100 * units: f"{_UP_TO_19[units]} hundred" for units in range(1, 10)}, "number")
    | numbered({1000 * units: f"{_UP_TO_19[units]} thousand" for units in range(1, 10)}, "number")
    | {THOUSAND: "thousand", number_key(MILLION): "one million", MILLIONS: "million"}
    | noun_clips(NOUNS)
    | numbered({day: _ordinal(day) for day in range(1, 32)}, "date/day")
    | numbered(dict(enumerate(_MONTHS, 1)), "date/month")
    | {_CENTURY: "nineteen hundred"}
    | {_NOON: "noon", _MIDNIGHT: "midnight", _AM: "a.m.", _PM: "p.m."}
)


def number(value: int, form: Form) -> Clips:  # noqa: ARG001 -- English has one form for all places
    """See Tongue."""
    if value == 0:
        return (number_key(0),)
    count, rest = divmod(value, MILLION)
    return (
        *millions(count, _below_thousand),
        *plain_thousands(rest // 1000),
        *_below_thousand(rest % 1000),
    )


def _below_thousand(value: int) -> Clips:
    """The end of a number: 0 says nothing."""
    units = value % 100
    return (*whole_hundreds(value), *((number_key(units),) if units else ()))


def date_(year: int, month: int, day: int) -> Clips:
    """ "May seventeenth, nineteen eighty-five"."""
    return (ClipKey(f"date/month/{month}"), ClipKey(f"date/day/{day}"), *_year(year))


def _year(year: int) -> Clips:
    """ "nineteen hundred", "nineteen oh five", "two thousand five", "twenty ten"."""
    century, rest = divmod(year, 100)
    if century == 20 and rest < 10:
        return number(year, Form.ALONE)
    return (number_key(century), _after_hour_or_century(rest)) if rest else (_CENTURY,)


def _after_hour_or_century(value: int) -> ClipKey:
    """1 to 99 as the second half of a pair: 5 is "oh five"."""
    return number_key(value) if value >= 10 else ClipKey(f"number/{value}-oh")


def clock_time(hour: int, minute: int) -> Clips:
    """ "eight thirty a.m.", "eight oh five p.m.", "noon", "midnight".

    "twelve a.m." is ambiguous (NIST, Times of Day FAQ), so 0:00 and 12:00 have names.
    """
    if hour % 12 == 0 and minute == 0:
        return (_NOON if hour else _MIDNIGHT,)
    half = _AM if hour < 12 else _PM
    minutes = (_after_hour_or_century(minute),) if minute else ()
    return (number_key(hour % 12 or 12), *minutes, half)
