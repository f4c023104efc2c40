"""A call as both ends of an AGI socket, and what tests of the channel do with it."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ivr.agi_channel import AgiChannel, AgiRequest, Heard
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import PATIENCE_S, AgiPeer, meanwhile

SHORT_S = 0.02
SECRET = "864209"


@dataclass
class Call:
    """A channel and who is at its other end."""

    peer: AgiPeer
    sock: socket.socket
    channel: AgiChannel

    def hangs_up(self) -> bool:
        """Whether the next command finds the caller gone."""
        try:
            self.channel.answer()
        except CallerHungUp:
            return True
        return False


def answering(call: Call, *replies: bytes, then: Callable[[], None] | None = None) -> Any:
    """The peer answers one command after the other, in a thread, then does one thing more."""

    def play() -> None:
        for reply in replies:
            assert call.peer.hear()
            call.peer.send(reply)
        if then is not None:
            then()

    return meanwhile(play)


def get_data(call: Call) -> Heard:
    return call.channel.get_data("/sounds/pin", 0.0, 8, 0.0)


def read(call: Call, block: bytes) -> AgiRequest:
    with meanwhile(lambda: call.peer.send(block)):
        return call.channel.read_environment(PATIENCE_S)


def held(channel: AgiChannel) -> int:
    return len(channel._wire._buffer)


class Reflex(socket.socket):
    """A socket whose other end answers the first command at once with what it was given."""

    reply: bytes
    other: socket.socket
    heard: list[bytes]
    closes: bool

    def send(self, data: Any, flags: int = 0) -> int:  # type: ignore[explicit-override]
        self.heard.append(bytes(data))
        sent = super().send(data, flags)
        if self.reply:
            self.other.send(self.reply)
            self.reply = b""
        if self.closes:
            self.other.close()
        return sent


@contextlib.contextmanager
def answering_at_once(
    reply: bytes, heard: list[bytes], *, closes: bool = True, margin_s: float = PATIENCE_S
) -> Iterator[AgiChannel]:
    ours, other = socket.socketpair()
    with other, Reflex(fileno=ours.detach()) as sock:
        sock.reply, sock.other, sock.heard, sock.closes = reply, other, heard, closes
        yield AgiChannel(sock, margin_s)
