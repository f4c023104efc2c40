"""What was heard: finds known clips in 8 kHz sound, in order, with their beginnings and whether each was cut.

Where sound begins that nothing explains yet, the first eighth of a second of every clip is laid over it by
normalised cross-correlation (FFT); the likely ones are followed along in pieces of an eighth of a second, and the
one that explains most is taken. A piece weighs ``-log(1 - score^2)`` times its length: the very clip, coded and
decoded, scores 0.999 and more, another word of the same voice hardly above 0.9. Sound that begins in the middle of
a clip (resumed music, a lost beginning) is looked for in all clips, which takes longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phone.clip_library import Clip, Library
from phone.tracing import Trace, explain
from phone.waves import FRAME, RATE, floats, frames_audible

__all__ = ["Clip", "Heard", "Hearing", "Library", "Stretch", "hear"]

_UNKNOWN: Final = 0.1  # seconds of sound without an explanation that are reported
_GAP: Final = 0.3  # seconds of silence that are reported


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip that was heard, from ``at_s`` to ``until_s`` (seconds); ``cut`` where its end was missing."""

    prompt: str
    text: str
    language: str
    at_s: float
    until_s: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds from ``at_s`` to ``until_s``."""

    at_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """Clips in order, sound that no clip explains, and silences of 0.3 s and more."""

    heard: tuple[Heard, ...]
    unknown: tuple[Stretch, ...]
    silences: tuple[Stretch, ...]


def hear(samples: NDArray[np.int16], library: Library) -> Hearing:
    """What a recording holds; times count from its first sample. About a second for a call of 40 s and 1,200 clips."""
    sound = floats(samples)
    audible = frames_audible(samples)
    traces = explain(sound, audible, library)
    heard = tuple(
        Heard(
            (clip := library.clips[trace.clip]).key,
            clip.text,
            clip.language,
            round(trace.begins / RATE, 3),
            round(trace.ends / RATE, 3),
            trace.is_cut,
        )
        for trace in traces
    )
    return Hearing(heard, _unexplained(audible, traces), _silences(audible))


def _unexplained(audible: NDArray[np.bool_], traces: Sequence[Trace]) -> tuple[Stretch, ...]:
    left = audible.copy()
    for trace in traces:
        left[max(trace.begins // FRAME - 1, 0) : -(-trace.ends // FRAME) + 1] = False
    return tuple(
        stretch for stretch in _runs(left, bridged=5) if stretch.until_s - stretch.at_s >= _UNKNOWN
    )


def _silences(audible: NDArray[np.bool_]) -> tuple[Stretch, ...]:
    return tuple(run for run in _runs(~audible) if run.until_s - run.at_s >= _GAP)


def _runs(frames: NDArray[np.bool_], bridged: int = 0) -> list[Stretch]:
    """Stretches of true frames; up to ``bridged`` false ones between two are passed over."""
    runs: list[tuple[int, int]] = []
    for frame in np.flatnonzero(frames).tolist():
        if runs and frame - runs[-1][1] <= bridged:
            runs[-1] = (runs[-1][0], frame + 1)
        else:
            runs.append((frame, frame + 1))
    seconds = FRAME / RATE
    return [Stretch(round(first * seconds, 3), round(end * seconds, 3)) for first, end in runs]
