"""Spanish numbers, dates and clock times.

"uno" loses its end before a masculine noun, before "mil" and before "millones" ("veintiún puntos",
"ciento un mil"); before a feminine noun it is "una". The hundreds agree with the noun through "mil"
too ("doscientas mil tarjetas"), but not through "millones", which is a noun itself and takes "de"
("un millón de puntos"). Of "veintiún mil" and "veintiuna mil tarjetas", both right, the traditional
first is used. Source: RAE, Diccionario panhispánico de dudas, "uno" and "cardinales".
"""

from collections.abc import Mapping
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
    number_key,
    numbered,
    words,
)

NOUNS: Mapping[Noun, NounWords] = {
    Noun.POINT: NounWords(Form.MASCULINE, "un punto", "puntos", of="de puntos"),
    Noun.CARD: NounWords(Form.FEMININE, "una tarjeta", "tarjetas", of="de tarjetas"),
    Noun.MINUTE: NounWords(Form.MASCULINE, "un minuto", "minutos", of="de minutos"),
    Noun.DAY: NounWords(Form.MASCULINE, "un día", "días", of="de días"),
    Noun.PERSON: NounWords(Form.FEMININE, "una persona", "personas", of="de personas"),
    Noun.DIGIT: NounWords(Form.FEMININE, "una cifra", "cifras", of="de cifras"),
    Noun.EURO: NounWords(Form.MASCULINE, "un euro", "euros", of="de euros"),
    Noun.CENT: NounWords(Form.MASCULINE, "un céntimo", "céntimos", of="de céntimos"),
}

_MIL = number_key(1000)
_CIENTO = ClipKey("number/100-open")
_PRIMERO = ClipKey("date/day/1")
_CENTURY = ClipKey("date/century/19")

_UP_TO_29 = words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_TENS = words("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_HUNDREDS = words(
    "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
)
_MONTHS = words(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
)
_ENDING_IN_UNO = (1, *range(21, 100, 10))


def _word(value: int) -> str:
    """0 to 99."""
    if value < 30:
        return _UP_TO_29[value]
    tens, units = divmod(value, 10)
    return f"{_TENS[tens - 3]} y {_UP_TO_29[units]}" if units else _TENS[tens - 3]


def _apocope(word: str) -> str:
    """ "uno" as "un", "veintiuno" as "veintiún"."""
    return word.replace("veintiuno", "veintiún").replace("uno", "un")


def _hour(hour: int) -> str:
    """1 to 12 with its article."""
    return "la una" if hour == 1 else f"las {_word(hour)}"


CLIPS: Mapping[ClipKey, str] = MappingProxyType(
    numbered({value: _word(value) for value in range(100)}, "number")
    | numbered({v: _apocope(_word(v)) for v in _ENDING_IN_UNO}, "number", "-masculine")
    | numbered({v: _word(v)[:-1] + "a" for v in _ENDING_IN_UNO}, "number", "-feminine")
    | numbered({100 * n: text for n, text in enumerate(_HUNDREDS, 1)}, "number")
    | numbered(
        {100 * n: text[:-2] + "as" for n, text in enumerate(_HUNDREDS, 1) if n > 1},
        "number",
        "-feminine",
    )
    | {_CIENTO: "ciento", _MIL: "mil"}
    | numbered({1000 * units: f"{_UP_TO_29[units]} mil" for units in range(2, 10)}, "number")
    | {number_key(MILLION): "un millón", MILLIONS: "millones"}
    | noun_clips(NOUNS)
    | {_PRIMERO: "primero", _CENTURY: "mil novecientos"}
    | numbered({n: f"de {month} de" for n, month in enumerate(_MONTHS, 1)}, "date/month")
    | numbered({hour: _hour(hour) for hour in range(1, 13)}, "time/hour")
    | numbered({hour: f"{_hour(hour)} y" for hour in range(1, 13)}, "time/hour", "-and")
    | {
        ClipKey("time/early"): "de la madrugada",
        ClipKey("time/morning"): "de la mañana",
        ClipKey("time/noon"): "del mediodía",
        ClipKey("time/afternoon"): "de la tarde",
        ClipKey("time/night"): "de la noche",
    }
)


def number(value: int, form: Form) -> Clips:
    """See Tongue."""
    if value == 0:
        return (number_key(0),)
    count, rest = divmod(value, MILLION)
    return (
        *millions(count, lambda below: _below_thousand(below, Form.MASCULINE)),
        *_thousands(rest // 1000, form),
        *_below_thousand(rest % 1000, form),
    )


def _below_thousand(value: int, form: Form) -> Clips:
    """The end of a number: 0 says nothing."""
    return (*_hundreds(value, form), *_units(value % 100, form))


def _thousands(count: int, form: Form) -> Clips:
    """0 to 999 thousands; one to nine are recorded whole."""
    if not count:
        return ()
    hundreds, units = _hundreds(count, form), count % 100
    if 2 <= units <= 9:
        return (*hundreds, number_key(units * 1000))
    if count == 1:
        return (_MIL,)
    return (*hundreds, *_units(units, Form.MASCULINE), _MIL)


def _hundreds(value: int, form: Form) -> Clips:
    """The hundreds of 0 to 999: "cien" only where nothing but "mil" or a noun follows."""
    count = value // 100
    if count == 0:
        return ()
    if count == 1:
        return (_CIENTO if value % 100 else number_key(100),)
    return (number_key(count * 100, Form.FEMININE if form is Form.FEMININE else Form.ALONE),)


def _units(value: int, form: Form) -> Clips:
    """0 to 99; 0 says nothing."""
    if value == 0:
        return ()
    return (number_key(value, form if value in _ENDING_IN_UNO else Form.ALONE),)


def date_(year: int, month: int, day: int) -> Clips:
    """ "diecisiete de mayo de mil novecientos ochenta y cinco"; the first is "primero"."""
    spoken = _PRIMERO if day == 1 else number_key(day)
    return (spoken, ClipKey(f"date/month/{month}"), *_year(year))


def _year(year: int) -> Clips:
    century, rest = divmod(year, 100)
    if century == 20:
        return number(year, Form.ALONE)
    return (_CENTURY, *_units(rest, Form.ALONE))


def clock_time(hour: int, minute: int) -> Clips:
    """By the 12-hour clock, with article and part of the day: "las ocho y treinta de la mañana"."""
    name = f"time/hour/{hour % 12 or 12}"
    spoken = (ClipKey(f"{name}-and"), number_key(minute)) if minute else (ClipKey(name),)
    return (*spoken, _part_of_day(hour))


def _part_of_day(hour: int) -> ClipKey:
    """Night begins at 20 h, as in America; in Spain the afternoon may last longer."""
    if 1 <= hour <= 5:
        return ClipKey("time/early")
    if 6 <= hour <= 11:
        return ClipKey("time/morning")
    if hour == 12:
        return ClipKey("time/noon")
    return ClipKey("time/afternoon" if 13 <= hour <= 19 else "time/night")
