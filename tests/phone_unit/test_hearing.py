from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from phone import g711
from phone.hearing import Clip, Hearing, Library, hear
from tests.phone_unit.voice import clip, clips, speak

RATE = 8000
CLIPS = [*clips(), *clips("fr", pitch=131.0)]
LIBRARY = Library(CLIPS)
Samples = NDArray[np.int16]


def sound_of(key: str, language: str = "de") -> Samples:
    return next(c.samples for c in CLIPS if (c.key, c.language) == (key, language))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


def joined(*parts: Samples, coding: int = g711.PCMA, gain: float = 1.0) -> Samples:
    """What a phone gets of these, one after the other."""
    louder = (np.concatenate(parts) * gain).clip(-32000, 32000).astype(np.int16)
    return g711.decode(g711.encode(louder, coding), coding)


def prompts(hearing: Hearing) -> list[tuple[str, str, bool]]:
    return [(heard.prompt, heard.language, heard.cut) for heard in hearing.heard]


def whole(*keys: str, language: str = "de") -> list[tuple[str, str, bool]]:
    return [(key, language, False) for key in keys]


@pytest.mark.parametrize("coding", [g711.PCMA, g711.PCMU])
@pytest.mark.parametrize("gain", [0.3, 1.0, 2.0])
def test_names_prompts_in_order_with_their_times(coding: int, gain: float) -> None:
    first, second = sound_of("welcome"), sound_of("number")
    heard = hear(
        joined(silence(0.5), first, silence(0.3), second, coding=coding, gain=gain), LIBRARY
    )
    assert prompts(heard) == whole("welcome", "number")
    assert heard.heard[0].at_s == pytest.approx(0.5, abs=0.01)
    assert heard.heard[1].at_s == pytest.approx(0.8 + first.size / RATE, abs=0.01)
    assert heard.heard[1].text == "nimalumewasiroleno"
    assert not heard.unknown


def test_digits_that_follow_each_other_without_a_pause() -> None:
    keys = [*"10000001", "9", "2"]
    assert prompts(hear(joined(*map(sound_of, keys)), LIBRARY)) == whole(*keys)


def test_a_prompt_that_a_key_cut_and_the_answer_behind_it() -> None:
    cut = sound_of("number")[: round(1.3 * RATE)]
    heard = hear(joined(sound_of("welcome"), cut, silence(0.05), sound_of("pin")), LIBRARY)
    assert prompts(heard) == [*whole("welcome"), ("number", "de", True), *whole("pin")]
    assert heard.heard[1].until_s == pytest.approx(heard.heard[1].at_s + 1.3, abs=0.03)


def test_prompts_that_begin_alike_are_told_apart() -> None:
    for key in ("number", "pin"):
        assert prompts(hear(joined(sound_of(key)), LIBRARY)) == whole(key)


def test_one_word_in_two_voices() -> None:
    heard = hear(joined(sound_of("7", "fr"), silence(0.2), sound_of("7", "de")), LIBRARY)
    assert prompts(heard) == [("7", "fr", False), ("7", "de", False)]


def test_a_clip_that_is_the_beginning_or_the_end_of_another() -> None:
    long = clip("21", "ainsunrowanisi")
    half = long.samples.size // 2
    head = Clip("head", "de", "", long.samples[:half])
    tail = Clip("tail", "de", "", long.samples[half:])
    library = Library([long, head, tail])
    for part in (long, head, tail):
        assert prompts(hear(joined(silence(0.1), part.samples, silence(0.4)), library)) == whole(
            part.key
        )


def test_lost_packets_are_no_end() -> None:
    sound = joined(sound_of("number"), silence(0.3), sound_of("balance"))
    for frame in (20, 21, 50, 85, 95):
        sound[frame * 160 : frame * 160 + 160] = 0
    assert prompts(hear(sound, LIBRARY)) == whole("number", "balance")


@pytest.mark.parametrize("frames", [-1, 1, 2, 3])
def test_packets_dropped_or_doubled_by_a_jitter_buffer(frames: int) -> None:
    sound = joined(sound_of("number"), silence(0.3), sound_of("balance"))
    at = round(1.55 * RATE)
    jumped = [sound[:at], sound[at - max(frames, 0) * 160 + max(-frames, 0) * 160 * 2 :]]
    assert prompts(hear(np.concatenate(jumped), LIBRARY)) == whole("number", "balance")


def test_a_lost_beginning() -> None:
    sound = joined(sound_of("number")[round(0.4 * RATE) :], silence(0.3), sound_of("pin"))
    assert prompts(hear(sound, LIBRARY)) == whole("number", "pin")


def test_music_that_goes_on_where_it_stopped() -> None:
    music = Clip("music/hold", "", "", tune(12.0))
    library = Library([*CLIPS, music])
    heard = hear(joined(sound_of("welcome"), silence(0.4), music.samples[40000:80000]), library)
    assert prompts(heard) == [*whole("welcome"), ("music/hold", "", True)]


def test_the_same_sound_in_two_prompts_belongs_to_the_one_before_it() -> None:
    library = Library(
        [
            clip("done-1", "molanu"), clip("done-2", "wesilo"),
            clip("already-1", "rasemu"), clip("already-2", "wesilo"),
        ]
    )  # fmt: skip
    heard = hear(joined(speak("rasemu"), silence(0.2), speak("wesilo")), library)
    assert prompts(heard) == whole("already-1", "already-2")


def test_two_prompts_that_begin_alike_and_are_cut_too_early_to_tell() -> None:
    library = Library(
        [clip("login/pin", "wanolesimi"), clip("block/confirm", "wanolerumola"), *CLIPS]
    )
    before = clip("block/hint", "sumenari")
    library = Library([*library.clips, before])
    cut = speak("wanolerumola")[: round(0.5 * RATE)]
    heard = hear(joined(before.samples, silence(0.2), cut, silence(0.5)), library)
    assert prompts(heard) == [("block/hint", "de", False), ("block/confirm", "de", True)]


def test_what_nobody_knows_is_told_as_unknown() -> None:
    stranger = tune(1.5)
    heard = hear(
        joined(sound_of("welcome"), silence(0.5), stranger, silence(0.5), sound_of("bye")), LIBRARY
    )
    assert prompts(heard) == whole("welcome", "bye")
    begins = sound_of("welcome").size / RATE + 0.5
    assert [round(edge, 1) for s in heard.unknown for edge in (s.at_s, s.until_s)] == pytest.approx(
        [begins, begins + 1.5], abs=0.11
    )


def test_silences_are_told() -> None:
    heard = hear(joined(silence(1.0), sound_of("bye"), silence(2.0)), LIBRARY)
    assert len(heard.silences) == 2
    assert heard.silences[0].at_s == 0.0
    assert heard.silences[0].until_s == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("samples", [np.zeros(0, np.int16), np.zeros(50, np.int16), silence(3.0)])
def test_nothing_is_nothing(samples: Samples) -> None:
    assert hear(samples, LIBRARY).heard == ()
    assert hear(samples, LIBRARY).unknown == ()


def test_without_clips_everything_is_unknown() -> None:
    heard = hear(joined(sound_of("bye")), Library([]))
    assert heard.heard == ()
    assert heard.unknown


def test_a_clip_of_silence_is_never_heard() -> None:
    library = Library([Clip("pause", "de", "", silence(0.5)), *CLIPS])
    assert prompts(hear(joined(silence(0.5), sound_of("bye")), library)) == whole("bye")


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_prompts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen: Sequence[Clip] = [CLIPS[place] for place in rng.integers(0, len(CLIPS), 8)]
    parts = [part for c in chosen for part in (c.samples, silence(float(rng.uniform(0.0, 1.2))))]
    heard = hear(joined(*parts), LIBRARY)
    assert prompts(heard) == [(c.key, c.language, False) for c in chosen]
    assert not heard.unknown


def tune(seconds: float) -> Samples:
    """Music nobody speaks."""
    rng = np.random.default_rng(7)
    sound = np.zeros(round(seconds * RATE))
    for begins in range(0, sound.size, 2000):
        at = np.arange(min(4000, sound.size - begins)) / RATE
        tone = 260.0 * 2 ** (rng.integers(0, 19) / 12)
        sound[begins : begins + at.size] += 4000 * np.sin(2 * np.pi * tone * at) * np.exp(-at * 4)
    return sound.astype(np.int16)
