"""The process that talks to callers: ``python -m rufwerk.ivr_process [CONFIG]``."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import structlog

from domain.facts import Origin, TenantChanged
from domain.ports import PinHasher
from domain.tenant import TenantBook
from ivr.voice import Voice
from prompts.catalogue import Catalogue
from rufwerk import logs, settings, wiring
from rufwerk.settings import Settings
from rufwerk.tenant_files import TenantError, TenantFiles
from storage.unit_of_work import SqlTransactions

log = structlog.get_logger()

_DRAIN_S = 2.0


def main(config: Path | None, hasher: Callable[[Settings], PinHasher] = wiring.pins) -> None:
    """Serve until SIGTERM; SIGHUP reads the tenants' files and the prompts again."""
    logs.set_up("ivr")
    wanted = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    options = settings.load(config)
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(options, catalogue)
    transactions = wiring.transactions(options)
    folders = wiring.Folders.of(options)
    voice = Voice(catalogue, folders.sounds, folders.own_sounds, folders.run / "spoken")
    server = wiring.ivr_server(
        options, transactions, hasher(options), lambda: tenants.current, voice
    )
    note_tenants(tenants.current, transactions)
    server.start()
    log.info("ready", port=options.agi.port)
    while signal.sigwait(wanted) == signal.SIGHUP:
        reload(tenants, transactions)
        voice.forget()
    server.stop(_DRAIN_S)
    voice.close()
    transactions.close()


def reload(tenants: TenantFiles, transactions: SqlTransactions) -> None:
    """Take over changed tenants' files; a mistake leaves what is in force."""
    try:
        tenants.reload()
    except TenantError as error:
        log.warning("tenants not reloaded", mistakes=error.messages)
    else:
        note_tenants(tenants.current, transactions)


def note_tenants(book: TenantBook, transactions: SqlTransactions) -> None:
    """Say in the log of facts which tenants' files came into force since it was last said."""
    with transactions.write() as uow:
        for tenant in book.tenants.values():
            if uow.facts.tenant_in_force(tenant.id) != tenant.version:
                origin = Origin(tenant.id, None, "operator")
                uow.facts.append(origin, wiring.utc_now(), TenantChanged(tenant.version))
                log.info("tenant in force", tenant=tenant.id, digest=tenant.version)
        uow.commit()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
