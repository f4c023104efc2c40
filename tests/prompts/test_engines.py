"""Which engine speaks, and what is said where one is missing or fails."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from domain.language import Language
from prompts.engines.base import EngineError
from prompts.engines.choice import choose
from prompts.engines.espeak import Espeak
from prompts.engines.google import Google
from prompts.engines.pico import Pico
from prompts.sound import active_level

FAKE_ESPEAK = """#!{python}
import sys, wave
if sys.argv[1] == "--version":
    print("eSpeak NG text-to-speech: 9.9  Data at: /nowhere")
else:
    text = sys.stdin.read()
    if text == "fail":
        sys.exit("no such voice")
    with wave.open(sys.argv[sys.argv.index("-w") + 1], "wb") as wav:
        wav.setnchannels(1), wav.setsampwidth(2), wav.setframerate(22050)
        wav.writeframes(b"" if text == "odd" else b"\\0\\x20\\0\\xe0" * 2205 * len(text))
"""


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder that is the whole search path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def espeak(no_programs: Path) -> Espeak:
    program = no_programs / "espeak-ng"
    program.write_text(FAKE_ESPEAK.format(python=sys.executable), encoding="utf-8")
    program.chmod(0o755)
    return Espeak(str(program))


def test_auto_takes_pico_where_it_is(pico_root: Path, tmp_path: Path) -> None:
    assert choose("auto", pico_root, tmp_path) == Pico(pico_root)
    assert choose("pico", pico_root, tmp_path) == Pico(pico_root)


def test_auto_takes_espeak_where_pico_is_not(espeak: Espeak, tmp_path: Path) -> None:
    assert choose("auto", None, tmp_path) == Espeak()
    assert choose("auto", tmp_path, tmp_path) == Espeak()


def test_google_speaks_only_when_asked(no_programs: Path, tmp_path: Path) -> None:
    assert choose("gtts", None, tmp_path) == Google(tmp_path / "gtts")
    with pytest.raises(EngineError, match="There is no speech engine"):
        choose("auto", None, tmp_path)


@pytest.mark.parametrize("root", [True, False])
def test_pico_that_is_missing_is_told(root: bool, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"Pico lacks .*Fetch it again"):
        choose("pico", tmp_path if root else None, tmp_path)


def test_an_unknown_engine_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"speech\.engine is 'festival'\. Set it to auto"):
        choose("festival", None, tmp_path)


def test_pico_without_its_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Fetch libttspico0"):
        Pico(tmp_path / "none").speak(Language.DE, "Hallo.")


def test_espeak_speaks(espeak: Espeak) -> None:
    assert espeak.identity.startswith("espeak-ng 9.9")
    sound = espeak.speak(Language.DE, "Hallo")
    assert (sound.rate, sound.seconds) == (22050, 1.0)


def test_espeak_that_fails_is_told(espeak: Espeak) -> None:
    with pytest.raises(EngineError, match="espeak-ng failed: no such voice"):
        espeak.speak(Language.DE, "fail")
    with pytest.raises(EngineError, match="is not installed"):
        Espeak("espeak-of-nowhere").speak(Language.DE, "Hallo")


def test_the_real_espeak_speaks_every_language() -> None:
    if not shutil.which("espeak-ng"):
        if os.environ.get("CI") == "true":
            pytest.fail("espeak-ng is missing: run make setup")
        pytest.skip("espeak-ng is missing")
    for language in Language:
        sound = Espeak().speak(language, "Hallo Hola Hello.")
        assert 0.5 < sound.seconds < 5
        assert active_level(sound) > -40


def test_google_needs_a_decoder_before_it_is_asked(no_programs: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="Install ffmpeg"):
        Google(tmp_path).speak(Language.DE, "Hallo.")


def _fake_ffmpeg(folder: Path, script: str) -> None:
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def test_google_is_asked_once_for_a_text(no_programs: Path, tmp_path: Path) -> None:
    _fake_ffmpeg(no_programs, "printf 'abababab'")
    google = Google(tmp_path / "cache")
    cached = google.cached(Language.DE, "Hallo.")
    cached.parent.mkdir()
    cached.write_bytes(b"mp3")
    assert len(google.speak(Language.DE, "Hallo.").samples) == 4
    assert google.cached(Language.FR, "Hallo.") != cached


def test_google_out_of_reach_is_told(
    no_programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake_ffmpeg(no_programs, "exit 0")
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    google = Google(tmp_path / "cache", timeout=2)
    with pytest.raises(EngineError, match=r"can't be had: .*Try later"):
        google.speak(Language.DE, "Hallo.")
    assert not google.cached(Language.DE, "Hallo.").exists()


def test_an_mp3_that_cannot_be_decoded_is_told(no_programs: Path, tmp_path: Path) -> None:
    _fake_ffmpeg(no_programs, "exit 1")
    google = Google(tmp_path)
    google.cached(Language.DE, "Hallo.").write_bytes(b"no mp3")
    with pytest.raises(EngineError, match="can't be decoded"):
        google.speak(Language.DE, "Hallo.")
