"""The tenants' files: loaded, checked against each other, and reloaded without dropping a call."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

import structlog

from domain.ids import TenantId
from domain.tenant import Tenant, TenantBook
from rufwerk import tenant_schema
from rufwerk.tenant_reading import KnowsPrompt, Reading

log = structlog.get_logger()

TextComplaints = Callable[[Tenant], Sequence[str]]
"""What is wrong with a tenant's own texts, a line each."""


class TenantError(Exception):
    """Tenants' files are wrong; each message names the file, the key and the remedy."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def no_complaints(_: Tenant) -> Sequence[str]:
    """Every text will do."""
    return ()


class TenantFiles:
    """The tenants in force, from the ``*.toml`` files of one folder."""

    def __init__(
        self, folder: Path, knows_prompt: KnowsPrompt, complaints: TextComplaints = no_complaints
    ) -> None:
        """Loads them. Raises TenantError."""
        self._folder = folder
        self._knows_prompt = knows_prompt
        self._complaints = complaints
        self._current = load(folder, knows_prompt, complaints)

    @property
    def current(self) -> TenantBook:
        """A call keeps the book it began with."""
        return self._current

    def joined_by(self, path: Path) -> tuple[Tenant, TenantBook]:
        """The tenant of a file that stands elsewhere, under whatever name, and all tenants with it among them.

        Raises TenantError, also where there is one of its id already.
        """
        found = _load_file(path, None, self._knows_prompt)
        if not isinstance(found, Tenant):
            raise TenantError([f"{path}: {mistake}" for mistake in found])
        place = self.place(found.id)
        if place.exists():
            raise TenantError([_already_there(place)])
        others = self._current.tenants.values()
        files = {self.place(tenant.id): tenant for tenant in others} | {path: found}
        messages = [f"{path}: {complaint}" for complaint in self._complaints(found)]
        messages += _mistakes_together(files, {tenant.id for tenant in files.values()})
        if messages:
            raise TenantError(messages)
        return found, TenantBook.of(files.values())

    def place(self, tenant: TenantId) -> Path:
        """Where its file stands, or would."""
        return self._folder / f"{tenant}.toml"

    def take_over(self) -> None:
        """Read the files again in a running process; of a mistake the log tells, and nothing changes."""
        try:
            self.reload()
        except TenantError as error:
            log.warning("tenants not reloaded", mistakes=error.messages)

    def reload(self) -> list[TenantId]:
        """Read the files again; the ids that came, went or changed, sorted.

        Raises TenantError, and what was in force stays in force.
        """
        before, after = self._current, load(self._folder, self._knows_prompt, self._complaints)
        self._current = after
        return sorted(
            tenant
            for tenant in before.tenants.keys() | after.tenants.keys()
            if _version(before, tenant) != _version(after, tenant)
        )


def load(
    folder: Path, knows_prompt: KnowsPrompt, complaints: TextComplaints = no_complaints
) -> TenantBook:
    """All tenants of ``folder``. Raises TenantError with every mistake found at once."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise TenantError([_nothing_in(folder)])
    files: dict[Path, Tenant] = {}
    messages: list[str] = []
    for path in paths:
        loaded = _load_file(path, path.stem, knows_prompt)
        if isinstance(loaded, Tenant):
            files[path] = loaded
            messages += [f"{path}: {complaint}" for complaint in complaints(loaded)]
        else:
            messages += [f"{path}: {mistake}" for mistake in loaded]
    messages += _mistakes_together(files, {path.stem for path in paths})
    if messages:
        raise TenantError(messages)
    return TenantBook.of(files.values())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Whoever changes the folder's files, or what is made of them, does so by turns. Raises TenantError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        raise TenantError([_nothing_in(folder)]) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def put_in(file: Path, place: Path) -> None:
    """Copy ``file`` to ``place``, in one step, and never over what stands there. Raises TenantError."""
    try:
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        os.close(descriptor)
        try:
            shutil.copy(file, name)
            place.hardlink_to(name)  # a rename would replace
        finally:
            Path(name).unlink()
    except FileExistsError:
        raise TenantError([_already_there(place)]) from None
    except OSError as error:
        raise TenantError(
            [f"{place}: {error.strerror or error}. Make the folder writable."]
        ) from None


def _nothing_in(folder: Path) -> str:
    return f"{folder}: no tenant here. Put in a file such as alpenrad.toml."


def _already_there(place: Path) -> str:
    return f"{place}: stands there already. Edit it, then run rufwerk tenant reload."


def _version(book: TenantBook, tenant: TenantId) -> str | None:
    found = book.tenants.get(tenant)
    return None if found is None else found.version


def _mistakes_together(files: Mapping[Path, Tenant], known: Set[str]) -> Iterator[str]:
    """What of tenants that are each in order isn't so among the others; ``known`` are the ids of all."""
    owners: dict[str, tuple[Path, int]] = {}
    for path, tenant in files.items():
        for count, line in enumerate(tenant.lines, 1):
            for number in line.numbers:
                owner, place = owners.setdefault(number, (path, count))
                if (owner, place) != (path, count):
                    yield (
                        f"{path}: lines[{count}].numbers: {number} stands in {owner.name}"
                        f" lines[{place}] too. Give it to one line."
                    )
    for path, tenant in files.items():
        for other in tenant.field.others:
            if other not in known:
                yield (
                    f"{path}: field.others: there is no tenant {other!r}. Take it out, or add its"
                    " file."
                )


def _load_file(path: Path, name: str | None, knows_prompt: KnowsPrompt) -> Tenant | list[str]:
    """``name`` is the id that it has to have; None: any."""
    try:
        text = path.read_bytes()
        values = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        return [f"can't be read ({error.strerror}). Make it readable."]
    except UnicodeDecodeError as error:
        return [f"byte {error.start} isn't UTF-8. Save the file as UTF-8."]
    except tomllib.TOMLDecodeError as error:
        return [f"{error}. Correct the line; text stands in quotes."]
    file = tenant_schema.read(values)
    if isinstance(file, list):
        return file
    return Reading(name or file.id, knows_prompt).tenant(
        file, hashlib.sha256(text).hexdigest()[:16]
    )
