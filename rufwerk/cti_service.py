"""The switchboard's process: waiting field, link to Asterisk, web, and the heartbeat that says that all of it lives."""

import asyncio
import gc
import signal
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from actions.dial import Whom
from actions.shift import (
    EndWrapUp,
    FindAgent,
    GoReady,
    HandleCall,
    ListAgents,
    Pause,
    SetPriority,
    SetSkills,
    SignIn,
    SignOut,
)
from cti.ami import ActionRefused, ActionUncertain, Address, Ami, LinkDown
from cti.carry_out import CarryOut
from cti.desk import Desk
from cti.front_door import FrontDoor
from cti.lines import Lines
from cti.reconcile import Reconcile
from cti.rooms import House
from cti.routing.commands import Whisper
from cti.switchboard import Switchboard
from cti.translate import EVENTS, Translator
from desktop.application import ops
from domain.dialling import Cleared, Refused
from domain.ids import Phone, TenantId
from domain.outside_ports import ContactSearch
from domain.tenant import Tenant
from prompts.catalogue import Catalogue, Clip
from rufwerk import crm_wiring, desk_socket, logs, settings_reading, wiring
from rufwerk.asterisk_config import DESK, ami_secret
from rufwerk.desk_wiring import desk_application
from rufwerk.doctor import Doctor
from rufwerk.metrics import Instance
from rufwerk.settings import Settings
from rufwerk.supervisor import leave_no_core
from rufwerk.tenant_files import TenantFiles
from storage.unit_of_work import SqlTransactions

log = structlog.get_logger()

HEARTBEAT: Final = "HEARTBEAT"
"""The dialplan's global variable that holds the second of the last beat."""

BEAT_S: Final = 1.0

SWITCH_S: Final = 0.0005
"""How long a thread may keep the interpreter from others. With the usual 5 ms what takes 3 ms takes 25 as soon as
another thread computes: the interpreter is given up at each look into the database, and each time waited for again.
"""

_THREADS: Final = 4


@dataclass(frozen=True, slots=True)
class Cti:
    """The parts of the process."""

    ami: Ami
    switchboard: Switchboard
    door: FrontDoor
    tenants: TenantFiles
    transactions: SqlTransactions
    threads: ThreadPoolExecutor


def build(settings: Settings) -> Cti:
    """Put the switchboard together."""
    phones = frozenset(Phone(phone) for phone in settings.all_phones)
    transactions = wiring.transactions(settings)
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")
    address = Address("127.0.0.1", settings.ami.port, "rufwerk", ami_secret(settings.home))
    ami = Ami(address, EVENTS)
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(settings, catalogue)
    gate = wiring.dial_gate(transactions, wiring.utc_now, lambda: tenants.current)
    lines = Lines(settings.node)
    folders = wiring.Folders.of(settings)

    def dial_string(phone: Phone) -> str | None:
        return f"PJSIP/{phone}" if phone in phones else None

    def sounds(whisper: Whisper) -> Sequence[str]:
        tenant = tenants.current.tenants.get(whisper.tenant)
        return () if tenant is None else whispered(catalogue, folders, tenant, whisper)

    async def clear(tenant: TenantId, whom: Whom) -> Cleared | Refused:
        return await asyncio.get_running_loop().run_in_executor(threads, gate, tenant, whom)

    def lines_outside(tenant: TenantId) -> Mapping[str, str]:
        known = tenants.current.tenants.get(tenant)
        return {} if known is None else known.transfer

    def outside(tenant: TenantId, line: str) -> str | None:
        return lines_outside(tenant).get(line)

    switchboard = Switchboard(
        Desk(transactions, wiring.utc_now),
        ami,
        Translator(lines, phones),
        CarryOut(ami, lines, House(dial_string, sounds, clear, outside)),
        Reconcile(ami, lines, phones),
        threads,
    )
    door = FrontDoor(
        switchboard,
        phones,
        wiring.utc_now,
        threads,
        FindAgent(transactions),
        ListAgents(transactions),
        SignIn(transactions, wiring.utc_now),
        SignOut(transactions, wiring.utc_now),
        GoReady(transactions, wiring.utc_now),
        Pause(transactions, wiring.utc_now),
        EndWrapUp(transactions, wiring.utc_now),
        SetSkills(transactions, wiring.utc_now),
        SetPriority(transactions, wiring.utc_now),
        HandleCall(transactions, wiring.utc_now),
        lines_outside,
        lambda: ami.alive,
    )
    return Cti(ami, switchboard, door, tenants, transactions, threads)


def whispered(
    catalogue: Catalogue, folders: wiring.Folders, tenant: Tenant, whisper: Whisper
) -> Sequence[str]:
    """The sound files that tell an agent who waits: whether he is rung back, the brand, the language, the concern."""
    keys = ["whisper.call_back"] if whisper.call_back else []
    keys += ["whisper.brand", f"whisper.language_{whisper.language}"]
    if whisper.concern is not None:
        keys.append(f"whisper.concern_{whisper.concern}")
    files = []
    for key in keys:
        for clip in catalogue.sentence(DESK, key, tenant):
            assert isinstance(clip, Clip), "what is whispered has no holes"
            folder = folders.own_sounds if clip.is_tenants else folders.sounds
            files.append(str(folder / DESK / clip.key))
    return files


async def beat(cti: Cti) -> None:
    """Tell the dialplan each second that somebody decides; it waits a few before it helps itself."""
    while True:
        if cti.switchboard.is_well():
            now = int(wiring.utc_now().timestamp())
            try:
                await cti.ami.act("Setvar", {"Variable": HEARTBEAT, "Value": str(now)})
            except (LinkDown, ActionRefused, ActionUncertain) as error:
                log.warning("no heartbeat", reason=str(error))
        await asyncio.sleep(BEAT_S)


async def serve(config: Path | None) -> None:
    """Serve until SIGTERM; SIGHUP reads the tenants' files again."""
    options = settings_reading.load(config)
    cti = build(options)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, cti.tenants.take_over)
    crm = crm_wiring.bridge(options)
    runners, desk = await _start_web(options, cti, crm)
    gc.collect()
    gc.freeze()  # all of this stays: looking through it again and again holds everybody up, for 150 ms each time
    opening = open_when_replayed(cti.switchboard, desk)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(one)
            for one in (cti.ami.run(), cti.switchboard.run(), beat(cti), opening)
        ]
        await stop.wait()
        cti.ami.close()
        for task in tasks:
            task.cancel()
    for runner in runners:
        await runner.cleanup()
    if crm is not None:
        crm.close()
    cti.threads.shutdown()
    cti.transactions.close()


async def open_when_replayed(switchboard: Switchboard, desk: web.BaseSite) -> None:
    """People and programs would be shown an empty field before: everybody signed out, and nobody waiting."""
    await switchboard.replayed()
    await desk.start()


async def _start_web(
    options: Settings, cti: Cti, search: ContactSearch | None
) -> tuple[list[web.AppRunner], web.BaseSite]:
    """What is to be cleaned up, and the desk's site, which isn't open yet; all else is."""
    doctor = Doctor(options)
    registry = CollectorRegistry()
    registry.register(Instance(doctor))
    pages = desk_application(
        options, cti.door, cti.transactions, lambda: cti.tenants.current, doctor.examine, search
    )
    probes, commands = ops(doctor.examine, registry), desk_socket.application(cti.door)
    runners = [
        web.AppRunner(one, access_log=None, shutdown_timeout=2.0)
        for one in (pages, probes, commands)
    ]
    for runner in runners:
        await runner.setup()
    desk, health = (
        web.TCPSite(runner, place.host, place.port, reuse_address=True)
        for runner, place in ((runners[0], options.web), (runners[1], options.ops))
    )
    await health.start()
    await web.UnixSite(runners[2], str(desk_socket.socket_path(options))).start()
    return runners, desk


def main() -> None:
    logs.set_up("cti")
    leave_no_core()
    sys.setswitchinterval(SWITCH_S)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can be heeded
    asyncio.run(serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
