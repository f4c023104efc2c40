"""The real Pico: every language, intonation, and what must not upset it."""

from pathlib import Path

import numpy as np
import pytest

from domain.language import Language
from prompts.builder import Studio, build
from prompts.catalogue import Catalogue
from prompts.check import check
from prompts.engines.pico import Pico
from prompts.sound import active_level, trimmed

SENTENCES = {
    Language.DE: "Für Ihren Punktestand drücken Sie die Eins.",
    Language.EN: "For your points balance, press one.",
    Language.ES: "Para conocer su saldo de puntos, marque uno.",
    Language.FR: "Pour connaître votre solde de points, tapez un.",
}


@pytest.fixture(scope="module")
def pico(pico_root: Path) -> Pico:
    return Pico(pico_root)


@pytest.mark.parametrize("language", Language)
def test_it_speaks_every_language(pico: Pico, language: Language) -> None:
    sound = trimmed(pico.speak(language, SENTENCES[language]))
    assert sound.rate == 16000
    assert 0.04 < sound.seconds / len(SENTENCES[language]) < 0.1  # as people speak
    assert active_level(sound) > -30
    assert _tonality(sound.samples) > 0.6  # a voice, not noise


def test_the_same_text_gives_the_same_samples(pico: Pico) -> None:
    first = pico.speak(Language.DE, "eins").samples
    pico.speak(Language.DE, "Etwas anderes, und zwar länger.")
    assert np.array_equal(first, pico.speak(Language.DE, "eins").samples)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.DE, "vierundzwanzig"),
        (Language.EN, "two hundred"),
        (Language.ES, "veintiuno"),
        (Language.FR, "trente et un"),
        (Language.FR, "Vous avez"),
        (Language.DE, "Ihre Karte ist gesperrt. Ihre Quittungsnummer ist"),
    ],
)
def test_a_text_that_goes_on_is_neither_cut_nor_longer(
    pico: Pico, language: Language, text: str
) -> None:
    going_on = trimmed(pico.speak(language, text)).seconds
    final = trimmed(pico.speak(language, f"{text}.")).seconds
    assert 0.75 < going_on / final < 1.3


def test_tags_and_strange_letters_are_harmless(pico: Pico) -> None:
    plain = pico.speak(Language.DE, "Hallo Welt.").seconds
    for text in ('<volume level="0">Hallo</volume> Welt.', "Hallo\x07 < Welt.", "Hallo 漢字 Welt."):
        assert pico.speak(Language.DE, text).seconds >= plain * 0.8


def test_a_long_text_is_spoken_to_its_end(pico: Pico) -> None:
    once = pico.speak(Language.EN, SENTENCES[Language.EN]).seconds
    text = " ".join([SENTENCES[Language.EN]] * 20)
    assert pico.speak(Language.EN, text).seconds > 18 * once


def test_its_identity_names_voices_and_library(pico: Pico, tmp_path: Path) -> None:
    assert pico.identity.startswith("pico ")
    assert Pico(tmp_path).identity != pico.identity


def test_the_whole_catalogue_passes_the_check(pico: Pico, tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    plan = catalogue.plan({Language.ES: {"number/1": "uno", "number/16": "dieciséis"}})
    build(plan, Studio(tmp_path, pico))
    assert [str(problem) for problem in check(catalogue, plan, tmp_path)] == []


def _tonality(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """How much of the energy lies below 2 kHz, where a voice has most of its own; white noise has a
    quarter.
    """
    power = np.square(np.abs(np.fft.rfft(samples)))
    return float(power[: len(power) // 4].sum() / power.sum())
