"""Reports that were issued: numbered, never changed, and who may have which."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, NewType, assert_never
from zoneinfo import ZoneInfo

from domain.ids import TenantId
from domain.language import Language
from domain.period import Period, of_day, of_month, of_week
from domain.person import Person, Role

ReportNumber = NewType("ReportNumber", str)
"""``2026-000123``: gapless within a year."""


class ReportKind(StrEnum):
    """What a report is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    BILLING = "billing"
    SERVICE_LEVEL = "service_level"


class Part(StrEnum):
    """What a file of an issued report is."""

    TEXT = "text"
    """Of the mail, plain; UTF-8, its lines end in LF."""
    HTML = "html"
    IMAGE = "image"
    """In the HTML, by its name as content id."""
    WORKBOOK = "workbook"
    CSV = "csv"
    DATA = "data"
    """The report as it was drawn, without a language: JSON."""
    STANDING = "standing"
    """The figures as a correction leaves them, like DATA: what a further one is compared with."""


ENCLOSED: Final = frozenset({Part.WORKBOOK, Part.CSV})
"""What a mail has beside its text."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report, as somebody asks for it. ``tenant`` None is about all of them; ``role`` is whom it is for: what he may
    see is in it.
    """

    kind: ReportKind
    tenant: TenantId | None
    period: Period
    language: Language
    role: Role


@dataclass(frozen=True, slots=True)
class ReportFile:
    name: str
    part: Part
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256, hex."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """What stands in the issue of a file; ``digest`` is its SHA-256 (hex), ``size`` in bytes."""

    name: str
    part: Part
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Issued:
    """``corrects`` is the number of the report that this one corrects: it holds the differences alone."""

    number: ReportNumber
    wanted: Wanted
    made: datetime
    title: str
    files: tuple[IssuedFile, ...]
    corrects: ReportNumber | None = None


def number_of(year: int, ordinal: int) -> ReportNumber:
    """The first of a year has the ordinal 1."""
    return ReportNumber(f"{year}-{ordinal:06d}")


def period_of(kind: ReportKind, day: date, zone: ZoneInfo) -> Period:
    """The one of such reports that holds the day."""
    match kind:
        case ReportKind.DAILY:
            return of_day(day, zone)
        case ReportKind.WEEKLY:
            return of_week(day, zone)
        case ReportKind.BILLING | ReportKind.SERVICE_LEVEL:
            return of_month(day, zone)
        case _:
            assert_never(kind)


def usual_role(kind: ReportKind) -> Role:
    """Whom a report is for where nobody says it."""
    return Role.CLIENT_CONTACT if kind is ReportKind.SERVICE_LEVEL else Role.MANAGEMENT


def may_read(person: Person, kind: ReportKind, tenant: TenantId | None) -> bool:
    """Money is for management and the operator; a client's contact sees the proof of his own service level."""
    match person.role:
        case Role.MANAGEMENT | Role.OPERATOR:
            return True
        case Role.TEAM_LEAD:
            return kind is not ReportKind.BILLING
        case Role.CLIENT_CONTACT:
            return kind is ReportKind.SERVICE_LEVEL and tenant == person.tenant
        case Role.AGENT:
            return False
        case _:
            assert_never(person.role)
