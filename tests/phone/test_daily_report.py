"""The whole way of a daily report: calls on real telephones, the log, the figures, a mail by SMTP, and the workbook in
it, which LibreOffice opens and computes anew.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from domain.fact import Body
from domain.field_facts import CallEnded, Connected
from domain.language import Language
from domain.mail import Letter, ReportWanted, from_body
from domain.portal_facts import HandedOver
from reporting import smtp
from reporting.mailing import MailWorker
from reporting.report_letters import NoteMail, WriteReport
from reporting.report_runs import PlanRuns, RunReports
from reporting.smtp import Route
from reporting.words import Words
from rufwerk import report_schedules, report_wiring, wiring
from rufwerk.figure_keeping import projecting
from rufwerk.settings import Settings
from storage.unit_of_work import SqlTransactions
from tests.fakes import shipped
from tests.phone import house
from tests.phone.floor import Floor, floor, wait_in_field
from tests.phone.house import Called, House
from tests.phone.instance import running
from tests.reporting.test_report_mails import Server, serving
from tests.sheets.office import convert_files

pytestmark = [pytest.mark.phone, pytest.mark.timeout(300)]

HERE, FROM, HEAD = "127.0.0.1", "rufwerk@rufwerk.example", "head@rufwerk.example"


def zone_of_noon() -> str:
    """Where the day doesn't end while we look."""
    berlin = datetime.now(ZoneInfo("Europe/Berlin"))
    return "Europe/Berlin" if 1 <= berlin.hour < 23 else "America/New_York"


async def hears_his_balance(at: House) -> None:
    (person,) = house.add_people(at.settings, 1)
    called = await at.dial()
    await at.follow(called, [f"!{person.number}#", f"{person.pin}#", "1", "hear", "bye"])
    await at.gone(called)


async def talks(at: House, agents: Floor) -> timedelta:
    """With Eva; how long."""
    phone = await agents.seat("eva", "201")
    called = await wait_in_field(at)
    await phone.event("answered", 30)
    await agents.until_agent("eva", "talking")
    await asyncio.sleep(3)  # a conversation takes its time
    await called.wire.hang_up()
    await agents.until_agent("eva", "wrap_up")
    return when(agents, called, CallEnded) - when(agents, called, Connected)


async def gives_up(at: House, agents: Floor) -> timedelta:
    """Since Eva is at lunch; after how long."""
    await agents.wish("eva", "pause", reason="lunch")
    await agents.wish("eva", "done")
    called = await wait_in_field(at)
    await agents.until_call(called.id, "waiting")
    await asyncio.sleep(7)  # longer than a short abandon
    await called.wire.hang_up()
    await agents.until_call(called.id, "out")
    return when(agents, called, CallEnded) - when(agents, called, HandedOver)


def when(agents: Floor, called: Called, kind: type[Body]) -> datetime:
    (found,) = [
        fact.at
        for fact in agents.facts()
        if fact.origin.call == called.id and isinstance(fact.body, kind)
    ]
    return found


async def sent_by(settings: Settings, transactions: SqlTransactions, now: datetime) -> None:
    """The reports that are due now, as jobs make and send them."""
    tenants = wiring.tenant_files(settings, shipped.catalogue())

    def clock() -> datetime:
        return now

    made = report_wiring.issuing(
        settings,
        transactions,
        lambda: tenants.current,
        projecting(transactions).catch_up,
        "jobs",
    )
    PlanRuns(transactions, clock, lambda: report_schedules.schedules(settings, tenants.current))()
    runs = RunReports(replace(made, clock=clock))
    while await asyncio.to_thread(runs.step):
        pass
    send = partial(smtp.send, route=Route(HERE, settings.mail.port, FROM))

    def write(body: str) -> Letter:
        wanted = from_body(body)
        assert isinstance(wanted, ReportWanted)
        return WriteReport(transactions)(wanted)

    worker = MailWorker(transactions, clock, write, send, FROM, NoteMail(clock))
    while await worker.step():
        pass


def workbook_in(mail: EmailMessage, folder: Path) -> Path:
    """As LibreOffice opens it, computes it and writes it again."""
    (sheet,) = [one for one in mail.iter_attachments() if str(one.get_filename()).endswith("xlsx")]
    content = sheet.get_payload(decode=True)
    assert isinstance(content, bytes)
    (folder / "report.xlsx").write_bytes(content)
    (folder / "opened").mkdir()
    convert_files(folder / "opened", [folder / "report.xlsx"], "xlsx")
    return folder / "opened" / "report.xlsx"


def rows(book: Path, title: str) -> Iterator[Mapping[str, Any]]:
    """Those of the table below a title, by their headings."""
    for sheet in load_workbook(book, data_only=True):
        lines = sheet.iter_rows(values_only=True)
        for line in lines:
            if line[0] == title:
                heads = [str(one) for one in next(lines)]
                while (values := next(lines))[0] != "Summe":
                    yield dict(zip(heads, values, strict=True))
                return


async def test_figures_of_calls_arrive_by_mail(tmp_path: Path) -> None:
    zone = zone_of_noon()
    with running(tmp_path / "home", reports__zone=zone, reports__to=HEAD) as instance:
        settings = instance.settings
        async with house.house(instance) as at, floor(settings) as agents:
            await hears_his_balance(at)
            talked = await talks(at, agents)
            gone_after = await gives_up(at, agents)
    today = datetime.now(ZoneInfo(zone)).date()
    tomorrow = datetime.combine(today + timedelta(days=1), time(7, 5), ZoneInfo(zone))
    server = Server()
    with closing(wiring.transactions(settings)) as transactions:
        async with serving(server, settings.mail.port):
            await sent_by(settings, transactions, tomorrow)
    mails = [message_from_bytes(one, policy=default) for one in server.taken]
    # Before seven in the morning a report on the day before is due as well: the installation was there at seven.
    of_today = Words(Language.DE, ZoneInfo(zone)).long_day(today)
    (mail,) = [
        one
        for one in mails
        if one["To"] == HEAD and "Tagesbericht" in one["Subject"] and of_today in one["Subject"]
    ]
    assert isinstance(mail, EmailMessage)
    book = workbook_in(mail, tmp_path)
    (calls,) = rows(book, "Anrufe nach Mandant")
    counted = {name: calls[name] for name in ("Angeboten", "Angenommen", "In der Zeit angenommen")}
    assert counted == {"Angeboten": 2, "Angenommen": 1, "In der Zeit angenommen": 1}
    assert (calls["Aufgelegt"], calls["Sofort aufgelegt"], calls["Servicelevel"]) == (1, 0, 0.5)
    (waits,) = rows(book, "Wartezeiten")
    assert waits["Aufgelegt nach"] == about(gone_after)
    (handled,) = rows(book, "Gesprächszeiten nach Mandant")
    assert (handled["Gespräche"], handled["Gespräch"]) == (1, about(talked))
    (portal,) = rows(book, "Portal nach Rufnummer")
    assert (portal["Anrufe"], portal["Selbst bedient"], portal["Zu einem Menschen"]) == (3, 1, 2)
    assert (portal["Kontostand angesagt"], portal["Aufgegeben"]) == (1, 0)


def about(took: timedelta) -> object:
    """A workbook keeps parts of a day as a float."""
    return pytest.approx(took, abs=timedelta(milliseconds=1))
