"""The server over real connections: limits, silence, hang-ups, errors, and nothing left behind."""

import contextlib
import errno
import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr import server as server_module
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.dialog import CallerHungUp
from ivr.server import CannotListen, Counts, FastAgiServer, Limits, Serve
from tests.fakes.agi_peer import PATIENCE_S, AgiPeer, environment, meanwhile

SECRET = "864209"


class Desk:
    """Serves each call by handing it to the test and waiting for what the test lets it do."""

    def __init__(self) -> None:
        self.calls: queue.Queue[AgiRequest] = queue.Queue()
        self.hung_up: queue.Queue[AgiRequest] = queue.Queue()
        self.go_on = threading.Event()

    def serve(self, channel: AgiChannel, request: AgiRequest) -> None:
        channel.answer()
        self.calls.put(request)
        self.go_on.wait(PATIENCE_S)
        channel.set_variable("AGIDONE", "1")

    def next_call(self) -> AgiRequest:
        return self.calls.get(timeout=PATIENCE_S)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.go_on.set()


def handles() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    threads, before = set(threading.enumerate()), handles()
    yield
    assert set(threading.enumerate()) <= threads
    assert handles() <= before


@contextlib.contextmanager
def ringing(server: FastAgiServer, *, silent: bool = False) -> Iterator[AgiPeer]:
    peer = AgiPeer(socket.create_connection(("127.0.0.1", server.port)))
    try:
        if not silent:
            peer.send(environment())
        yield peer
    finally:
        peer.close()


def answer(peer: AgiPeer, *commands: str) -> None:
    for command in commands:
        assert peer.hear() == command
        peer.say("200 result=1")


def test_a_call_from_ring_to_end(desk: Desk) -> None:
    desk.go_on.set()
    with FastAgiServer("127.0.0.1", 0, desk.serve) as server:
        with ringing(server) as peer:
            answer(peer, "ANSWER", 'SET VARIABLE "AGIDONE" "1"')
            assert peer.is_closed()
        assert desk.next_call().dialled == "555100"
        server.stop(PATIENCE_S)
        assert server.counts() == Counts(active=0, total=1, refused=0, failed=0)


def test_hang_up_is_caught_here_and_told(desk: Desk) -> None:
    with FastAgiServer("127.0.0.1", 0, desk.serve, hung_up=desk.hung_up.put) as server:
        with ringing(server) as peer:
            answer(peer, "ANSWER")
            desk.next_call()
        desk.go_on.set()
        assert desk.hung_up.get(timeout=PATIENCE_S).uniqueid == "1795295419.1"
    assert server.counts() == Counts(active=0, total=1, refused=0, failed=0)


def test_hang_up_that_nobody_asks_for(desk: Desk) -> None:
    with FastAgiServer("127.0.0.1", 0, desk.serve) as server, ringing(server) as peer:
        peer.hear()
        peer.say("HANGUP")
        assert peer.is_closed()
    assert server.counts().failed == 0


def failing(channel: AgiChannel, request: AgiRequest) -> None:
    raise KeyError(SECRET)


def refused(channel: AgiChannel, request: AgiRequest) -> None:
    channel.get_data(f"/sounds/{SECRET}", 0.0, 1, 0.0)


def failing_after_hang_up(request: AgiRequest) -> None:
    raise ValueError(SECRET)


def hanging_up(channel: AgiChannel, request: AgiRequest) -> None:
    raise CallerHungUp


@pytest.mark.parametrize(
    ("serve", "event"),
    [
        (failing, "agi call failed"),
        (refused, "agi call broken"),
        (hanging_up, "agi call failed"),
    ],
)
def test_error_closes_the_call_and_names_nothing_keyed(serve: Serve, event: str) -> None:
    with (
        capture_logs() as logs,
        FastAgiServer("127.0.0.1", 0, serve, hung_up=failing_after_hang_up) as server,
        ringing(server) as peer,
    ):
        if serve is refused:
            peer.hear()
            peer.say("510 Invalid or unknown command")
        assert peer.is_closed()
        server.stop(PATIENCE_S)
        assert server.counts() == Counts(active=0, total=1, refused=0, failed=1)
    (entry,) = [entry for entry in logs if entry["log_level"] in ("error", "warning")]
    assert entry["event"] == event
    assert entry["call"] == "1795295419.1"
    assert SECRET not in str(logs)
    assert "+491713920001" not in str(logs)


def test_calls_beyond_the_limit_are_closed_at_once(desk: Desk) -> None:
    with FastAgiServer("127.0.0.1", 0, desk.serve, Limits(calls=2)) as server:
        with contextlib.ExitStack() as calls:
            for _ in range(2):
                answer(calls.enter_context(ringing(server)), "ANSWER")
                desk.next_call()
            for _ in range(3):
                with ringing(server, silent=True) as peer:
                    assert peer.is_closed()
            assert server.counts() == Counts(active=2, total=2, refused=3, failed=0)
            desk.go_on.set()
        server.stop(PATIENCE_S)
        assert server.counts().active == 0


def test_limit_holds_for_those_who_were_let_in_before_it_was_reached(desk: Desk) -> None:
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve, Limits(calls=1)) as server,
        ringing(server, silent=True) as early,
        ringing(server) as late,
    ):
        answer(late, "ANSWER")
        desk.next_call()
        early.send(environment())
        assert early.is_closed()
        assert server.counts() == Counts(active=1, total=1, refused=1, failed=0)
        desk.go_on.set()


def test_place_is_free_again_after_a_call(desk: Desk) -> None:
    desk.go_on.set()
    with FastAgiServer("127.0.0.1", 0, desk.serve, Limits(calls=1)) as server:
        for _ in range(5):
            with ringing(server) as peer:
                answer(peer, "ANSWER", 'SET VARIABLE "AGIDONE" "1"')
                assert peer.is_closed()
    assert server.counts().total == 5


def test_silent_connections_block_no_call(desk: Desk) -> None:
    limits = Limits(calls=1, silent=3, silent_s=PATIENCE_S)
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve, limits) as server,
        contextlib.ExitStack() as connections,
    ):
        silent = [connections.enter_context(ringing(server, silent=True)) for _ in range(20)]
        answer(connections.enter_context(ringing(server)), "ANSWER")
        desk.next_call()
        assert all(peer.is_closed() for peer in silent[:18])
        desk.go_on.set()


def test_silent_connection_is_closed_in_time(desk: Desk) -> None:
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve, Limits(silent_s=0.02)) as server,
        ringing(server, silent=True) as peer,
    ):
        peer.send(b"agi_network: yes\n")
        assert peer.is_closed()
        server.stop(PATIENCE_S)
        assert server.counts() == Counts(active=0, total=0, refused=0, failed=1)


def test_two_hundred_connections_open_and_close(desk: Desk) -> None:
    with FastAgiServer("127.0.0.1", 0, desk.serve) as server:
        for turn in range(200):
            with ringing(server, silent=turn % 2 == 0) as peer:
                if turn % 5 == 0:
                    peer.reset()


def test_fifty_calls_at_once(desk: Desk) -> None:
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve) as server,
        contextlib.ExitStack() as calls,
    ):
        peers = [calls.enter_context(ringing(server)) for _ in range(50)]
        for peer in peers:
            answer(peer, "ANSWER")
        for _ in peers:
            desk.next_call()
        assert server.counts().active == 50
        desk.go_on.set()
        for peer in peers:
            answer(peer, 'SET VARIABLE "AGIDONE" "1"')
            assert peer.is_closed()


def test_stop_lets_calls_end(desk: Desk) -> None:
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve, hung_up=desk.hung_up.put) as server,
        ringing(server) as peer,
    ):
        answer(peer, "ANSWER")
        desk.next_call()
        with meanwhile(lambda: server.stop(PATIENCE_S)):
            desk.go_on.set()
            answer(peer, 'SET VARIABLE "AGIDONE" "1"')
        assert desk.hung_up.empty()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))


def test_stop_cuts_calls_that_go_on() -> None:
    begun, hung_up = threading.Event(), queue.Queue[AgiRequest]()

    def serve(channel: AgiChannel, request: AgiRequest) -> None:
        begun.set()
        channel.get_data("", 60.0, 8, 60.0)

    server = FastAgiServer("127.0.0.1", 0, serve, hung_up=hung_up.put)
    server.start()
    with ringing(server) as peer, ringing(server, silent=True):
        assert begun.wait(PATIENCE_S)
        assert peer.hear().startswith("GET DATA")
        server.stop()
        server.stop()
        assert peer.is_closed()
    assert hung_up.qsize() == 1


def test_stop_leaves_behind_who_takes_no_notice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "_LAST_WORDS_S", 0.02)
    left: list[threading.Thread] = []

    def serve(channel: AgiChannel, request: AgiRequest) -> None:
        left.append(threading.current_thread())
        desk.calls.put(request)
        desk.go_on.wait(PATIENCE_S)

    with capture_logs() as logs, FastAgiServer("127.0.0.1", 0, serve) as server:
        with ringing(server):
            desk.next_call()
            server.stop()
        desk.go_on.set()
        left[0].join(PATIENCE_S)
    assert [entry["calls"] for entry in logs if entry["log_level"] == "error"] == [1]


def test_starts_again_after_a_stop(desk: Desk) -> None:
    desk.go_on.set()
    server = FastAgiServer("127.0.0.1", 0, desk.serve)
    for _ in range(2):
        with server, ringing(server) as peer:
            answer(peer, "ANSWER", 'SET VARIABLE "AGIDONE" "1"')
            assert peer.is_closed()


def test_system_without_threads_refuses_and_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoThread(threading.Thread):
        def start(self) -> None:  # type: ignore[explicit-override]
            raise RuntimeError("can't start new thread")

    desk.go_on.set()
    with FastAgiServer("127.0.0.1", 0, desk.serve) as server:
        with monkeypatch.context() as patch:
            patch.setattr(threading, "Thread", NoThread)
            with ringing(server, silent=True) as peer:
                assert peer.is_closed()
        with ringing(server) as peer:
            answer(peer, "ANSWER", 'SET VARIABLE "AGIDONE" "1"')
            assert peer.is_closed()
    assert server.counts() == Counts(active=0, total=1, refused=1, failed=0)


class OutOfHandles(socket.socket):
    """A listener that fails twice before it accepts."""

    failures = 2

    def accept(self) -> tuple[socket.socket, Any]:  # type: ignore[explicit-override]
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_system_without_handles_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_RETRY_S", 0.001)

    def listen(address: tuple[str, int], *, family: int, backlog: int) -> socket.socket:
        listener = OutOfHandles(family)
        listener.bind(address)
        listener.listen(backlog)
        return listener

    desk.go_on.set()
    monkeypatch.setattr(socket, "create_server", listen)
    with FastAgiServer("127.0.0.1", 0, desk.serve) as server, ringing(server) as peer:
        answer(peer, "ANSWER", 'SET VARIABLE "AGIDONE" "1"')
        assert peer.is_closed()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "", "agi.example"])
def test_listens_on_this_machine_only(desk: Desk, host: str) -> None:
    with pytest.raises(CannotListen, match=r"use 127\.0\.0\.1"):
        FastAgiServer(host, 0, desk.serve).start()


def test_port_that_is_taken(desk: Desk) -> None:
    with (
        FastAgiServer("127.0.0.1", 0, desk.serve) as server,
        pytest.raises(CannotListen, match=f"127.0.0.1:{server.port}"),
    ):
        FastAgiServer("127.0.0.1", server.port, desk.serve).start()


def test_commands_are_not_held_back(desk: Desk) -> None:
    """Nagle's algorithm would hold a command until the last one is acknowledged."""
    seen: queue.Queue[int] = queue.Queue()

    def serve(channel: AgiChannel, request: AgiRequest) -> None:
        sock = channel._wire._sock
        seen.put(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    with FastAgiServer("127.0.0.1", 0, serve) as server, ringing(server):
        assert seen.get(timeout=PATIENCE_S) != 0
