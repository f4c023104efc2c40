"""The words of the clips against num2words, with every correction it needs and the rule for it."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from domain.language import Language
from ivr import speech

CORRECTIONS: dict[Language, tuple[tuple[str, str], ...]] = {
    # "eins" loses its s in a compound ("einhunderteintausend") and before the noun Millionen.
    Language.DE: (("einstausend", "eintausend"), ("eins Millionen", "ein Millionen")),
    # US English says neither "and" nor commas.
    Language.EN: ((" and ", " "), (",", "")),
    # Apocope before "mil" and "millones": "veintiún mil", "ciento un mil", "treinta y un millones".
    Language.ES: (("veintiuno mil", "veintiún mil"), ("uno mil", "un mil")),
    # It writes "cent" and "vingt" as the Académie does, before "mille" and "millions" too.
    Language.FR: (),
}


def oracle(language: Language, value: int) -> str:
    words = num2words(value, lang=language.value)
    for wrong, right in CORRECTIONS[language]:
        words = words.replace(wrong, right)
    return normal(language, words)


def normal(language: Language, words: str) -> str:
    """Hyphens are spaces; in German, which writes numbers in one word, neither counts."""
    return ("" if language is Language.DE else " ").join(words.replace("-", " ").split())


def spoken(language: Language, keys: Iterable[speech.ClipKey]) -> str:
    texts = speech.clips(language)
    return normal(language, " ".join(texts[key] for key in keys))


def differing(language: Language, values: Iterable[int]) -> list[tuple[int, str, str]]:
    """The first few numbers that are said otherwise than the oracle says them."""
    wrong: list[tuple[int, str, str]] = []
    for value in values:
        ours, theirs = spoken(language, speech.number(language, value)), oracle(language, value)
        if ours != theirs:
            wrong.append((value, ours, theirs))
            if len(wrong) == 5:
                break
    return wrong


@pytest.mark.parametrize("language", Language)
def test_every_number_below_a_thousand(language: Language) -> None:
    assert differing(language, range(1000)) == []


# After the thousands: nothing, what is inflected, what ends a hundred, and the longest.
ENDINGS = (0, 1, 21, 80, 100, 101, 200, 999)


@pytest.mark.parametrize("language", Language)
def test_every_count_of_thousands(language: Language) -> None:
    values = (thousands * 1000 + rest for thousands in range(1, 1000) for rest in ENDINGS)
    assert differing(language, values) == []


@pytest.mark.parametrize("language", Language)
def test_a_number_is_its_thousands_and_then_the_rest(language: Language) -> None:
    # With the two tests above this settles all numbers below a million, as far as num2words
    # composes them so too; the drill below takes no such thing for granted.
    for thousands in (1, 2, 21, 80, 100, 101, 181, 200, 999):
        head = speech.number(language, thousands * 1000)
        for rest in range(1, 1000):
            value = thousands * 1000 + rest
            assert speech.number(language, value) == (*head, *speech.number(language, rest))


@pytest.mark.drill
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", Language)
def test_every_number_below_a_million(language: Language) -> None:
    assert differing(language, range(1_000_000)) == []


@given(st.sampled_from(Language), st.integers(1_000_000, speech.LARGEST))
def test_numbers_from_a_million(language: Language, value: int) -> None:
    assert differing(language, [value]) == []


@pytest.mark.parametrize("language", Language)
def test_years(language: Language) -> None:
    for year in range(1900, 2100):
        words = num2words(year, lang=language.value, to="year").replace(" and ", " ")
        _, _, *keys = speech.date_(language, date(year, 5, 17))
        assert spoken(language, keys) == normal(language, words)


@pytest.mark.parametrize("day", range(1, 32))
def test_ordinals_of_the_days(day: int) -> None:
    german, *_ = speech.date_(Language.DE, date(1985, 5, day))
    _, english, *_ = speech.date_(Language.EN, date(1985, 5, day))
    # num2words gives the nominative "erste"; after "am" stands the dative "ersten".
    assert speech.clips(Language.DE)[german] == num2words(day, lang="de", to="ordinal") + "n"
    assert speech.clips(Language.EN)[english] == num2words(day, lang="en", to="ordinal")
