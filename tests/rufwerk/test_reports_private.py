"""The files of an issued report, all parts of them, say nothing of a person: who called, who owes, who worked."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from domain.dunning import CaseList, ListState
from domain.fact import Fact
from domain.ids import AgentId, CallerId, ListId, PersonId, SiteId
from domain.issued_report import Issued, Part, ReportKind, Wanted
from domain.language import Language
from domain.participant import Participant
from domain.period import of_day, of_month, of_week
from domain.person import Person, Role, Site
from domain.ports import KnownAgent
from reporting.issuing import Issuing
from rufwerk import report_wiring, settings_reading, wiring
from rufwerk.call_records import CallRecords
from rufwerk.figure_keeping import projecting
from rufwerk.settings import Settings
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import ALPENRAD
from tests.fakes import shipped
from tests.fakes.counter_desk import ANNA
from tests.fakes.debtors import debtor
from tests.month.month import Month

DAY: Final = date(2026, 3, 10)
EVERYBODY = (
    *("quxdorf", "qx-0", "zwetschgenweg", "zwyrtek", "brzozka", "@haus.example"),
    *("4917699", "017699", "caller-", "case-"),
)
"""What stands in the rows of all participants, callers, debtors and agents, and nowhere else; and the ids of callers
and of cases.
"""

WANTED = {
    ReportKind.DAILY: (None, Role.MANAGEMENT),
    ReportKind.WEEKLY: (None, Role.MANAGEMENT),
    ReportKind.BILLING: (ALPENRAD, Role.MANAGEMENT),
    ReportKind.SERVICE_LEVEL: (ALPENRAD, Role.CLIENT_CONTACT),
}
PERIODS = {
    ReportKind.DAILY: of_day,
    ReportKind.WEEKLY: of_week,
    ReportKind.BILLING: of_month,
    ReportKind.SERVICE_LEVEL: of_month,
}


@pytest.fixture(scope="module")
def month() -> Month:
    return Month(300, 7).play()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = settings_reading.load(None, {"RUFWERK_HOME": str(tmp_path / "home")})
    found.home.mkdir()
    upgrade(found.database_url)
    return found


@pytest.fixture
def transactions(settings: Settings) -> Iterator[SqlTransactions]:
    with closing(wiring.transactions(settings)) as transactions:
        yield transactions


def named(log: Sequence[Fact], what: str) -> list[str]:
    """The ids that bodies of facts have in one of their fields."""
    found = {getattr(fact.body, what, None) for fact in log}
    return sorted(str(one) for one in found if one)


def with_people(transactions: SqlTransactions, month: Month) -> None:
    """The facts of a month, and the rows of all whom they are about."""
    sites = [Site(SiteId(name), name) for name in ("Berlin", "Lyon")]
    with transactions.write() as uow:
        for site in sites:
            uow.sites.add(site)
        for place, agent in enumerate(month.habits.agents):
            name = f"brzozka.{agent}@haus.example"
            person = Person(PersonId(agent), name, Role.AGENT, site=sites[place % 2].id)
            uow.people.add(person, "hash")
            uow.agents.add(KnownAgent(AgentId(agent), name, {}))
        for place, one in enumerate(named(month.log, "participant")):
            uow.participants.add(_participant(one, place), "hash")
        for place, one in enumerate(named(month.log, "caller")):
            uow.callers.note(f"+49176997{place:05}", CallerId(one))
        of = CaseList(ListId("list-0"), ALPENRAD, "mai.xlsx", ListState.RUNNING, 3, 0, month.until)
        uow.case_lists.add(of, b"")
        for place, one in enumerate(named(month.log, "case")):
            usual = debtor(place)
            his = replace(usual.debtor, name=f"Zwyrtek {place}", phone=f"+49176998{place:05}")
            uow.cases.add([replace(usual, id=type(usual.id)(one), list=of.id, debtor=his)])
        for fact in month.log:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.commit()


def _participant(one: str, place: int) -> Participant:
    return replace(
        ANNA,
        id=type(ANNA.id)(one),
        number=f"QX-{place:04}",
        name=f"Lily Quxdorf {place}",
        phone=f"+49176996{place:05}",
        address=f"Zwetschgenweg {place}",
    )


def issuing(settings: Settings, transactions: SqlTransactions) -> Issuing:
    book = wiring.tenant_files(settings, shipped.catalogue()).current
    catch_up = projecting(transactions).catch_up
    return report_wiring.issuing(settings, transactions, lambda: book, catch_up, "jobs")


def stored(transactions: SqlTransactions, issued: Issued) -> Mapping[str, bytes]:
    """The files of a report by name, those of a workbook each."""
    found: dict[str, bytes] = {}
    for file in issued.files:
        with transactions.read() as uow:
            kept = uow.issued_reports.content(issued.number, file.name)
        assert kept is not None
        if file.part is Part.WORKBOOK:
            with zipfile.ZipFile(BytesIO(kept.content)) as archive:
                found |= {name: archive.read(name) for name in archive.namelist()}
        else:
            found[file.name] = kept.content
    return found


def test_nobody_stands_in_them(
    settings: Settings, transactions: SqlTransactions, month: Month
) -> None:
    with_people(transactions, month)
    records = CallRecords.of(settings, wiring.utc_now).written
    records.parent.mkdir(parents=True)
    zone = ZoneInfo(settings.reports.zone)
    begun = of_day(DAY, zone).since.timestamp()
    records.write_text(f"1.1,1.1,{ALPENRAD},{begun:.6f},{begun:.6f},{begun + 60:.6f},60\n")
    office = issuing(settings, transactions)
    for kind, (tenant, role) in WANTED.items():
        period = PERIODS[kind](DAY, zone)
        report = office.issue(Wanted(kind, tenant, period, Language.DE, role))
        files = stored(transactions, report)
        parts = {one.part for one in report.files} | {Part.IMAGE, Part.STANDING}
        assert parts == set(Part), kind
        assert b"Alpenrad" in b"".join(files.values()), kind
        said = {
            (name, word)
            for name, content in files.items()
            for word in EVERYBODY
            if word.encode() in content.lower()
        }
        assert not said, kind
