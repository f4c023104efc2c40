"""What holds for all values: no clip is missing, idle or doubled; the unsayable is refused."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey, Form, Noun

# Most numbers are small; of the others, those whose groups are round are the interesting ones.
ROUND = st.tuples(st.integers(0, 999), st.sampled_from((1, 100, 1000, 1_000_000))).map(
    lambda pair: pair[0] * pair[1]
)
VALUES = st.one_of(st.integers(0, 2000), ROUND, st.integers(0, speech.LARGEST))
LANGUAGES = st.sampled_from(Language)

NOUNS = {
    Language.DE: (
        "Punkt Punkte",
        "Karte Karten",
        "Minute Minuten",
        "Tag Tage",
        "Person Personen",
        "Ziffer Ziffern",
        "Euro Euro",
        "Cent Cent",
    ),
    Language.EN: (
        "point points",
        "card cards",
        "minute minutes",
        "day days",
        "person people",
        "digit digits",
        "euro euros",
        "cent cents",
    ),
    Language.ES: (
        "punto puntos",
        "tarjeta tarjetas",
        "minuto minutos",
        "día días",
        "persona personas",
        "cifra cifras",
        "euro euros",
        "céntimo céntimos",
    ),
    Language.FR: (
        "point points",
        "carte cartes",
        "minute minutes",
        "jour jours",
        "personne personnes",
        "chiffre chiffres",
        "euro euros",
        "centime centimes",
    ),
}
FEMININE = {
    Language.DE: {Noun.CARD, Noun.MINUTE, Noun.PERSON, Noun.DIGIT},
    Language.EN: set(),
    Language.ES: {Noun.CARD, Noun.PERSON, Noun.DIGIT},
    Language.FR: {Noun.CARD, Noun.MINUTE, Noun.PERSON},
}


def said(language: Language, keys: speech.Clips) -> str:
    return " ".join(speech.clips(language)[key] for key in keys)


@given(LANGUAGES, VALUES, st.sampled_from(Form))
def test_every_number_has_its_clips(language: Language, value: int, form: Form) -> None:
    assert set(speech.number(language, value, form)) <= speech.clips(language).keys()


@given(LANGUAGES, VALUES, st.sampled_from(Noun))
def test_counted_is_the_number_and_the_right_form_of_the_noun(
    language: Language, value: int, noun: Noun
) -> None:
    one, many = NOUNS[language][list(Noun).index(noun)].split()
    single = value == 1 or (value == 0 and language is Language.FR)
    whole_millions = value >= 1_000_000 and value % 1_000_000 == 0
    of = "de " if whole_millions and language in {Language.ES, Language.FR} else ""
    if of and language is Language.FR and noun is Noun.EURO:
        of = "d'"
    form = Form.FEMININE if noun in FEMININE[language] else Form.MASCULINE
    number = said(language, speech.number(language, value, form))
    expected = f"{number} {one if single else of + many}"
    assert said(language, speech.counted(language, value, noun)) == expected


@given(LANGUAGES, st.text("0123456789", max_size=20), st.integers(0, 4))
def test_digits_have_their_clips(language: Language, text: str, group: int) -> None:
    keys = [key for key in speech.digits(language, text, group) if key != speech.PAUSE]
    assert keys == [speech.number(language, int(digit))[0] for digit in text]


@given(LANGUAGES, st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.times())
def test_dates_and_times_have_their_clips(language: Language, day: date, at: time) -> None:
    keys = speech.date_(language, day) + speech.clock_time(language, at)
    assert set(keys) <= speech.clips(language).keys()


def sayable(language: Language) -> Iterator[speech.Clips]:
    """Something of everything that can be said."""
    numbers = [*range(1000), *range(1000, 1_000_000, 1000), 1_000_000, 2_000_000]
    for form in Form:
        yield from (speech.number(language, value, form) for value in numbers)
    for noun in Noun:
        yield from (speech.counted(language, value, noun) for value in [*range(100), 1_000_000])
    for year in range(1900, 2100):
        yield speech.date_(language, date(year, 1, 1))
    for days in range(366):
        yield speech.date_(language, date(1992, 1, 1) + timedelta(days))
    for minutes in range(24 * 60):
        yield speech.clock_time(language, time(*divmod(minutes, 60)))


@pytest.mark.parametrize("language", Language)
def test_no_clip_is_missing_and_none_is_never_used(language: Language) -> None:
    used = {key for keys in sayable(language) for key in keys}
    assert used == speech.clips(language).keys()


@pytest.mark.parametrize("language", Language)
def test_keys_are_file_names_and_texts_differ(language: Language) -> None:
    clips = speech.clips(language)
    assert all(re.fullmatch(r"(number|noun|date|time)(/[a-z0-9_-]+)+", key) for key in clips)
    assert speech.PAUSE not in clips
    texts = [text.casefold() for text in clips.values()]
    assert len(set(texts)) == len(texts)
    assert all(text == " ".join(text.split()) and text for text in texts)


@pytest.mark.parametrize("value", [-1, speech.LARGEST + 1])
def test_numbers_out_of_range_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="from 0 to"):
        speech.number(Language.DE, value)
    with pytest.raises(ValueError, match="from 0 to"):
        speech.counted(Language.DE, value, Noun.POINT)


@pytest.mark.parametrize("text", ["12a", " 1", "-1", "١٢", "²"])
def test_what_is_no_digit_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="only the digits") as refused:
        speech.digits(Language.DE, text)
    assert text not in str(refused.value)


def test_a_negative_group_is_refused() -> None:
    with pytest.raises(ValueError, match="group"):
        speech.digits(Language.DE, "123", group=-1)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2100, 1, 1)])
def test_dates_out_of_range_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match="1900 to 2099"):
        speech.date_(Language.DE, day)


@given(LANGUAGES, VALUES, st.sampled_from(Noun))
def test_what_sounds_alike_is_told_apart_by_what_follows(
    language: Language, value: int, noun: Noun
) -> None:
    meant = (*speech.number(language, value), *speech.counted(language, value, noun)[-1:])
    if language is Language.FR:
        closed = [ClipKey(key.removesuffix("-open")) for key in meant]
        opened = [ClipKey(f"{key}-open") for key in closed]
        clips = speech.clips(language)
        other = [o if o in clips else c for c, o in zip(closed, opened, strict=True)]
        assert speech.told_apart(language, closed) == meant
        assert speech.told_apart(language, other) == meant
    assert speech.told_apart(language, meant) == meant
