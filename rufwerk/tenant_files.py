"""The tenants' files: loaded, checked against each other, and reloaded without dropping a call."""

import hashlib
import tomllib
from collections.abc import Callable, Sequence
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
        raise TenantError([f"{folder}: no tenant here. Put in a file such as alpenrad.toml."])
    tenants: list[Tenant] = []
    messages: list[str] = []
    for path in paths:
        loaded = _load_file(path, knows_prompt)
        if isinstance(loaded, Tenant):
            tenants.append(loaded)
            messages += [f"{path}: {complaint}" for complaint in complaints(loaded)]
        else:
            messages += [f"{path}: {mistake}" for mistake in loaded]
    messages += _shared_numbers(folder, tenants)
    messages += _unknown_helpers(folder, tenants, {path.stem for path in paths})
    if messages:
        raise TenantError(messages)
    return TenantBook.of(tenants)


def _version(book: TenantBook, tenant: TenantId) -> str | None:
    found = book.tenants.get(tenant)
    return None if found is None else found.version


def _shared_numbers(folder: Path, tenants: list[Tenant]) -> list[str]:
    owners: dict[str, str] = {}
    messages = []
    for tenant in tenants:
        for count, line in enumerate(tenant.lines, 1):
            place = f"{tenant.id}.toml lines[{count}]"
            for number in line.numbers:
                owner = owners.setdefault(number, place)
                if owner != place:
                    messages.append(
                        f"{folder / tenant.id}.toml: lines[{count}].numbers: {number} stands in"
                        f" {owner} too. Give it to one line."
                    )
    return messages


def _unknown_helpers(folder: Path, tenants: list[Tenant], known: set[str]) -> list[str]:
    return [
        f"{folder / tenant.id}.toml: field.others: there is no tenant {other!r}. Take it out, or"
        " add its file."
        for tenant in tenants
        for other in tenant.field.others
        if other not in known
    ]


def _load_file(path: Path, knows_prompt: KnowsPrompt) -> Tenant | list[str]:
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
    return Reading(path.stem, knows_prompt).tenant(file, hashlib.sha256(text).hexdigest()[:16])
