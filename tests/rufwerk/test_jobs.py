"""The process for jobs: the demo's CRM and mail box in it, what it sends, and what becomes of that if it is killed."""

import signal
import smtplib
import socket
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from threading import Thread
from uuid import UUID

import pytest
from typing_extensions import override

from actions.dunning_desk import LEASE
from campaigns.dunning.importing import PreviewList, StoreList, Upload
from campaigns.dunning.sending import ResultsTeller, SendResults
from crm_bridge.demo_crm.records import Records
from crm_bridge.demo_crm.server import application
from crm_bridge.entities import Record
from domain import list_messages
from domain.crm import Direction, PhoneCallActivity
from domain.crm_messages import CHANNEL, as_message
from domain.dunning import Attempt, Lease, ListState
from domain.health import Condition
from domain.ids import AgentId, CallerId, CallId, ContactId
from domain.list_messages import RowsErased
from reporting import mails
from rufwerk import (
    crm_examination,
    crm_wiring,
    jobs_beat,
    mail_examination,
    settings_reading,
    wiring,
)
from rufwerk.bench.scratch import free_ports
from rufwerk.demo_data import ALPENRAD
from rufwerk.settings import Settings
from rufwerk.terminal import OPERATOR
from storage.unit_of_work import SqlTransactions
from tests.crm_bridge.servers import serving
from tests.fakes import shipped
from tests.fakes.desk import EVA
from tests.fakes.list_files import ListFilesHere, read_back, row, workbook
from tests.fakes.mails import report
from tests.rufwerk.processes import WITHIN_S, made_home, running, until

CALLS = 12


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The settings of a home of its own, with a database."""
    crm, mail = free_ports(2)
    return made_home(
        tmp_path / "home", {"RUFWERK_CRM__PORT": str(crm), "RUFWERK_MAIL__PORT": str(mail)}
    )


@pytest.fixture
def settings(environ: Mapping[str, str]) -> Settings:
    return settings_reading.load(None, environ)


@pytest.fixture
def transactions(settings: Settings) -> Iterator[SqlTransactions]:
    with closing(wiring.transactions(settings)) as transactions:
        yield transactions


def jobs(environ: Mapping[str, str], log: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return running("rufwerk.jobs_process", environ, log)


def queue(transactions: SqlTransactions) -> None:
    now = wiring.utc_now()
    anna = ContactId(str(crm_wiring.demo_contacts(Settings())[0].id))
    with transactions.write() as uow:
        for number in range(CALLS):
            call, ended = CallId(f"a-{number}.1"), now + timedelta(minutes=3)
            told = PhoneCallActivity(call, Direction.INCOMING, now, ended, "Karte", contact=anna)
            uow.outbox.add(as_message(told), now)
        uow.commit()


def waiting(transactions: SqlTransactions) -> int:
    with transactions.read() as uow:
        return uow.outbox.backlog(CHANNEL).waiting


def shown(settings: Settings) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{settings.crm.port}/", timeout=WITHIN_S) as page:
        text: str = page.read().decode()
    return text


def test_the_demos_crm_gets_what_waits_and_keeps_it(
    environ: Mapping[str, str], settings: Settings, transactions: SqlTransactions, tmp_path: Path
) -> None:
    queue(transactions)
    assert crm_examination.examine(settings).condition is Condition.WARNING
    for _ in range(2):
        with jobs(environ, tmp_path / "log") as process:
            until(lambda: jobs_beat.beats(settings) and waiting(transactions) == 0)
            page = shown(settings)
            assert f"Phone calls: {CALLS}" in page
            assert "Anna Keller" in page
            found = crm_examination.examine(settings)
            assert (found.condition, "waiting for it: 0" in found.detail) == (Condition.WELL, True)
        assert process.returncode == 0
    crm = crm_wiring.record_urls(settings).of_contact(ContactId("x"))
    assert crm is not None
    assert crm.startswith(f"http://127.0.0.1:{settings.crm.port}/main.aspx?")


class Deadly(Records):
    """Kills who writes to it, right after it has written, once for each of ``deaths``."""

    process: subprocess.Popen[bytes] | None = None
    created = 0
    deaths = frozenset({3, 7})

    @override
    def create(self, record: Record) -> UUID:
        key = super().create(record)
        self.created += 1
        if self.created in self.deaths:
            assert self.process is not None
            self.process.kill()
            self.process.wait(WITHIN_S)
        return key


def test_killed_between_sending_and_noting_nothing_is_lost_and_nothing_twice(
    environ: dict[str, str], transactions: SqlTransactions, tmp_path: Path
) -> None:
    records = Deadly()
    records.seed(crm_wiring.demo_contacts(Settings()))
    queue(transactions)
    with serving(application(records, wiring.utc_now)) as url:
        environ |= {"RUFWERK_CRM__URL": url, "RUFWERK_CRM__AUTH": "none"}
        for _ in range(2):
            with jobs(environ, tmp_path / "log") as records.process:
                assert records.process.wait(WITHIN_S) == -signal.SIGKILL
            with (
                transactions.write() as uow
            ):  # as `rufwerk outbox --retry`: who died isn't waited for
                uow.outbox.try_again(CHANNEL, wiring.utc_now())
                uow.commit()
        with jobs(environ, tmp_path / "log"):
            until(lambda: waiting(transactions) == 0)
    assert len(records.all("phonecall")) == CALLS == records.created


def test_without_a_crm_and_with_the_database_away_it_lives(
    environ: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "tenants").mkdir()
    for file in settings.tenants.glob("*.toml"):
        earnest = file.read_text().replace('profile = "demo"', 'profile = "DE"')
        (tmp_path / "tenants" / file.name).write_text(earnest)
    environ |= {
        "RUFWERK_TENANTS": str(tmp_path / "tenants"),
        "RUFWERK_DEMO__ENABLED": "false",
        "RUFWERK_SIP__PHONE_PASSWORD": "of-our-own-and-long-",
    }
    alone = settings_reading.load(None, environ)
    assert crm_wiring.bridge(alone) is None
    assert crm_examination.examine(alone).detail == "none connected"
    assert crm_wiring.record_urls(alone).of_contact(ContactId("x")) is None
    with jobs(environ, tmp_path / "log"):
        until(lambda: jobs_beat.beats(alone))
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP("127.0.0.1", alone.mail.port)
    environ |= {"RUFWERK_DEMO__ENABLED": "true", "RUFWERK_DATABASE__URL": "sqlite:////none/x.db"}
    with jobs(environ, tmp_path / "log"):
        until(lambda: "outbox out of reach" in (tmp_path / "log").read_text())
        until(lambda: jobs_beat.beats(settings))


def test_changed_files_of_tenants_are_taken_over(
    environ: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    tenants = copytree(settings.tenants, tmp_path / "tenants")
    environ |= {"RUFWERK_TENANTS": str(tenants)}
    with jobs(environ, tmp_path / "log") as process:
        until(lambda: jobs_beat.beats(settings))
        (tenants / "alpenrad.toml").write_text("")
        process.send_signal(signal.SIGHUP)
        until(lambda: "tenants not reloaded" in (tmp_path / "log").read_text())
    assert process.returncode == 0


def test_the_bridge_of_the_demo_asks_the_demos_crm(settings: Settings) -> None:
    made = crm_wiring.bridge(settings)
    assert made is not None
    made.close()


def test_what_a_crm_needs_is_told(settings: Settings, transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        now = wiring.utc_now()
        message = as_message(PhoneCallActivity(CallId("a-1"), Direction.OUTGOING, now, now, "x"))
        uow.outbox.add(message, now)
        entry = uow.outbox.take(CHANNEL, now, now)
        assert entry is not None
        uow.outbox.refuse(entry.id, now, "not allowed")
        uow.commit()
    with socket.create_server(("127.0.0.1", settings.crm.port)):
        found = crm_examination.examine(settings)
        assert (found.condition, "refused: 1" in found.detail) == (Condition.WARNING, True)
        with transactions.write() as uow:
            uow.outbox.try_again(CHANNEL, now)
            uow.commit()
        found = crm_examination.examine(settings)
        assert "not as it should" in found.detail


def test_the_demos_mail_box_catches_what_is_sent_and_is_examined(
    environ: Mapping[str, str], settings: Settings, tmp_path: Path
) -> None:
    folder = wiring.mail_folder(settings)
    assert folder is not None
    found = mail_examination.examine(settings, folder)
    assert (found.condition, "jobs" in found.remedy) == (Condition.WARNING, True)
    with jobs(environ, tmp_path / "log") as process:
        until(lambda: jobs_beat.beats(settings))
        with smtplib.SMTP("127.0.0.1", settings.mail.port, timeout=WITHIN_S) as client:
            client.send_message(report(), "out@rufwerk.example", ["max@alpenrad.example"])
            found = mail_examination.examine(settings, folder)  # beside one that is sending
            assert found.condition is Condition.WELL
            assert found.detail == f"catches on port {settings.mail.port}, mails: 1"
    assert process.returncode == 0
    (caught,) = folder.newest()
    assert mails.heading(caught.content).recipients == "max@alpenrad.example"
    said = (tmp_path / "log").read_text()
    assert "mail caught" in said
    assert "alpenrad.example" not in said


def test_results_of_a_list_reach_the_demos_mail_box(
    environ: Mapping[str, str], settings: Settings, transactions: SqlTransactions, tmp_path: Path
) -> None:
    tenants, folder = (
        wiring.tenant_files(settings, shipped.catalogue()),
        wiring.mail_folder(settings),
    )
    assert folder is not None
    on = wiring.dunning_desk(transactions, lambda: tenants.current)
    upload = Upload("liste.xlsx", workbook(row(1), row(2)))
    preview = PreviewList(on, ListFilesHere())(OPERATOR, ALPENRAD, upload)
    made, _ = StoreList(on)(OPERATOR, preview)
    assert SendResults(on)(OPERATOR, made.id) == ("adler@alpenrad.example",)
    with jobs(environ, tmp_path / "log"):
        until(lambda: len(folder) == 1)
    (caught,) = folder.newest()
    whole = folder.get(caught.number)
    assert whole is not None
    (file,) = mails.read(whole.content).attachments
    assert [one[7] for one in read_back(file.content)] == ["Ergebnis", "offen", "offen"]
    assert "adler" not in (tmp_path / "log").read_text()


def test_a_list_that_an_agent_left_with_her_last_case_is_done_and_sent(
    environ: Mapping[str, str], settings: Settings, transactions: SqlTransactions, tmp_path: Path
) -> None:
    tenants, folder = (
        wiring.tenant_files(settings, shipped.catalogue()),
        wiring.mail_folder(settings),
    )
    assert folder is not None
    on = wiring.dunning_desk(transactions, lambda: tenants.current)
    ResultsTeller(transactions, wiring.utc_now, lambda: tenants.current).step()
    preview = PreviewList(on, ListFilesHere())(
        OPERATOR, ALPENRAD, Upload("liste.xlsx", workbook(row(1)))
    )
    made, _ = StoreList(on)(OPERATOR, preview, attempts=1)
    agent, before = AgentId(EVA.id), wiring.utc_now() - LEASE
    with transactions.write() as uow:
        uow.people.add(EVA, "none")
        (case,) = uow.cases.of_list(made.id)
        uow.cases.change(replace(case, fences=1, lease=Lease(agent, 1, before)))
        call = CallId("a-1.1")
        uow.attempts.add(Attempt(call, case.id, made.id, CallerId("c-1"), agent, before))
        uow.commit()
    with jobs(environ, tmp_path / "log"):
        until(lambda: len(folder) == 1)
    with transactions.read() as uow:
        done = uow.case_lists.get(made.id)
    assert done is not None
    assert done.state is ListState.DONE


def test_who_is_erased_is_taken_out_of_lists(
    environ: Mapping[str, str], settings: Settings, transactions: SqlTransactions, tmp_path: Path
) -> None:
    tenants = wiring.tenant_files(settings, shipped.catalogue())
    on = wiring.dunning_desk(transactions, lambda: tenants.current)
    upload = Upload("liste.xlsx", workbook(row(1), row(2, Telefon="0171"), row(3)))
    made, _ = StoreList(on)(OPERATOR, PreviewList(on, ListFilesHere())(OPERATOR, ALPENRAD, upload))
    erased = list_messages.as_message(RowsErased(made.id, "K2"))
    with transactions.write() as uow:
        uow.outbox.add(erased, wiring.utc_now())
        uow.commit()

    def names() -> list[object]:
        with transactions.read() as uow:
            return [one[1] for one in read_back(uow.case_lists.content(made.id))]

    with jobs(environ, tmp_path / "log"):
        until(lambda: names() == ["Name", "Debtor 1", None, "Debtor 3"])
    assert "K2" not in (tmp_path / "log").read_text()


def test_what_answers_in_the_place_of_the_mail_box_is_told(settings: Settings) -> None:
    folder = wiring.mail_folder(settings)
    assert folder is not None
    with socket.create_server(("127.0.0.1", settings.mail.port)) as other:

        def answer() -> None:
            with other.accept()[0] as link:
                link.sendall(b"HTTP/1.1 400")

        thread = Thread(target=answer)
        thread.start()
        found = mail_examination.examine(settings, folder)
        thread.join()
    assert found.detail.endswith("is no mail box")
