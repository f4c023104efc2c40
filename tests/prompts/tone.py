"""Speech engines for tests: one that hums, one that fails, one that takes its process down."""

import os
from dataclasses import dataclass

import numpy as np

from domain.language import Language
from prompts.engines.base import EngineError
from prompts.sound import Samples, Sound


def hum(seconds: float, rate: int = 16000, loudness: float = 0.1, hertz: float = 300) -> Sound:
    return Sound(
        loudness * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), rate
    )


def joined(*pieces: Sound | float, rate: int = 16000) -> Sound:
    """Sounds one after the other; a number is silence of so many seconds."""
    parts: list[Samples] = [
        np.zeros(round(piece * rate)) if isinstance(piece, float | int) else piece.samples
        for piece in pieces
    ]
    return Sound(np.concatenate(parts), rate)


@dataclass(frozen=True, slots=True)
class Tone:
    """Hums as long as the text, with silence around it."""

    identity: str = "tone 1"

    def speak(self, language: Language, text: str) -> Sound:
        return joined(0.3, hum(0.05 * len(text), 22050), 0.4, rate=22050)


@dataclass(frozen=True, slots=True)
class Broken:
    """Hums until it comes to the text it fails on."""

    fails_on: str
    identity: str = "tone 1"

    def speak(self, language: Language, text: str) -> Sound:
        if text == self.fails_on:
            raise EngineError("no voice. Buy one.")
        return Tone().speak(language, text)


@dataclass(frozen=True, slots=True)
class Mute:
    identity: str = "mute"

    def speak(self, language: Language, text: str) -> Sound:
        return joined(1.0)


@dataclass(frozen=True, slots=True)
class Crashing:
    identity: str = "crash"

    def speak(self, language: Language, text: str) -> Sound:
        os._exit(139)
