"""Starts the processes of one instance, starts them again when they die, and stops all it started
and nothing else.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import IO, Final

import structlog

log = structlog.get_logger()

_PR_SET_PDEATHSIG: Final = 1
_STOP_S: Final = 10.0
_STEADY_S: Final = 30.0
_LONGEST_WAIT_S: Final = 8.0
_MISSES: Final = 2
_LOCK_TRIES: Final = 25
_LOCK_AGAIN_S: Final = 0.02
_libc = ctypes.CDLL(None, use_errno=True)


class AlreadyRunning(Exception):
    """Another instance holds this home; stop it, or give this one a home and ports of its own."""


class HomeUnusable(Exception):
    """The home can't be read or written; the message names it and the remedy."""

    def __init__(self, home: Path, error: OSError) -> None:
        super().__init__(
            f"{home} can't be used: {error.strerror} ({error.filename}). Run this as the user whom "
            "it belongs to, or set RUFWERK_HOME to another folder."
        )


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep alive; its output goes to ``log_file``.

    ``alive`` looks whether it does its work, within a few seconds; twice not is as bad as dead.
    """

    name: str
    argv: Sequence[str]
    log_file: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    alive: Callable[[], bool] | None = None


@dataclass(slots=True)
class Child:
    """A running service, and how often it died young."""

    service: Service
    process: subprocess.Popen[bytes]
    pidfd: int
    started: float
    young_deaths: int = 0
    looked_at: float = field(default_factory=time.monotonic)
    misses: int = 0


@contextlib.contextmanager
def holding(run_folder: Path) -> Iterator[None]:
    """Hold the home for one instance; the kernel lets go of it however the holder ends.

    Raises AlreadyRunning or HomeUnusable.
    """
    try:
        run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (run_folder / "lock").open("a")
    except OSError as error:
        raise HomeUnusable(run_folder.parent, error) from None
    with lock:
        for _ in range(_LOCK_TRIES):  # who only looks whether it is held holds it for a moment too
            if _locked(lock, fcntl.LOCK_EX):
                break
            Event().wait(_LOCK_AGAIN_S)
        else:
            raise AlreadyRunning(
                f"{run_folder.parent} is in use by a running instance. Stop that one, or set "
                "RUFWERK_HOME and ports of its own for this one."
            )
        yield


def is_running(run_folder: Path) -> bool:
    """Whether an instance holds this home. Raises HomeUnusable where we may not look."""
    try:
        lock = (run_folder / "lock").open("r")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise HomeUnusable(run_folder.parent, error) from None
    with lock:
        return not _locked(lock, fcntl.LOCK_SH)


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Supervisor:
    """Keeps services alive until SIGINT, SIGTERM or SIGHUP. Use from the main thread, as a context manager.

    While nothing is started yet, such a signal raises KeyboardInterrupt out of whatever is being prepared.
    """

    def __init__(self, run_folder: Path, look_s: float = 10.0) -> None:
        """``look_s`` is how often it looks whether what lives also works."""
        self._look_s = look_s
        self._run_folder = run_folder
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._started = False
        self._due: list[tuple[float, Service, int]] = []

    def __enter__(self) -> "Supervisor":
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)
        self._before = {
            number: signal.signal(number, self._asked_to_stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number)
            is not signal.SIG_IGN  # nohup(1) wants to outlive its terminal
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._selector.close()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def start(self, service: Service) -> None:
        """Start it; where that fails it is tried again, as if it had died."""
        self._started = True
        self._start(service, young_deaths=0)

    def wait_until(self, ready: Callable[[], bool], within_s: float, what: str) -> None:
        """Wait for ``ready``, keeping everything alive meanwhile. Raises TimeoutError, or stops
        when asked to.
        """
        deadline = time.monotonic() + within_s
        while not ready():
            if self._stopping:
                raise KeyboardInterrupt
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} was not ready within {within_s:.0f} s")
            self._turn(0.02)

    def run(self) -> None:
        """Keep everything alive until asked to stop."""
        while not self._stopping:
            wait = min([self._look_s, *(at - time.monotonic() for at, _, _ in self._due)])
            self._turn(max(0.0, wait))
            self.look_after()

    def look_after(self) -> None:
        """Kill who hangs; it is started again like who died."""
        for child in self._children:
            now, alive = time.monotonic(), child.service.alive
            if alive is None or now - child.looked_at < self._look_s:
                continue
            child.misses = 0 if alive() else child.misses + 1
            child.looked_at = time.monotonic()
            if child.misses >= _MISSES:
                log.error("hangs", service=child.service.name)
                child.process.kill()

    def stop(self) -> None:
        """End what was started, the last first; whoever doesn't end in time is killed."""
        self._stopping = True
        self._due.clear()
        while self._children:
            child = self._children.pop()
            self._selector.unregister(child.pidfd)
            child.process.terminate()
            try:
                child.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
                log.warning("killed", service=child.service.name)
            os.close(child.pidfd)
        (self._run_folder / "processes.json").unlink(missing_ok=True)

    def _asked_to_stop(self, *_: object) -> None:
        self._stopping = True
        if not self._started:
            raise KeyboardInterrupt
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_out, b"!")

    def _turn(self, timeout_s: float) -> None:
        for key, _ in self._selector.select(timeout_s):
            if isinstance(key.data, Child):
                self._died(key.data)
        now = time.monotonic()
        ready = [entry for entry in self._due if entry[0] <= now]
        self._due = [entry for entry in self._due if entry[0] > now]
        for _, service, young_deaths in ready:
            if not self._stopping:
                self._start(service, young_deaths)

    def _start(self, service: Service, young_deaths: int) -> None:
        try:
            process, pidfd = _spawn(service)
        except OSError as error:
            log.warning("not started", service=service.name, reason=str(error))
            self._start_later(service, young_deaths + 1)
            return
        child = Child(service, process, pidfd, time.monotonic(), young_deaths)
        self._children.append(child)
        self._selector.register(pidfd, selectors.EVENT_READ, child)
        self._write_pids()

    def _died(self, child: Child) -> None:
        status = child.process.wait()
        self._selector.unregister(child.pidfd)
        os.close(child.pidfd)
        self._children.remove(child)
        if self._stopping:
            return
        young = time.monotonic() - child.started < _STEADY_S
        log.error("died", service=child.service.name, status=status)
        self._start_later(child.service, child.young_deaths + 1 if young else 0)

    def _start_later(self, service: Service, deaths: int) -> None:
        """At once after the first death, then after a pause that doubles."""
        pause = min(0.25 * 2 ** min(deaths - 2, 10), _LONGEST_WAIT_S) if deaths > 1 else 0.0
        log.info("starts again", service=service.name, in_s=pause)
        self._due.append((time.monotonic() + pause, service, deaths))

    def _write_pids(self) -> None:
        pids = {child.service.name: child.process.pid for child in self._children}
        target = self._run_folder / "processes.json"
        unfinished = target.with_suffix(".part")
        try:
            unfinished.write_text(json.dumps(pids))
            unfinished.rename(target)
        except OSError as error:  # a full disk: what runs is worth more than the list of it
            log.warning("processes not written down", reason=str(error))


def pids(run_folder: Path) -> Mapping[str, int]:
    """The processes of the running instance by name; empty when there is none."""
    try:
        found = json.loads((run_folder / "processes.json").read_text())
    except FileNotFoundError:
        return {}
    return {str(name): int(pid) for name, pid in found.items()}


def _spawn(service: Service) -> tuple[subprocess.Popen[bytes], int]:
    """The process and a handle of it. Raises OSError, and nothing runs then."""
    service.log_file.parent.mkdir(parents=True, exist_ok=True)
    with service.log_file.open("ab") as output:
        process = subprocess.Popen(
            service.argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=service.cwd,
            env={**os.environ, **service.env},
            start_new_session=True,  # Ctrl-C is for us alone, we stop the others in order
            preexec_fn=as_our_child,  # noqa: PLW1509 - we have one thread here
        )
    try:
        return process, os.pidfd_open(process.pid)
    except OSError:
        process.kill()
        process.wait()
        raise


def as_our_child() -> None:
    """However the supervisor ends, kill -9 included, nothing it started stays behind (prctl(2)).

    Nor does a process that crashes leave its memory in a file: digits that callers keyed are in it.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    leave_no_core()


def leave_no_core() -> None:
    """Let neither this process nor what it starts write a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
