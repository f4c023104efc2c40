"""The supervisor, with real processes."""

import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rufwerk import supervisor
from rufwerk.supervisor import AlreadyRunning, HomeUnusable, Service, Supervisor


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path) as keeper:
        yield keeper


def sleeper(tmp_path: Path, name: str = "sleeper") -> Service:
    """Says that it runs, and waits for its end."""
    program = "import signal; print('up', flush=True); signal.pause()"
    return Service(name, [sys.executable, "-c", program], tmp_path / f"{name}.log")


def starts(tmp_path: Path, name: str = "sleeper") -> int:
    log = tmp_path / f"{name}.log"
    return log.read_text().count("up") if log.exists() else 0


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_it_starts_again_what_died(keeper: Supervisor, tmp_path: Path) -> None:
    keeper.start(sleeper(tmp_path))
    keeper.wait_until(lambda: starts(tmp_path) == 1, 20, "the first start")
    first = supervisor.pids(tmp_path)["sleeper"]
    os.kill(first, signal.SIGKILL)
    keeper.wait_until(lambda: starts(tmp_path) == 2, 20, "the second start")
    assert supervisor.pids(tmp_path)["sleeper"] != first


def test_what_cannot_be_started_is_tried_again(keeper: Supervisor, tmp_path: Path) -> None:
    program = tmp_path / "later"
    keeper.start(Service("later", [str(program)], tmp_path / "sleeper.log"))
    keeper.start(sleeper(tmp_path, "other"))
    keeper.wait_until(lambda: starts(tmp_path, "other") == 1, 20, "the other")
    assert set(supervisor.pids(tmp_path)) == {"other"}
    unfinished = tmp_path / "unfinished"
    unfinished.write_text("#!/bin/sh\necho up\nexec sleep 60\n")
    unfinished.chmod(0o755)
    unfinished.rename(program)
    keeper.wait_until(lambda: starts(tmp_path) == 1, 20, "it, now that it is there")


def test_a_list_that_cannot_be_written_stops_nothing(keeper: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "processes.part").mkdir()
    keeper.start(sleeper(tmp_path))
    keeper.wait_until(lambda: starts(tmp_path) == 1, 20, "the start")
    (tmp_path / "processes.part").rmdir()


def test_a_crash_leaves_no_memory_behind(keeper: Supervisor, tmp_path: Path) -> None:
    keeper.start(sleeper(tmp_path))
    pid = supervisor.pids(tmp_path)["sleeper"]
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_what_is_being_prepared(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.signal(number, signal.default_int_handler)  # a background job ignores SIGINT
    try:
        with pytest.raises(KeyboardInterrupt), Supervisor(tmp_path):
            signal.raise_signal(number)
    finally:
        signal.signal(number, before)


def test_a_closed_terminal_stops_in_order(keeper: Supervisor, tmp_path: Path) -> None:
    keeper.start(sleeper(tmp_path))
    signal.raise_signal(signal.SIGHUP)
    keeper.run()  # comes back at once


def test_nohup_is_heeded(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Supervisor(tmp_path):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as keeper:
        keeper.start(sleeper(tmp_path, "a"))
        keeper.start(sleeper(tmp_path, "b"))
        keeper.wait_until(lambda: starts(tmp_path, "a") + starts(tmp_path, "b") == 2, 20, "both")
        pids = supervisor.pids(tmp_path)
    assert all(is_gone(pid) for pid in pids.values())
    assert supervisor.pids(tmp_path) == {}


def test_what_is_not_ready_in_time_is_told(keeper: Supervisor) -> None:
    with pytest.raises(TimeoutError, match="the portal was not ready"):
        keeper.wait_until(lambda: False, 0.05, "the portal")


def test_a_signal_ends_the_wait(keeper: Supervisor) -> None:
    def ask() -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return False

    with pytest.raises(KeyboardInterrupt):
        keeper.wait_until(ask, 20, "anything")
    keeper.run()  # comes back at once


def test_one_instance_a_home(tmp_path: Path) -> None:
    assert not supervisor.is_running(tmp_path)
    with supervisor.holding(tmp_path):
        assert supervisor.is_running(tmp_path)
        with pytest.raises(AlreadyRunning, match="RUFWERK_HOME"), supervisor.holding(tmp_path):
            pass
    assert not supervisor.is_running(tmp_path)


def test_a_home_that_is_not_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(HomeUnusable, match="RUFWERK_HOME"):
        supervisor.is_running(tmp_path / "home" / "run")
    with pytest.raises(HomeUnusable, match="home"), supervisor.holding(tmp_path / "home" / "run"):
        pass


def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from rufwerk.supervisor import Service, Supervisor
with Supervisor(Path({str(tmp_path)!r})) as keeper:
    code = "import signal; print('up', flush=True); signal.pause()"
    keeper.start(Service("child", [sys.executable, "-c", code], Path({str(tmp_path / "child.log")!r})))
    keeper.wait_until(lambda: Path({str(tmp_path / "child.log")!r}).read_text() != "", 20, "it")
    print("started", flush=True)
    keeper.run()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "started\n"
        child = os.pidfd_open(supervisor.pids(tmp_path)["child"])
        killed.kill()

    poll = select.poll()
    poll.register(child, select.POLLIN)
    assert poll.poll(20_000), "the child outlived its supervisor"
    os.close(child)


def test_who_hangs_is_started_again(tmp_path: Path) -> None:
    with Supervisor(tmp_path, look_s=0.05) as keeper:
        service = sleeper(tmp_path)
        hangs = Service(service.name, service.argv, service.log_file, alive=lambda: False)
        keeper.start(hangs)

        def again() -> bool:
            keeper.look_after()
            return starts(tmp_path) == 2

        keeper.wait_until(again, 20, "the second start")
