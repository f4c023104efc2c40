"""How the link to the CRM is, as the doctor tells it."""

import socket
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from domain.crm_messages import CHANNEL
from domain.health import Condition, Finding
from domain.outbox import Backlog
from domain.ports import StorageDown
from rufwerk import wiring
from rufwerk.settings import Settings
from storage.errors import StorageFault

_PART: Final = "CRM"
_CONNECT_S: Final = 2.0
_AWAY: Final = "Look after the CRM, or correct crm.url. Agents see what the portal knows; the rest is sent later."


def examine(settings: Settings) -> Finding:
    """A CRM that is away is a warning: calls go on without it."""
    url = settings.crm.demo_url if settings.has_demo_crm else settings.crm.url
    if not url:
        return Finding(_PART, Condition.WELL, "none connected")
    backlog = _backlog(settings)
    waiting = f"waiting for it: {backlog.waiting}" if backlog else "the outbox can't be read"
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    place = f"{parts.hostname}:{port}"
    try:
        socket.create_connection((parts.hostname, port), _CONNECT_S).close()
    except OSError as error:
        remedy = "It runs with the jobs: see there." if settings.has_demo_crm else _AWAY
        return _warning(f"no answer at {place}: {error}; {waiting}", remedy)
    if backlog and backlog.refused:
        return _warning(
            f"answers at {place}; {waiting}; refused: {backlog.refused}",
            "Run rufwerk outbox to see why, then rufwerk outbox --retry.",
        )
    if backlog and backlog.waiting and backlog.last_error:
        return _warning(
            f"answers at {place}, but not as it should; {waiting}", "Run rufwerk outbox to see why."
        )
    return Finding(_PART, Condition.WELL, f"answers at {place}; {waiting}")


def _warning(detail: str, remedy: str) -> Finding:
    return Finding(_PART, Condition.WARNING, detail, remedy)


def _backlog(settings: Settings) -> Backlog | None:
    try:
        with (
            closing(wiring.transactions(settings)) as transactions,
            transactions.read() as uow,
        ):
            return uow.outbox.backlog(CHANNEL)
    except (StorageDown, StorageFault):
        return None  # the doctor tells of the database elsewhere
