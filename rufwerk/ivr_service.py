"""Talks to callers: reads the tenants, serves calls, and takes over what changed."""

import signal
from collections.abc import Callable, Collection
from pathlib import Path

import structlog

from domain.fact import Body, Origin
from domain.field_facts import FieldRulesSet
from domain.portal_facts import TenantChanged
from domain.ports import FactLog, PinHasher, StorageDown
from domain.tenant import Tenant, TenantBook
from domain.waiting_field import write_rules
from ivr.voice import Voice
from prompts.catalogue import Catalogue
from rufwerk import demo_data, ivr_wiring, logs, settings_reading, wiring
from rufwerk.settings import Settings
from rufwerk.supervisor import leave_no_core
from storage.errors import StorageFault
from storage.unit_of_work import SqlTransactions

log = structlog.get_logger()

_DRAIN_S = 2.0


def serve(
    config: Path | None,
    signals: Collection[signal.Signals],
    hasher: Callable[[Settings], PinHasher],
) -> None:
    """Serve until SIGTERM; SIGHUP reads the tenants' files and the prompts again.

    ``signals`` are blocked already, SIGHUP among them; each other one ends it.
    """
    logs.set_up("ivr")
    leave_no_core()  # it may run without a supervisor
    options = settings_reading.load(config)
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(options, catalogue)
    transactions = wiring.transactions(options)
    folders = wiring.Folders.of(options)
    voice = Voice(catalogue, folders.sounds, folders.own_sounds, folders.run / "spoken")
    server = ivr_wiring.ivr_server(
        options, transactions, hasher(options), lambda: tenants.current, voice
    )
    if not options.demo.enabled:
        refuse_demo(transactions)
    note_tenants(tenants.current, transactions)
    server.start()
    log.info("ready", port=options.agi.port)
    while signal.sigwait(signals) == signal.SIGHUP:
        tenants.take_over()
        voice.forget()
        note_tenants(tenants.current, transactions)  # who reads it may ring: all is in force
    server.stop(_DRAIN_S)
    voice.close()
    transactions.close()


def refuse_demo(transactions: SqlTransactions) -> None:
    """Nobody is served where the demo is off and its accounts are open. Raises DemoLeft."""
    try:
        demo_data.refuse_left(transactions)
    except (StorageDown, StorageFault) as error:  # it is looked for at the next start
        log.warning("demo not looked for", reason=str(error))


def note_tenants(book: TenantBook, transactions: SqlTransactions) -> None:
    """Say in the log of facts which tenants' files came into force since it was last said, and what they say of the
    waiting field.

    Where the database is away that is told and left to the next time: callers want a person still.
    """
    try:
        with transactions.write() as uow:
            news = {tenant.id: _news(uow.facts, tenant) for tenant in book.tenants.values()}
            for tenant_id, bodies in news.items():
                uow.facts.append(Origin(tenant_id, None, "operator"), wiring.utc_now(), *bodies)
            uow.commit()
    except (StorageDown, StorageFault) as error:
        log.warning("tenants in force not noted", reason=str(error))
    else:
        for tenant_id, bodies in news.items():
            if bodies:
                log.info(
                    "tenant in force", tenant=tenant_id, digest=book.tenants[tenant_id].version
                )


def _news(facts: FactLog, tenant: Tenant) -> list[Body]:
    """What the log doesn't say yet. The same file means other rules once the program reads it otherwise."""
    rules = write_rules(tenant.field)
    if facts.tenant_in_force(tenant.id) != tenant.version:
        return [TenantChanged(tenant.version), FieldRulesSet(rules)]
    return [] if facts.field_rules_in_force(tenant.id) == rules else [FieldRulesSet(rules)]
