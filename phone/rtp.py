"""RTP (RFC 3550) and telephone events (RFC 4733): writing packets, reading them, laying them out in time."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phone import g711

_HEADER: Final = struct.Struct("!BBHII")
_EVENT: Final = struct.Struct("!BBH")
_EVENTS: Final = "0123456789*#"
_VOLUME: Final = 10  # dBm0 below zero
_END: Final = 0x80
_JUMP_S: Final = 1.0
"""A timestamp this far from the time of arrival begins a stream anew."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One received packet of sound; ``at`` is the monotonic second of its arrival."""

    at: float
    kind: int
    timestamp: int
    source: int
    payload: bytes


def read(datagram: bytes, at: float) -> Packet | None:
    """A packet of sound (PCMA, PCMU); None for anything else, RTCP and telephone events among them."""
    if len(datagram) <= _HEADER.size:
        return None
    first, second, _, timestamp, source = _HEADER.unpack_from(datagram)
    kind = second & 0x7F
    if first >> 6 != 2 or kind not in (g711.PCMA, g711.PCMU):
        return None
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10 and len(datagram) >= start + 4:
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4])
    end = len(datagram) - (datagram[-1] if first & 0x20 else 0)
    payload = datagram[start:end]
    return Packet(at, kind, timestamp, source, payload) if payload else None


class Writer:
    """One stream sent: counts its sequence numbers; timestamps are samples since the stream began."""

    def __init__(self, source: int, kind: int, event_kind: int) -> None:
        self._source = source
        self._kind = kind
        self._event_kind = event_kind
        self._sequence = 0

    def silence(self, timestamp: int) -> bytes:
        """20 ms of nothing, which keeps the call from being taken for dead."""
        return self._packet(self._kind, timestamp, g711.SILENCE[self._kind], mark=False)

    def sound(self, timestamp: int, samples: NDArray[np.int16]) -> bytes:
        """A packet of 8 kHz samples."""
        return self._packet(self._kind, timestamp, g711.encode(samples, self._kind), mark=False)

    def key(self, key: str, timestamp: int, samples: int, *, end: bool = False) -> bytes:
        """A key (0-9 * #) held since ``timestamp`` for ``samples`` so far; the first packet bears the mark."""
        flags = _VOLUME | (_END if end else 0)
        body = _EVENT.pack(_EVENTS.index(key), flags, samples)
        mark = samples <= g711.FRAME and not end
        return self._packet(self._event_kind, timestamp, body, mark=mark)

    def _packet(self, kind: int, timestamp: int, payload: bytes, *, mark: bool) -> bytes:
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = (0x80, kind | (0x80 if mark else 0), self._sequence, timestamp & 0xFFFFFFFF)
        return _HEADER.pack(*head, self._source) + payload


def lay_out(packets: Sequence[Packet], begins_at: float, ends_at: float) -> NDArray[np.int16]:
    """The sound from ``begins_at`` to ``ends_at`` (monotonic seconds), 8 kHz; silence where nothing arrived.

    Each packet stands where its timestamp says; a stream's first one, and one whose timestamp has
    jumped, where it arrived.
    """
    sound = np.zeros(max(0, round((ends_at - begins_at) * g711.RATE)), np.int16)
    anchors: dict[int, tuple[int, int]] = {}
    for packet in packets:
        arrived = round((packet.at - begins_at) * g711.RATE)
        place, timestamp = anchors.get(packet.source, (arrived, packet.timestamp))
        ahead = (packet.timestamp - timestamp + 0x80000000) % 0x100000000 - 0x80000000
        position = place + ahead
        if abs(position - arrived) > _JUMP_S * g711.RATE:
            position = arrived
        anchors[packet.source] = (position, packet.timestamp)
        samples = g711.decode(packet.payload, packet.kind)
        start, stop = max(position, 0), min(position + samples.size, sound.size)
        if start < stop:
            sound[start:stop] = samples[start - position : stop - position]
    return sound
