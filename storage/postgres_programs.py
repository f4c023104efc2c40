"""PostgreSQL's own programs that write and read a whole database: pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from storage.errors import StorageFault


def dump(url: URL, file: Path, snapshot: str) -> None:
    """Write the database as an exported snapshot sees it, in the custom format. Raises StorageFault."""
    wanted = ("--format=custom", "--no-owner", "--no-privileges")
    _run("pg_dump", url, *wanted, f"--snapshot={snapshot}", f"--file={file}")


def restore(url: URL, file: Path) -> None:
    """Bring it into an empty database, whole or not at all. Raises StorageFault."""
    wanted = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *wanted, str(file))


def _run(program: str, url: URL, *arguments: str) -> None:
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "LC_ALL": "C"}
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)  # everybody may read arguments
    done = subprocess.run(
        [_find(program), f"--dbname={plain}", *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise StorageFault(f"{program} failed: {said[0]}")  # further lines may quote a row


def _find(program: str) -> str:
    """The newest one installed: it must be as new as the server."""
    installed = [
        (int(path.parent.parent.name), path)
        for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
        if path.parent.parent.name.isdigit()
    ]
    found = str(max(installed)[1]) if installed else shutil.which(program)
    if found is None:
        raise StorageFault(
            f"{program} is missing. Install PostgreSQL's client programs: apt-get install postgresql-client"
        )
    return found
