"""Each fault is planted, and found."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from domain.language import Language
from prompts.builder import Studio, build
from prompts.catalogue import Catalogue
from prompts.check import check, check_sounds, faults
from prompts.sound import Sound, normalised, to_pcm
from tests.prompts.tone import Tone, hum, joined

PLAN = {Language.DE: {"welcome": "Willkommen."}, Language.FR: {"welcome": "Bienvenue."}}


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    build(PLAN, Studio(tmp_path, Tone(), workers=0))
    return tmp_path


def good() -> Sound:
    return normalised(hum(1.0), -20)


def clipped() -> Sound:
    return Sound(np.clip(good().samples * 4, -0.1, 0.1) * 10, 16000)


def once_clipped() -> Sound:
    sound = good()
    sound.samples[4000:4004] = 1.0
    return sound


def test_what_was_built_is_in_order(sounds: Path) -> None:
    assert check_sounds(PLAN, sounds) == []


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        (clipped, "is clipped"),
        (once_clipped, "is clipped"),
        (lambda: normalised(hum(1.0), -12), "is too loud (-12.0 dBFS, at most -17)"),
        (lambda: normalised(hum(1.0), -30), "is too quiet (-30.0 dBFS, at least -23)"),
        (lambda: joined(0.6, good()), "is silent for 0.60 s at its start"),
        (lambda: joined(good(), 0.7), "is silent for 0.70 s at its end"),
        (lambda: joined(good(), 0.8, good()), "is silent for 0.80 s inside"),
        (lambda: joined(1.0), "has nothing to hear"),
        (lambda: Sound(np.zeros(0), 16000), "has nothing to hear"),
    ],
)
def test_a_planted_fault_is_found(sounds: Path, sound: Callable[[], Sound], told: str) -> None:
    (sounds / "fr/welcome.sln16").write_bytes(to_pcm(sound()))
    found = check_sounds(PLAN, sounds)
    assert f"fr: welcome: welcome.sln16 {told}" in {
        str(problem).split(". Run")[0] for problem in found
    }
    assert all(problem.language is Language.FR for problem in found)
    assert all("rufwerk prompts build" in problem.remedy for problem in found)


def test_silence_of_just_under_half_a_second_is_allowed() -> None:
    assert faults(joined(0.45, good(), 0.45, good(), 0.45)) == []


def test_a_missing_file_is_found(sounds: Path) -> None:
    (sounds / "de/welcome.sln").unlink()
    found = check_sounds(PLAN, sounds)
    assert [str(problem) for problem in found] == [
        "de: welcome: welcome.sln is missing. Run `rufwerk prompts build`."
    ]


def test_a_file_that_is_a_folder_is_a_problem_and_no_crash(sounds: Path) -> None:
    (sounds / "de/welcome.sln").unlink()
    (sounds / "de/welcome.sln").mkdir()
    assert len(check_sounds(PLAN, sounds)) == 1


def test_audio_of_an_older_text_is_found(sounds: Path) -> None:
    plan = {Language.DE: {"welcome": "Willkommen bei Alpenrad."}}
    assert [problem.what for problem in check_sounds(plan, sounds)] == ["it speaks an older text"]


def test_the_catalogues_own_problems_come_first(sounds: Path) -> None:
    texts = {language: {"welcome": "Hallo."} for language in Language}
    texts[Language.ES] = {}
    (sounds / "de/welcome.sln").unlink()
    found = check(Catalogue(texts), PLAN, sounds)
    assert [(problem.language, problem.what) for problem in found] == [
        (Language.ES, "no text"),
        (Language.DE, "welcome.sln is missing"),
    ]
