"""WAV files in: a speaker's recordings, an engine's output."""

import wave
from pathlib import Path

import numpy as np

from prompts.sound import Samples, Sound


class WavError(Exception):
    """A WAV file can't be used; the message names it and the remedy."""


def read_wav(file: Path) -> Sound:
    """Any PCM WAV of 8 to 32 bits; several channels are mixed into one. Raises WavError."""
    try:
        with wave.open(str(file), "rb") as wav:
            frames = wav.readframes(wav.getnframes())
            width, channels, rate = wav.getsampwidth(), wav.getnchannels(), wav.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise WavError(f"{file}: {error}. Save it as WAV, PCM, 16 bits, one channel.") from None
    samples = _samples(frames, width)
    whole = samples[: len(samples) // channels * channels]
    return Sound(whole.reshape(-1, channels).mean(axis=1), rate)


def _samples(frames: bytes, width: int) -> Samples:
    whole = np.frombuffer(frames[: len(frames) // width * width], np.uint8).reshape(-1, width)
    if width == 1:
        return (whole[:, 0].astype(np.float64) - 128) / 128  # 8 bits are unsigned in WAV
    padded = np.zeros((len(whole), 4), np.uint8)
    padded[:, 4 - width :] = whole
    return padded.view("<i4")[:, 0].astype(np.float64) / 2**31
