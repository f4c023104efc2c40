"""Level, silence, trimming and resampling, on sounds whose values are known."""

import math

import numpy as np
import pytest

from prompts.sound import (
    CEILING,
    Sound,
    active_level,
    from_pcm,
    normalised,
    pauses_shortened,
    resampled,
    silences,
    to_pcm,
    trimmed,
    without_rumble,
)
from tests.prompts.tone import hum, joined

SINE_LEVEL = 20 * math.log10(0.1) - 3.01  # of hum(): an amplitude of 0.1


def test_the_level_counts_only_what_is_spoken() -> None:
    assert active_level(hum(1.0)) == pytest.approx(SINE_LEVEL, abs=0.05)
    assert active_level(joined(3.0, hum(1.0), 5.0)) == pytest.approx(SINE_LEVEL, abs=0.05)
    background = hum(4.0, loudness=0.0005)
    assert active_level(joined(background, hum(1.0))) == pytest.approx(SINE_LEVEL, abs=0.05)


@pytest.mark.parametrize("sound", [joined(1.0), Sound(np.zeros(0), 8000)])
def test_nothing_has_no_level(sound: Sound) -> None:
    assert active_level(sound) == -math.inf
    assert silences(sound).head == sound.seconds
    assert normalised(sound, -20) == sound
    assert len(trimmed(sound).samples) <= len(sound.samples)


def test_a_sound_shorter_than_a_frame_has_a_level() -> None:
    assert active_level(hum(0.004)) == pytest.approx(SINE_LEVEL, abs=1.0)


def test_silence_is_found_at_both_ends_and_inside() -> None:
    found = silences(joined(0.3, hum(0.5), 0.7, hum(0.2), 0.12))
    assert found.head == pytest.approx(0.3, abs=0.011)
    assert found.tail == pytest.approx(0.12, abs=0.011)
    assert found.longest == pytest.approx(0.7, abs=0.021)
    assert len(found.pauses) == 1


def test_trimming_leaves_little_silence_and_all_of_the_sound() -> None:
    sound = trimmed(joined(0.8, hum(0.5), 0.9))
    found = silences(sound)
    assert found.head < 0.03
    assert found.tail < 0.05
    assert 0.5 <= sound.seconds < 0.56
    assert sound.samples[0] == 0.0
    assert sound.samples[-1] == 0.0


def test_a_long_pause_is_cut_down_and_a_short_one_stays() -> None:
    sound = pauses_shortened(joined(hum(0.3), 0.9, hum(0.3), 0.2, hum(0.3), 0.6, hum(0.1)))
    lengths = [length for _, length in silences(sound).pauses]
    assert lengths == pytest.approx([0.32, 0.2, 0.32], abs=0.021)


def test_normalising_meets_the_level() -> None:
    for loudness in (0.001, 0.02, 0.5):
        assert active_level(normalised(hum(1.0, loudness=loudness), -20)) == pytest.approx(
            -20, abs=0.05
        )


def test_a_peak_is_limited_and_never_clipped() -> None:
    sound = hum(1.0)
    sound.samples[5000:5016] = 3.0  # a plosive close to the microphone
    level = normalised(sound, -20)
    assert np.abs(level.samples).max() <= CEILING + 1e-9
    assert active_level(level) == pytest.approx(-20, abs=1.0)


@pytest.mark.parametrize(
    ("rate", "to"), [(16000, 8000), (44100, 16000), (22050, 8000), (8000, 16000)]
)
def test_resampling_keeps_length_place_and_strength(rate: int, to: int) -> None:
    sound = joined(0.5, hum(0.5, rate), 0.25, rate=rate)
    after = resampled(sound, to)
    assert after.rate == to
    assert after.seconds == pytest.approx(1.25, abs=0.001)
    assert active_level(after) == pytest.approx(SINE_LEVEL, abs=0.1)
    assert silences(after).head == pytest.approx(0.5, abs=0.021)


def test_resampling_keeps_out_what_the_new_rate_cannot_carry() -> None:
    high = hum(1.0, hertz=5000)
    low = resampled(high, 8000)
    assert np.square(low.samples[800:-800]).mean() < 1e-8
    assert resampled(high, 16000) is high


def test_rumble_and_offset_go_and_speech_stays() -> None:
    sound = Sound(hum(1.0).samples + 0.3 + hum(1.0, hertz=20).samples, 16000)
    clean = without_rumble(sound)
    assert np.abs(clean.samples[3200:-3200] - hum(1.0).samples[3200:-3200]).max() < 0.01


def test_samples_survive_their_file() -> None:
    sound = hum(0.1)
    again = from_pcm(to_pcm(sound) + b"\x01", 16000)
    assert np.abs(again.samples - sound.samples).max() < 1 / 32767
    assert to_pcm(Sound(np.array([2.0, -2.0]), 8000)) == b"\xff\x7f\x00\x80"
