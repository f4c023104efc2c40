"""The process that talks to callers: ``python -m rufwerk.ivr_process [CONFIG]``."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import structlog

from domain.facts import Origin, TenantChanged
from domain.ports import PinHasher
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
    server.start()
    log.info("ready", port=options.agi.port)
    while signal.sigwait(wanted) == signal.SIGHUP:
        reload(tenants, transactions)
        voice.forget()
    server.stop(_DRAIN_S)
    transactions.close()


def reload(tenants: TenantFiles, transactions: SqlTransactions) -> None:
    """Take over changed tenants' files, and say so in the log of facts; a mistake changes nothing."""
    try:
        changed = tenants.reload()
    except TenantError as error:
        log.warning("tenants not reloaded", mistakes=error.messages)
        return
    if not changed:
        return
    with transactions.write() as uow:
        for tenant in changed:
            found = tenants.current.tenants.get(tenant)
            origin = Origin(tenant, None, "operator")
            body = TenantChanged(found.version if found else "")
            uow.facts.append(origin, wiring.utc_now(), body)
        uow.commit()
    log.info("tenants reloaded", changed=changed)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
