"""Figures that a test sets, put together and drawn in the simplest way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from domain.ids import TenantId
from domain.issued_report import ReportKind, Wanted
from domain.language import Language
from domain.mail import Enclosure
from domain.period import Period
from domain.person import Role
from domain.report_schedule import Schedule, Send, weekend
from reporting.drawing import Drawn
from reporting.making import Makers
from reporting.report import Column, Headline, Key, Report, Section, Source, Table, Unit
from reporting.sources import as_csv

BERLIN = ZoneInfo("Europe/Berlin")
ALPENRAD = TenantId("alpenrad")
MAX = "max@rufwerk.example"
LENA = "lena@rufwerk.example"
PNG = b"\x89PNG calls"
SHEET = b"PK\x03\x04 calls"

_COLUMNS = (
    Column(Key("hour"), Unit.NAME),
    Column(Key("offered"), Unit.COUNT),
    Column(Key("answered"), Unit.COUNT),
    Column(Key("share"), Unit.PERCENT, "answered / offered"),
)


def wanted(
    kind: ReportKind = ReportKind.DAILY,
    tenant: TenantId | None = ALPENRAD,
    language: Language = Language.DE,
    role: Role = Role.MANAGEMENT,
) -> Wanted:
    """Of Sunday 1.3.2026."""
    period = Period(
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 1, 23, tzinfo=UTC),
    )
    return Wanted(kind, tenant, period, language, role)


def morning(*to: str, at: str = "13:30") -> Schedule:
    """Each day's report about Alpenrad."""
    send = Send(
        ReportKind.DAILY,
        time.fromisoformat(at),
        to or (MAX, LENA),
        Language.DE,
        Role.MANAGEMENT,
    )
    return Schedule(ALPENRAD, BERLIN, send, weekend)


class Floor:
    """``calls`` are those offered and answered by the hour; ``fails`` is raised by the next that builds."""

    def __init__(self) -> None:
        self.calls = {"08": (10, 9), "09": (4, 4)}
        self.built: list[Wanted] = []
        self.caught_up: list[int] = []
        self.fails: list[Exception] = []

    @property
    def makers(self) -> Makers:
        return Makers(self.caught_up.append, self.build, draw, self.close)

    def close(self) -> None:
        """Nothing that takes time is drawn here."""

    @contextmanager
    def build(self, wanted: Wanted) -> Iterator[Report]:
        self.built.append(wanted)
        if self.fails:
            raise self.fails.pop()
        yield self.report(wanted)

    def report(self, wanted: Wanted) -> Report:
        rows = tuple((hour, *both, _share(*both)) for hour, both in self.calls.items())
        totals = tuple(sum(one[place] for one in self.calls.values()) for place in (0, 1))
        return Report(
            wanted.kind,
            wanted.tenant,
            "Alpenrad",
            wanted.period,
            BERLIN,
            (Headline(Key("offered"), totals[0], Unit.COUNT),),
            (
                Section(
                    Key("calls"),
                    (Table(Key("by_hour"), _COLUMNS, rows, (None, *totals, _share(*totals))),),
                ),
            ),
            (Key("formula_b"),),
            (
                Source(
                    "calls",
                    ("hour", "calls"),
                    [(h, str(n)) for h, (n, _) in self.calls.items()],
                ),
            ),
        )


def draw(report: Report, language: Language) -> Drawn:
    title = f"{report.kind} {report.brand} {language}"
    if report.corrects:
        title = f"correction of {report.corrects}: {title}"
    rows = "\n".join(str(row) for section in report.sections for row in section.tables[0].rows)
    return Drawn(
        title,
        f"<h1>{title}</h1><img src='cid:calls.png'>",
        f"{title}\n{rows}\n",
        (Enclosure("calls.png", PNG),),
        (
            Enclosure("report.xlsx", SHEET),
            *(Enclosure(f"{one.name}.csv", as_csv(one)) for one in report.sources),
        ),
    )


def _share(offered: int, answered: int) -> float | None:
    return 100 * answered / offered if offered else None
