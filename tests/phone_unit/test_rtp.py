import struct

import numpy as np
import pytest

from phone import g711, rtp

TONE = (3000 * np.sin(np.arange(160) / 4)).astype(np.int16)


def datagram(
    kind: int = 8, timestamp: int = 0, payload: bytes = b"\x2a" * 160, first: int = 0x80
) -> bytes:
    return struct.pack("!BBHII", first, kind, 1, timestamp, 77) + payload


def packet(at: float, timestamp: int, source: int = 1, level: int = 1000) -> rtp.Packet:
    payload = g711.encode(np.full(160, level, np.int16), g711.PCMA)
    return rtp.Packet(at, g711.PCMA, timestamp, source, payload)


def test_reads_sound() -> None:
    found = rtp.read(datagram(timestamp=1234), at=5.0)
    assert found == rtp.Packet(5.0, 8, 1234, 77, b"\x2a" * 160)


def test_skips_sources_extension_and_padding() -> None:
    extension = struct.pack("!HH", 0xBEDE, 1) + b"ext!"
    body = b"src1" + extension + b"\x2a" * 160 + b"\0\0\x03"
    found = rtp.read(datagram(payload=body, first=0x80 | 0x20 | 0x10 | 1), at=0.0)
    assert found is not None
    assert found.payload == b"\x2a" * 160


@pytest.mark.parametrize(
    "noise",
    [
        b"", b"\x80", datagram(payload=b""), datagram(kind=101, payload=b"\x01\x0a\x00\xa0"), datagram(kind=72),
        datagram(first=0x40), datagram(payload=b"\xff", first=0xA0), datagram(payload=b"", first=0x8F),
    ],
)  # fmt: skip
def test_anything_else_is_no_sound(noise: bytes) -> None:
    assert rtp.read(noise, at=0.0) is None


def test_writes_keys_as_events() -> None:
    writer = rtp.Writer(source=9, kind=8, event_kind=101)
    packets = [
        writer.key("#", 800, 160),
        writer.key("#", 800, 320),
        writer.key("#", 800, 480, end=True),
    ]
    fields = [struct.unpack("!BBHIIBBH", each) for each in packets]
    assert [f[1] for f in fields] == [0x80 | 101, 101, 101], "the first bears the mark"
    assert [f[2] for f in fields] == [1, 2, 3]
    assert {f[3] for f in fields} == {800}, "one event has one timestamp"
    assert [f[5:] for f in fields] == [(11, 10, 160), (11, 10, 320), (11, 0x8A, 480)]


def test_what_is_said_is_heard() -> None:
    writer = rtp.Writer(source=9, kind=8, event_kind=101)
    heard = rtp.read(writer.sound(800, TONE), at=5.0)
    assert heard is not None
    assert (heard.at, heard.kind, heard.timestamp, heard.source) == (5.0, 8, 800, 9)
    assert np.allclose(g711.decode(heard.payload, heard.kind), TONE, rtol=0.05, atol=16)


def test_sequence_numbers_and_timestamps_wrap() -> None:
    writer = rtp.Writer(source=9, kind=8, event_kind=101)
    last = [writer.silence(0x1_0000_0005) for _ in range(0x10000)][-1]
    assert struct.unpack("!BBHII", last[:12]) == (0x80, 8, 0, 5, 9)


def test_lays_sound_out_where_its_timestamps_say() -> None:
    late_and_swapped = [packet(10.10, 1160), packet(10.11, 1000)]
    sound = rtp.lay_out([packet(10.0, 200), *late_and_swapped], begins_at=9.9, ends_at=10.5)
    loud = np.flatnonzero(sound)
    assert sound.size == 4800
    assert loud.tolist() == [*range(800, 960), *range(1600, 1920)]


def test_a_new_source_and_a_jump_stand_where_they_arrived() -> None:
    packets = [packet(0.0, 0), packet(1.0, 5_000_000, source=2), packet(2.0, 90_000_000, source=2)]
    loud = np.flatnonzero(rtp.lay_out(packets, 0.0, 3.0))
    assert loud.tolist() == [*range(160), *range(8000, 8160), *range(16000, 16160)]


def test_timestamps_wrap_within_a_stream() -> None:
    sound = rtp.lay_out([packet(0.0, 0xFFFFFFB0), packet(0.02, 0x50)], 0.0, 1.0)
    assert np.flatnonzero(sound).tolist() == list(range(320))


def test_what_lies_outside_is_left_out() -> None:
    sound = rtp.lay_out([packet(0.0, 0), packet(0.5, 4000)], begins_at=0.01, ends_at=0.51)
    assert np.flatnonzero(sound).tolist() == [*range(80), *range(3920, 4000)]
    assert rtp.lay_out([packet(0.0, 0)], begins_at=1.0, ends_at=0.5).size == 0
