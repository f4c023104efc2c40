"""Laying one piece of 8 kHz sound over another: scores, best places, loudness; pure."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
FRAME: Final = 160  # samples in 20 ms
AUDIBLE: Final = 104.0  # root mean square of a frame, of 32767: -50 dBFS
Floats = NDArray[np.float32]


def score(one: Floats, other: Floats) -> float:
    return float(np.dot(one, other) / (np.linalg.norm(one) * np.linalg.norm(other) + 1.0))


def weight(score: float) -> float:
    return float(-np.log(1.0 - min(score, 1.0) ** 2 + 1e-4))


def is_quiet(sound: Floats) -> bool:
    return sound.size == 0 or float(np.sqrt(np.mean(sound**2))) < AUDIBLE


def floats(samples: NDArray[np.int16]) -> Floats:
    return samples.astype(np.float32)


def cut_out(sound: Floats, first: int, size: int) -> Floats:
    """``size`` samples from ``first`` on, zeros where there are none."""
    piece = np.zeros(size, np.float32)
    begins, ends = max(first, 0), min(first + size, sound.size)
    if begins < ends:
        piece[begins - first : ends - first] = sound[begins:ends]
    return piece


def frames_audible(samples: NDArray[np.int16]) -> NDArray[np.bool_]:
    """For each 20 ms whether it is louder than a line's noise."""
    count = -(-samples.size // FRAME)
    frames = np.zeros(count * FRAME, np.float32)
    frames[: samples.size] = samples
    loudness: NDArray[np.floating] = np.sqrt((frames.reshape(count, FRAME) ** 2).mean(axis=1))
    return loudness >= AUDIBLE


def best_place(sound: Floats, piece: Floats) -> tuple[int, float]:
    """Where in ``sound`` a piece fits best (offset) and its score."""
    size = 1 << (sound.size + piece.size - 1).bit_length()
    products = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.concatenate(([0.0], np.cumsum(sound.astype(np.float64) ** 2)))
    local = np.sqrt(energy[piece.size :] - energy[: -piece.size] + 1.0)
    scores = products[: local.size] / local / (np.linalg.norm(piece) + 1.0)
    best = int(scores.argmax())
    return best, float(scores[best])
