"""Music for the waiting field: a soft loop of our own, computed, so that nobody's rights are
touched.

Eight bars in C at 64 beats a minute, 30 s; every note rings on past the end into the beginning, so
the loop has no seam.
"""

from functools import cache

import numpy as np

from prompts.sound import Samples, Sound

RATE = 16000
LEVEL = -26.0  # dBFS, mean over the loop; below speech, which lies at -20
VERSION = 1
CLIP = "music/hold"

_BEAT = 60 / 64  # s
_BARS = (  # MIDI numbers: the chord held, then eight quavers above it
    ((48, 55, 64, 71), (76, 79, 83, 79, 76, 79, 84, 79)),  # C maj7
    ((45, 52, 60, 67), (76, 72, 79, 72, 76, 72, 81, 76)),  # A m7
    ((53, 60, 65, 69), (76, 72, 77, 72, 81, 77, 76, 72)),  # F maj7
    ((55, 62, 65, 69), (74, 71, 77, 74, 79, 74, 71, 74)),  # G 9
    ((52, 59, 64, 67), (79, 76, 83, 76, 79, 74, 71, 74)),  # E m7
    ((57, 60, 64, 67), (72, 76, 81, 76, 84, 81, 76, 72)),  # A m7
    ((50, 57, 65, 72), (77, 81, 84, 81, 77, 81, 76, 77)),  # D m9
    ((55, 60, 62, 69), (74, 79, 81, 79, 77, 74, 72, 74)),  # G 9 sus4
)
_LENGTH = round(len(_BARS) * 4 * _BEAT * RATE)


@cache
def hold_music() -> Sound:
    """The loop at 16 kHz, 30 s, LEVEL dBFS."""
    loop = np.zeros(_LENGTH)
    for bar, (chord, quavers) in enumerate(_BARS):
        start = bar * 4 * _BEAT
        for voice, note in enumerate(chord):
            _add(loop, _pad(note), start + 0.03 * voice, 0.30)
        for step, note in enumerate(quavers):
            _add(loop, _bell(note), start + step * _BEAT / 2, 0.16 if step else 0.22)
    loop += 0.22 * np.roll(loop, round(0.75 * _BEAT * RATE))  # an echo that also goes round
    return Sound(loop * 10 ** (LEVEL / 20) / np.sqrt(np.square(loop).mean()), RATE)


def _add(loop: Samples, note: Samples, start: float, loudness: float) -> None:
    """Add ``note`` at ``start`` seconds; what goes past the end comes in at the beginning."""
    at = round(start * RATE)
    fits = min(len(note), _LENGTH - at)
    loop[at : at + fits] += loudness * note[:fits]
    loop[: len(note) - fits] += loudness * note[fits:]


def _pad(note: int) -> Samples:
    """A held string-like tone that comes and goes slowly, 1.6 s longer than its bar."""
    seconds = np.arange(round((4 * _BEAT + 1.6) * RATE)) / RATE
    swell = np.minimum(seconds / 0.9, 1.0) * np.minimum((seconds[-1] - seconds) / 1.6, 1.0)
    tone = _partials(note, seconds, (1.0, 0.45, 0.20, 0.08))
    slow = 1 + 0.08 * np.sin(2 * np.pi * 0.8 * seconds)
    return np.asarray(tone * slow * np.sin(0.5 * np.pi * swell) ** 2)


def _bell(note: int) -> Samples:
    """A plucked tone that dies away, as of an electric piano."""
    seconds = np.arange(round(2.2 * RATE)) / RATE
    attack = np.minimum(seconds / 0.008, 1.0)
    fade = np.minimum((seconds[-1] - seconds) / 0.1, 1.0)
    return np.asarray(
        _partials(note, seconds, (1.0, 0.25, 0.06)) * attack * fade * np.exp(-seconds / 0.55)
    )


def _partials(note: int, seconds: Samples, loudness: tuple[float, ...]) -> Samples:
    frequency = 440 * 2 ** ((note - 69) / 12)
    tone = np.zeros_like(seconds)
    for number, loud in enumerate(loudness, start=1):
        if number * frequency < 3400:  # a telephone carries no more
            tone += loud * np.sin(2 * np.pi * number * frequency * seconds)
    return tone
