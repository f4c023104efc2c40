"""Debtors' cases worked off by 16 agents on two processes that are killed again and again: whatever happens, no case
is tried above its limit or leased twice, no number is dialled twice at once or at a wrong hour, and all are closed.

``RUFWERK_DRILL_CASES`` says how many cases a round has (10,000), ``RUFWERK_DRILL_SEED`` repeats one's chances.
"""

import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from typing import Final

import pytest
from sqlalchemy import func, select

from domain.dunning import Case, CaseList, ListState
from domain.dunning_facts import AttemptRecorded, CaseGivenBack
from domain.fact import Fact
from domain.ids import AgentId, Skill
from domain.ports import KnownAgent
from storage.dunning_tables import cases as table
from storage.engine import open_engine, readers
from storage.unit_of_work import SqlTransactions
from tests.drill import case_checks
from tests.drill.case_workers import agent
from tests.drill.shared_clock import START, SharedClock
from tests.fakes.counter_desk import ALPENRAD
from tests.fakes.debtors import LIST, debtor

CASES: Final = int(os.environ.get("RUFWERK_DRILL_CASES", "10000"))
SEED: Final = int(os.environ.get("RUFWERK_DRILL_SEED", "0")) or secrets.randbelow(10**6)
AGENTS: Final = 16
ROOT: Final = Path(__file__).parents[2]


def test_some_cases_survive_every_kill(url: str, tmp_path: Path) -> None:
    tortured(url, tmp_path / "clock", 60, 600)


@pytest.mark.drill
@pytest.mark.timeout(7200)  # a bound for what hangs: on a quiet machine it takes 40 minutes
def test_many_cases_survive_every_kill(url: str, tmp_path: Path) -> None:
    tortured(url, tmp_path / "clock", CASES, 200)


def tortured(url: str, clock_file: Path, count: int, speed: float) -> None:
    """``speed`` is how fast the clock runs: the slower, the fewer nights, in which all cases are put off."""
    transactions = SqlTransactions(url, "a", deadline=timedelta(seconds=20))
    fill(transactions, count)
    clock = SharedClock.started(clock_file, speed)
    begun = time.monotonic()
    kills = worked_off(url, transactions, clock_file, clock)
    took = time.monotonic() - begun
    log, cases = facts(transactions), all_cases(transactions)
    with transactions.read() as uow:
        rows = uow.attempts.of_list(LIST)
    report(log, cases, f"{url.partition(':')[0]}, seed {SEED}: {took:.0f} s, {kills} kills")
    transactions.close()
    faults = [
        *case_checks.leases(log),
        *case_checks.dials(log),
        *case_checks.hours(log),
        *case_checks.rows(log, cases, rows),
    ]
    assert not faults, faults[:20]


def fill(transactions: SqlTransactions, count: int) -> None:
    """One number in ten is that of two debtors; most cases may be tried once, some twice or three times."""
    made = CaseList(LIST, ALPENRAD, "liste.xlsx", ListState.RUNNING, 3, 0, START)
    with transactions.write() as uow:
        for number in range(AGENTS):
            who = agent(number)
            skills = {Skill(one): 5 for one in (ALPENRAD, "de", "dunning")}
            uow.agents.add(KnownAgent(AgentId(who.id), who.name, skills))
            uow.people.add(who, "hash")
        uow.case_lists.add(made, b"a workbook")
        limits = (1, 3, 1, 2, 1, 1, 2, 1, 1, 1)
        new = [debtor(one, 1000 + one % 97, limit=limits[one % 10]) for one in range(count)]
        for number in range(0, count, 10):
            new[number] = replace(new[number], debtor=new[number + 1].debtor)
        uow.cases.add(new)
        uow.commit()


def worked_off(
    url: str, transactions: SqlTransactions, clock_file: Path, clock: SharedClock
) -> int:
    """Kills and restarts until the list is done; how often."""
    chance, kills = Random(SEED), 0
    kill_at = time.monotonic() + chance.uniform(3, 6)
    hurry = Hurry(url, clock)
    with ExitStack() as stack:

        def started(half: int) -> subprocess.Popen[bytes]:
            first = half * AGENTS // 2
            arguments = [url, clock_file, chance.random(), first, first + AGENTS // 2]
            command = [sys.executable, "-m", "tests.drill.case_workers", *map(str, arguments)]
            process = subprocess.Popen(command, cwd=ROOT)
            stack.callback(end, process)
            return process

        running = [started(0), started(1)]
        while not is_done(transactions):
            Event().wait(0.05)
            hurry.on()
            if time.monotonic() > kill_at:
                half = chance.randrange(2)
                assert running[half].poll() is None, "it ended by itself"
                end(running[half])
                running[half] = started(half)
                kills += 1
                kill_at = time.monotonic() + chance.uniform(5, 25)
    hurry.close()
    return kills


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=10)


def is_done(transactions: SqlTransactions) -> bool:
    with transactions.read() as uow:
        of = uow.case_lists.get(LIST)
    assert of is not None
    return of.state is ListState.DONE


class Hurry:
    """Puts the clock forward to what comes next where the log stands still."""

    def __init__(self, url: str, clock: SharedClock) -> None:
        self._engine, self._clock = open_engine(url, timedelta(seconds=20), 1), clock
        self._seen, self._since = -1, time.monotonic()

    def on(self) -> None:
        with readers(self._engine).connect() as connection:
            newest = connection.exec_driver_sql("SELECT max(seq) FROM facts").scalar_one()
            free = table.c.lease_agent.is_(None) & (table.c.state == "open")
            due = connection.execute(select(func.min(table.c.due)).where(free)).scalar_one()
            leases = select(func.min(table.c.lease_until)).where(table.c.lease_agent.is_not(None))
            until = connection.execute(leases).scalar_one()
        if newest != self._seen:
            self._seen, self._since = newest, time.monotonic()
            return
        now, still = self._clock(), time.monotonic() - self._since
        coming: list[datetime] = [one for one in (due, until) if one is not None]
        if still > 0.15 and coming and min(coming) > now:
            self._clock.put_forward(min(coming) - now)
        elif still > 1:
            self._clock.put_forward(timedelta(minutes=10))
        else:
            return
        self._since = time.monotonic()

    def close(self) -> None:
        self._engine.dispose()


def facts(transactions: SqlTransactions) -> list[Fact]:
    found: list[Fact] = []
    while True:
        with transactions.read() as uow:
            more = list(uow.facts.read(after=found[-1].seq if found else 0, limit=10_000))
        if not more:
            return found
        found += more


def all_cases(transactions: SqlTransactions) -> list[Case]:
    with transactions.read() as uow:
        return list(uow.cases.of_list(LIST, limit=1_000_000))


def report(log: Sequence[Fact], cases: Sequence[Case], what: str) -> None:
    made = [fact.body for fact in log if isinstance(fact.body, AttemptRecorded)]
    why = Counter(fact.body.why.value for fact in log if isinstance(fact.body, CaseGivenBack))
    days = (log[-1].at - log[0].at).days + 1
    print(f"\n{what}; {len(cases)} cases, {len(log)} facts, {days} days by its clock")
    print(f"  attempts: {dict(Counter(one.outcome for one in made).most_common())}")
    print(f"  given back: {dict(why)}; closed: {dict(Counter(one.outcome for one in cases))}")
