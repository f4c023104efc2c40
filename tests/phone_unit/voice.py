"""A voice of few lines: pulses through resonances, so that words of one voice share their sounds as real ones do."""

import numpy as np
from numpy.typing import NDArray

from phone.clip_library import Clip

RATE = 8000
_PHONES = {
    name: (first, second)
    for name, (first, second) in {
        "a": (750, 1200), "e": (450, 2000), "i": (300, 2300), "o": (450, 850), "u": (320, 750),
        "n": (250, 1500), "l": (380, 1050), "r": (480, 1350), "m": (220, 1100), "w": (330, 650),
    }.items()
}  # fmt: skip


def speak(word: str, pitch: float = 118.0, seed: int = 0) -> NDArray[np.int16]:
    """A word of the letters a e i o u n l r m w s and - (a pause of 0.1 s), 0.1 s each.

    Words that begin alike sound the same so far; ``seed`` is the speaker's mood.
    """
    parts = [
        _phone(letter, pitch, np.random.default_rng([seed, *word[: place + 1].encode()]))
        for place, letter in enumerate(word)
    ]
    sound = np.concatenate(parts)
    active = sound[np.abs(sound) > 0.01 * np.abs(sound).max()]
    level = 3277 / float(np.sqrt((active**2).mean()))
    return (sound * level).clip(-32000, 32000).astype(np.int16)


def _phone(letter: str, pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    size = RATE // 10
    pitch *= 1 + 0.04 * rng.standard_normal()
    if letter == "-":
        return np.zeros(size)
    at = np.arange(size) / RATE
    swell = np.hanning(size) ** 0.5
    if letter == "s":
        return 0.3 * rng.standard_normal(size) * swell
    pulses = np.zeros(size)
    pulses[(np.arange(0, size * pitch / RATE) * RATE / pitch).astype(int)] = 1.0
    first, second = _PHONES[letter]
    ring = np.sin(2 * np.pi * first * at[:160]) + np.sin(2 * np.pi * second * at[:160])
    throat = ring * np.exp(-at[:160] * 400)
    return np.convolve(pulses, throat)[:size] * swell


def clip(key: str, word: str, language: str = "de", pitch: float = 118.0) -> Clip:
    """A clip whose text is the word itself."""
    return Clip(key, language, word, speak(word, pitch))


WORDS = {
    "welcome": "wanoleuma",
    "number": "nimalumewasiroleno",
    "pin": "nimalumewalu",
    "wrong": "molanisureloma",
    "balance": "elunasa",
    "bye": "owilosanu",
    **{
        str(digit): word
        for digit, word in enumerate(
            [
                "nulo",
                "ains",
                "sowai",
                "raina",
                "wirem",
                "unow",
                "sesam",
                "siwenu",
                "aomeno",
                "noina",
            ]
        )
    },
}
"""Prompts and digits; ``number`` and ``pin`` begin alike."""


def clips(language: str = "de", pitch: float = 118.0) -> list[Clip]:
    return [clip(key, word, language, pitch) for key, word in WORDS.items()]
