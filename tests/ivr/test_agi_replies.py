"""Replies are read whole and refusals told apart, and what is no reply ends the dialogue."""

import contextlib

import pytest
from structlog.testing import capture_logs

from ivr.agi_channel import AgiError
from ivr.agi_wire import LONGEST_LINE
from tests.fakes.agi_peer import meanwhile
from tests.ivr.agi_call import SECRET, Call, answering, answering_at_once, get_data, held

# Refusals, and replies that are none


def test_usage_block_is_read_whole(call: Call) -> None:
    usage = b"520-Invalid command syntax.\nUsage: GET DATA\nHANGUP\n200 result=1\n520 End.\n"
    with answering(call, usage, b"200 result=0\n"):
        with pytest.raises(AgiError, match="GET DATA has wrong arguments"):
            get_data(call)
        call.channel.answer()


def test_usage_of_one_line(call: Call) -> None:
    with answering(call, b"520 Invalid command syntax.\n", b"200 result=0\n"):
        with pytest.raises(AgiError, match="wrong arguments"):
            get_data(call)
        call.channel.answer()


def test_usage_block_without_end(call: Call) -> None:
    with (
        answering(call, b"520-Invalid\n" + b"usage\n" * 20_000),
        pytest.raises(AgiError, match="too much"),
    ):
        get_data(call)


def test_unknown_command(call: Call) -> None:
    with answering(call, b"510 Invalid or unknown command\n", b"200 result=0\n"):
        with pytest.raises(AgiError, match="doesn't know GET DATA"):
            get_data(call)
        call.channel.answer()


@pytest.mark.parametrize(
    "reply",
    [
        b"200 result=abc\n",
        b"200 result=123456789\n",
        b"200 result=1 (what)\n",
        b"200 result=1 2\n",
        b"200\n",
        b"\n",
        b"404 gone\n",
        b"99999999999999999999 result=1\n",
        b"agi_calleridname: 1\n",
        b"\xff\xfe\x00\n",
    ],
)
def test_reply_that_is_none_ends_the_dialogue(call: Call, reply: bytes) -> None:
    with answering(call, reply), pytest.raises(AgiError) as raised:
        get_data(call)
    assert "GET DATA" in str(raised.value)
    with pytest.raises(AgiError, match="out of step"):
        call.channel.answer()


def test_digit_nobody_asked_for_in_a_stream(call: Call) -> None:
    with answering(call, b"200 result=65 endpos=1\n"), pytest.raises(AgiError):
        call.channel.stream("/sounds/tone", 0.0, takes_keys=True)


def test_a_key_that_is_stuck_does_not_hold_up_a_sound(call: Call) -> None:
    pressed = [f"200 result=53 endpos={place}\n".encode() for place in range(33)]
    with answering(call, *pressed), pytest.raises(AgiError, match="nobody asked for"):
        call.channel.stream("/sounds/tone", 0.0, takes_keys=True)


def test_doubled_reply_is_dropped(call: Call) -> None:
    twice = f"200 result={SECRET}\n".encode() * 2
    with capture_logs() as logs, answering(call, twice, b"200 result=7\n"):
        assert get_data(call).digits == SECRET
        assert get_data(call).digits == "7"
    assert [entry["lines"] for entry in logs] == [1]
    assert SECRET not in str(logs)


def test_flood_between_commands() -> None:
    flood = b"200 result=0\n" * (LONGEST_LINE // 10)
    with answering_at_once(flood, [], closes=False) as channel:
        channel.answer()
        with pytest.raises(AgiError, match="flood"):
            channel.answer()
        assert held(channel) == 0


def test_reply_of_ten_megabytes(call: Call) -> None:
    def flood() -> None:
        with contextlib.suppress(OSError):
            for _ in range(160):
                call.peer.send(b"1" * 65536)

    with answering(call, b"200 result=", then=flood):
        with pytest.raises(AgiError, match="without end"):
            get_data(call)
        assert held(call.channel) <= 2 * LONGEST_LINE
        call.sock.close()


def test_line_just_too_long(call: Call) -> None:
    with (
        answering(call, b"200 result=1 (" + b"x" * LONGEST_LINE + b")\n"),
        pytest.raises(AgiError),
    ):
        call.channel.get_variable("X")


# Values


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        (b"200 result=0\n", None),
        (b"200 result=1 ()\n", ""),
        (b"200 result=1 (hangup)\n", "hangup"),
        (b'200 result=1 (say "no" (or yes) result=-1)\n', 'say "no" (or yes) result=-1'),
        (b"200 result=1 (result=-1 endpos=3)\n", "result=-1 endpos=3"),
        (b"200 result=1 (one\nHANGUP\n200 result=-1\nfour)\n", "one\nHANGUP\n200 result=-1\nfour"),
        (b"200 result=1 (caf\xe9)\n", "caf\ufffd"),
        ("200 result=1 (Lucía Gómez)\n".encode(), "Lucía Gómez"),
    ],
)
def test_value_of_a_variable(call: Call, reply: bytes, value: str | None) -> None:
    with answering(call, reply, b"200 result=0\n"):
        assert call.channel.get_variable("NAME") == value
        call.channel.answer()


def test_value_without_end(call: Call) -> None:
    with (
        answering(call, b"200 result=1 (\n" + b"x\n" * 40_000),
        pytest.raises(AgiError, match="too much"),
    ):
        call.channel.get_variable("NAME")


def test_utf8_split_over_packets(call: Call) -> None:
    def later() -> None:
        assert call.peer.hear()
        for byte in "200 result=1 (é)\n".encode():
            call.peer.send(bytes([byte]))

    with meanwhile(later):
        assert call.channel.get_variable("NAME") == "é"
