"""A scratch instance to measure in: a home and ports of its own, the shared cache, never the user's log."""

import asyncio
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from rich.console import Console

from domain.tenant import TenantBook
from rufwerk import startup, supervisor, wiring
from rufwerk.asterisk_config import render
from rufwerk.asterisk_runtime import Asterisk
from rufwerk.crm_settings import Crm
from rufwerk.portal_probe import portal_answers
from rufwerk.settings import Agi, Ami, AsteriskSection, Demo, Mail, Ops, Rtp, Settings, Sip, Web
from rufwerk.supervisor import Service, Supervisor

T = TypeVar("T")

_READY_WITHIN_S: Final = 60.0
_PORTS: Final = range(12_000, 20_000)
"""Below those that the system gives to who asks for any, so that nobody is given one before it is used."""
_RTP: Final = Rtp(20002, 30000)
"""Below the ports that the system gives out, of which the others are."""
CONFIG: Final = "rufwerk.toml"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A prepared instance: Asterisk is configured, the database holds the demo, nothing runs yet."""

    settings: Settings
    asterisk: Asterisk
    book: TenantBook
    keeper: Supervisor

    def start_asterisk(self) -> None:
        """Raises TimeoutError."""
        log = wiring.Folders.of(self.settings).log
        self.keeper.start(Service("asterisk", self.asterisk.command(), log / "asterisk.out"))
        self.keeper.wait_until(self.asterisk.answers, _READY_WITHIN_S, "Asterisk")

    def start_server(self, name: str, module: str, port: int, arguments: Sequence[str]) -> None:
        """Start a Python process that listens on ``port``. Raises TimeoutError."""
        log_file = wiring.Folders.of(self.settings).log / f"{name}.log"
        argv = [sys.executable, "-m", module, *arguments]
        self.keeper.start(Service(name, argv, log_file, environment(self.settings)))
        self.keeper.wait_until(lambda: portal_answers(port), _READY_WITHIN_S, name)

    def start_ivr(self, module: str = "rufwerk.ivr_process") -> None:
        """Raises TimeoutError."""
        config = str(self.settings.home / CONFIG)
        self.start_server("ivr", module, self.settings.agi.port, [config])

    def start_cti(self) -> None:
        """Start the switchboard, and don't wait for it."""
        folders = wiring.Folders.of(self.settings)
        argv = [sys.executable, "-m", "rufwerk.cti_process", str(self.settings.home / CONFIG)]
        log_file = folders.log / "cti.log"
        self.keeper.start(Service("cti", argv, log_file, environment(self.settings)))

    def pids(self) -> Mapping[str, int]:
        """The processes that run, by name."""
        return supervisor.pids(wiring.Folders.of(self.settings).run)


@contextmanager
def scratch(
    settings: Settings, console: Console, phones: Sequence[str] | None = None
) -> Iterator[Scratch]:
    """Prepare an instance beside that of ``settings``, with telephones of its own where some are named; all it started
    and its home are gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="rufwerk-bench-") as home:
        own = _beside(settings, Path(home), settings.sip.phones if phones is None else phones)
        (own.home / CONFIG).touch()  # so that no file of the user's is read; environment() says all
        folders = wiring.Folders.of(own)
        folders.log.mkdir()
        try:
            with supervisor.holding(folders.run), Supervisor(folders.run) as keeper:
                program, tenants = startup.prepare(own, console)
                asterisk = Asterisk(program, render(own, program, tenants.current, folders.sounds))
                yield Scratch(own, asterisk, tenants.current, keeper)
        finally:
            shutil.rmtree(folders.own_sounds, ignore_errors=True)  # in the cache, but this home's


def environment(settings: Settings) -> dict[str, str]:
    """All settings as environment variables; they win over what stands in any file."""
    found: dict[str, str] = {}
    for section, values in msgspec.structs.asdict(settings).items():
        if not isinstance(values, msgspec.Struct):
            found[f"RUFWERK_{section.upper()}"] = str(values)
            continue
        for field in msgspec.structs.fields(values):
            value = getattr(values, field.name)
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            found[f"RUFWERK_{section}__{field.encode_name}".upper()] = text
    return found


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end, or until Ctrl-C or SIGTERM: KeyboardInterrupt, so that all is cleaned up."""

    async def until_asked_to_stop() -> T:
        task = asyncio.ensure_future(main)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(until_asked_to_stop())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _beside(settings: Settings, home: Path, phones: Sequence[str]) -> Settings:
    web, ops, sip, ami, agi, http, crm, mail = free_ports(8)
    return Settings(
        home=home,
        cache=settings.cache,
        tenants=settings.tenants,
        web=Web(port=web),
        ops=Ops(port=ops),
        sip=Sip(port=sip, phones=tuple(phones)),
        ami=Ami(port=ami),
        agi=Agi(port=agi),
        asterisk=AsteriskSection(http_port=http, program=settings.asterisk.program),
        rtp=_RTP,
        speech=settings.speech,
        demo=Demo(enabled=True),
        crm=Crm(port=crm),  # where nobody listens: no bench asks the user's
        mail=Mail(port=mail),
    )


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses at this moment, neither of TCP nor of UDP."""
    found: list[int] = []
    begin = secrets.randbelow(len(_PORTS))  # elsewhere than who looks at the same time
    with ExitStack() as stack:
        for port in (*_PORTS[begin:], *_PORTS[:begin]):
            if len(found) == count:
                break
            with suppress(OSError), ExitStack() as taken:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    one = taken.enter_context(socket.socket(type=kind))
                    one.bind(("127.0.0.1", port))
                stack.push(taken.pop_all())
                found.append(port)
    return found
