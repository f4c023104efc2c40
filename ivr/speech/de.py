"""German numbers, dates and clock times.

"eins" stands alone, "ein" and "eine" stand before a noun; in a compound before a plural "ein" stays
as it is: "einhundertein Karten" (Duden, "hundert": "[ein]hundert[und]ein Euro").
"""

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
    Noun.POINT: NounWords(Form.MASCULINE, "ein Punkt", "Punkte"),
    Noun.CARD: NounWords(Form.FEMININE, "eine Karte", "Karten"),
    Noun.MINUTE: NounWords(Form.FEMININE, "eine Minute", "Minuten"),
    Noun.DAY: NounWords(Form.MASCULINE, "ein Tag", "Tage"),
    Noun.PERSON: NounWords(Form.FEMININE, "eine Person", "Personen"),
    Noun.DIGIT: NounWords(Form.FEMININE, "eine Ziffer", "Ziffern"),
    Noun.EURO: NounWords(Form.MASCULINE, "ein Euro", "Euro"),
    Noun.CENT: NounWords(Form.MASCULINE, "ein Cent", "Cent"),
}

_CENTURY = ClipKey("date/century/19")

_UP_TO_19 = words(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_TENS = words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_MONTHS = words(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
)
_ODD_ORDINALS = {1: "ersten", 3: "dritten", 7: "siebten", 8: "achten"}


def _stem(units: int) -> str:
    """The word of 1 to 9 in a compound: "ein" instead of "eins"."""
    return "ein" if units == 1 else _UP_TO_19[units]


def _word(value: int) -> str:
    """0 to 99."""
    if value < 20:
        return _UP_TO_19[value]
    tens, units = divmod(value, 10)
    return f"{_stem(units)}und{_TENS[tens - 2]}" if units else _TENS[tens - 2]


def _ordinal(day: int) -> str:
    """The dative after "am": "ersten", "siebzehnten", "zwanzigsten"."""
    return _ODD_ORDINALS.get(day) or _word(day) + ("ten" if day < 20 else "sten")


CLIPS: Mapping[ClipKey, str] = MappingProxyType(
    numbered({value: _word(value) for value in range(100)}, "number")
    | {number_key(1, Form.MASCULINE): "ein", number_key(1, Form.FEMININE): "eine"}
    | numbered({100 * units: f"{_stem(units)}hundert" for units in range(1, 10)}, "number")
    | numbered({1000 * units: f"{_stem(units)}tausend" for units in range(1, 10)}, "number")
    | {THOUSAND: "tausend", number_key(MILLION): "eine Million", MILLIONS: "Millionen"}
    | noun_clips(NOUNS)
    | numbered({day: _ordinal(day) for day in range(1, 32)}, "date/day")
    | numbered(dict(enumerate(_MONTHS, 1)), "date/month")
    | {_CENTURY: "neunzehnhundert"}
    | numbered(
        {hour: f"{_stem(hour) if hour == 1 else _word(hour)} Uhr" for hour in range(24)},
        "time/hour",
    )
)


def number(value: int, form: Form) -> Clips:
    """See Tongue."""
    if value == 0:
        return (number_key(0),)
    if value == 1:
        return (number_key(1, form),)
    count, rest = divmod(value, MILLION)
    return (
        *millions(count, lambda below: _below_thousand(below, Form.FEMININE)),
        *plain_thousands(rest // 1000),
        *_below_thousand(rest % 1000, form),
    )


def _below_thousand(value: int, form: Form) -> Clips:
    """The end of a number above 1."""
    units = value % 100
    if not units:
        return whole_hundreds(value)
    invariable = Form.MASCULINE if units == 1 and form is not Form.ALONE else Form.ALONE
    return (*whole_hundreds(value), number_key(units, invariable))


def date_(year: int, month: int, day: int) -> Clips:
    """In the dative, as after "am" or "vom": "siebzehnten Mai neunzehnhundertfünfundachtzig"."""
    return (ClipKey(f"date/day/{day}"), ClipKey(f"date/month/{month}"), *_year(year))


def _year(year: int) -> Clips:
    century, rest = divmod(year, 100)
    if century == 20:
        return number(year, Form.ALONE)
    return (_CENTURY, number_key(rest)) if rest else (_CENTURY,)


def clock_time(hour: int, minute: int) -> Clips:
    """By the 24-hour clock: "acht Uhr dreißig", "zwanzig Uhr"."""
    spoken = ClipKey(f"time/hour/{hour}")
    return (spoken, number_key(minute)) if minute else (spoken,)
