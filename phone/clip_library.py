"""Known clips, prepared so that sound can be looked up in them quickly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phone.waves import FRAME, RATE, Floats, cut_out, floats, frames_audible

PIECE: Final = 1000  # samples in 1/8 s
SLACK: Final = 480  # how far a clip's audible beginning may lie from where sound begins
_SIZE: Final = 2048  # a piece, twice the slack, and room
_LIKELY: Final = 0.5  # score of a place that is worth following
_FOLLOWED: Final = 40  # places given back at most
_VERY: Final = 0.98  # score of the very clip: where one has it ...
_RIVAL: Final = 0.9  # ... only what begins alike is worth following beside it
_CHUNK: Final = 65536  # samples of the library searched at once
_QUERIES: Final = 3  # pieces in a row that are looked for in the middle of clips


@dataclass(frozen=True, slots=True)
class Clip:
    """A known piece of sound: ``samples`` are 16-bit, 8 kHz."""

    key: str
    language: str
    text: str
    samples: NDArray[np.int16]


class Library:
    """Known clips, prepared once for any number of calls (about 12 KB and 0.1 ms a clip)."""

    def __init__(self, clips: Sequence[Clip]) -> None:
        audible = [(clip, frames_audible(clip.samples)) for clip in clips]
        self.clips = tuple(clip for clip, frames in audible if frames.any())
        self.sounds = [floats(clip.samples) for clip in self.clips]
        marks = [np.flatnonzero(frames) for _, frames in audible if frames.any()]
        self.begins = np.array([frames[0] * FRAME for frames in marks], dtype=np.int64)
        """Where each clip becomes audible, in samples."""
        self.ends = [
            int(min((frames[-1] + 1) * FRAME, sound.size))
            for frames, sound in zip(marks, self.sounds, strict=True)
        ]
        """Where each clip has become silent."""
        heads = np.zeros((len(self.clips), _SIZE), np.float32)
        self._lengths = np.zeros(len(self.clips), np.int64)
        for row, sound in enumerate(self.sounds):
            head = sound[self.begins[row] : self.begins[row] + PIECE]
            heads[row, : head.size] = head
            self._lengths[row] = head.size
        self._norms = np.sqrt((heads.astype(np.float64) ** 2).sum(axis=1))
        self._spectra = np.conj(np.fft.rfft(heads, axis=1))
        self._all = np.concatenate([*self.sounds, np.zeros(0, np.float32)])
        self._starts = np.cumsum([0, *(sound.size for sound in self.sounds)])

    def beginnings(self, sound: Floats, place: int) -> list[tuple[int, int]]:
        """Clips that may begin to be audible near ``place``: (clip's index, where its first sample would stand)."""
        if not self.clips:
            return []
        first = place - SLACK
        window = cut_out(sound, first, _SIZE)
        lags = 2 * SLACK + 1
        products = np.fft.irfft(self._spectra * np.fft.rfft(window), axis=1)[:, :lags]
        energy = np.concatenate(([0.0], np.cumsum(window.astype(np.float64) ** 2)))
        ends = np.minimum(np.arange(lags)[None, :] + self._lengths[:, None], _SIZE)
        norms = np.sqrt(energy[ends] - energy[:lags][None, :] + 1.0) * self._norms[:, None]
        scores = products / norms
        best = scores.argmax(axis=1)
        top = scores[np.arange(best.size), best]
        order = np.argsort(-top, kind="stable")[:_FOLLOWED]
        least = _LIKELY if top[order[0]] < _VERY else _RIVAL
        return [
            (int(row), int(first + best[row] - self.begins[row]))
            for row in order
            if top[row] >= least
        ]

    def middles(self, sound: Floats, place: int) -> list[tuple[int, int]]:
        """Clips of which any part may be heard near ``place``; as ``beginnings``, but looks at everything."""
        queries = [cut_out(sound, place + step * PIECE, PIECE) for step in range(_QUERIES)]
        spectra = [np.conj(np.fft.rfft(query, _CHUNK)) for query in queries]
        norms = [float(np.sqrt((query.astype(np.float64) ** 2).sum())) + 1.0 for query in queries]
        found: dict[tuple[int, int], float] = {}
        for first in range(0, self._all.size, _CHUNK - PIECE):
            chunk = cut_out(self._all, first, _CHUNK)
            spectrum = np.fft.rfft(chunk)
            energy = np.concatenate(([0.0], np.cumsum(chunk.astype(np.float64) ** 2)))
            local = np.sqrt(energy[PIECE:] - energy[:-PIECE] + PIECE)
            for step in range(_QUERIES):
                scores = np.fft.irfft(spectrum * spectra[step])[: local.size] / local / norms[step]
                for offset in _peaks(scores):
                    row = int(np.searchsorted(self._starts, first + offset, side="right")) - 1
                    begins = place + step * PIECE - int(first + offset - self._starts[row])
                    found[row, begins] = float(scores[offset])
        likely = sorted(found, key=lambda candidate: -found[candidate])
        return likely[:_FOLLOWED]


def _peaks(scores: NDArray[np.floating]) -> list[int]:
    """Offsets of likely places, the best of each tenth of a second."""
    likely = np.flatnonzero(scores >= _LIKELY)
    peaks: list[int] = []
    for offset in likely[np.argsort(-scores[likely], kind="stable")].tolist():
        if all(abs(offset - peak) > RATE // 10 for peak in peaks):
            peaks.append(offset)
    return peaks
