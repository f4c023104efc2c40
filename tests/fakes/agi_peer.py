"""Asterisk's end of an AGI socket: says what it is told to, and hears commands."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE_S = 20.0
"""When a test that hangs is given up; nothing waits for so long in a test that works."""

BEFORE_CALLER = ("network", "network_script", "request", "channel", "language", "type", "uniqueid")
ENVIRONMENT = {
    "network": "yes",
    "network_script": "inbound",
    "request": "agi://127.0.0.1:4573/inbound",
    "channel": "PJSIP/carrier-00000001",
    "language": "en",
    "type": "PJSIP",
    "uniqueid": "1795295419.1",
    "version": "22.10.1",
    "callerid": "+491713920001",
    "calleridname": "unknown",
    "callingpres": "0",
    "callingani2": "0",
    "callington": "0",
    "callingtns": "0",
    "dnid": "555100",
    "rdnis": "unknown",
    "context": "inbound",
    "extension": "555100",
    "priority": "3",
    "enhanced": "0.0",
    "accountcode": "",
    "threadid": "140590896105152",
}
"""As Asterisk 22 sends it, in this order, each name after ``agi_``."""


def environment(**changes: str) -> bytes:
    """The block that opens a dialogue; a value of "-" leaves the line out, new names come last."""
    lines = [
        f"agi_{name}: {value}\n" for name, value in (ENVIRONMENT | changes).items() if value != "-"
    ]
    return ("".join(lines) + "\n").encode()


class AgiPeer:
    """Asterisk at the other end of ``sock``."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE_S)
        self._sock = sock
        self._reader = sock.makefile("rb")

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def say(self, *lines: str) -> None:
        self.send("".join(f"{line}\n" for line in lines).encode())

    def hear(self) -> str:
        """The next command; "" where there are none to come."""
        return self._reader.readline().decode().removesuffix("\n")

    def is_closed(self) -> bool:
        """Wait until we hear no more, and tell whether nothing came before."""
        try:
            return self._reader.read() == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._reader.close()
        self._sock.close()

    def reset(self) -> None:
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


def connection() -> tuple[AgiPeer, socket.socket]:
    """Both ends of a TCP connection on this machine: Asterisk's and ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    return AgiPeer(theirs), ours


@contextlib.contextmanager
def meanwhile(play: Callable[[], None]) -> Iterator[None]:
    """Run the other end beside the test; its failure becomes the test's."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            play()
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE_S)
    assert not thread.is_alive(), "the peer still waits"
    if failures:
        raise failures[0]


def play_transcript(peer: AgiPeer, transcript: Path) -> None:
    """Play Asterisk's part: ``<`` is said, ``>`` must be heard, ``! end`` is our end's closing."""
    said: list[str] = []
    for line in transcript.read_text(encoding="utf-8").splitlines():
        mark, text = line[:1], line[2:]
        if mark == "<":
            said.append(text)
            continue
        if said:
            peer.say(*said)
            said = []
        if mark == ">":
            assert peer.hear() == text
        elif line == "! end":
            assert peer.is_closed()
        elif line == "! close":
            peer.close()
