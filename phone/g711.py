"""A-law and mu-law (ITU-T G.711): bytes to 16-bit samples, and which bytes are as good as silence."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PCMU: Final = 0
PCMA: Final = 8
"""RTP payload types (RFC 3551)."""

RATE: Final = 8000
FRAME: Final = 160
"""Samples a second, and in a packet of 20 ms."""

_QUIET_BELOW: Final = 200  # of 32767: -44 dBFS; our prompts speak at -20
_LOUD_BYTES: Final = 8  # of a packet's 160


def _alaw_table() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (mantissa << 4) + 8
    magnitude = np.where(
        exponent > 0, (magnitude + 0x100) << np.maximum(exponent - 1, 0), magnitude
    )
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _ulaw_table() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_TABLES: Final = {PCMA: _alaw_table(), PCMU: _ulaw_table()}
_QUIET_BYTES: Final = {
    kind: bytes(np.flatnonzero(np.abs(table.astype(int)) < _QUIET_BELOW).tolist())
    for kind, table in _TABLES.items()
}
SILENCE: Final = {PCMA: b"\xd5" * FRAME, PCMU: b"\xff" * FRAME}
"""A packet of nothing."""


def decode(payload: bytes, kind: int) -> NDArray[np.int16]:
    """Samples of a payload of type PCMA or PCMU; KeyError for any other."""
    return _TABLES[kind][np.frombuffer(payload, np.uint8)]


def encode(samples: NDArray[np.int16], kind: int) -> bytes:
    """The nearest code of each sample; for tests, not for speed."""
    table = _TABLES[kind].astype(int)
    order = np.argsort(table, kind="stable")
    ordered = table[order]
    middles = (ordered[1:] + ordered[:-1]) / 2
    return order[np.searchsorted(middles, samples)].astype(np.uint8).tobytes()


def is_audible(payload: bytes, kind: int) -> bool:
    """Whether a packet is louder than a line's noise; quick enough for thousands of packets a second."""
    return len(payload.translate(None, _QUIET_BYTES[kind])) >= _LOUD_BYTES
