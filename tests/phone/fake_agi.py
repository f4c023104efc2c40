"""A FastAGI server of few lines that does what a test wants, badly behaved servers included."""

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

ACCEPT_S = 30.0


@dataclass
class AgiCall:
    """One connection: the variables that Asterisk sent, and a way to say a command."""

    connection: socket.socket
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._file = self.connection.makefile("r", encoding="utf-8", newline="\n")

    def read_variables(self) -> None:
        while line := self._file.readline().strip():
            name, _, value = line.partition(":")
            self.variables[name] = value.strip()

    def say(self, command: str) -> str:
        """Send a command; its answer, empty at the end of the connection."""
        self.connection.sendall(f"{command}\n".encode())
        return self._file.readline().strip()

    def reset(self) -> None:
        """End with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._file.close()
        self.connection.close()


class FakeAgi:
    """Listens on ``port``, takes one call at a time and gives it to ``behave``; then closes it."""

    def __init__(self, port: int, behave: Callable[[AgiCall], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._behave = behave
        self._thread = threading.Thread(target=self._serve)
        self.calls: list[AgiCall] = []

    def __enter__(self) -> "FakeAgi":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(ACCEPT_S)
            call = AgiCall(connection)
            self.calls.append(call)
            try:
                self._behave(call)
            except OSError:
                pass  # the caller hung up
            finally:
                call.close()
