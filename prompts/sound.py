"""Speech as an array of samples: level, silence, trimming, resampling; pure functions over numpy.

Samples are floats, full scale is 1.0. Levels are in dBFS, where a mean square of 1.0 is 0 dBFS.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

FRAME = 0.010  # s; silence and level are judged in steps of this length
ACTIVE_MARGIN_DB = (
    15.9  # ITU-T P.56: the threshold of activity lies this far below the active level
)
SILENCE_DB = 40.0  # what lies this far below the active level is silence to the ear on a telephone
CEILING = 0.95  # no sample above this after normalising


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of audio; ``samples`` has shape (n,), ``rate`` is in samples a second."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def active_level(sound: Sound) -> float:
    """The level in dBFS of the parts that are spoken; -inf where there is nothing.

    After ITU-T P.56, simplified: frames of 10 ms count as speech when they lie less than 15.9 dB
    below the mean of the frames that count; there is no hangover, so a stop consonant counts as a
    pause.
    """
    energies = _energies(sound)
    level = float(energies.mean()) if len(energies) else 0.0
    for _ in range(50):
        if level <= 0.0:
            return -math.inf
        found = float(energies[energies >= level * _ratio(-ACTIVE_MARGIN_DB)].mean())
        if found <= level * 1.0001:
            break
        level = found
    return 10 * math.log10(level)


@dataclass(frozen=True, slots=True)
class Silences:
    """Silence in seconds: before the first sound, after the last, and the pauses between as (start,
    length).
    """

    head: float
    tail: float
    pauses: tuple[tuple[float, float], ...]

    @property
    def longest(self) -> float:
        return max((length for _, length in self.pauses), default=0.0)


def silences(sound: Sound) -> Silences:
    """Where nothing is to be heard; a sound without any speech is all head."""
    level = active_level(sound)
    if math.isinf(level):
        return Silences(sound.seconds, 0.0, ())
    spoken = np.flatnonzero(_energies(sound) > _ratio(level - SILENCE_DB))
    gaps = np.flatnonzero(np.diff(spoken) > 1)
    pauses = tuple(
        (float(spoken[i] + 1) * FRAME, float(spoken[i + 1] - spoken[i] - 1) * FRAME) for i in gaps
    )
    tail = max(sound.seconds - float(spoken[-1] + 1) * FRAME, 0.0)
    return Silences(float(spoken[0]) * FRAME, tail, pauses)


def trimmed(sound: Sound, head: float = 0.015, tail: float = 0.030) -> Sound:
    """``sound`` with at most ``head`` and ``tail`` seconds of silence at its ends; 5 ms of fade."""
    found = silences(sound)
    start = max(found.head - head, 0.0)
    end = sound.seconds - max(found.tail - tail, 0.0)
    samples = sound.samples[round(start * sound.rate) : round(end * sound.rate)].copy()
    fade = min(round(0.005 * sound.rate), len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / max(fade, 1))
    samples[:fade] *= ramp
    samples[len(samples) - fade :] *= ramp[::-1]
    return replace(sound, samples=samples)


def pauses_shortened(sound: Sound, longest: float = 0.40, to: float = 0.32) -> Sound:
    """``sound`` with each pause above ``longest`` seconds cut down to ``to``, in its middle.

    Judged in the telephone's band: an "s" at the start of a word is hardly there at 8 kHz, so a
    pause is longer than at 16 kHz.
    """
    kept: list[Samples] = []
    at = 0
    for start, length in silences(resampled(sound, min(sound.rate, 8000))).pauses:
        if length > longest:
            kept.append(sound.samples[at : round((start + to / 2) * sound.rate)])
            at = round((start + length - to / 2) * sound.rate)
    kept.append(sound.samples[at:])
    return replace(sound, samples=np.concatenate(kept))


def normalised(sound: Sound, level: float) -> Sound:
    """``sound`` at an active level of ``level`` dBFS; rare peaks above CEILING are limited, never
    clipped.
    """
    samples = sound.samples
    for _ in range(3):  # limiting takes a little off the level, so look again
        found = active_level(replace(sound, samples=samples))
        if math.isinf(found):
            return sound
        samples = _limited(samples * 10 ** ((level - found) / 20), sound.rate)
    return replace(sound, samples=samples)


def without_rumble(sound: Sound) -> Sound:
    """``sound`` without direct current, hum and footfall: nothing below 40 Hz, all above 80 Hz."""
    pad = round(0.05 * sound.rate)  # keeps the ends from wrapping round
    before = np.zeros(_fast_length(len(sound.samples) + 2 * pad))
    before[pad : pad + len(sound.samples)] = sound.samples
    spectrum = np.fft.rfft(before)
    spectrum *= _slope(np.fft.rfftfreq(len(before), 1 / sound.rate), 40.0, 80.0)
    after = np.fft.irfft(spectrum, len(before))
    return replace(sound, samples=after[pad : pad + len(sound.samples)])


def resampled(sound: Sound, rate: int) -> Sound:
    """``sound`` at another rate: flat and without delay up to 90 % of the new band, nothing above
    99 %.

    Done over the whole clip by Fourier transform, which is a linear-phase FIR as long as the clip;
    padding keeps the ends from wrapping round.
    """
    if rate == sound.rate:
        return sound
    common = math.gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    pad = math.ceil(0.05 * sound.rate / down) * down
    blocks = _fast_length(math.ceil((len(sound.samples) + 2 * pad) / down))
    before = np.zeros(blocks * down)
    before[pad : pad + len(sound.samples)] = sound.samples
    spectrum = np.fft.rfft(before)
    band = min(rate, sound.rate) / 2
    hertz = np.fft.rfftfreq(len(before), 1 / sound.rate)
    spectrum *= 1.0 - _slope(hertz, 0.90 * band, 0.99 * band)
    after = np.fft.irfft(spectrum, blocks * up) * (up / down)
    first = pad // down * up
    length = math.ceil(len(sound.samples) * up / down)
    return Sound(after[first : first + length], rate)


def to_pcm(sound: Sound) -> bytes:
    """Signed 16-bit little-endian samples, as Asterisk's ``.sln`` and ``.sln16`` hold them."""
    return np.clip(np.rint(sound.samples * 32767), -32768, 32767).astype("<i2").tobytes()


def from_pcm(pcm: bytes, rate: int) -> Sound:
    """The reverse of ``to_pcm``; an odd last byte is dropped."""
    whole = pcm[: len(pcm) // 2 * 2]
    return Sound(np.frombuffer(whole, "<i2").astype(np.float64) / 32767, rate)


def _energies(sound: Sound) -> Samples:
    """The mean square of each frame; a last piece shorter than a frame counts as one where it
    stands alone.
    """
    size = max(round(FRAME * sound.rate), 1)
    count = len(sound.samples) // size
    if count == 0:
        whole = sound.samples[np.newaxis] if len(sound.samples) else np.zeros((0, 1))
    else:
        whole = sound.samples[: count * size].reshape(count, size)
    return np.asarray(np.square(whole).mean(axis=1))


def _limited(samples: Samples, rate: int) -> Samples:
    """``samples`` with peaks above CEILING pulled down by a gain that moves over some 6 ms."""
    excess = np.maximum(np.abs(samples) / CEILING, 1.0)
    if excess.max(initial=1.0) <= 1.0:
        return samples
    half = round(0.003 * rate)
    width = 2 * half + 1
    held = np.lib.stride_tricks.sliding_window_view(np.pad(excess, 2 * half, mode="edge"), width)
    window = np.hanning(width + 2)[1:-1]
    gain = np.convolve(held.max(axis=1), window / window.sum(), mode="valid")
    return samples / gain


def _fast_length(length: int) -> int:
    """The next length up that a Fourier transform is quick with: a power of two times 1, 3, 5, 9 or
    15.
    """
    return min(m << max(math.ceil(math.log2(length / m)), 0) for m in (1, 3, 5, 9, 15))


def _slope(hertz: npt.NDArray[np.floating[Any]], zero: float, one: float) -> Samples:
    """A smooth step: 0 below ``zero`` Hz, 1 above ``one`` Hz."""
    position = np.clip((hertz - zero) / (one - zero), 0.0, 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * position))


def _ratio(decibel: float) -> float:
    return float(10 ** (decibel / 10))
