"""How the demo's mail box is, as the doctor tells it."""

import socket
from typing import Final

from domain.health import Condition, Finding
from reporting.mail_folder import MailFolder
from rufwerk.settings import Settings

_PART: Final = "Mail box"
_WITHIN_S: Final = 2.0


def examine(settings: Settings, folder: MailFolder) -> Finding:
    """Whether it greets as SMTP does (RFC 5321, 3.1). One that is away is a warning: calls go on without it."""
    port = settings.mail.port
    try:
        with socket.create_connection(("127.0.0.1", port), _WITHIN_S) as link:
            greeting = link.recv(3)
            link.sendall(b"QUIT\r\n")
    except OSError as error:
        return _warning(f"no answer on port {port}: {error}")
    if greeting != b"220":
        return _warning(f"what answers on port {port} is no mail box")
    return Finding(_PART, Condition.WELL, f"catches on port {port}, mails: {len(folder)}")


def _warning(detail: str) -> Finding:
    return Finding(_PART, Condition.WARNING, detail, "It runs with the jobs: see there.")
