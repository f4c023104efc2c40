"""Makes a backup: the database as it is at one moment, and what else of the home can't be made again."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from cti.routing import snapshot
from rufwerk import backup_file, wiring
from rufwerk.backup_file import Manifest, UnusableBackup
from rufwerk.call_records import CallRecords
from rufwerk.replayed_field import digest_of_field
from rufwerk.settings import Settings
from storage import copies

WHOLE, SECRETS = "backup", "secrets"
"""The kinds of file: what must not be lost, and what nobody else may have."""

DATABASE: Final = "database"
DEMO_CRM: Final = "demo-crm.json"
SETTINGS_FILE: Final = "rufwerk.toml"
_OF_OUR_SECRETS: Final = "secrets"


def back_up(settings: Settings, file: Path) -> Manifest:
    """Write ``file``; the instance may run. Raises UnusableBackup, StorageDown or StorageFault."""
    if file.exists():
        raise UnusableBackup(f"{file} is there already. Name another one, or move it away.")
    url = settings.database_url
    try:
        with tempfile.TemporaryDirectory(prefix=".rufwerk-backup-", dir=file.parent) as folder:
            copied = Path(folder) / DATABASE
            state = copies.copy(url, copied)
            if copies.kind_of(url) == "sqlite":
                url = copies.url_of(copied)
            described = Manifest(
                kind=WHOLE,
                version=version("rufwerk"),
                made=wiring.utc_now().isoformat(timespec="seconds"),
                database=copies.kind_of(url),
                migration=state.migration,
                facts=state.facts,
                log=copies.digest_of_log(url, state.facts),
                field=digest_of_field(url, state.facts),
                shape=snapshot.VERSION,
                pepper=digest_of_pepper(settings),
            )
            parts = {DATABASE: copied, **_copied(_files(settings), Path(folder))}
            return backup_file.write(file, described, parts)
    except OSError as error:
        raise UnusableBackup(f"{file} can't be written: {error.strerror or error}.") from None


def back_up_secrets(settings: Settings, file: Path, config: Path | None) -> Manifest:
    """Write the home's secrets into a file of their own, and the settings' file, where there is one.

    Raises UnusableBackup.
    """
    folder = wiring.Folders.of(settings).pepper.parent
    parts = {f"{_OF_OUR_SECRETS}/{one.name}": one for one in _of(folder, "*")}
    written = config or Path(SETTINGS_FILE)
    if written.is_file():
        parts[SETTINGS_FILE] = written
    if not parts:
        raise UnusableBackup(f"{folder} holds no secrets yet. Leave out --secrets.")
    made = wiring.utc_now().isoformat(timespec="seconds")
    return backup_file.write(file, Manifest(SECRETS, version("rufwerk"), made), parts)


def digest_of_pepper(settings: Settings) -> str:
    """It tells whether a home has the right one, and nothing of what it is: it has 256 random bits."""
    file = wiring.Folders.of(settings).pepper
    if not file.is_file():
        return ""
    return sha256(b"pepper " + file.read_bytes().strip()).hexdigest()


def _copied(files: Iterator[tuple[str, Path]], folder: Path) -> dict[str, Path]:
    """As they are now: an instance that runs may change them, or make room for newer ones, at any time."""
    copies_of: dict[str, Path] = {}
    for name, file in files:
        copied = folder / f"part-{len(copies_of)}"
        with suppress(FileNotFoundError):
            copies_of[name] = Path(shutil.copyfile(file, copied))
    return copies_of


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """By their names in the file: Asterisk's records of calls, the demo's CRM and mails, and the tenants' files."""
    yield from CallRecords.of(settings, wiring.utc_now).for_backup()
    crm = settings.home / DEMO_CRM
    if crm.is_file():
        yield DEMO_CRM, crm
    for one in _of(wiring.Folders.of(settings).mail, "*.eml"):
        yield f"mail/{one.name}", one
    for one in _of(settings.tenants, "*.toml"):
        yield f"tenants/{one.name}", one


def _of(folder: Path, pattern: str) -> list[Path]:
    return sorted(one for one in folder.glob(pattern) if one.is_file() and one.name[0] != ".")
