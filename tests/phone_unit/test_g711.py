import numpy as np
import pytest

from phone import g711


@pytest.mark.parametrize(
    ("kind", "code", "sample"),
    [  # ITU-T G.711, tables 1 and 2, scaled to 16 bit
        (g711.PCMA, 0xD5, 8), (g711.PCMA, 0x55, -8), (g711.PCMA, 0xAA, 32256), (g711.PCMA, 0x2A, -32256),
        (g711.PCMU, 0xFF, 0), (g711.PCMU, 0x7F, 0), (g711.PCMU, 0x80, 32124), (g711.PCMU, 0x00, -32124),
    ],
)  # fmt: skip
def test_codes_of_the_standard(kind: int, code: int, sample: int) -> None:
    assert g711.decode(bytes([code]), kind).tolist() == [sample]


@pytest.mark.parametrize("kind", [g711.PCMA, g711.PCMU])
def test_every_code_comes_back(kind: int) -> None:
    samples = g711.decode(bytes(range(256)), kind)
    again = g711.decode(g711.encode(samples, kind), kind)
    assert again.tolist() == samples.tolist()


@pytest.mark.parametrize("kind", [g711.PCMA, g711.PCMU])
def test_coding_costs_little(kind: int) -> None:
    at = np.arange(8000)
    tone = (5000 * np.sin(at / 3)).astype(np.int16)
    error = g711.decode(g711.encode(tone, kind), kind).astype(int) - tone
    assert np.abs(error).max() < 5000 / 30


@pytest.mark.parametrize("kind", [g711.PCMA, g711.PCMU])
def test_hears_speech_and_not_silence(kind: int) -> None:
    tone = (1000 * np.sin(np.arange(160) / 3)).astype(np.int16)
    assert g711.is_audible(g711.encode(tone, kind), kind)
    assert not g711.is_audible(g711.encode((tone // 10).astype(np.int16), kind), kind)
    assert not g711.is_audible(g711.SILENCE[kind], kind)


def test_knows_no_other_coding() -> None:
    with pytest.raises(KeyError):
        g711.decode(b"\0", 9)
