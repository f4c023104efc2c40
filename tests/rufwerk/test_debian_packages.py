"""Fetching packages: whole or not at all, once, and with a word where it fails."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rufwerk import debian_packages
from rufwerk.debian_packages import PICO, STAMP, Bundle, PackagesError, fetch, unpack, unpacked
from tests.rufwerk.processes import until

SMALL = Bundle("small", ("libttspico0",), "bookworm non-free", with_dependencies=False)


def small(cache: Path) -> Path:
    """A small bundle, fetched; where Debian is out of reach the test is skipped, but not in CI."""
    try:
        return fetch(cache, [SMALL])["small"]
    except PackagesError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def test_fetch(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(small, [tmp_path, tmp_path])
    assert one == other == unpacked(tmp_path, SMALL)
    assert len(list(one.glob("usr/lib/*/libttspico.so.0"))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small", "small.lock"]
    assert (one / STAMP).read_text().startswith("libttspico0_")


def test_what_is_there_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pico").mkdir()
    (tmp_path / "pico" / STAMP).touch()
    monkeypatch.setenv("PATH", "")
    told: list[tuple[str, float]] = []
    assert unpack(tmp_path, PICO, lambda text, part: told.append((text, part))) == tmp_path / "pico"
    assert told[-1][1] == 1.0


def test_half_a_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "pico" / "usr").mkdir(parents=True)
    assert unpacked(tmp_path, PICO) is None


def test_without_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackagesError, match=r"apt-get is missing.*asterisk\.program"):
        unpack(tmp_path, PICO)
    assert unpacked(tmp_path, PICO) is None


def test_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens on port 9; what was begun is gone."""
    monkeypatch.setattr(debian_packages, "MIRROR", "http://127.0.0.1:9/debian")
    with pytest.raises(PackagesError, match=r"apt-get.*failed.*127\.0\.0\.1"):
        unpack(tmp_path, PICO)
    assert [path.name for path in tmp_path.iterdir()] == ["pico.lock"]


def test_whoever_gives_up_waits_for_nobody(tmp_path: Path) -> None:
    """An apt-get that would take a minute ends when the one who fetches is interrupted."""
    (tmp_path / "bin").mkdir()
    slow = tmp_path / "bin" / "apt-get"
    slow.write_text("#!/bin/sh\necho dlstatus:1:0:slow\nexec sleep 60\n")
    slow.chmod(0o755)
    program = f"""
import os, signal
from pathlib import Path
from rufwerk.debian_packages import PICO, fetch
signal.signal(signal.SIGTERM, signal.default_int_handler)
print("ready", flush=True)
fetch(Path({str(tmp_path / "cache")!r}), [PICO])
"""
    path = f"{slow.parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        until(lambda: any((tmp_path / "cache").glob("pico.part/apt/log/errors")))
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in errors


def test_no_privileged_programs(tmp_path: Path) -> None:
    program = tmp_path / "usr" / "program"
    program.parent.mkdir()
    program.touch()
    program.chmod(0o6755)
    debian_packages._drop_privileged_modes(tmp_path)
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
