"""From a bare clone to a portal that answers, by the README's first command; prints how long it took."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.phone.instance import READY, ROOT, Instance

pytestmark = [pytest.mark.drill, pytest.mark.phone, pytest.mark.timeout(900)]

ORDINARY = "nobody"


@pytest.fixture
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What is committed, in a folder that an ordinary user can reach."""
    folder = Path(f"/var/tmp/rufwerk-clone-{os.getpid()}")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def made_to_run(clone: Path, home: Path, cache: Path, user: str | None) -> Iterator[float]:
    """``make run``; seconds until it was ready. Ends with it stopped."""
    instance = Instance(home)
    instance.environ |= {"RUFWERK_HOME": str(home), "RUFWERK_CACHE": str(cache)}
    env = {**instance.env, "HOME": str(clone), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=env,
        user=user,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process, process.stdout as printed:
        lines = []
        for line in printed:
            lines.append(line)
            if line.startswith(READY):
                break
        else:
            pytest.fail("".join(lines))
        yield time.monotonic() - began
        os.killpg(process.pid, signal.SIGTERM)
        printed.read()  # make may be gone before what it ran


@pytest.mark.parametrize("who", ["root", "an ordinary user"])
def test_a_bare_clone_is_ready_soon(
    clone: Path, who: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be both")
    user = None if who == "root" else ORDINARY
    if user:
        found = pwd.getpwnam(user)
        for place in (clone, *clone.rglob("*")):
            os.chown(place, found.pw_uid, found.pw_gid, follow_symlinks=False)
    cache = clone / ".cache"
    with made_to_run(clone, clone / "var", cache, user) as bare_s:
        pass
    with made_to_run(clone, clone / "var", cache, user) as again_s:
        pass
    with made_to_run(clone, clone / "second", cache, user) as second_s:
        pass
    with capsys.disabled():
        print(
            f"\n{who}: bare clone {bare_s:.1f} s, again {again_s:.1f} s, "
            f"a second home on the warm cache {second_s:.1f} s"
        )
    left = [
        process.name
        for process in Path("/proc").glob("[0-9]*")
        if str(clone).encode() in _command(process)
    ]
    assert not left, "stopping leaves no process behind"


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
