"""The sound of one call of ``phone.wire``: packets received with their times, keys sent as telephone events."""

import asyncio
import bisect
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from phone import g711, rtp
from phone.script import Ear
from phone.sip_text import Media

_FRAME_S: Final = g711.FRAME / g711.RATE
_KEY_FRAMES: Final = 5  # a key is held for 100 ms
_END_PACKETS: Final = 3  # RFC 4733, 2.5.1.4
_KEEP_ALIVE_S: Final = 1.0
"""A packet of silence each second: the portal takes a call for dead after 30 s without any."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key, and the monotonic second its first end packet left."""

    key: str
    sent_at: float


class Sound:
    """One RTP socket. ``has_changed`` is called when something audible arrived."""

    def __init__(self, has_changed: Callable[[], None]) -> None:
        self.ear = Ear()
        self.port = 0
        # plain tuples of times and datagrams: the garbage collector passes them by, where it would walk through packets
        # for up to a second, in which no call of this process can go on
        self._received: list[tuple[float, bytes]] = []
        self._has_changed = has_changed
        self._audible_at: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._began_at = self._loop.time()
        self._transport: asyncio.DatagramTransport | None = None
        self._media: Media | None = None
        self._source = secrets.randbits(32)
        self._writer = rtp.Writer(self._source, g711.PCMA, 101)
        self._keep_alive: asyncio.TimerHandle | None = None
        self._is_busy = False

    async def open(self, host: str) -> None:
        self._transport, self.port = await open_socket(host, self._take)

    def goes_to(self, media: Media) -> None:
        """From now on our packets go there."""
        if self._media is None or (self._media.kind, self._media.event_kind) != (
            media.kind,
            media.event_kind,
        ):
            self._writer = rtp.Writer(self._source, media.kind, media.event_kind)
        self._media = media
        if self._keep_alive is None:
            self._stay()

    def close(self) -> None:
        if self._keep_alive is not None:
            self._keep_alive.cancel()
        if self._transport is not None:
            self._transport.close()
        self._transport = None

    def first_after(self, at: float) -> float | None:
        """When the first audible packet after ``at`` arrived."""
        place = bisect.bisect_right(self._audible_at, at)
        return self._audible_at[place] if place < len(self._audible_at) else None

    def laid_out(self, begins_at: float, ends_at: float) -> NDArray[np.int16]:
        """8 kHz samples of what arrived between two monotonic seconds."""
        found = (rtp.read(datagram, at) for at, datagram in self._received)
        return rtp.lay_out([packet for packet in found if packet], begins_at, ends_at)

    async def hold(self, key: str) -> Press:
        """Hold a key for 100 ms, then let it go."""
        begins_at = self._loop.time()
        timestamp = self._timestamp(begins_at)
        self._is_busy = True
        for frame in range(1, _KEY_FRAMES + 1):
            self._send(self._writer.key(key, timestamp, frame * g711.FRAME))
            await asyncio.sleep(begins_at + frame * _FRAME_S - self._loop.time())
        sent_at = self._loop.time()
        for _ in range(_END_PACKETS):
            self._send(self._writer.key(key, timestamp, (_KEY_FRAMES + 1) * g711.FRAME, end=True))
        self._is_busy = False
        return Press(key, sent_at)

    async def say(self, samples: NDArray[np.int16]) -> None:
        """Speak 8 kHz samples in packets of 20 ms; returns when the last has left."""
        begins_at = self._loop.time()
        self._is_busy = True
        try:
            for at in range(0, len(samples), g711.FRAME):
                timestamp = self._timestamp(begins_at) + at
                self._send(self._writer.sound(timestamp, samples[at : at + g711.FRAME]))
                await asyncio.sleep(begins_at + (at + g711.FRAME) / g711.RATE - self._loop.time())
        finally:
            self._is_busy = False

    def _timestamp(self, at: float) -> int:
        return round((at - self._began_at) * g711.RATE)

    def _stay(self) -> None:
        now = self._loop.time()
        if not self._is_busy:  # a packet of silence far into a key would end the key for the portal
            self._send(self._writer.silence(self._timestamp(now)))
        self._keep_alive = self._loop.call_at(now + _KEEP_ALIVE_S, self._stay)

    def _send(self, packet: bytes) -> None:
        if self._transport is not None and self._media is not None:
            self._transport.sendto(packet, (self._media.host, self._media.port))

    def _take(self, datagram: bytes) -> None:
        at = self._loop.time()
        packet = rtp.read(datagram, at)
        if packet is None:
            return
        self._received.append((at, datagram))
        if g711.is_audible(packet.payload, packet.kind):
            self.ear.sound(at, len(packet.payload) / g711.RATE)
            self._audible_at.append(at)
            self._has_changed()


class _Datagrams(asyncio.DatagramProtocol):
    """Gives each datagram to a function; that nobody listens at the other end is no news to a phone."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        self._take(data)


async def open_socket(
    host: str, take: Callable[[bytes], None]
) -> tuple[asyncio.DatagramTransport, int]:
    """A UDP socket on a free port of ``host``, and that port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(take), (host, 0))
    port: int = transport.get_extra_info("sockname")[1]
    return transport, port
