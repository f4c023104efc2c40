"""The folder of sounds: only what changed is made, recordings win, nothing half done is left."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.language import Language
from prompts.builder import BuildError, Studio, build, read_manifest
from prompts.sound import Sound, active_level, from_pcm, silences, to_pcm
from tests.prompts.tone import Broken, Crashing, Mute, Tone, hum

PLAN = {
    Language.DE: {"welcome": "Willkommen.", "login/number": "Ihre Nummer."},
    Language.FR: {"welcome": "Bienvenue."},
}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "sounds", Tone(), tmp_path / "recordings", workers=0)


def heard(studio: Studio, name: str, suffix: str = ".sln") -> Sound:
    rate = {".sln": 8000, ".sln16": 16000}[suffix]
    return from_pcm((studio.sounds / f"{name}{suffix}").read_bytes(), rate)


def record(studio: Studio, name: str, sound: Sound) -> None:
    assert studio.recordings is not None
    file = studio.recordings / f"{name}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(sound.rate)
        wav.writeframes(to_pcm(sound))


def test_every_clip_comes_at_both_rates_level_and_trimmed(studio: Studio) -> None:
    built = build(PLAN, studio)
    assert set(built.rendered) == {"de/welcome", "de/login/number", "fr/welcome", "music/hold"}
    for suffix in (".sln", ".sln16"):
        sound = heard(studio, "de/login/number", suffix)
        assert active_level(sound) == pytest.approx(-20, abs=0.1)
        assert sound.seconds == pytest.approx(0.05 * len("Ihre Nummer."), abs=0.1)
        assert silences(sound).head < 0.06
        assert silences(sound).tail < 0.06


def test_what_is_unchanged_stays(studio: Studio) -> None:
    build(PLAN, studio)
    again = build(PLAN, studio)
    assert (again.rendered, again.removed, again.kept) == ((), (), 4)


def test_only_a_changed_text_is_made_anew(studio: Studio) -> None:
    build(PLAN, studio)
    changed = {**PLAN, Language.DE: {**PLAN[Language.DE], "welcome": "Hallo."}}
    assert build(changed, studio).rendered == ("de/welcome",)
    assert read_manifest(studio.sounds)["de/welcome"].text == "Hallo."


def test_a_lost_file_is_made_anew(studio: Studio) -> None:
    build(PLAN, studio)
    (studio.sounds / "fr/welcome.sln16").unlink()
    assert build(PLAN, studio).rendered == ("fr/welcome",)


def test_another_voice_makes_all_speech_anew_but_not_the_music(studio: Studio) -> None:
    build(PLAN, studio)
    built = build(PLAN, replace(studio, engine=Tone("tone 2")))
    assert len(built.rendered) == 3
    assert built.kept == 1


def test_a_clip_that_is_gone_takes_its_files_along(studio: Studio) -> None:
    build(PLAN, studio)
    built = build({Language.DE: PLAN[Language.DE]}, studio)
    assert built.removed == ("fr/welcome",)
    assert not list((studio.sounds / "fr").iterdir())
    assert "fr/welcome" not in read_manifest(studio.sounds)


def test_a_recording_wins_over_the_engine(studio: Studio) -> None:
    build(PLAN, studio)
    record(studio, "de/welcome", hum(2.0, 44100, loudness=0.01))
    assert build(PLAN, studio).rendered == ("de/welcome",)
    assert heard(studio, "de/welcome").seconds == pytest.approx(2.0, abs=0.05)
    assert active_level(heard(studio, "de/welcome")) == pytest.approx(-20, abs=0.1)
    assert build(PLAN, replace(studio, engine=Tone("tone 2"))).kept == 2  # and the music
    record(studio, "de/welcome", hum(1.0, 44100))
    assert build(PLAN, replace(studio, engine=Tone("tone 2"))).rendered == ("de/welcome",)


def test_without_its_recording_a_clip_is_spoken_again(studio: Studio) -> None:
    record(studio, "de/welcome", hum(2.0))
    build(PLAN, studio)
    assert studio.recordings is not None
    (studio.recordings / "de/welcome.wav").unlink()
    assert build(PLAN, studio).rendered == ("de/welcome",)


@pytest.mark.parametrize(
    ("sound", "told"),
    [(hum(0.0), "is silent"), (hum(1.0, loudness=0.0), "is silent")],
)
def test_a_silent_recording_is_an_error(studio: Studio, sound: Sound, told: str) -> None:
    record(studio, "de/welcome", sound)
    with pytest.raises(BuildError, match=rf"de/welcome: .*{told}.*Record it again"):
        build(PLAN, studio)


def test_a_recording_that_cannot_be_read_is_an_error(studio: Studio) -> None:
    record(studio, "de/welcome", hum(1.0))
    assert studio.recordings is not None
    (studio.recordings / "de/welcome.wav").write_bytes(b"mp3")
    with pytest.raises(BuildError, match="Save it as WAV"):
        build(PLAN, studio)


def test_an_engine_without_a_sound_is_an_error(studio: Studio) -> None:
    with pytest.raises(BuildError, match=r"de/welcome: nothing is heard of 'Willkommen\.'"):
        build(PLAN, replace(studio, engine=Mute()))


def test_what_was_made_before_an_error_stays(studio: Studio) -> None:
    with pytest.raises(BuildError, match=r"fr/welcome: no voice\. Buy one\."):
        build(PLAN, replace(studio, engine=Broken("Bienvenue.")))
    built = build(PLAN, studio)
    assert set(built.rendered) == {"fr/welcome", "music/hold"}
    assert not list(studio.sounds.rglob("*.part"))


@pytest.mark.parametrize("content", ["", "[]", '{"clips": {"a": 1}}', '{"clips": {"a": {}}}'])
def test_a_broken_manifest_only_costs_time(studio: Studio, content: str) -> None:
    build(PLAN, studio)
    (studio.sounds / "manifest.json").write_text(content, encoding="utf-8")
    assert len(build(PLAN, studio).rendered) == 4


def test_progress_counts_what_there_is_to_do(studio: Studio) -> None:
    seen: list[tuple[int, int, str]] = []
    build(PLAN, studio, lambda done, total, name: seen.append((done, total, name)))
    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen[-1][2] == "music/hold"


def test_worker_processes_make_the_same(studio: Studio, tmp_path: Path) -> None:
    build(PLAN, studio)
    other = replace(studio, sounds=tmp_path / "other", workers=2)
    assert len(build(PLAN, other).rendered) == 4
    for name in ("de/welcome.sln", "fr/welcome.sln16", "music/hold.sln"):
        assert (other.sounds / name).read_bytes() == (studio.sounds / name).read_bytes()


def test_an_error_in_a_worker_arrives(studio: Studio) -> None:
    with pytest.raises(BuildError, match=r"fr/welcome: no voice\. Buy one\."):
        build(PLAN, replace(studio, engine=Broken("Bienvenue."), workers=2))


def test_an_engine_that_crashes_takes_only_its_worker_along(studio: Studio) -> None:
    with pytest.raises(BuildError, match="crashed"):
        build(PLAN, replace(studio, engine=Crashing(), workers=1))


def test_the_music_is_quiet_and_has_no_seam(studio: Studio) -> None:
    build({}, studio)
    music = heard(studio, "music/hold", ".sln16")
    assert music.seconds == pytest.approx(30, abs=0.01)
    assert 10 * np.log10(np.square(music.samples).mean()) == pytest.approx(-26, abs=0.2)
    assert np.abs(music.samples).max() < 0.5
    steps = np.abs(np.diff(music.samples))
    seam = abs(float(music.samples[0] - music.samples[-1]))
    assert seam <= np.quantile(steps, 0.999)
    assert silences(music).longest < 0.05
