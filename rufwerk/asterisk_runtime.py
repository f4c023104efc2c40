"""One instance's Asterisk: the command that starts it, whether it is ready, and its end.

The supervisor starts ``command()`` itself and hands the process over; nothing here forks a daemon.
"""

import os
import select
import signal
import socket
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rufwerk.asterisk_config import Places
from rufwerk.asterisk_program import Program
from rufwerk.settings import Settings


class AsteriskDown(Exception):
    """Asterisk doesn't run or doesn't answer; the message says what it said last."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk whose configuration ``asterisk_config.render`` has written."""

    program: Program
    places: Places

    def command(self) -> list[str]:
        """Starts Asterisk in the foreground; it ends with SIGTERM and leaves no process behind."""
        return [*self.program.argv, "-C", str(self.places.conf), "-f"]

    def cli(self, command: str, timeout_s: float = 5.0) -> str:
        """What Asterisk's command line answers. Raises AsteriskDown."""
        argv = [*self.program.argv, "-C", str(self.places.conf), "-rx", command]
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AsteriskDown(f"Asterisk doesn't answer {command!r}: {error}") from error
        if done.returncode:
            raise AsteriskDown(f"Asterisk: {(done.stdout + done.stderr).strip()}")
        return done.stdout

    def answers(self) -> bool:
        """Whether Asterisk runs, has loaded everything and listens for calls."""
        try:
            self.cli("core waitfullybooted")
            return "transport-udp" in self.cli("pjsip show transports")
        except AsteriskDown:
            return False

    def reload_dialplan(self) -> None:
        """Take over the lines that ``write_lines`` wrote; calls go on. Raises AsteriskDown."""
        self.cli("dialplan reload")

    def end_leftover(self, timeout_s: float = 5.0) -> bool:
        """End the Asterisk of this home that a killed supervisor left; True where there was one."""
        pid = self._leftover()
        if pid is None:
            return False
        try:
            with closing(_Handle(pid)) as handle:
                handle.end(timeout_s)
        except ProcessLookupError:
            pass  # it went by itself
        return True

    def _leftover(self) -> int | None:
        """The process of the pid file, if it runs on our configuration: ids are given anew."""
        try:
            pid = int(self.places.pid_file.read_text(encoding="ascii"))
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.places.conf) in arguments else None


class _Handle:
    """A process that isn't our child, held so that its id can't pass to another meanwhile."""

    def __init__(self, pid: int) -> None:
        self._descriptor = os.pidfd_open(pid)

    def end(self, timeout_s: float) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(self._descriptor, number)
            if select.select([self._descriptor], [], [], timeout_s)[0]:
                return

    def close(self) -> None:
        os.close(self._descriptor)


def taken_ports(settings: Settings) -> list[str]:
    """A sentence for each of our ports that another program holds, with what to do."""
    ports: tuple[tuple[str, socket.SocketKind, str, int], ...] = (
        ("sip.port", socket.SOCK_DGRAM, settings.sip.host, settings.sip.port),
        ("ami.port", socket.SOCK_STREAM, "127.0.0.1", settings.ami.port),
        ("asterisk.http_port", socket.SOCK_STREAM, "127.0.0.1", settings.asterisk.http_port),
        ("agi.port", socket.SOCK_STREAM, "127.0.0.1", settings.agi.port),
        ("web.port", socket.SOCK_STREAM, settings.web.host, settings.web.port),
        ("ops.port", socket.SOCK_STREAM, settings.ops.host, settings.ops.port),
    )
    if settings.has_demo_crm:
        ports += (("crm.port", socket.SOCK_STREAM, "127.0.0.1", settings.crm.port),)
    if settings.has_mail_box:
        ports += (("mail.port", socket.SOCK_STREAM, "127.0.0.1", settings.mail.port),)
    return [
        f"{key} {port} is in use. Stop the program that holds it, or set RUFWERK_"
        f"{key.replace('.', '__').upper()} to another."
        for key, kind, host, port in ports
        if not _is_free(kind, host, port)
    ]


def _is_free(kind: socket.SocketKind, host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:  # what only waits out TIME_WAIT is free, as Asterisk sees it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
