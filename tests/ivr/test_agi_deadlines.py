"""A command has the time that its sounds and waits need, and no more than a margin beyond."""

import contextlib
import socket
import threading

import pytest

from ivr.agi_channel import AgiError, AgiTimeout
from tests.fakes.agi_peer import meanwhile
from tests.ivr.agi_call import SECRET, SHORT_S, Call, answering, get_data


def test_deadline_of_a_command_that_is_not_answered(hasty: Call) -> None:
    with pytest.raises(AgiTimeout, match="GET DATA took too long"):
        hasty.channel.get_data(f"/sounds/{SECRET}", 0.0, 8, 0.0)
    with pytest.raises(AgiError, match="out of step"):  # its reply may still come
        hasty.channel.answer()


def test_deadline_of_a_reply_that_is_cut(hasty: Call) -> None:
    with answering(hasty, b"200 resu"), pytest.raises(AgiTimeout):
        get_data(hasty)


def test_deadline_where_nothing_can_be_written(hasty: Call) -> None:
    hasty.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with contextlib.suppress(BlockingIOError):
        while True:
            hasty.sock.send(b"x" * 65536)
    with pytest.raises(AgiTimeout):
        hasty.channel.answer()


def test_time_for_sound_and_waits_is_given(hasty: Call) -> None:
    asked = threading.Event()

    def late() -> None:
        assert hasty.peer.hear()
        asked.wait(5 * SHORT_S)  # well past the margin
        hasty.peer.say("200 result=1")

    with meanwhile(late):
        assert hasty.channel.get_data("/sounds/menu", 1.0, 2, 10.0).digits == "1"
    with meanwhile(late), pytest.raises(AgiTimeout):
        hasty.channel.answer()
