"""Has the running portal take over what changed, and finds out whether it did."""

import contextlib
import os
import signal
import time
from threading import Event
from typing import Final

from domain.ports import Transactions
from domain.tenant import TenantBook
from rufwerk import supervisor, wiring
from rufwerk.settings import Settings

_TAKEN_OVER_WITHIN_S: Final = 10.0
_LOOK_AGAIN_S: Final = 0.1


class NotTakenOver(Exception):
    """The portal still serves by other tenants' files; the message says where to look."""


def tell_portal(settings: Settings) -> None:
    """Have all that go by tenants and prompts, where they run, read them again."""
    folder = wiring.Folders.of(settings).run
    running = supervisor.pids(folder) if supervisor.is_running(folder) else {}
    for part in ("ivr", "cti", "jobs"):
        pid = running.get(part)
        if pid is not None:
            # where it just died the next one reads them anyway
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGHUP)


def wait_until_in_force(
    settings: Settings,
    book: TenantBook,
    transactions: Transactions,
    within_s: float = _TAKEN_OVER_WITHIN_S,
) -> None:
    """Come back when the log says that these tenants' files are in force.

    Raises NotTakenOver or StorageDown.
    """
    deadline = time.monotonic() + within_s
    while waiting := _not_in_force(book, transactions):
        if time.monotonic() > deadline:
            raise NotTakenOver(
                f"the portal didn't take over {', '.join(waiting)} within {within_s:.0f} s. See "
                f"{wiring.Folders.of(settings).log}/ivr.log, and reload again."
            )
        Event().wait(_LOOK_AGAIN_S)


def _not_in_force(book: TenantBook, transactions: Transactions) -> list[str]:
    with transactions.read() as uow:
        return [
            tenant.id
            for tenant in book.tenants.values()
            if uow.facts.tenant_in_force(tenant.id) != tenant.version
        ]
