"""Brings a backup back into an empty home, and holds what it gives against what was backed up."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cti.routing import snapshot
from rufwerk import backup_file, startup, supervisor, wiring
from rufwerk.backup import DATABASE, DEMO_CRM, SECRETS, WHOLE, digest_of_pepper
from rufwerk.backup_file import Manifest, UnusableBackup
from rufwerk.figure_keeping import projecting
from rufwerk.replayed_field import digest_of_field
from rufwerk.settings import Settings
from storage import copies
from storage.migrations import is_known, upgrade

Tell = Callable[[str], object]

_MAY_STAND: Final = frozenset({"run", "log", "secrets"})
"""What of a home isn't in a backup: nothing is lost where it is there."""

_DRAFT: Final = ".restoring-"
_SQLITE: Final = "rufwerk.db"


@dataclass(frozen=True, slots=True)
class Restored:
    """``field_compared`` is False where a program with another shape of the field wrote the backup. ``to_do`` are
    sentences: what a person must bring or look at.
    """

    manifest: Manifest
    field_compared: bool
    figures_equal: bool
    to_do: tuple[str, ...]


def restore(settings: Settings, file: Path, secrets: Path | None, tell: Tell) -> Restored:
    """Raises UnusableBackup, AlreadyRunning, HomeUnusable, StorageDown or StorageFault: the home is as empty as before
    then; a PostgreSQL database may have to be emptied, which is said.
    """
    home, kind = settings.home, copies.kind_of(settings.database_url)
    startup.make_home(settings)
    with supervisor.holding(wiring.Folders.of(settings).run):
        _refuse_what_is_there(settings)
        with _draft(home) as folder:
            tell("Unpacking and checking ...")
            manifest = backup_file.read(file, WHOLE, folder)
            _refuse_what_does_not_fit(manifest, kind)
            _take_secrets(home, secrets, folder)
            compared, equal = _database(manifest, folder, _draft_of(settings, folder), tell)
            _put(settings, folder)
    return Restored(manifest, compared, equal, tuple(_to_do(settings, manifest)))


def _refuse_what_is_there(settings: Settings) -> None:
    home = settings.home
    for one in home.glob(f"{_DRAFT}*"):  # of a restore that was killed
        shutil.rmtree(one)
    there = sorted(one.name for one in home.iterdir() if one.name not in _MAY_STAND)
    if there:
        raise UnusableBackup(
            f"{home} holds {', '.join(there)} already, and nothing is overwritten. Move that away, or "
            "name an empty home with --home."
        )
    if not copies.is_empty(settings.database_url):
        raise UnusableBackup(
            "the database holds tables already, and nothing is overwritten. Make an empty one, and "
            "name it in database.url."
        )


def _refuse_what_does_not_fit(manifest: Manifest, kind: str) -> None:
    if manifest.database != kind:
        remedy = {
            "sqlite": "Leave database.url empty.",
            "postgresql": "Set database.url to an empty PostgreSQL database.",
        }
        raise UnusableBackup(
            f"this backup is of {manifest.database}, and the settings say {kind}. "
            + remedy.get(manifest.database, "")
        )
    if not is_known(manifest.migration):
        raise UnusableBackup(
            f"a newer Rufwerk wrote this backup (its database is of {manifest.migration}). Install that one."
        )


def _take_secrets(home: Path, secrets: Path | None, folder: Path) -> None:
    """Into the home at once: a second try finds them there, and minds no others."""
    if secrets is None:
        return
    apart = folder / "apart"
    backup_file.read(secrets, SECRETS, apart)
    ours = home / "secrets"
    ours.mkdir(mode=0o700, exist_ok=True)
    for one in sorted((apart / "secrets").glob("*")):
        place = ours / one.name
        if place.exists() and place.read_bytes() != one.read_bytes():
            raise UnusableBackup(
                f"{place} is there and another one. Move it away, or leave out --secrets."
            )
        one.chmod(0o600)
        one.replace(place)
    for one in apart.glob("*.toml"):
        one.chmod(0o600)
        one.rename(folder / one.name)
    shutil.rmtree(apart)


def _database(manifest: Manifest, folder: Path, url: str, tell: Tell) -> tuple[bool, bool]:
    """Whether the field was compared, and whether what figures are made of is what the log gives."""
    tell("Bringing back the database ...")
    copies.bring_back(url, folder / DATABASE)
    upgrade(url)
    tell(f"Replaying {manifest.facts} facts ...")
    compared = manifest.shape == snapshot.VERSION
    same = copies.digest_of_log(url, manifest.facts) == manifest.log
    if not same or (compared and digest_of_field(url, manifest.facts) != manifest.field):
        raise UnusableBackup(
            "what came back isn't what was backed up. Nothing was put into the home; empty the "
            "database where it is PostgreSQL, and take another backup."
        )
    tell("Making what figures are aggregated over anew ...")
    return compared, _figures_are_equal(url, manifest.facts)


def _draft_of(settings: Settings, folder: Path) -> str:
    """The database that is restored into: SQLite's is put in its place once all is well."""
    if copies.kind_of(settings.database_url) == "postgresql":
        return settings.database_url
    return copies.url_of(folder / _SQLITE)


def _put(settings: Settings, folder: Path) -> None:
    (folder / DATABASE).unlink(missing_ok=True)
    for one in sorted(folder.iterdir()):
        place = settings.home / one.name
        if one.name == _SQLITE:
            place = copies.path_of(settings.database_url)
        shutil.move(one, place)


def _figures_are_equal(url: str, facts: int) -> bool:
    """Those that came back are followed to the log's end, and then made anew, which is what stays."""
    with closing(wiring.transactions_at(url)) as transactions:
        projecting(transactions).catch_up(facts)
        kept_up = copies.digest_of_figures(url)
        anew = projecting(transactions)
        anew.clear()
        anew.catch_up(facts)
    return copies.digest_of_figures(url) == kept_up


def _to_do(settings: Settings, manifest: Manifest) -> Iterator[str]:
    home, pepper = settings.home, digest_of_pepper(settings)
    if manifest.pepper and not pepper:
        yield f"Bring {home}/secrets/pepper before the first start: without it no stored PIN is ever right."
    elif manifest.pepper != pepper:
        yield f"{home}/secrets/pepper is another one than was backed up: no stored PIN is right with it."
    if (home / "rufwerk.toml").exists():
        yield f"The settings' file lies at {home}/rufwerk.toml: look through it, and put it where you start from."
    else:
        yield "Bring the settings: they hold the passwords of telephones, CRM and database, and aren't in a backup."
    yield f"The tenants' files lie in {home}/tenants: set RUFWERK_TENANTS to it, or put them where yours are."
    if (home / DEMO_CRM).exists():
        yield "The demo's CRM and mails are back too."


@contextmanager
def _draft(home: Path) -> Iterator[Path]:
    """Within the home, so that what is finished is only renamed; gone at the end, whatever it holds."""
    with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=home) as folder:
        yield Path(folder)
