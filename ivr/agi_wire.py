"""Lines over a socket to Asterisk, each with a bound on its length and all with a deadline."""

import math
import select
import socket
import time
from typing import Final

from ivr.dialog import CallerHungUp

LONGEST_LINE: Final = 64 * 1024
"""Bytes of a reply, a usage block or the whole environment; Asterisk's own stay under 9 KiB."""

_RECEIVE: Final = 16 * 1024


class AgiError(Exception):
    """Asterisk refused a command, or the dialogue is no AGI; no retry makes sense.

    Its text names the command, never an argument or a value: those may be what a caller has keyed.
    """


class AgiTimeout(AgiError):
    """A reply didn't come, or not whole, in the time it may rightly take."""


class AgiWire:
    """A connected socket, made non-blocking; closing it stays its owner's business.

    Raises CallerHungUp where the other end is gone, AgiTimeout past the deadline, AgiError for a
    line too long. After any of these the wire is dead and raises at once.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._readable = select.poll()
        self._readable.register(sock, select.POLLIN)
        self._buffer = bytearray()
        self._due = 0.0
        self._dead: type[Exception] | None = None
        self.about = ""
        """What is being read or written, for the text of errors."""

    def allow(self, seconds: float) -> None:
        """All that is read and written from here on must be done in ``seconds``."""
        self._due = time.monotonic() + seconds

    def check(self) -> None:
        """Raise where nothing can be said any more."""
        if self._dead is CallerHungUp:
            raise CallerHungUp
        if self._dead is not None:
            raise AgiError(f"{self.about} can't be sent: the dialogue is out of step")

    def hung_up(self) -> CallerHungUp:
        """The error for a channel that is gone; the wire is dead."""
        self._dead = CallerHungUp
        self._buffer.clear()
        return CallerHungUp()

    def out_of_step(self, what: str) -> AgiError:
        """The error for words that are no AGI; the wire is dead: none after them can be trusted."""
        self._dead = AgiError
        self._buffer.clear()
        return AgiError(f"{self.about} {what}")

    def line(self, limit: int = LONGEST_LINE) -> str:
        """The next line without its end, of ``limit`` bytes at most."""
        self.check()
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > limit:
                raise self.out_of_step("is followed by a line without end")
            self._fill()
        if end > limit:
            raise self.out_of_step("is followed by too much")
        line = self._buffer[:end].decode("utf-8", "replace")
        del self._buffer[: end + 1]
        return line.removesuffix("\r")

    def take_unasked(self) -> list[bytes]:
        """The lines that have come already, ends and pieces too, without waiting for more."""
        self.check()
        try:
            while len(self._buffer) <= LONGEST_LINE:
                self._receive()
        except BlockingIOError:
            pass
        if not self._buffer:
            return []
        if len(self._buffer) > LONGEST_LINE:
            raise self.out_of_step("comes after a flood")
        lines = self._buffer.splitlines()
        self._buffer.clear()
        return [bytes(line) for line in lines]

    def send(self, data: bytes) -> None:
        self.check()
        writable: select.poll | None = None
        while data:
            try:
                data = data[self._sock.send(data) :]
            except BlockingIOError:
                if writable is None:
                    writable = select.poll()
                    writable.register(self._sock, select.POLLOUT)
                self._wait(writable)
            except OSError:
                raise self.hung_up() from None

    def _fill(self) -> None:
        self._wait(self._readable)
        try:
            self._receive()
        except BlockingIOError:  # woken for nothing: poll again
            return

    def _receive(self) -> None:
        try:
            chunk = self._sock.recv(_RECEIVE)
        except BlockingIOError:
            raise
        except OSError:
            raise self.hung_up() from None
        if not chunk:
            raise self.hung_up()
        self._buffer += chunk

    def _wait(self, poll: select.poll) -> None:
        left = self._due - time.monotonic()
        if left <= 0 or not poll.poll(math.ceil(left * 1000)):
            self._dead = AgiTimeout
            raise AgiTimeout(f"{self.about} took too long")
