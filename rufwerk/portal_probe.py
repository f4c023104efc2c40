"""Rings at the portal without a call, to see whether it serves calls."""

import socket
from typing import Final

_ANSWER_S: Final = 2.0


def ask_portal(port: int) -> None:
    """Raises OSError where the portal doesn't answer; one that hangs still connects, but says nothing."""
    with socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_S) as connection:
        connection.sendall(b"agi_network_script: alive\nagi_uniqueid: 0.0\nagi_extension: s\n\n")
        while connection.recv(4096):
            pass


def portal_answers(port: int) -> bool:
    """Whether the portal would serve a call now."""
    try:
        ask_portal(port)
    except OSError:
        return False
    return True
