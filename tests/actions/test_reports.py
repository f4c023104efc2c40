"""Who may see, open and send which reports; the log notes it."""

from dataclasses import replace

import pytest

from actions.desk import Desk, DeskError
from actions.reports import NoSuchReport, OpenBill, OpenReport, ReadReports, SendAgain
from actions.why_not import WhyNot
from domain.fact import Body
from domain.ids import TenantId
from domain.issued_report import Issued, Part, ReportKind, ReportNumber
from domain.language import Language
from domain.person import Actor, Person, Role
from domain.report_facts import ReportOpened, ReportSentAgain
from domain.tenant import TenantBook
from reporting.issuing import Issuing
from reporting.report_runs import PlanRuns
from rufwerk.terminal import OPERATOR
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import ADLER, EVA, LENA, MAX, Clock
from tests.fakes.reports import LENA as LENAS
from tests.fakes.reports import MAX as MAXS
from tests.fakes.reports import Floor, morning, wanted
from tests.reporting.conftest import lite  # noqa: F401 - a fixture
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - fixtures

LUNE = TenantId("maison-lune")
NUMBER = ReportNumber("2026-000001")


@pytest.fixture
def desk(lite: SqlTransactions) -> Desk:  # noqa: F811
    """With a report of each kind about Alpenrad, and two about others."""
    clock = Clock()
    issuing = Issuing(lite, clock, Floor().makers, "jobs")
    PlanRuns(lite, clock, lambda: [morning()])()
    for kind in ReportKind:
        issuing.issue(wanted(kind))
    issuing.issue(wanted(ReportKind.SERVICE_LEVEL, LUNE))
    issuing.issue(replace(wanted(), tenant=None))
    return Desk(lite, clock, lambda: TenantBook({}))


def seen(desk: Desk, person: Person) -> set[tuple[str, str]]:
    reports = ReadReports(desk)(Actor(person)).reports
    return {(one.issued.wanted.kind.value, one.issued.wanted.tenant or "") for one in reports}


def test_each_sees_what_is_for_him(desk: Desk) -> None:
    assert len(seen(desk, MAX)) == 6
    assert seen(desk, LENA) == seen(desk, MAX) - {("billing", "alpenrad")}
    assert seen(desk, ADLER) == {("service_level", "alpenrad")}
    assert seen(desk, EVA) == set()
    assert len(ReadReports(desk)(Actor(MAX)).runs) == 1
    assert ReadReports(desk)(Actor(ADLER)).runs == ()


def number(desk: Desk, kind: ReportKind, tenant: TenantId | None) -> ReportNumber:
    reports = ReadReports(desk)(OPERATOR).reports
    found: Issued = next(
        one.issued
        for one in reports
        if (one.issued.wanted.kind, one.issued.wanted.tenant) == (kind, tenant)
    )
    return found.number


def last(desk: Desk) -> tuple[str, Body]:
    with desk.transactions.read() as uow:
        *_, fact = uow.facts.read()
    return fact.origin.actor, fact.body


def test_a_file_is_opened_as_it_was_issued_and_the_log_says_by_whom(desk: Desk) -> None:
    of = number(desk, ReportKind.SERVICE_LEVEL, TenantId("alpenrad"))
    file = OpenReport(desk)(Actor(ADLER), of, "report.xlsx")
    assert file.part is Part.WORKBOOK
    assert last(desk) == (ADLER.id, ReportOpened(of, "report.xlsx"))


def test_a_bill_is_opened_with_the_figures_it_leaves_and_what_corrects_it(desk: Desk) -> None:
    of, opens = number(desk, ReportKind.BILLING, TenantId("alpenrad")), OpenBill(desk)
    floor = Floor()
    issuing = Issuing(desk.transactions, desk.clock, floor.makers, "jobs")
    other = issuing.issue(wanted(ReportKind.BILLING, language=Language.EN))
    assert opens(Actor(MAX), of).later == ()
    assert last(desk) == (MAX.id, ReportOpened(of, "report.json"))
    floor.calls = {"08": (11, 9), "09": (4, 4)}
    first = issuing.correct(wanted(ReportKind.BILLING)).number
    floor.calls = {"08": (12, 9), "09": (4, 4)}
    second = issuing.correct(wanted(ReportKind.BILLING)).number
    bill, correction = opens(Actor(MAX), of), opens(Actor(MAX), first)
    assert bill.later == (first, second)
    assert bill.data == bill.standing
    assert correction.later == (second,)
    assert correction.data.part is Part.DATA
    assert correction.standing.part is Part.STANDING
    assert opens(Actor(MAX), other.number).later == (), "of another language"


@pytest.mark.parametrize("person", [EVA, ADLER, LENA, MAX], ids=lambda one: one.role)
def test_a_bill_that_is_none_or_not_for_him_is_not_there(desk: Desk, person: Person) -> None:
    of = number(desk, ReportKind.BILLING, TenantId("alpenrad"))
    for name in (NUMBER, ReportNumber("2026-000099"), *(() if person is MAX else (of,))):
        with pytest.raises(NoSuchReport):
            OpenBill(desk)(Actor(person), name)


@pytest.mark.parametrize("person", [EVA, ADLER, LENA], ids=lambda one: one.role)
def test_what_is_not_for_him_is_not_there(desk: Desk, person: Person) -> None:
    of = number(desk, ReportKind.BILLING, TenantId("alpenrad"))
    for name in (of, ReportNumber("2026-000099"), ReportNumber("'; --")):
        with pytest.raises(NoSuchReport):
            OpenReport(desk)(Actor(person), name, "report.xlsx")
        with pytest.raises(NoSuchReport):
            SendAgain(desk)(Actor(person), name)


def test_another_brands_proof_is_not_there(desk: Desk) -> None:
    of = number(desk, ReportKind.SERVICE_LEVEL, LUNE)
    with pytest.raises(NoSuchReport):
        OpenReport(desk)(Actor(ADLER), of, "report.xlsx")
    with pytest.raises(NoSuchReport):
        SendAgain(desk)(Actor(ADLER), number(desk, ReportKind.SERVICE_LEVEL, TenantId("alpenrad")))


@pytest.mark.parametrize("name", ["report.json", "another.xlsx"])
def test_only_what_goes_out_is_opened(desk: Desk, name: str) -> None:
    with pytest.raises(NoSuchReport):
        OpenReport(desk)(Actor(MAX), NUMBER, name)


def test_a_report_goes_once_more_to_those_who_had_it(desk: Desk) -> None:
    send, boss = SendAgain(desk), Actor(MAX)
    with pytest.raises(DeskError) as nobody:
        send(boss, NUMBER)
    assert nobody.value.why is WhyNot.NO_RECIPIENT
    assert send(OPERATOR, NUMBER, [MAXS, LENAS, MAXS]) == (MAXS, LENAS)
    assert send(boss, NUMBER, [LENAS]) == (LENAS,)
    assert last(desk) == (MAX.id, ReportSentAgain(NUMBER))
    assert send(boss, NUMBER) == (MAXS, LENAS)
    with pytest.raises(DeskError) as stranger:
        send(boss, NUMBER, ["somebody@else.example"])
    assert stranger.value.why is WhyNot.NOT_A_RECIPIENT
    mails = ReadReports(desk)(boss).reports[-1].mails
    assert [one.recipient for one in mails] == [MAXS, LENAS, LENAS, MAXS, LENAS]
    with desk.transactions.read() as uow:
        assert uow.outbox.backlog("mail").waiting == 5
    assert Role.MANAGEMENT is MAX.role
