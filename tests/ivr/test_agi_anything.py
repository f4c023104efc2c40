"""Whatever comes over the wire, the channel ends with a result or an error of ours."""

import contextlib
import socket
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.agi_channel import AgiChannel, AgiError
from ivr.agi_wire import LONGEST_LINE
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import PATIENCE_S, environment
from tests.ivr.agi_call import answering_at_once, held

PIECES = st.sampled_from(
    b"200 result=|1|-1| (|)| endpos=|\n|\r|HANGUP\n|511 x\n|510 x\n|520-x\n|520 End\n|agi_x: 1\n|"
    b"(timeout)|\x00|\xff| ".split(b"|")
)
ANYTHING = st.binary(max_size=200) | st.lists(PIECES, max_size=12).map(b"".join)
COMMANDS: tuple[Callable[[AgiChannel], object], ...] = (
    lambda channel: channel.get_data("/sounds/pin", 0.0, 8, 0.0),
    lambda channel: channel.stream("/sounds/pin", 0.0),
    lambda channel: channel.get_variable("NAME"),
    lambda channel: channel.set_variable("NAME", "1"),
    AgiChannel.answer,
    AgiChannel.hangup,
)


@given(reply=ANYTHING, command=st.sampled_from(COMMANDS), closes=st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_reply_ends_in_a_result_or_an_error_of_ours(
    reply: bytes, command: Callable[[AgiChannel], object], closes: bool
) -> None:
    margin_s = PATIENCE_S if closes else 0.002
    with answering_at_once(reply, [], closes=closes, margin_s=margin_s) as channel:
        for _ in range(3):
            with contextlib.suppress(CallerHungUp, AgiError):
                command(channel)
            assert held(channel) <= 2 * LONGEST_LINE


@given(block=ANYTHING | st.lists(PIECES | st.just(environment()), max_size=5).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_any_environment_ends_in_a_request_or_an_error_of_ours(block: bytes) -> None:
    ours, other = socket.socketpair()
    with ours, other:
        other.sendall(block)
        other.shutdown(socket.SHUT_WR)
        with contextlib.suppress(CallerHungUp, AgiError):
            AgiChannel(ours, PATIENCE_S).read_environment(PATIENCE_S)
