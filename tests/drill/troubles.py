"""What goes wrong on the floor in a drill: a process killed, a link cut at either end, a telephone without power."""

import ctypes
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

_PIDFD_GETFD: Final = 438  # on all of Linux's newer architectures
_libc = ctypes.CDLL(None, use_errno=True)


class NoSuchLink(Exception):
    """The process has no such connection at the moment."""


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """It hangs meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def cut_at_our_end(cti: int, ami_port: int) -> None:
    """As if the link had broken below the switchboard. Raises NoSuchLink."""
    _shut_down(cti, _link(cti, ami_port)[0])


def cut_at_asterisks_end(asterisk: int, cti: int, ami_port: int) -> None:
    """The same on the other side. Raises NoSuchLink."""
    _, ours = _link(cti, ami_port)
    for descriptor, local, remote in _connections(asterisk):
        if (local, remote) == (ami_port, ours):
            _shut_down(asterisk, descriptor)
            return
    raise NoSuchLink


def _link(cti: int, ami_port: int) -> tuple[int, int]:
    """The switchboard's descriptor of its link, and the port it comes from."""
    for descriptor, local, remote in _connections(cti):
        if remote == ami_port:
            return descriptor, local
    raise NoSuchLink


def _connections(pid: int) -> list[tuple[int, int, int]]:
    """A process's established TCP connections: descriptor, local port, remote port."""
    rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    ports = {
        row[9]: (int(row[1].rpartition(":")[2], 16), int(row[2].rpartition(":")[2], 16))
        for row in rows
        if row[3] == "01"
    }
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inode = path.readlink().name.removeprefix("socket:[").rstrip("]")
        except OSError:
            continue
        if inode in ports:
            found.append((int(path.name), *ports[inode]))
    return found


def _shut_down(pid: int, descriptor: int) -> None:
    """Shut down a connection of a process that we started (pidfd_getfd(2))."""
    handle = os.pidfd_open(pid)
    try:
        got = _libc.syscall(_PIDFD_GETFD, handle, descriptor, 0)
    finally:
        os.close(handle)
    if got < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    with closing(socket.socket(fileno=got)) as shared:
        shared.shutdown(socket.SHUT_RDWR)
