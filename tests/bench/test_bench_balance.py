"""When a balance has been heard, as the bench of it sees a call."""

import pytest

from domain.language import Language
from ivr import speech
from ivr.speech import Noun
from phone.hearing import Heard, Hearing
from rufwerk.bench.balance import PEOPLE, told_at


def hearing(*prompts: str, language: str) -> Hearing:
    """A second each."""
    heard = (
        Heard(prompt, "", language, float(second), second + 0.9, cut=False)
        for second, prompt in enumerate(prompts)
    )
    return Hearing(tuple(heard), (), ())


@pytest.mark.parametrize("language", Language)
def test_heard_to_its_end(language: Language) -> None:
    told = ["balance/told-1", *speech.counted(language, 1234, Noun.POINT)]
    heard = hearing("login/pin", *told, "menu/balance", language=language)
    assert told_at(heard, language, 1234) == len(told) + 0.9
    assert told_at(heard, language, 1235) is None
    assert told_at(hearing(*told[:-1], language=language), language, 1234) is None


def test_what_sounds_the_same_is_told_by_what_follows() -> None:
    """French: two hundred, and two hundred and something."""
    told = ["balance/told-1", "number/1000", "number/200", "number/34", "noun/point/many"]
    assert told_at(hearing(*told, language="fr"), Language.FR, 1234) == 4.9


def test_a_caller_of_each_language() -> None:
    assert {language: one.participant.language for language, one in PEOPLE.items()} == {
        language: language for language in Language
    }
