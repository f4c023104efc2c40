"""The tenants' files: loaded, checked against each other, and reloaded without dropping a call."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan
from domain.pin_policy import PinPolicy
from domain.tenant import Line, MenuItem, Tenant, TenantBook
from rufwerk import holiday_calendar, tenant_schema
from rufwerk.tenant_schema import HoursSection, LineSection, PinSection, TenantFile

KnowsPrompt = Callable[[Language, str], bool]
"""Whether the catalogue of a language has a key."""

TextComplaints = Callable[[Tenant], Sequence[str]]
"""What is wrong with a tenant's own texts, a line each."""

_Word = TypeVar("_Word", bound=StrEnum)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}|[1-9]\d{2,14}")  # E.164 has 15 digits at most


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
    return _Reading(path.stem, knows_prompt).tenant(file, hashlib.sha256(text).hexdigest()[:16])


class _Reading:
    """Turns one well-formed file into a tenant, and gathers what is wrong with its values."""

    def __init__(self, stem: str, knows_prompt: KnowsPrompt) -> None:
        self._stem = stem
        self._knows_prompt = knows_prompt
        self._mistakes: list[str] = []

    def tenant(self, file: TenantFile, version: str) -> Tenant | list[str]:
        self._check_id(file.id)
        place = holiday_calendar.complaint(file.country, file.subdivision)
        if place is not None:
            self._wrong(*place)
        tenant = Tenant(
            id=TenantId(file.id),
            name=file.name,
            country=file.country,
            subdivision=file.subdivision,
            lines=tuple(self._line(line, n) for n, line in enumerate(file.lines, 1)),
            hours=OpeningHours(self._zone(file.zone), self._week(file.hours)),
            menu=self._words(MenuItem, file.menu, "menu"),
            pin=self._pin(file.pin),
            version=version,
            prompts=self._prompts(file.prompts),
        )
        return self._mistakes or tenant

    def _wrong(self, key: str, reason: str) -> None:
        self._mistakes.append(f"{key}: {reason}")

    def _check_id(self, name: str) -> None:
        if name != self._stem:
            self._wrong("id", f"{name!r} isn't the file's name. Write {self._stem!r}.")
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
            self._wrong("id", f"{name!r} has a wrong form. Use small letters, digits and hyphens.")

    def _line(self, line: LineSection, count: int) -> Line:
        key = f"lines[{count}]"
        numbers = [self._number(number, f"{key}.numbers") for number in line.numbers]
        if len(set(numbers)) < len(numbers):
            self._wrong(f"{key}.numbers", "a number stands there twice. Take one out.")
        languages = self._words(Language, line.languages, f"{key}.languages")
        return Line(line.name, tuple(numbers), languages)

    def _number(self, written: str, key: str) -> str:
        number = written.replace(" ", "")
        if not _NUMBER.fullmatch(number):
            self._wrong(
                key,
                f"{written!r} is no telephone number. Write it as +49 30 23125100, or an extension"
                " by its digits.",
            )
        return number.removeprefix("+")

    def _words(self, words: type[_Word], written: tuple[str, ...], key: str) -> tuple[_Word, ...]:
        known = {word.value: word for word in words}
        for word in written:
            if word not in known:
                self._wrong(key, f"{word!r} isn't known. Write one of {', '.join(known)}.")
        if len(set(written)) < len(written):
            self._wrong(key, "something stands there twice. Take one out.")
        return tuple(known[word] for word in written if word in known)

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
            self._wrong("zone", f"{name!r} isn't known. Write one such as Europe/Berlin.")
            return ZoneInfo("UTC")

    def _week(self, hours: HoursSection) -> Mapping[int, tuple[OpenSpan, ...]]:
        week = {}
        for weekday, day in enumerate(_DAYS):
            spans = [self._span(span, f"hours.{day}") for span in getattr(hours, day)]
            known = sorted((span for span in spans if span), key=lambda span: span.start)
            for earlier, later in pairwise(known):
                if earlier.end == time(0) or later.start < earlier.end:
                    self._wrong(f"hours.{day}", "two spans overlap. Join them.")
            if known:
                week[weekday] = tuple(known)
        return week

    def _span(self, written: str, key: str) -> OpenSpan | None:
        found = _SPAN.fullmatch(written)
        if found is None:
            self._wrong(key, f"{written!r} is no span. Write it as 08:00-20:00.")
            return None
        start = time(int(found[1]), int(found[2]))
        end = time(0) if found[5] else time(int(found[3]), int(found[4]))
        if not found[5] and end <= start:
            self._wrong(key, f"{written!r} ends before it starts. 24:00 is the day's close.")
        return OpenSpan(start, end)

    def _pin(self, rules: PinSection) -> PinPolicy:
        if rules.tries_per_account < rules.tries_per_call:
            self._wrong("pin.tries_per_account", "is below tries_per_call. Raise it.")
        if rules.longest_lock_minutes < rules.first_lock_minutes:
            self._wrong("pin.longest_lock_minutes", "is below first_lock_minutes. Raise it.")
        return PinPolicy(
            tries_per_call=rules.tries_per_call,
            tries_per_account=rules.tries_per_account,
            first_lock=timedelta(minutes=rules.first_lock_minutes),
            longest_lock=timedelta(minutes=rules.longest_lock_minutes),
            caller_limit=rules.caller_limit,
            caller_window=timedelta(minutes=rules.caller_window_minutes),
            spray_accounts=rules.spray_accounts,
            spray_window=timedelta(minutes=rules.spray_window_minutes),
        )

    def _prompts(
        self, written: Mapping[str, Mapping[str, str]]
    ) -> Mapping[Language, Mapping[str, str]]:
        languages = self._words(Language, tuple(written), "prompts")
        for language in languages:
            for key in written[language]:
                if not self._knows_prompt(language, key):
                    self._wrong(
                        f"prompts.{language}.{key}",
                        "the catalogue has no such prompt. Correct the key or take it out.",
                    )
        return {language: dict(written[language]) for language in languages}
