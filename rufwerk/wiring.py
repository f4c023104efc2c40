"""Puts the parts together, by hand and in one place."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from actions.ask_dial import AskDial
from actions.clear_case import ClearCase
from actions.desk import Desk
from actions.dial import Dial
from actions.dunning_desk import DunningDesk
from actions.forget_old import ForgetOld
from domain.ids import CallerId, CallId, Receipt
from domain.language import Language
from domain.party import Party
from domain.ports import Clock, Transactions
from domain.retention import HouseRetention, kept_for
from domain.tenant import Tenant, TenantBook
from ivr import speech
from prompts.builder import Progress, Studio, build
from prompts.catalogue import Catalogue, CatalogueError, Plan
from prompts.engines.choice import choose
from reporting import projecting
from reporting.mail_folder import MailFolder
from reporting.smtp import Route
from rufwerk import telephone_numbers
from rufwerk.debian_packages import PICO, unpacked
from rufwerk.holiday_calendar import holidays_in, holidays_of
from rufwerk.settings import Settings
from rufwerk.tenant_dunning import complaints_beyond_the_demo
from rufwerk.tenant_files import TenantFiles
from rufwerk.whereabouts import whereabouts
from storage.pins import Argon2Pins, pepper
from storage.unit_of_work import SqlTransactions


def utc_now() -> datetime:
    return datetime.now(UTC)  # the one clock of the product, passed on from here


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things lie in the home and in the cache.

    ``sounds`` are the same for every home; ``own_sounds`` are what this home's tenants say in words of their own.
    """

    run: Path
    log: Path
    pepper: Path
    sounds: Path
    own_sounds: Path
    mail: Path

    @classmethod
    def of(cls, settings: Settings) -> "Folders":
        home = settings.home
        return cls(
            run=home / "run",
            log=home / "log",
            pepper=home / "secrets" / "pepper",
            sounds=settings.cache / "sounds",
            own_sounds=settings.cache / "own-sounds" / sha256(bytes(home)).hexdigest()[:16],
            mail=home / "mail",
        )


def transactions(settings: Settings) -> SqlTransactions:
    return SqlTransactions(settings.database_url, settings.node)


def transactions_at(url: str) -> SqlTransactions:
    """Of a database that no instance uses, to be looked after; nobody waits for an answer."""
    return SqlTransactions(url, "keeper", deadline=timedelta(seconds=60), pool_size=2)


def forget_old(
    settings: Settings, transactions: SqlTransactions, book: Callable[[], TenantBook]
) -> Callable[[], None]:
    """What the tenants' files and the settings have forgotten by now."""
    kept = settings.retention
    house = HouseRetention(
        callers=kept_for(kept.callers_days),
        mails=kept_for(kept.mails_days),
        views=kept_for(kept.person_views_days),
    )
    forget = ForgetOld(transactions, utc_now, book, house, projecting.REACHED)

    def forget_all() -> None:
        forget()
        transactions.sweep()

    return forget_all


def mail_folder(settings: Settings) -> MailFolder | None:
    """Where the demo's mails are caught."""
    return MailFolder(Folders.of(settings).mail) if settings.has_mail_box else None


def pins(settings: Settings, at_once: int = 2) -> Argon2Pins:
    return Argon2Pins(pepper(Folders.of(settings).pepper), at_once=at_once)


def tenant_files(settings: Settings, catalogue: Catalogue) -> TenantFiles:
    """The tenants' files; a text of their own must fit in the place of the catalogue's, and only where nobody in
    earnest is rung may they ring debtors at any hour.

    Raises TenantError.
    """

    def knows(language: Language, key: str) -> bool:
        return key in catalogue.texts[language]

    def complaints(tenant: Tenant) -> list[str]:
        found = [] if settings.rings_nobody else complaints_beyond_the_demo(tenant)
        try:
            catalogue.check_tenant(tenant)
        except CatalogueError as error:
            found += str(error).splitlines()
        return found

    return TenantFiles(settings.tenants, knows, complaints)


def prompt_plans(catalogue: Catalogue, book: TenantBook) -> tuple[Plan, Plan]:
    """Every clip that may be spoken: those of all homes (texts and numbers), and the tenants' own.

    Raises CatalogueError where a tenant's own text doesn't fit.
    """
    numbers: dict[Language, Mapping[str, str]] = {
        language: {str(key): text for key, text in speech.clips(language).items()}
        for language in Language
    }
    common = catalogue.plan(numbers)
    tenants = tuple(book.tenants.values())
    own = {
        language: {
            key: text
            for key, text in catalogue.clips(language, tenants).items()
            if key not in common[language]
        }
        for language in Language
    }
    return common, own


def make_prompts(
    settings: Settings, catalogue: Catalogue, book: TenantBook, progress: Progress
) -> int:
    """Bring all sounds up to date; how many there are. Raises EngineError or BuildError."""
    folders, count = Folders.of(settings), 0
    plans = prompt_plans(catalogue, book)
    for plan, sounds in zip(plans, (folders.sounds, folders.own_sounds), strict=True):
        built = build(plan, studio(settings, sounds), progress)
        count += len(built.rendered) + built.kept
    return count


def studio(settings: Settings, sounds: Path) -> Studio:
    """Where prompts are made, and the engine that speaks them. Raises EngineError."""
    recordings = Path(settings.speech.recordings) if settings.speech.recordings else None
    engine = choose(
        settings.speech.engine, unpacked(settings.cache, PICO), settings.cache / "voices"
    )
    return Studio(sounds, engine, recordings, workers=os.cpu_count() or 2)


def dial_gate(transactions: Transactions, clock: Clock, book: Callable[[], TenantBook]) -> Dial:
    """The gate of all outgoing calls."""
    read = telephone_numbers.read
    return Dial(transactions, clock, book, read, holidays_of, debtors_gate(clock, book))


def dunning_desk(transactions: Transactions, book: Callable[[], TenantBook]) -> DunningDesk:
    """What every action on lists and cases begins with."""
    gate = debtors_gate(utc_now, book)
    return DunningDesk(Desk(transactions, utc_now, book), gate, lambda: str(uuid4()))


def mail_route(settings: Settings) -> Route | None:
    """The mail server that takes our mails, None where there is none."""
    mail = settings.mail
    host = mail.host or ("127.0.0.1" if settings.has_mail_box else "")
    return Route(host, mail.port, mail.sender) if host else None


def debtors_gate(clock: Clock, book: Callable[[], TenantBook]) -> ClearCase:
    """That part of it which debtors pass."""

    def holidays_at(party: Party, at: datetime) -> frozenset[date]:
        return holidays_in(party.country, party.states, at)

    return ClearCase(clock, book, telephone_numbers.read, whereabouts, holidays_at)


def new_caller() -> CallerId:
    return CallerId(secrets.token_hex(8))


def ask_dial(
    settings: Settings, desk: Desk, transactions: Transactions, book: Callable[[], TenantBook]
) -> AskDial:
    """What an agent's wish to dial goes through. Who is dialled begins a call that is named by us."""

    def new_call() -> CallId:
        return CallId(f"{settings.node}-d{secrets.token_hex(8)}")

    gate = dial_gate(transactions, utc_now, book)
    return AskDial(desk, gate, telephone_numbers.e164, new_caller, new_call)


def new_receipt() -> Receipt:
    """Eight digits: few enough to write down, too many to guess or to meet again."""
    return Receipt(str(10_000_000 + secrets.randbelow(90_000_000)))
