"""Examines each part of an instance, running or not, and says what to do."""

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from importlib.metadata import version
from threading import Lock
from typing import Final

from domain.health import Condition, Finding, Health, NumberToRing, PersonToTry
from domain.language import Language
from domain.ports import StorageDown
from domain.tenant import LineDialog, TenantBook
from prompts.builder import read_manifest
from prompts.catalogue import Catalogue, CatalogueError
from rufwerk import (
    crm_examination,
    demo_data,
    desk_socket,
    jobs_beat,
    mail_examination,
    portal_examination,
    report_examination,
    spray_examination,
    supervisor,
    wiring,
)
from rufwerk.asterisk_config import Places
from rufwerk.asterisk_program import find
from rufwerk.asterisk_runtime import Asterisk, AsteriskDown, taken_ports
from rufwerk.portal_examination import Refused
from rufwerk.settings import Settings
from rufwerk.telephone_numbers import for_reading
from rufwerk.tenant_files import TenantError
from storage.errors import StorageFault
from storage.migrations import is_current

_FRESH_S: Final = 2.0
_SPACE_WANTED: Final = 1 << 30

START = "Start it with make run."


def _well(part: str, detail: str) -> Finding:
    return Finding(part, Condition.WELL, detail)


def _broken(part: str, detail: str, remedy: str) -> Finding:
    return Finding(part, Condition.BROKEN, detail, remedy)


def _warning(part: str, detail: str, remedy: str) -> Finding:
    return Finding(part, Condition.WARNING, detail, remedy)


class Doctor:
    """Examines one instance. What was found is good for two seconds, however many ask."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folders = wiring.Folders.of(settings)
        self._lock = Lock()
        self._last: tuple[float, Health] | None = None

    def examine(self) -> Health:
        """What is found now. It takes up to some seconds where a part hangs."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _FRESH_S:
                self._last = (time.monotonic(), self._examine())
            return self._last[1]

    def _examine(self) -> Health:
        running = supervisor.is_running(self._folders.run)
        asterisk, calls = self._asterisk(running=running)
        book, tenants = self._tenants()
        database = self._database()
        reports, overdue = self._reports(database)
        refused = self._refused(database)
        findings = [
            asterisk,
            self._portal(refused or {}, running=running),
            self._field(running=running),
            self._jobs(running=running),
            crm_examination.examine(self._settings),
            *self._mail_box(),
            database,
            *reports,
            spray_examination.examine(self._settings),
            tenants,
            self._prompts(book),
            self._space(),
        ]
        if not running:
            findings += self._ports()
        return Health(
            version=version("rufwerk"),
            findings=findings,
            calls=calls,
            numbers=list(_numbers(book)) if book else [],
            people=list(_people(book)) if book and self._settings.demo.enabled else [],
            reports_overdue=overdue,
            calls_refused=None if refused is None else sum(refused.values()),
        )

    def _asterisk(self, *, running: bool) -> tuple[Finding, int | None]:
        part = "Asterisk"
        program = find(self._settings)
        if program is None:
            return _broken(part, "not there yet", "make run fetches it."), None
        if not running:
            return _broken(part, f"{program.version}, not running", START), None
        asterisk = Asterisk(program, Places.of(self._settings.home))
        try:
            calls = _count(asterisk.cli("core show channels count"), "active call")
            there = _answering(asterisk.cli("pjsip show contacts"))
        except AsteriskDown as error:
            remedy = f"It is started again by itself; see {self._folders.log}/asterisk.log."
            return _broken(part, str(error), remedy), None
        where = f"{self._settings.sip.host}:{self._settings.sip.port}"
        name = program.version.partition("+")[0]
        phones = self._settings.all_phones
        said = f"{len(there & set(phones))} of {len(phones)} phones signed in"
        return _well(part, f"{name}, SIP on {where}, {said}"), calls

    def _portal(self, refused: Refused, *, running: bool) -> Finding:
        part, port = "Portal", self._settings.agi.port
        try:
            return portal_examination.examine(self._settings, refused)
        except OSError as error:
            if not running:
                return _broken(part, "not running", START)
            return _broken(
                part,
                f"no answer on port {port}: {error}",
                f"It is started again by itself; see {self._folders.log}/ivr.log. "
                "Callers hear an apology and reach the operators.",
            )

    def _field(self, *, running: bool) -> Finding:
        part = "Waiting field"
        try:
            seen = desk_socket.ask(self._settings, "GET", "/field")
        except desk_socket.DeskDown:
            if not running:
                return _broken(part, "not running", START)
            return _broken(
                part,
                "the switchboard doesn't answer; the phones ring in turn",
                f"It is started again by itself; see {self._folders.log}/cti.log.",
            )
        if not seen["linked"] or not seen["deciding"]:
            away = "the database" if seen["linked"] else "Asterisk"
            return _broken(part, f"{away} is out of reach", f"See {self._folders.log}/cti.log.")
        ready = sum(agent["state"] == "ready" for agent in seen["agents"])
        waiting = sum(call["place"] in {"waiting", "offered_to", "aside"} for call in seen["calls"])
        return _well(
            part, f"waiting: {waiting}; agents signed in: {len(seen['agents'])}, ready: {ready}"
        )

    def _jobs(self, *, running: bool) -> Finding:
        part = "Jobs"
        if jobs_beat.beats(self._settings):
            return _well(part, "sends what waits for the CRM")
        if not running:
            return _broken(part, "not running", START)
        return _broken(
            part,
            "no sign of life",
            f"It is started again by itself; see {self._folders.log}/jobs.log. Nothing is lost.",
        )

    def _mail_box(self) -> Iterator[Finding]:
        folder = wiring.mail_folder(self._settings)
        if folder is not None:
            yield mail_examination.examine(self._settings, folder)

    def _database(self) -> Finding:
        part = "Database"
        kind = "PostgreSQL" if self._settings.database.url else "SQLite"
        if kind == "SQLite" and not (self._settings.home / "rufwerk.db").exists():
            return _broken(part, "not there yet", "make run makes it.")
        try:
            current = is_current(self._settings.database_url)
        except (StorageDown, StorageFault, sqlite3.Error) as error:
            remedy = "Start the database, or correct database.url."
            return _broken(part, f"{kind}: {error}", remedy)
        if not current:
            return _broken(part, f"{kind}: older than this program", "Run rufwerk db upgrade.")
        return _well(part, f"{kind}, up to date")

    def _reports(self, database: Finding) -> tuple[list[Finding], int | None]:
        if database.condition is not Condition.WELL:
            return [], None
        try:
            late = report_examination.overdue(self._settings)
        except (StorageDown, StorageFault):  # the next look at the database tells
            return [], None
        return [report_examination.examine(late)], len(late)

    def _refused(self, database: Finding) -> Refused | None:
        if database.condition is not Condition.WELL:
            return None
        try:
            return portal_examination.refused(self._settings)
        except (StorageDown, StorageFault):  # the next look at the database tells
            return None

    def _tenants(self) -> tuple[TenantBook | None, Finding]:
        part = "Tenants"
        try:
            book = wiring.tenant_files(self._settings, Catalogue.load()).current
        except (TenantError, CatalogueError) as error:
            remedy = "Correct the file; what was in force before stays in force."
            return None, _broken(part, str(error), remedy)
        names = ", ".join(tenant.name for tenant in book.tenants.values())
        return book, _well(part, names)

    def _prompts(self, book: TenantBook | None) -> Finding:
        part = "Prompts"
        if book is None:
            return _warning(part, "not examined", "Correct the tenants first.")
        built = read_manifest(self._folders.sounds) | read_manifest(self._folders.own_sounds)
        wanted = {
            f"{language}/{key}"
            for plan in wiring.prompt_plans(Catalogue.load(), book)
            for language, clips in plan.items()
            for key in clips
        }
        missing = sorted(wanted - built.keys())
        if missing:
            detail = f"{len(missing)} of {len(wanted)} are missing, {missing[0]} first"
            return _broken(part, detail, "Run rufwerk prompts build.")
        return _well(part, f"{len(wanted)} clips in {len(Language)} languages")

    def _space(self) -> Finding:
        part = "Disk"
        place = self._settings.home
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        detail = f"{free / (1 << 30):.1f} GiB free"
        if free < _SPACE_WANTED:
            return _warning(part, detail, f"Free some space at {place}.")
        return _well(part, detail)

    def _ports(self) -> Iterator[Finding]:
        for taken in taken_ports(self._settings):
            yield _broken("Ports", *taken.split(". ", 1))


def _answering(contacts: str) -> set[str]:
    """Whose telephones answer, as Asterisk lists them; the carrier isn't asked."""
    return set(re.findall(r"Contact:\s+(\w+)/\S+\s+\S+\s+Avail\b", contacts))


def _count(text: str, word: str) -> int | None:
    """The number that stands right before a word of Asterisk's answer."""
    found = re.search(rf"(\d+)\s+{word}", text)
    return int(found[1]) if found else None


def _numbers(book: TenantBook) -> Iterator[NumberToRing]:
    for tenant in book.tenants.values():
        for line in tenant.lines:
            yield NumberToRing(
                number=for_reading(max(line.numbers, key=len)),
                extension=min(line.numbers, key=len),
                tenant=tenant.name,
                language=line.languages[0],
                for_debtors=line.dialog is LineDialog.DEBTORS,
            )


def _people(book: TenantBook) -> Iterator[PersonToTry]:
    for person in demo_data.PEOPLE:
        who = person.participant
        if who.tenant in book.tenants:
            brand = book.tenants[who.tenant].name
            phone = for_reading((who.phone or "").removeprefix("+"))
            yield PersonToTry(who.number, person.pin, who.name, brand, who.language, phone)
