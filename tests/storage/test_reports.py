"""Issued reports only grow; numbers have no gap; a run is one's at a time, whoever is killed; on both databases."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.ids import TenantId
from domain.issued_report import Issued, IssuedFile, Part, ReportFile, ReportNumber, Wanted
from domain.language import Language
from domain.ports import Transactions
from domain.report_run import CLAIM, MailState, NewRun, RunState
from storage.engine import open_engine, writers
from storage.errors import StorageFault, translated
from storage.unit_of_work import SqlTransactions
from tests.fakes.reports import LENA, MAX, wanted
from tests.storage.people import NOW, OpenStorage

ROOT = Path(__file__).parents[2]
FILE = ReportFile("report.xlsx", Part.WORKBOOK, b"PK" * 5000)
WANTED = wanted()


def issue(
    transactions: Transactions, of: Wanted = WANTED, corrects: str | None = None, year: int = 2026
) -> Issued:
    file = IssuedFile(FILE.name, FILE.part, FILE.digest, len(FILE.content))
    named = None if corrects is None else ReportNumber(corrects)
    new = Issued(ReportNumber(""), of, NOW, "Tagesbericht März", (file,), named)
    with transactions.write() as uow:
        uow.issued_reports.keep(FILE)
        issued = uow.issued_reports.add(new, year)
        uow.commit()
    return issued


def planned(transactions: Transactions, of: Wanted = WANTED, to: tuple[str, ...] = (MAX,)) -> None:
    with transactions.write() as uow:
        uow.report_runs.plan(NewRun(of, NOW, to))
        uow.commit()


def test_a_report_comes_back_as_it_was_issued(transactions: SqlTransactions) -> None:
    issued = issue(transactions)
    other = issue(transactions, replace(WANTED, tenant=None))
    assert (issued.number, other.number) == ("2026-000001", "2026-000002")
    assert issue(transactions, replace(WANTED, language=Language.FR), year=2027).number == (
        "2027-000001"
    )
    with transactions.read() as uow:
        assert uow.issued_reports.get(issued.number) == issued
        assert uow.issued_reports.get(ReportNumber("2026-000009")) is None
        assert uow.issued_reports.find(WANTED) == issued
        assert uow.issued_reports.content(issued.number, FILE.name) == FILE
        assert uow.issued_reports.content(issued.number, "another") is None
        newest = [one.number for one in uow.issued_reports.newest(2)]
    assert newest == ["2027-000001", "2026-000002"]


def test_a_number_is_not_lost_where_nothing_was_issued(transactions: SqlTransactions) -> None:
    first = issue(transactions)
    with pytest.raises(StorageFault):
        issue(transactions)
    second = issue(transactions, corrects=first.number)
    assert second.number == "2026-000002"
    with pytest.raises(StorageFault):
        issue(transactions, corrects=first.number)
    with transactions.read() as uow:
        assert [one.corrects for one in uow.issued_reports.editions(WANTED)] == [None, first.number]
        assert uow.issued_reports.find(WANTED) == first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issued_reports SET title = 'x'",
        "DELETE FROM issued_reports",
        "UPDATE issued_files SET digest = 'x'",
        "DELETE FROM issued_files",
        "UPDATE report_contents SET packed = packed",
        "DELETE FROM report_contents",
    ],
)
def test_nothing_issued_can_be_changed(
    url: str, transactions: SqlTransactions, statement: str
) -> None:
    issued = issue(transactions)
    engine = open_engine(url, timedelta(seconds=2), pool_size=1)
    with pytest.raises(StorageFault), translated(), writers(engine).begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    with transactions.read() as uow:
        assert uow.issued_reports.get(issued.number) == issued


def test_nothing_issued_is_replaced_on_sqlite(sqlite_url: str, open_storage: OpenStorage) -> None:
    issue(open_storage(sqlite_url, "a"))
    engine = open_engine(sqlite_url, timedelta(seconds=2), pool_size=1)
    for table in ("issued_reports", "issued_files", "report_contents"):
        with pytest.raises(StorageFault), translated(), writers(engine).begin() as connection:
            connection.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    engine.dispose()


def test_a_run_is_planned_once_and_claimed_by_one(transactions: SqlTransactions) -> None:
    for _ in range(2):
        planned(transactions)
    assert not due(transactions, -timedelta(seconds=1))
    with transactions.write() as uow:
        run = uow.report_runs.claim(NOW, NOW + CLAIM)
        assert run is not None
        assert (run.state, run.tries, run.to, run.wanted) == (RunState.CLAIMED, 1, (MAX,), WANTED)
        assert uow.report_runs.claim(NOW, NOW + CLAIM) is None
        assert uow.report_runs.planned() == []
        assert list(uow.report_runs.newest_of_each()) == [run]
        uow.commit()
    assert not due(transactions)
    assert due(transactions, CLAIM), "whoever claimed it is dead"
    with transactions.write() as uow:
        again = uow.report_runs.claim(NOW + CLAIM, NOW + 2 * CLAIM)
        uow.commit()
    assert again is not None
    assert (again.id, again.tries) == (run.id, 2)


def due(transactions: SqlTransactions, after: timedelta = timedelta()) -> bool:
    with transactions.read() as uow:
        return uow.report_runs.is_due(NOW + after)


def test_the_newest_of_each_send_is_the_latest_period(transactions: SqlTransactions) -> None:
    period = WANTED.period
    day = timedelta(days=1)
    later = replace(WANTED, period=replace(period, since=period.until, until=period.until + day))
    others = [replace(WANTED, tenant=None), replace(WANTED, tenant=TenantId("maison-lune"))]
    for one in (later, WANTED, *others):
        planned(transactions, one)
    with transactions.read() as uow:
        found = {run.wanted for run in uow.report_runs.newest_of_each()}
        assert len(uow.report_runs.planned()) == len(uow.report_runs.newest(9)) == 4
    assert found == {later, *others}


def test_overdue_is_what_somebody_has_not_got(transactions: SqlTransactions) -> None:
    def overdue() -> int:
        with transactions.read() as uow:
            return len(uow.report_runs.overdue(NOW - CLAIM, NOW))

    planned(transactions, to=(MAX, LENA))
    assert overdue() == 1
    issued = issue(transactions)
    with transactions.write() as uow:
        (run,) = uow.report_runs.newest(1)
        uow.report_runs.change(replace(run, state=RunState.ISSUED, number=issued.number))
        first, second = (uow.report_mails.add(issued.number, to, NOW, run.id) for to in run.to)
        uow.report_mails.change(replace(first, state=MailState.SENT, settled=NOW))
        uow.report_mails.change(replace(second, state=MailState.REFUSED, reason="nobody"))
        uow.commit()
    assert overdue() == 1
    with transactions.write() as uow:
        again = uow.report_mails.add(issued.number, LENA, NOW)
        uow.report_mails.change(replace(again, state=MailState.SENT))
        uow.commit()
    assert overdue() == 0
    with transactions.read() as uow:
        mails = uow.report_mails.of([issued.number])
        assert [mail.state.value for mail in mails] == ["sent", "refused", "sent"]
        assert uow.report_mails.get(second.id) == mails[1]


def test_eight_threads_claim_each_run_once(transactions: SqlTransactions) -> None:
    brands = [TenantId(f"brand-{number}") for number in range(40)]
    for brand in brands:
        planned(transactions, replace(WANTED, tenant=brand))

    def work(_: int) -> list[str]:
        taken = list[str]()
        while True:
            with transactions.write() as uow:
                run = uow.report_runs.claim(NOW, NOW + CLAIM)
                uow.commit()
            if run is None:
                return taken
            taken.append(run.wanted.tenant or "")
            issue(transactions, run.wanted)

    with ThreadPoolExecutor(8) as pool:
        taken = [one for each in pool.map(work, range(8)) for one in each]
    assert sorted(taken) == sorted(brands)
    with transactions.read() as uow:
        numbers = sorted(one.number for one in uow.issued_reports.newest(100))
    assert numbers == [f"2026-{count:06d}" for count in range(1, 41)]


@pytest.fixture
def killed(url: str) -> Callable[[str], None]:
    """A worker that is killed where the word says."""

    def run(where: str) -> None:
        command = [sys.executable, "-m", "tests.storage.dying_reporter", url, where]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as worker:
            assert worker.stdout is not None
            said = worker.stdout.readline()
            worker.send_signal(signal.SIGKILL)
        assert said == f"{where}\n".encode()

    return run


@pytest.mark.parametrize("where", ["claimed", "kept", "issuing"])
def test_a_killed_workers_report_is_issued_by_another_under_the_first_number(
    transactions: SqlTransactions, killed: Callable[[str], None], where: str
) -> None:
    planned(transactions)
    killed(where)
    with transactions.read() as uow:
        assert uow.issued_reports.find(WANTED) is None
        assert uow.outbox.backlog("mail").waiting == 0
    assert not due(transactions)
    with transactions.write() as uow:
        run = uow.report_runs.claim(NOW + CLAIM, NOW + 2 * CLAIM)
        uow.commit()
    assert run is not None
    assert run.tries == 2
    assert issue(transactions).number == "2026-000001"
