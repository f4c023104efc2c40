"""Reports are made and issued: once each, in order, corrected by their differences, whatever fails on the way."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from domain.issued_report import Issued, Part, ReportFile, Wanted
from domain.language import Language
from domain.ports import StorageDown
from domain.report_facts import ReportAsked, ReportIssued
from domain.report_run import CLAIM, ReportRun, RunState
from domain.report_schedule import Schedule
from reporting import report_json, report_runs
from reporting.charts_apart import NotDrawn
from reporting.issuing import Issuing, NotCorrected
from reporting.making import Build
from reporting.report import Report
from reporting.report_runs import Alarm, Overdue, PlanRuns, RunReports
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import Clock
from tests.fakes.reports import ALPENRAD, LENA, MAX, Floor, morning, wanted

GRACE = timedelta(hours=1)


class Office:
    """All that has reports go out, at 12:00 UTC on 2.3.2026."""

    def __init__(self, transactions: SqlTransactions) -> None:
        self.transactions, self.clock, self.floor = transactions, Clock(), Floor()
        self.schedules: Sequence[Schedule] = [morning()]
        self.issuing = Issuing(transactions, self.clock, self.floor.makers, "jobs")
        self.plan = PlanRuns(transactions, self.clock, lambda: self.schedules)
        self.runs = RunReports(self.issuing)
        self.overdue = Overdue(transactions, self.clock, GRACE)

    def look(self, after: timedelta = timedelta()) -> int:
        """How many reports were made."""
        self.clock.turn(after)
        self.plan()
        return sum(1 for _ in iter(self.runs.step, False))

    @property
    def all(self) -> Sequence[Issued]:
        with self.transactions.read() as uow:
            return uow.issued_reports.newest(100)

    @property
    def run(self) -> ReportRun:
        with self.transactions.read() as uow:
            return next(one for one in uow.report_runs.newest(100) if one.tries)

    def file(self, of: Issued, part: Part) -> ReportFile:
        name = next(one.name for one in of.files if one.part is part)
        with self.transactions.read() as uow:
            found = uow.issued_reports.content(of.number, name)
        assert found is not None
        return found


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """As it is in earnest: a picture of every variable takes seconds."""
    render = (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())
    structlog.configure(processors=render)
    yield
    structlog.reset_defaults()


@pytest.fixture
def office(lite: SqlTransactions) -> Office:
    return Office(lite)


def test_a_report_is_issued_once_however_often_it_is_asked_for(office: Office) -> None:
    first = office.issuing.issue(wanted())
    office.floor.calls["10"] = (7, 7)
    assert office.issuing.issue(wanted()) == first
    assert len(office.floor.built) == 1
    assert first.number == "2026-000001"
    assert [one.part.value for one in first.files] == [
        *("text", "html", "image", "workbook", "csv", "data")
    ]
    for one in first.files:
        with office.transactions.read() as uow:
            found = uow.issued_reports.content(first.number, one.name)
        assert found is not None
        assert (found.digest, len(found.content)) == (one.digest, one.size)


def test_facts_say_that_it_was_asked_for_and_issued(office: Office) -> None:
    issued = office.issuing.issue(wanted())
    with office.transactions.read() as uow:
        asked, made = uow.facts.read()
    period = wanted().period
    assert asked.body == ReportAsked(wanted().kind, period.since, period.until)
    assert made.body == ReportIssued(issued.number, wanted().kind, period.since, period.until)
    assert (asked.origin.actor, made.origin.tenant) == ("jobs", ALPENRAD)
    assert office.floor.caught_up == [asked.seq], "the figures come as far as it was asked for"


def test_another_language_has_the_same_figures(office: Office) -> None:
    german = office.issuing.issue(wanted())
    office.floor.calls["10"] = (7, 7)
    french = office.issuing.issue(wanted(language=Language.FR))
    assert len(office.floor.built) == 1
    assert french.number != german.number
    for part in (Part.DATA, Part.CSV):
        assert office.file(german, part).content == office.file(french, part).content
    assert french.title == "daily Alpenrad fr"


def test_what_is_issued_is_data_too(office: Office) -> None:
    issued = office.issuing.issue(wanted())
    back = report_json.load(office.file(issued, Part.DATA).content)
    assert back == replace(office.floor.report(wanted()), sources=())


def test_corrections_are_differences_and_follow_each_other(office: Office) -> None:
    first = office.issuing.issue(wanted())
    with pytest.raises(NotCorrected, match="nothing is to correct"):
        office.issuing.correct(wanted())
    office.floor.calls["09"] = (5, 4)
    second = office.issuing.correct(wanted())
    office.floor.calls["09"] = (6, 6)
    third = office.issuing.correct(wanted())
    assert [one.corrects for one in (first, second, third)] == [None, first.number, second.number]
    deltas = [report_json.load(office.file(one, Part.DATA).content) for one in (second, third)]
    rows = [one.sections[0].tables[0].rows for one in deltas]
    assert [row[0][:3] for row in rows] == [("09", 1, 0), ("09", 1, 2)]
    assert [one.corrects for one in deltas] == [first.number, second.number]
    assert office.file(second, Part.CSV).content == b"hour,calls\r\n08,10\r\n09,5\r\n"
    assert office.issuing.issue(wanted()) == first
    assert len(office.all) == 3


def test_what_was_never_issued_has_no_correction(office: Office) -> None:
    with pytest.raises(NotCorrected, match="hasn't been issued"):
        office.issuing.correct(wanted())


def test_reports_go_out_at_their_hour_and_each_once(office: Office) -> None:
    assert office.look() == 0
    assert office.look(timedelta(minutes=29)) == 0
    assert office.look(timedelta(minutes=1)) == 1
    assert office.look() == 0
    (issued,) = office.all
    assert issued.wanted == wanted()
    assert (office.run.state, office.run.number) == (RunState.ISSUED, issued.number)
    with office.transactions.read() as uow:
        assert [one.recipient for one in uow.report_mails.of([issued.number])] == [MAX, LENA]
        assert uow.outbox.backlog("mail").waiting == 2


def test_after_days_away_each_goes_out_once(office: Office) -> None:
    office.look()
    assert office.look(timedelta(days=3, hours=2)) == 4
    assert [one.wanted.period.since.day for one in office.all] == [3, 2, 1, 28]
    assert office.look() == 0


def test_a_report_asked_for_before_its_hour_goes_out_as_it_is(office: Office) -> None:
    issued = office.issuing.issue(wanted())
    office.look()
    office.look(timedelta(hours=1))
    assert office.all == [issued]
    assert office.run.number == issued.number


def test_many_workers_make_each_report_once(office: Office) -> None:
    office.look()
    office.clock.turn(timedelta(days=9))
    office.plan()
    workers = [RunReports(office.issuing) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda one: sum(1 for _ in iter(one.step, False)), workers))
    assert sum(made) == len(office.all) == 9
    assert len({one.wanted.period for one in office.all}) == 9
    with office.transactions.read() as uow:
        assert uow.outbox.backlog("mail").waiting == 18


def test_a_worker_that_was_slow_leaves_it_to_who_took_over(office: Office) -> None:
    office.look()
    office.clock.turn(timedelta(minutes=30))
    slowly = replace(office.floor.makers, build=take_over(office))
    slow = RunReports(Issuing(office.transactions, office.clock, slowly, "jobs"))
    assert slow.step()
    (issued,) = office.all
    assert (office.run.tries, office.run.number) == (2, issued.number)
    with office.transactions.read() as uow:
        assert uow.outbox.backlog("mail").waiting == 2


def take_over(office: Office) -> Build:
    """Builds so slowly that somebody else has issued it meanwhile."""

    @contextmanager
    def build(of: Wanted) -> Iterator[Report]:
        yield office.floor.report(of)
        office.clock.turn(CLAIM)
        assert office.runs.step()

    return build


@pytest.mark.parametrize("trouble", [None, NotDrawn("its process was ended")])
def test_who_ends_gives_back_what_he_was_making(office: Office, trouble: Exception | None) -> None:
    """However far he comes with it: whoever looks next makes it, and it is issued once."""
    office.look()
    office.clock.turn(timedelta(minutes=30))

    @contextmanager
    def build(of: Wanted) -> Iterator[Report]:
        ending.close()
        if trouble is not None:
            raise trouble
        yield office.floor.report(of)

    ending = RunReports(replace(office.issuing, makers=replace(office.floor.makers, build=build)))
    ending.step()
    run = office.run
    assert (run.state, run.until, run.reason) == (RunState.PLANNED, None, None)
    assert not ending.step(), "he begins no other one"
    assert office.look() == 1
    (issued,) = office.all
    assert (office.run.tries, office.run.number) == (2, issued.number)
    ending.close()
    assert office.run.state is RunState.ISSUED
    with office.transactions.read() as uow:
        assert uow.outbox.backlog("mail").waiting == 2


def test_what_fails_is_tried_again_later_and_given_up_at_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_runs, "MOST_TRIES", 3)
    office.look()
    office.floor.fails = [ValueError("no such column")] * 3
    assert office.look(timedelta(minutes=30)) == 1
    assert (office.run.state, office.run.reason) == (RunState.PLANNED, "ValueError")
    assert office.look() == 0, "not at once"
    for _ in range(2):
        assert office.look(timedelta(minutes=1)) == 1
    assert office.run.state is RunState.FAILED
    assert office.look(timedelta(hours=1)) == 0


def test_while_the_database_is_away_it_waits(office: Office) -> None:
    office.look()
    office.floor.fails = [StorageDown("away")]
    office.clock.turn(timedelta(minutes=30))
    office.plan()
    with pytest.raises(StorageDown):
        office.runs.step()
    assert office.look(timedelta(seconds=6)) == 1
    assert office.run.reason == "away"


def test_others_go_out_where_one_fails(office: Office) -> None:
    office.schedules = [morning(), replace(morning(), tenant=None)]
    office.look()
    office.floor.fails = [ValueError()]
    assert office.look(timedelta(minutes=30)) == 2
    assert len(office.all) == 1


def test_the_dead_mans_alarm_tells_once(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    alarm = Alarm(office.overdue)
    office.look()
    office.floor.fails = [ValueError()]
    office.look(timedelta(minutes=30))
    alarm.step()
    assert not office.overdue()
    office.clock.turn(GRACE)
    for _ in range(2):
        alarm.step()
    (late,) = office.overdue()
    assert late.wanted == wanted()
    assert office.look() == 1
    assert office.overdue(), "issued, but no mail is out"
    alarm.step()
    said = capsys.readouterr().out
    assert said.count("report overdue") == 1
    assert MAX not in said
