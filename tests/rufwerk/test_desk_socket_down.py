"""What a command is told where the switchboard's socket leads nowhere, and that a probe of it says so."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rufwerk import desk_socket
from rufwerk.desk_socket import DeskDown
from rufwerk.settings import Settings
from tests.fakes.agi_peer import meanwhile

NOBODY = 65534


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path / "home")
    desk_socket.socket_path(made).parent.mkdir(parents=True)
    return made


@pytest.fixture
def listener(settings: Settings) -> Iterator[socket.socket]:
    """A switchboard that takes connections and does nothing else by itself."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(desk_socket.socket_path(settings)))
        made.listen()
        yield made


def told(settings: Settings) -> str:
    """To whoever looks at the field; the probes see no switchboard either."""
    assert not desk_socket.sees_asterisk(settings)
    assert not desk_socket.answers(settings)
    with pytest.raises(DeskDown) as down:
        desk_socket.ask(settings, "GET", "/field")
    return str(down.value)


def test_nothing_has_run_yet(settings: Settings) -> None:
    assert told(settings) == "No running instance answers. Start it with make run."


def test_what_ran_has_left_its_socket(settings: Settings, listener: socket.socket) -> None:
    listener.close()
    assert desk_socket.socket_path(settings).is_socket()
    assert told(settings) == "No running instance answers. Start it with make run."


def test_a_file_stands_in_its_place(settings: Settings) -> None:
    desk_socket.socket_path(settings).touch()
    assert told(settings) == "No running instance answers. Start it with make run."


def test_it_is_somebody_elses(settings: Settings, listener: socket.socket) -> None:
    path = desk_socket.socket_path(settings)
    with without_permission(path):
        said = told(settings)
    assert said.startswith(f"{path} can't be opened: Permission denied. Run this as the user whom")
    assert "RUFWERK_HOME" in said


def test_it_hangs(
    settings: Settings, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_socket, "_ANSWER_S", 0.05)
    monkeypatch.setattr(desk_socket, "_PROBE_S", 0.05)
    said = told(settings)
    assert said.startswith("The switchboard hasn't answered within")
    assert "See rufwerk doctor; what was asked may be done all the same." in said


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"what?\r\n\r\n"]
)
def test_it_goes_away(settings: Settings, listener: socket.socket, answer: bytes) -> None:
    """It isn't asked again: what was asked may be done."""
    with (
        meanwhile(lambda: answer_each(listener, answer, times=1)),
        pytest.raises(DeskDown, match=r"went away before it answered\. See rufwerk doctor; what"),
    ):
        desk_socket.ask(settings, "POST", "/agents/eva/ready", {})
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("answer", [b"pong", b"[]", b'{"linked": tru', b"\xff"])
def test_it_answers_nonsense(settings: Settings, listener: socket.socket, answer: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    with meanwhile(lambda: answer_each(listener, head + answer, times=3)):
        said = told(settings)
    assert said == f"The switchboard failed at this. See {settings.home}/log/cti.log."


def answer_each(listener: socket.socket, answer: bytes, times: int) -> None:
    for _ in range(times):
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)


@contextmanager
def without_permission(path: Path) -> Iterator[None]:
    """Root may open anything, and is nobody for so long; anybody else loses his own right."""
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
