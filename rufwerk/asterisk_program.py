"""Finds the Asterisk to run: the one named, an installed one, or one unpacked into the cache."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from rufwerk.debian_packages import ASTERISK, PackagesError, Progress, quiet, unpack, unpacked
from rufwerk.settings import Settings

OLDEST = 20
_VERSION = re.compile(r"Asterisk (?:certified/)?(\d+)[\d.]*")


class NoAsterisk(Exception):
    """There is no Asterisk to run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """An Asterisk that runs on this machine.

    ``argv`` starts it, through its own loader where it is unpacked; ``data`` holds its
    ``documentation``, without which modules refuse to load.
    """

    argv: tuple[str, ...]
    modules: Path
    data: Path
    version: str


def locate(settings: Settings, progress: Progress = quiet) -> Program:
    """The Asterisk to run, fetched where there is none. Raises NoAsterisk."""
    if settings.asterisk.program:
        named = Path(settings.asterisk.program)
        program = _installed(named)
        if program is None:
            raise NoAsterisk(
                f"asterisk.program: {named} isn't an Asterisk {OLDEST} or newer with its modules. "
                "Correct it, or leave it empty to have one fetched."
            )
        return program
    return find(settings) or _fetched(settings.cache, progress)


def find(settings: Settings) -> Program | None:
    """What ``locate`` would give without fetching; None where it would have to fetch."""
    for found in _candidates(settings):
        program = _installed(found)
        if program is not None:
            return program
    root = unpacked(settings.cache, ASTERISK)
    return _unpacked(root) if root else None


def _candidates(settings: Settings) -> list[Path]:
    if settings.asterisk.program:
        return [Path(settings.asterisk.program)]
    on_path = shutil.which("asterisk")
    paths = [Path(on_path)] if on_path else []
    return [*paths, Path("/usr/sbin/asterisk"), Path("/usr/local/sbin/asterisk")]


def _fetched(cache: Path, progress: Progress) -> Program:
    try:
        root = unpack(cache, ASTERISK, progress)
    except PackagesError as error:
        raise NoAsterisk(f"Asterisk can't be fetched: {error}") from error
    program = _unpacked(root)
    if program is None:
        raise NoAsterisk(
            f"the Asterisk in {root} doesn't run. Delete that folder to have it fetched again, "
            "or install one and name it in asterisk.program."
        )
    return program


def _unpacked(root: Path) -> Program | None:
    """The Asterisk in an unpacked folder; it needs its own libc, hence its own loader."""
    for libraries in sorted(root.glob("usr/lib/*-linux-gnu*")):
        for loader in (
            *root.glob("usr/lib64/ld-linux*.so.*"),
            *root.glob("usr/lib/ld-linux*.so.*"),
        ):
            argv = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
            version = _version(argv)
            if version is not None:
                return Program(
                    argv, libraries / "asterisk/modules", root / "usr/share/asterisk", version
                )
    return None


def _installed(path: Path) -> Program | None:
    version = _version((str(path),))
    major = _VERSION.match(version or "")
    if version is None or major is None or int(major.group(1)) < OLDEST:
        return None
    prefix = path.resolve().parent.parent
    modules = [
        *sorted(prefix.glob("lib/*-linux-gnu*/asterisk/modules")),
        prefix / "lib64/asterisk/modules",
        prefix / "lib/asterisk/modules",
    ]
    data = [prefix / "share/asterisk", Path("/var/lib/asterisk"), prefix / "var/lib/asterisk"]
    for folder in modules:
        for share in data:
            if (folder / "chan_pjsip.so").is_file() and (share / "documentation").is_dir():
                return Program((str(path),), folder, share, version)
    return None


def _version(argv: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(
            [*argv, "-V"], capture_output=True, text=True, timeout=10, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
