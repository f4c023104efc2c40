"""A voice of few lines: pulses through resonances, so that words of one voice share their sounds as real ones do."""

import numpy as np
from numpy.typing import NDArray

from phone.hearing import Clip

RATE = 8000
_PHONES = {
    name: (first, second)
    for name, (first, second) in {
        "a": (750, 1200), "e": (450, 2000), "i": (300, 2300), "o": (450, 850), "u": (320, 750),
        "n": (250, 1500), "l": (380, 1050), "r": (480, 1350), "m": (220, 1100), "w": (330, 650),
    }.items()
}  # fmt: skip


def speak(word: str, pitch: float = 118.0, seed: int = 0) -> NDArray[np.int16]:
    """A word of the letters a e i o u n l r m w s and - (a pause of 0.1 s), 0.1 s each; ``seed`` is the speaker's mood."""
    rng = np.random.default_rng([seed, *word.encode()])
    parts = [_phone(letter, pitch * (1 + 0.04 * rng.standard_normal()), rng) for letter in word]
    sound = np.concatenate(parts)
    active = sound[np.abs(sound) > 0.01 * np.abs(sound).max()]
    return (sound * 3277 / np.sqrt((active**2).mean())).clip(-32000, 32000).astype(np.int16)


def _phone(letter: str, pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    size = RATE // 10
    if letter == "-":
        return np.zeros(size)
    at = np.arange(size) / RATE
    swell = np.hanning(size) ** 0.5
    if letter == "s":
        return 0.3 * rng.standard_normal(size) * swell
    pulses = np.zeros(size)
    pulses[(np.arange(0, size * pitch / RATE) * RATE / pitch).astype(int)] = 1.0
    throat = sum(
        np.sin(2 * np.pi * formant * at[:160]) * np.exp(-at[:160] * 400) for formant in _PHONES[letter]
    )
    return np.convolve(pulses, throat)[:size] * swell


def clip(key: str, word: str, language: str = "de", pitch: float = 118.0) -> Clip:
    """A clip whose text is the word itself."""
    return Clip(key, language, word, speak(word, pitch))


WORDS = {
    "welcome": "wanoleumanisalumeno",
    "number": "nimalumewasirolenumarelusanimo",
    "pin": "nimalumewaluriseno",
    "wrong": "molanisureloma",
    "balance": "elunasamira",
    "bye": "owilosanu",
    **{
        str(digit): word
        for digit, word in enumerate(
            ["nulo", "ains", "soway", "raina", "wirem", "unow", "sesam", "siwenu", "aomeno", "noina"]
        )
    },
}
"""Prompts and digits; ``number`` and ``pin`` begin alike."""

WORDS = {key: word.replace("y", "i") for key, word in WORDS.items()}


def clips(language: str = "de", pitch: float = 118.0) -> list[Clip]:
    return [clip(key, word, language, pitch) for key, word in WORDS.items()]
