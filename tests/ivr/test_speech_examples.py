"""What a native speaker says, by example: forms of numbers, nouns, dates and clock times."""

from datetime import date, time

import pytest

from domain.language import Language
from ivr import speech
from ivr.speech import Form, Noun

DE, EN, ES, FR = Language.DE, Language.EN, Language.ES, Language.FR


def said(language: Language, keys: speech.Clips) -> str:
    return " ".join(speech.clips(language)[key] for key in keys)


@pytest.mark.parametrize(
    ("language", "value", "form", "words"),
    [
        (DE, 1, Form.ALONE, "eins"),
        (DE, 1, Form.MASCULINE, "ein"),
        (DE, 1, Form.FEMININE, "eine"),
        (DE, 0, Form.FEMININE, "null"),
        (DE, 101, Form.ALONE, "einhundert eins"),
        (DE, 101, Form.FEMININE, "einhundert ein"),
        (DE, 300, Form.FEMININE, "dreihundert"),
        (DE, 101_000, Form.ALONE, "einhundert eintausend"),
        (DE, 1_000_001, Form.ALONE, "eine Million eins"),
        (DE, 21_000_000, Form.ALONE, "einundzwanzig Millionen"),
        (DE, 201_000_000, Form.ALONE, "zweihundert ein Millionen"),
        (EN, 1, Form.FEMININE, "one"),
        (EN, 101_101, Form.ALONE, "one hundred one thousand one hundred one"),
        (EN, 2_000_000, Form.ALONE, "two million"),
        (
            EN,
            987_000_999,
            Form.ALONE,
            "nine hundred eighty-seven million nine hundred ninety-nine",
        ),
        (ES, 21, Form.ALONE, "veintiuno"),
        (ES, 21, Form.MASCULINE, "veintiún"),
        (ES, 31, Form.FEMININE, "treinta y una"),
        (ES, 11, Form.MASCULINE, "once"),
        (ES, 500, Form.FEMININE, "quinientas"),
        (ES, 200_001, Form.FEMININE, "doscientas mil una"),
        (ES, 21_000, Form.FEMININE, "veintiún mil"),
        (ES, 101_000, Form.ALONE, "ciento un mil"),
        (ES, 200_000_200, Form.FEMININE, "doscientos millones doscientas"),
        (ES, 31_000_000, Form.ALONE, "treinta y un millones"),
        (FR, 1, Form.FEMININE, "une"),
        (FR, 71, Form.FEMININE, "soixante et onze"),
        (FR, 81, Form.FEMININE, "quatre-vingt-une"),
        (FR, 21_001, Form.FEMININE, "vingt et un mille une"),
        (FR, 200, Form.ALONE, "deux cents"),
        (FR, 201, Form.ALONE, "deux cent un"),
        (FR, 200_000, Form.ALONE, "deux cent mille"),
        (FR, 200_000_000, Form.ALONE, "deux cents millions"),
        (FR, 80_000, Form.ALONE, "quatre-vingt mille"),
        (FR, 80_000_080, Form.ALONE, "quatre-vingts millions quatre-vingts"),
    ],
)
def test_forms_of_numbers(language: Language, value: int, form: Form, words: str) -> None:
    assert said(language, speech.number(language, value, form)) == words


@pytest.mark.parametrize(
    ("language", "value", "noun", "words"),
    [
        (DE, 0, Noun.POINT, "null Punkte"),
        (DE, 1, Noun.POINT, "ein Punkt"),
        (DE, 1, Noun.CARD, "eine Karte"),
        (DE, 21, Noun.POINT, "einundzwanzig Punkte"),
        (DE, 101, Noun.CARD, "einhundert ein Karten"),
        (DE, 1234, Noun.POINT, "eintausend zweihundert vierunddreißig Punkte"),
        (DE, 1_000_000, Noun.POINT, "eine Million Punkte"),
        (DE, 15, Noun.MINUTE, "fünfzehn Minuten"),
        (DE, 21, Noun.PERSON, "einundzwanzig Personen"),
        (EN, 0, Noun.CARD, "zero cards"),
        (EN, 1, Noun.PERSON, "one person"),
        (EN, 2, Noun.PERSON, "two people"),
        (EN, 1, Noun.POINT, "one point"),
        (EN, 21, Noun.POINT, "twenty-one points"),
        (EN, 3_000_000, Noun.DAY, "three million days"),
        (ES, 0, Noun.POINT, "cero puntos"),
        (ES, 1, Noun.POINT, "un punto"),
        (ES, 1, Noun.CARD, "una tarjeta"),
        (ES, 21, Noun.POINT, "veintiún puntos"),
        (ES, 21, Noun.CARD, "veintiuna tarjetas"),
        (ES, 100, Noun.POINT, "cien puntos"),
        (ES, 101, Noun.CARD, "ciento una tarjetas"),
        (ES, 200, Noun.CARD, "doscientas tarjetas"),
        (ES, 200_000, Noun.CARD, "doscientas mil tarjetas"),
        (ES, 100_100, Noun.POINT, "cien mil cien puntos"),
        (ES, 1_000_000, Noun.POINT, "un millón de puntos"),
        (ES, 2_000_000, Noun.CARD, "dos millones de tarjetas"),
        (ES, 21, Noun.PERSON, "veintiuna personas"),
        (ES, 1_000_001, Noun.POINT, "un millón un puntos"),
        (FR, 0, Noun.POINT, "zéro point"),
        (FR, 1, Noun.POINT, "un point"),
        (FR, 1, Noun.CARD, "une carte"),
        (FR, 2, Noun.POINT, "deux points"),
        (FR, 21, Noun.POINT, "vingt et un points"),
        (FR, 21, Noun.CARD, "vingt et une cartes"),
        (FR, 6, Noun.PERSON, "six personnes"),
        (DE, 6, Noun.DIGIT, "sechs Ziffern"),
        (EN, 6, Noun.DIGIT, "six digits"),
        (ES, 6, Noun.DIGIT, "seis cifras"),
        (FR, 6, Noun.DIGIT, "six chiffres"),
        (FR, 8, Noun.DIGIT, "huit chiffres"),
        (FR, 31, Noun.PERSON, "trente et une personnes"),
        (FR, 80, Noun.DAY, "quatre-vingts jours"),
        (FR, 501, Noun.POINT, "cinq cent un points"),
        (FR, 1071, Noun.POINT, "mille soixante et onze points"),
        (FR, 2181, Noun.POINT, "deux mille cent quatre-vingt-un points"),
        (FR, 1_000_000, Noun.POINT, "un million de points"),
        (FR, 1_000_200, Noun.POINT, "un million deux cents points"),
    ],
)
def test_counted(language: Language, value: int, noun: Noun, words: str) -> None:
    assert said(language, speech.counted(language, value, noun)) == words


@pytest.mark.parametrize(
    ("language", "cents", "words"),
    [
        (DE, 0, "null Euro"),
        (DE, 20, "zwanzig Cent"),
        (DE, 100, "ein Euro"),
        (DE, 101, "ein Euro ein Cent"),
        (DE, 199, "ein Euro neunundneunzig Cent"),
        (EN, 20, "twenty cents"),
        (EN, 101, "one euro one cent"),
        (EN, 3000, "thirty euros"),
        (ES, 20, "veinte céntimos"),
        (ES, 121, "un euro veintiún céntimos"),
        (ES, 2100, "veintiún euros"),
        (FR, 20, "vingt centimes"),
        (FR, 180, "un euro quatre-vingts centimes"),
        (FR, 206, "deux euros six centimes"),
        (FR, 2110, "vingt et un euros dix centimes"),
        (FR, 30100, "trois cent un euros"),
    ],
)
def test_sums_of_money(language: Language, cents: int, words: str) -> None:
    assert said(language, speech.euros(language, cents)) == words


@pytest.mark.parametrize("value", [2, 3, 6, 10, 20, 21, 80, 83])
def test_french_numbers_that_are_linked_to_euros_are_recorded_with_them(value: int) -> None:
    # "deux" alone ends in a consonant that is mute, and is heard in "deux euros"
    (linked,) = speech.counted(FR, value, Noun.EURO)
    (word,) = speech.number(FR, value)
    assert speech.clips(FR)[linked] == f"{speech.clips(FR)[word]} euros"


@pytest.mark.parametrize("value", [6, 8, 10, 18, 46, 70, 98, 506, 1010])
def test_french_six_huit_dix_are_recorded_with_what_they_count(value: int) -> None:
    # "six" alone ends in an s that is mute in "six points", so no clip of it fits both.
    *_, points = speech.counted(FR, value, Noun.POINT)
    *_, mille = speech.number(FR, value % 100 * 1000)
    word = speech.clips(FR)[speech.number(FR, value % 100)[0]]
    assert speech.clips(FR)[points] == f"{word} points"
    assert speech.clips(FR)[mille] == f"{word} mille"


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        (DE, date(1985, 5, 17), "siebzehnten Mai neunzehnhundert fünfundachtzig"),
        (DE, date(1900, 1, 1), "ersten Januar neunzehnhundert"),
        (DE, date(2007, 3, 7), "siebten März zweitausend sieben"),
        (DE, date(2099, 10, 30), "dreißigsten Oktober zweitausend neunundneunzig"),
        (EN, date(1985, 5, 17), "May seventeenth nineteen eighty-five"),
        (EN, date(1900, 7, 4), "July fourth nineteen hundred"),
        (EN, date(1905, 2, 22), "February twenty-second nineteen oh five"),
        (EN, date(2000, 12, 31), "December thirty-first two thousand"),
        (EN, date(2005, 8, 12), "August twelfth two thousand five"),
        (EN, date(2010, 9, 20), "September twentieth twenty ten"),
        (ES, date(1985, 5, 17), "diecisiete de mayo de mil novecientos ochenta y cinco"),
        (ES, date(1992, 2, 29), "veintinueve de febrero de mil novecientos noventa y dos"),
        (ES, date(1900, 1, 1), "primero de enero de mil novecientos"),
        (ES, date(2021, 6, 21), "veintiuno de junio de dos mil veintiuno"),
        (FR, date(1985, 5, 17), "dix-sept mai mille neuf cent quatre-vingt-cinq"),
        (FR, date(1900, 5, 1), "premier mai mille neuf cents"),
        (FR, date(1979, 12, 31), "trente et un décembre mille neuf cent soixante-dix-neuf"),
        (FR, date(2000, 8, 8), "huit août deux mille"),
    ],
)
def test_dates(language: Language, day: date, words: str) -> None:
    assert said(language, speech.date_(language, day)) == words


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        (DE, time(0, 0), "null Uhr"),
        (DE, time(1, 0), "ein Uhr"),
        (DE, time(8, 30), "acht Uhr dreißig"),
        (DE, time(21, 1), "einundzwanzig Uhr eins"),
        (EN, time(0, 0), "midnight"),
        (EN, time(0, 30), "twelve thirty a.m."),
        (EN, time(8, 30), "eight thirty a.m."),
        (EN, time(8, 0), "eight a.m."),
        (EN, time(12, 0), "noon"),
        (EN, time(12, 5), "twelve oh five p.m."),
        (EN, time(20, 30), "eight thirty p.m."),
        (ES, time(1, 0), "la una de la madrugada"),
        (ES, time(8, 30), "las ocho y treinta de la mañana"),
        (ES, time(12, 0), "las doce del mediodía"),
        (ES, time(13, 1), "la una y uno de la tarde"),
        (ES, time(20, 0), "las ocho de la noche"),
        (ES, time(0, 15), "las doce y quince de la noche"),
        (FR, time(0, 0), "minuit"),
        (FR, time(0, 30), "zéro heure trente"),
        (FR, time(1, 0), "une heure"),
        (FR, time(8, 30), "huit heures trente"),
        (FR, time(12, 0), "midi"),
        (FR, time(21, 21), "vingt et une heures vingt et une"),
    ],
)
def test_clock_times(language: Language, at: time, words: str) -> None:
    assert said(language, speech.clock_time(language, at)) == words


def test_seconds_are_not_said() -> None:
    assert speech.clock_time(DE, time(8, 30, 59)) == speech.clock_time(DE, time(8, 30))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (DE, "null vier zwei eins eins sieben"),
        (EN, "zero four two one one seven"),
        (ES, "cero cuatro dos uno uno siete"),
        (FR, "zéro quatre deux un un sept"),
    ],
)
def test_digits(language: Language, words: str) -> None:
    assert said(language, speech.digits(language, "042117")) == words


def test_digits_pause_between_groups_only() -> None:
    three = speech.digits(DE, "0421170", group=3)
    assert [place for place, key in enumerate(three) if key == speech.PAUSE] == [3, 7]
    assert tuple(key for key in three if key != speech.PAUSE) == speech.digits(DE, "0421170")
    assert speech.PAUSE not in speech.digits(DE, "042", group=3)
    assert speech.digits(DE, "", group=3) == ()
