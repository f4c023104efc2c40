"""What may take its time: what waits in the outbox is sent to the CRM and by mail, reports go out, what figures are
aggregated over is kept up, debtors' cases whose agents have gone away are taken back, who was erased is taken out of
clients' files, imports that broke off are brought to their end, and what is old is forgotten; in the demo the CRM
itself and a mail box run here.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from actions.import_participants import SettleLetIn
from actions.lease_case import TakeBackExpired
from campaigns.dunning.erasing import EraseRows
from campaigns.dunning.list_files import ListFiles
from campaigns.dunning.results import MakeResults
from campaigns.dunning.sending import ResultsTeller, WriteLetter
from crm_bridge.call_teller import CallTeller
from crm_bridge.demo_crm.records import Records
from crm_bridge.demo_crm.server import application
from crm_bridge.outbox_worker import OutboxWorker
from domain.crm import CrmDown
from domain.ids import PersonId
from domain.mail import (
    BlockNoticeWanted,
    Letter,
    PinNoticeWanted,
    ReportWanted,
    ResultsWanted,
    VoucherWanted,
    from_body,
)
from domain.outside_ports import Crm
from domain.person import Actor, Person, Role
from domain.ports import StorageDown, Transactions
from domain.report_schedule import Schedule
from domain.tenant import TenantBook
from prompts.catalogue import Catalogue
from reporting import smtp
from reporting.mail_box import catching
from reporting.mailing import MailWorker
from reporting.making import CatchUp
from reporting.notice_letters import WriteNotice
from reporting.report_letters import NoteMail, WriteReport
from reporting.report_runs import Alarm, Overdue, PlanRuns, RunReports
from reporting.smtp import Route
from reporting.voucher_letters import WriteVoucher
from rufwerk import (
    crm_wiring,
    jobs_beat,
    logs,
    report_schedules,
    report_wiring,
    settings_reading,
    wiring,
)
from rufwerk.call_records import CallRecords
from rufwerk.figure_keeping import FigureKeeping, projecting
from rufwerk.list_files import ListFilesApart
from rufwerk.settings import Settings
from rufwerk.supervisor import leave_no_core
from storage.errors import StorageFault

log = structlog.get_logger()

_SEND_WITHIN_S: Final = 4.0
"""For each of an activity's two requests: less in all than the supervisor waits for our end."""

_LAST_MAIL_S: Final = 3.0
"""Less, with what else must end, than the supervisor waits for our end; a mail server in order takes less."""

_LOOK_S: Final = 1.0
_LOOK_FOR_REPORTS_S: Final = 60.0
_HANGS_S: Final = 60.0
_KEPT: Final = timedelta(days=30)

_TIDY_S: Final = 3600.0
_TAKE_BACK_S: Final = 60.0
_ERASE_S: Final = 60.0
_SETTLE_S: Final = 60.0
_FORGET_S: Final = 86_400.0

_JOBS: Final = Actor(Person(PersonId("jobs"), "jobs", Role.OPERATOR))
"""Who does what nobody has asked for."""


class Sending:
    """Tells the CRM of calls, and sends what waits, one after another, in a thread; ``turned`` is when it last came
    back from one.
    """

    def __init__(self, teller: CallTeller, worker: OutboxWorker) -> None:
        self._teller = teller
        self._worker = worker
        self.turned = time.monotonic()

    async def run(self) -> None:
        while True:
            busy = await asyncio.to_thread(self._turn)
            self.turned = time.monotonic()
            if not busy:
                await asyncio.sleep(_LOOK_S)

    def _turn(self) -> bool:
        try:
            return self._told() | self._worker.step()
        except (StorageDown, StorageFault) as error:
            log.warning("outbox out of reach", reason=str(error))
            return False

    def _told(self) -> bool:
        try:
            return self._teller.step()
        except CrmDown as down:  # whom a call was with is asked again in the next turn
            log.warning("calls not told", trouble=down.trouble, **{"pii.why": down.detail})
            return False


class Reports:
    """Has reports go out by themselves, a look each minute; and tells the log of those that are overdue."""

    def __init__(self, plan: PlanRuns, reports: RunReports, alarm: Alarm) -> None:
        self._plan = plan
        self._reports = reports
        self._alarm = alarm

    async def run(self) -> None:
        while True:
            if not await asyncio.to_thread(self._turn):
                await asyncio.sleep(_LOOK_FOR_REPORTS_S)

    def close(self) -> None:
        """Leave what is being made to the next start, or to another machine."""
        try:
            self._reports.close()
        except (StorageDown, StorageFault) as error:
            log.warning("report not given back", reason=str(error))

    def _turn(self) -> bool:
        try:
            self._plan()
            more = self._reports.step()
            self._alarm.step()
        except (StorageDown, StorageFault) as error:
            log.warning("reports out of reach", reason=str(error))
            return False
        return more


class Mailing:
    """Notes whose list is worked off, and sends what waits, one mail after another."""

    def __init__(self, teller: ResultsTeller, worker: MailWorker) -> None:
        self._teller = teller
        self._worker = worker
        self._turning = asyncio.Lock()
        self._ending = False

    async def run(self) -> None:
        while True:
            async with self._turning:
                busy = await self._turn()
            if not busy:
                await asyncio.sleep(_LOOK_S)

    async def finish(self) -> None:
        """No mail is begun from now on; the one that is being sent is sent and noted, if that takes seconds only."""
        self._ending = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._turning.acquire(), _LAST_MAIL_S)

    async def _turn(self) -> bool:
        try:
            more = await asyncio.to_thread(self._teller.step)
            if self._ending:
                return False
            return await self._worker.step() or more
        except (StorageDown, StorageFault) as error:
            log.warning("mails out of reach", reason=str(error))
            return False


async def every(seconds: float, work: Callable[[], None], undone: str) -> None:
    """Do it again and again, in a thread; the log is told what is ``undone`` while the database or the disk is away."""
    while True:
        try:
            await asyncio.to_thread(work)
        except (StorageDown, StorageFault, OSError) as error:
            log.warning(undone, reason=str(error))
        await asyncio.sleep(seconds)


def forget_sent(transactions: Transactions) -> None:
    """What was sent long ago. Raises StorageDown."""
    with transactions.write() as uow:
        uow.outbox.forget_done_before(wiring.utc_now() - _KEPT)
        uow.commit()


async def beat(settings: Settings, sending: Sending | None) -> None:
    """A sign of life each second, as long as the sending comes back."""
    file = jobs_beat.beat_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        if sending is None or time.monotonic() - sending.turned < _HANGS_S:
            file.touch()
        await asyncio.sleep(1)


async def serve(config: Path | None) -> None:
    """Serve until SIGTERM; SIGHUP reads the tenants' files again."""
    options = settings_reading.load(config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        transactions = wiring.transactions(options)
        stack.callback(transactions.close)
        stack.callback(jobs_beat.beat_file(options).unlink, missing_ok=True)
        if options.has_demo_crm:
            stack.push_async_callback((await start_demo_crm(options)).cleanup)
        mails = wiring.mail_folder(options)
        if mails is not None:
            try:
                await stack.enter_async_context(catching(mails, "127.0.0.1", options.mail.port))
            except OSError as error:  # what waits for the CRM goes out all the same
                log.warning("no mail box", port=options.mail.port, reason=error.strerror)
        files = ListFilesApart()
        stack.callback(files.close)
        crm, route = crm_wiring.crm(options, _SEND_WITHIN_S), wiring.mail_route(options)
        tenants = wiring.tenant_files(options, Catalogue.load())
        loop.add_signal_handler(signal.SIGHUP, tenants.take_over)
        figures = projecting(transactions)
        sending = mailing = reports = None
        if crm is not None:
            sending = _sending(transactions, lambda: tenants.current, crm)
        if route is not None:
            mailing = _mailing(transactions, lambda: tenants.current, files, route)
            reports = _reports(options, transactions, lambda: tenants.current, figures.catch_up)
        take_back = TakeBackExpired(wiring.dunning_desk(transactions, lambda: tenants.current))
        erase = EraseRows(transactions, wiring.utc_now, files)
        settle = SettleLetIn(transactions, lambda: tenants.current)
        records = CallRecords.of(options, wiring.utc_now)
        forget = wiring.forget_old(options, transactions, lambda: tenants.current)
        async with asyncio.TaskGroup() as group:
            work = [
                beat(options, sending),
                every(_TIDY_S, partial(forget_sent, transactions), "outbox not tidied"),
                every(_TAKE_BACK_S, partial(take_back, _JOBS), "cases not taken back"),
                every(_ERASE_S, erase, "debtors not erased from lists"),
                every(_SETTLE_S, settle, "participants not settled"),
                every(_FORGET_S, forget, "old rows not forgotten"),
                every(_FORGET_S, records.put_aside, "call records not put aside"),
                FigureKeeping(figures).run(),
            ]
            work += [one.run() for one in (sending, reports) if one is not None]
            tasks = [group.create_task(one) for one in work]
            posting = None if mailing is None else group.create_task(mailing.run())
            log.info("ready", crm=sending is not None, mail=mailing is not None)
            await stop.wait()
            for task in tasks:
                task.cancel()
            if mailing is not None and posting is not None:
                await mailing.finish()
                posting.cancel()
            # what threads still do comes to nothing now, and is noted nowhere
            files.close()
            if reports is not None:
                await asyncio.to_thread(reports.close)
            figures.close()


def _sending(transactions: Transactions, book: Callable[[], TenantBook], crm: Crm) -> Sending:
    worker = OutboxWorker(transactions, wiring.utc_now, crm, time.monotonic)
    return Sending(CallTeller(transactions, wiring.utc_now, crm, book), worker)


def _reports(
    options: Settings,
    transactions: Transactions,
    book: Callable[[], TenantBook],
    catch_up: CatchUp,
) -> Reports:
    def schedules() -> Sequence[Schedule]:
        return report_schedules.schedules(options, book())

    clock, grace = wiring.utc_now, options.reports.grace
    return Reports(
        PlanRuns(transactions, clock, schedules),
        RunReports(report_wiring.issuing(options, transactions, book, catch_up, _JOBS.logged_as)),
        Alarm(Overdue(transactions, clock, grace)),
    )


def _mailing(
    transactions: Transactions, book: Callable[[], TenantBook], files: ListFiles, route: Route
) -> Mailing:
    results = WriteLetter(MakeResults(transactions, wiring.utc_now, book, files))
    report, voucher = WriteReport(transactions), WriteVoucher(transactions, book)
    notice = WriteNotice(transactions, book)

    def write(body: str) -> Letter:
        match wanted := from_body(body):
            case ReportWanted():
                return report(wanted)
            case VoucherWanted():
                return voucher(wanted)
            case PinNoticeWanted() | BlockNoticeWanted():
                return notice(wanted)
            case ResultsWanted():
                return results(body)

    send, note = partial(smtp.send, route=route), NoteMail(wiring.utc_now)
    worker = MailWorker(transactions, wiring.utc_now, write, send, route.sender, note)
    return Mailing(ResultsTeller(transactions, wiring.utc_now, book), worker)


async def start_demo_crm(settings: Settings) -> web.AppRunner:
    """It goes on with what it had."""
    records = Records(settings.home / "demo-crm.json")
    records.seed(crm_wiring.demo_contacts(settings))
    made = application(records, wiring.utc_now)
    runner = web.AppRunner(made, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.crm.port, reuse_address=True).start()
    return runner


def main() -> None:
    logs.set_up("jobs")
    leave_no_core()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can be heeded
    asyncio.run(serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
