"""Processes that race for the same reports and their mails, and are killed: each report is issued once, on both
databases.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from actions.take_due import LEASE
from domain.mail import CHANNEL
from domain.report_facts import ReportAsked, ReportIssued
from domain.report_run import CLAIM, MailState, RunState
from rufwerk.bench.scratch import free_ports
from storage.unit_of_work import SqlTransactions
from tests.reporting.test_report_mails import Server, serving
from tests.storage.racing_reporter import BRANDS, START

ROOT = Path(__file__).parents[2]
BACK = START + timedelta(days=16, hours=1)
"""After so long away, each brand has a report of each of 17 days to come; after twice as long, of 34."""

RACERS = ("one", "two", "three")
LAPSED = max(CLAIM, LEASE) + timedelta(minutes=1)


class Race(Server):
    """Three processes at work. Who has just made the report, or handed over the new mail, that is one of those told, is
    killed, and another one goes on in his place.
    """

    def __init__(self, url: str, made: Collection[int] = (), mailed: Collection[int] = ()) -> None:
        super().__init__()
        (self.port,) = free_ports(1)
        self.killed = 0
        self._url, self._last_made, self._last_mailed = url, made, mailed
        self._made = 0
        self._racers = dict[str, Process]()

    async def have(self, at: datetime) -> None:
        """All of them do what is due."""
        await asyncio.gather(*(self._have(name, at) for name in RACERS))

    async def end(self) -> None:
        for racer in self._racers.values():
            racer.kill()
            await racer.wait()

    @override
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        is_new = self.ids[-1] not in self.ids[:-1]
        if is_new and len(set(self.ids)) in self._last_mailed:
            self._kill(self._racers[(envelope.mail_from or "").partition("@")[0]])
        return answer

    async def _have(self, name: str, at: datetime) -> None:
        """Do it to its end, whoever dies of it."""
        done = False
        while not done:
            if name not in self._racers:
                self._racers[name] = await self._begun(name)
            done = await self._is_done(self._racers[name], at)
            if not done:
                await self._racers.pop(name).wait()

    async def _begun(self, name: str) -> Process:
        program = (sys.executable, "-m", "tests.storage.racing_reporter")
        return await asyncio.create_subprocess_exec(
            *program, self._url, str(self.port), name, cwd=ROOT, stdin=PIPE, stdout=PIPE
        )

    async def _is_done(self, racer: Process, at: datetime) -> bool:
        """False where he died."""
        assert racer.stdin is not None
        assert racer.stdout is not None
        racer.stdin.write(f"{at.isoformat()}\n".encode())
        async for line in racer.stdout:
            if line == b"idle\n":
                return True
            if line == b"made\n":
                self._made += 1
                if self._made in self._last_made:
                    self._kill(racer)
        return False

    def _kill(self, racer: Process) -> None:
        racer.kill()
        self.killed += 1


@asynccontextmanager
async def racing(race: Race) -> AsyncIterator[Race]:
    async with serving(race, race.port):
        try:
            await race.have(START)
            yield race
        finally:
            await race.end()


def issued_once(transactions: SqlTransactions) -> Counter[int]:
    """How many reports were claimed how often, where all that are due are out: issued once each, under a number of its
    own, and none is missing among those.
    """
    with transactions.read() as uow:
        runs = [one for one in uow.report_runs.newest(1000) if one.state is RunState.ISSUED]
        facts = list(uow.facts.read())
        mails = uow.report_mails.of([one.number for one in runs if one.number])
        assert len(uow.report_runs.planned()) == len(BRANDS), "the next ones, which aren't due"
        assert uow.outbox.backlog(CHANNEL).waiting == 0
    asked = Counter(
        (one.origin.tenant, one.body.since) for one in facts if isinstance(one.body, ReportAsked)
    )
    assert asked == {(one.wanted.tenant, one.wanted.period.since): one.tries for one in runs}
    numbers = [one.body.number for one in facts if isinstance(one.body, ReportIssued)]
    assert numbers == [f"2026-{count:06d}" for count in range(1, len(asked) + 1)]
    assert sorted(one.number or "" for one in runs) == numbers
    assert sorted(one.number for one in mails) == numbers
    assert {one.state for one in mails} == {MailState.SENT}
    return Counter(one.tries for one in runs)


async def test_each_report_is_one_processs_and_of_who_is_killed_it_becomes_anothers(
    url: str, transactions: SqlTransactions
) -> None:
    """What he had claimed is made once the claim has run out; what he was sending comes twice, under one Message-ID."""
    reports = 17 * len(BRANDS)
    async with racing(Race(url, made={reports + 20, reports + 50}, mailed={reports + 60})) as race:
        await race.have(BACK)
        assert race.killed == 0
        assert issued_once(transactions) == {1: reports}
        assert len(race.ids) == len(set(race.ids)) == reports
        back_again = BACK + timedelta(days=17)
        await race.have(back_again)
        assert race.killed == 3
        await race.have(back_again + LAPSED)
    tries, sent = issued_once(transactions), Counter(race.ids)
    assert sum(tries.values()) == len(sent) == 2 * reports
    assert tries.keys() <= {1, 2}
    assert tries[2] <= race.killed
    more = Counter(sent.values())
    assert more.keys() == {1, 2}
    assert more[2] <= race.killed
