"""A caller who is gone is one CallerHungUp, whichever way the channel learns of it."""

import socket
from collections.abc import Callable

import pytest

from ivr.agi_channel import AgiChannel, AgiError
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import PATIENCE_S, AgiPeer, connection
from tests.ivr.agi_call import Call, answering, get_data


@pytest.mark.parametrize(
    "reply",
    [
        b"HANGUP\n",
        b"HANGUP\r\n",
        b"200 result=-1\nHANGUP\nHANGUP\n",
        b"200 result=-1 endpos=0\nHANGUP\n",
        b"511 Command Not Permitted on a dead channel or intercept routine\n",
    ],
)
def test_hang_up_in_a_command(call: Call, reply: bytes) -> None:
    with answering(call, reply), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


def test_hang_up_after_result_minus_one_that_comes_late(call: Call) -> None:
    with answering(call, b"200 result=-1\n", b"HANGUP\n"), pytest.raises(CallerHungUp):
        get_data(call)


def test_dead_channel_after_result_minus_one(call: Call) -> None:
    with answering(call, b"200 result=-1\n", b"511 dead\n"), pytest.raises(CallerHungUp):
        get_data(call)


def test_nonsense_after_result_minus_one(call: Call) -> None:
    with (
        answering(call, b"200 result=-1\n", b"what?\n"),
        pytest.raises(AgiError, match="no reply"),
    ):
        get_data(call)


def test_end_of_file_in_a_command(call: Call) -> None:
    with answering(call, b"", then=call.peer.close), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


def test_reset_in_a_command(call: Call) -> None:
    with answering(call, b"", then=call.peer.reset), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


@pytest.mark.parametrize("leave", [AgiPeer.close, AgiPeer.reset])
def test_gone_between_commands(call: Call, leave: Callable[[AgiPeer], None]) -> None:
    leave(call.peer)
    assert call.hangs_up()


def test_gone_while_a_command_is_written() -> None:
    peer, sock = connection()
    channel = AgiChannel(sock, PATIENCE_S)
    sock.shutdown(socket.SHUT_WR)
    with pytest.raises(CallerHungUp):
        channel.answer()
    peer.close()
    sock.close()


def test_closed_under_our_feet() -> None:
    peer, sock = connection()
    channel = AgiChannel(sock, PATIENCE_S)
    sock.close()
    with pytest.raises(CallerHungUp):
        channel.answer()
    peer.close()


def test_hang_up_between_commands(call: Call) -> None:
    with answering(call, b"200 result=0\nHANGUP\n"):
        call.channel.answer()
    assert call.hangs_up()


def test_digits_keyed_before_the_hang_up_count(call: Call) -> None:
    with answering(call, b"200 result=12\nHANGUP\n"):
        assert get_data(call).digits == "12"
    assert call.hangs_up()


def test_reply_cut_by_the_end(call: Call) -> None:
    with answering(call, b"200 resu", then=call.peer.close), pytest.raises(CallerHungUp):
        get_data(call)
