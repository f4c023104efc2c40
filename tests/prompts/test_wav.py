"""A speaker's files, in the forms they come in."""

import wave
from pathlib import Path

import numpy as np
import pytest

from prompts.wav import WavError, read_wav
from tests.prompts.tone import hum


def write(file: Path, frames: bytes, width: int, channels: int = 1) -> Path:
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(width)
        wav.setframerate(16000)
        wav.writeframes(frames)
    return file


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_each_width_is_read(tmp_path: Path, width: int) -> None:
    wanted = hum(0.1, loudness=0.5).samples
    whole = np.rint(wanted * (2 ** (8 * width - 1) - 1)).astype("<i4")
    raw = (whole + 128).astype(np.uint8) if width == 1 else whole
    frames = raw.view(np.uint8).reshape(len(wanted), -1)[:, :width].tobytes()
    sound = read_wav(write(tmp_path / "a.wav", frames, width))
    assert sound.rate == 16000
    assert np.abs(sound.samples - wanted).max() < 0.02


def test_two_channels_become_one(tmp_path: Path) -> None:
    frames = np.array([[1000, 3000], [-2000, 0]], "<i2").tobytes()
    sound = read_wav(write(tmp_path / "a.wav", frames, 2, channels=2))
    assert np.rint(sound.samples * 32768).tolist() == [2000, -1000]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 is an mp3", b"RIFF\x10\0\0\0WAVEfmt \x10"])
def test_what_is_no_wav_is_told_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(content)
    with pytest.raises(WavError, match=r"a\.wav: .*Save it as WAV"):
        read_wav(file)
