"""A PostgreSQL server of our own to measure beside SQLite: in a folder that is gone afterwards, reached by a socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_LEAST: Final = 15
_PROGRAMS: Final = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The newest that are installed, where Debian has them."""
    found = {
        int(path.name): path / "bin"
        for path in _PROGRAMS.glob("*")
        if path.name.isdigit() and (path / "bin" / "initdb").exists()
    }
    return found[max(found)] if found and max(found) >= _LEAST else None


@contextmanager
def server(installed: Path) -> Iterator[str]:
    """Its URL. Raises CalledProcessError."""
    folder = Path(tempfile.mkdtemp(prefix="rufwerk-pg-", dir="/tmp"))
    identity = _unprivileged()
    if identity:
        os.chown(folder, identity["user"], identity["group"])

    def call(program: str, *arguments: str) -> None:
        argv = [str(installed / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(
            argv,
            check=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **identity,
        )

    try:
        call("initdb", "-U", "rufwerk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://rufwerk@/postgres?host={folder}"
        finally:
            call("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses root, so root lends it somebody else's id."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
