"""The FastAGI server: a thread for each call, and the one place where a caller's hang-up is caught.

Whatever happens to a call, its connection is closed and its thread ends. The dialplan knows a call
that failed by the lack of the variable that is set last.
"""

import contextlib
import ipaddress
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import structlog

from ivr.agi_channel import AgiChannel, AgiError, AgiRequest
from ivr.dialog import CallerHungUp

log = structlog.get_logger()

Serve = Callable[[AgiChannel, AgiRequest], None]
HungUp = Callable[[AgiRequest], None]

_RETRY_S: Final = 0.1
_LAST_WORDS_S: Final = 5.0
_BACKLOG: Final = 512


class CannotListen(Exception):
    """The server has no place to listen at; where the port is taken, a later retry makes sense."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much there may be at once; each connection beyond ``calls`` is closed straight away.

    A connection is silent until its environment is whole, for ``silent_s`` seconds at most, and
    takes no call's place. Where there are more than ``silent``, the one that came first makes room;
    so ``silent`` must hold all calls that can arrive within the moments an environment takes.
    """

    calls: int = 400
    silent: int = 256
    silent_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls ``active`` now; since the start, calls begun (``total``), refused and failed ones."""

    active: int
    total: int
    refused: int
    failed: int


@dataclass(eq=False, slots=True)
class _Connection:
    sock: socket.socket
    is_call: bool = False


class FastAgiServer:
    """Serves calls from Asterisk on this machine, from ``start`` to ``stop``; is a context manager.

    ``serve`` runs in the call's own thread until we are done with the call, and lets CallerHungUp
    pass; ``hung_up`` is told of it in the same thread. A port of 0 takes a free one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        serve: Serve,
        limits: Limits = Limits(),
        hung_up: HungUp | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._serve, self._hung_up = serve, hung_up
        self._limits = limits
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._stopping = threading.Event()
        # guards what follows; who closes or cuts a connection holds it too, so that no cut can
        # hit another connection which has been given the same file handle
        self._changed = threading.Condition()
        self._open: dict[_Connection, None] = {}
        self._silent: dict[_Connection, None] = {}  # in the order they came
        self._ended: list[threading.Thread] = []
        self._active = self._total = self._refused = self._failed = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port in use; of interest where 0 was asked for."""
        return self._port

    def counts(self) -> Counts:
        with self._changed:
            return Counts(self._active, self._total, self._refused, self._failed)

    def start(self) -> None:
        """Listen, and return. Raises CannotListen, also where ``host`` isn't a loopback address."""
        if not _is_loopback(self._host):
            raise CannotListen(f"AGI on {self._host}: it crosses no network, use 127.0.0.1")
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listener = socket.create_server(
                (self._host, self._port), family=family, backlog=_BACKLOG
            )
        except OSError as error:
            raise CannotListen(f"AGI on {self._host}:{self._port}: {error.strerror}") from None
        self._port = listener.getsockname()[1]
        self._stopping.clear()
        self._listener = listener
        self._acceptor = threading.Thread(
            target=self._accept, args=(listener,), name="agi-accept", daemon=True
        )
        self._acceptor.start()
        log.info("agi server listens", host=self._host, port=self._port)

    def stop(self, drain_s: float = 0.0) -> None:
        """Take no more calls, let those that run go on for ``drain_s``, then cut them.

        To its dialog the cut looks like a hang-up. A call that takes no notice for 5 s is left
        behind and logged. A server that is stopped already stays so.
        """
        if self._listener is None or self._acceptor is None:
            return
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept(), which close() doesn't
        self._acceptor.join()
        self._listener.close()
        self._listener = self._acceptor = None
        with self._changed:
            self._changed.wait_for(lambda: not self._active, timeout=drain_s)
            for connection in self._open:
                _cut(connection)
            self._changed.wait_for(lambda: not self._open, timeout=_LAST_WORDS_S)
            left = len(self._open)
        self._join_ended()
        if left:
            log.error("agi calls left behind", calls=left)

    # The accepting thread

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                sock, peer = listener.accept()
            except OSError as error:
                if not self._stopping.is_set():  # no file handles left, perhaps
                    log.warning("agi server can't accept", reason=error.strerror)
                    self._stopping.wait(_RETRY_S)
                continue
            self._join_ended()
            if not (_is_loopback(peer[0]) and self._admit(sock)):
                self._refuse()
                sock.close()

    def _admit(self, sock: socket.socket) -> bool:
        """Give a connection its thread; False where there is no room for one."""
        connection = _Connection(sock)
        thread = threading.Thread(
            target=self._run, args=(connection,), name="agi-call", daemon=True
        )
        with self._changed:
            if self._active >= self._limits.calls:
                return False
            if len(self._silent) >= self._limits.silent:
                first = next(iter(self._silent))
                del self._silent[first]
                _cut(first)
            self._open[connection] = self._silent[connection] = None
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads to give
            with self._changed:
                del self._open[connection]
                self._silent.pop(connection, None)
            return False
        return True

    def _refuse(self) -> None:
        with self._changed:
            self._refused += 1
            active = self._active
        log.warning("agi call refused", active=active)

    def _join_ended(self) -> None:
        with self._changed:
            ended, self._ended = self._ended, []
        for thread in ended:
            thread.join()

    # A call's thread

    def _run(self, connection: _Connection) -> None:
        call: str | None = None
        try:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            channel = AgiChannel(connection.sock)
            request = channel.read_environment(self._limits.silent_s)
            call = request.uniqueid
            if self._begin(connection):
                self._converse(channel, request)
        except CallerHungUp:  # before there was a call
            self._fail()
        except AgiError as error:
            self._fail()
            log.warning("agi call broken", call=call, reason=str(error))
        except Exception as error:  # noqa: BLE001 - the outermost loop of a call
            self._fail()
            described = _described(error)
            log.error("agi call failed", call=call, **described)  # noqa: TRY400 - says no more
        finally:
            self._leave(connection)

    def _converse(self, channel: AgiChannel, request: AgiRequest) -> None:
        try:
            self._serve(channel, request)
        except CallerHungUp:
            if self._hung_up is not None:
                self._hung_up(request)

    def _begin(self, connection: _Connection) -> bool:
        """From silent to a call; False where it had to make room, or others were faster."""
        with self._changed:
            if connection not in self._silent:
                return False
            del self._silent[connection]
            if self._active < self._limits.calls:
                connection.is_call = True
                self._active += 1
                self._total += 1
                return True
        self._refuse()
        return False

    def _fail(self) -> None:
        with self._changed:
            self._failed += 1

    def _leave(self, connection: _Connection) -> None:
        with self._changed:
            connection.sock.close()
            del self._open[connection]
            self._silent.pop(connection, None)
            self._active -= connection.is_call
            self._ended.append(threading.current_thread())
            self._changed.notify_all()


def _cut(connection: _Connection) -> None:
    """End a connection from outside; its own thread notices, and closes it."""
    with contextlib.suppress(OSError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _described(error: Exception) -> dict[str, object]:
    """An unexpected error without its text, which may hold what a caller has keyed."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": where}
