"""``rufwerk figures``: what figures are aggregated over, made anew from the log."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from domain.figures import CallFlow, total
from domain.period import Period
from reporting import projecting
from rufwerk import cli, settings_reading, wiring
from rufwerk.figure_keeping import FigureKeeping
from rufwerk.figure_keeping import projecting as following
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import ALPENRAD, MAISON_LUNE, MORNING, Habits, RandomDay
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

DAY = Period(MORNING, MORNING + timedelta(days=1))


def test_what_is_made_anew_is_what_was_kept_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(projecting, "FACTS", 50)
    monkeypatch.setattr(sys, "argv", ["rufwerk", "db", "upgrade"])
    _run()
    transactions = wiring.transactions(settings_reading.load(None))
    log = RandomDay(5, Habits(profile=(60.0,))).play().log
    with transactions.write() as uow:
        for fact in log:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.commit()
    following(transactions).catch_up(len(log))
    with transactions.read() as uow:
        kept_up = uow.figures.agent_work([DAY]), list(uow.figures.visits(DAY, [ALPENRAD]))
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", ["rufwerk", "figures", "rebuild", "--json"])
    _run()
    told = capsys.readouterr()
    assert json.loads(told.out)["facts"] == len(log)
    assert "100 %" in told.err
    with transactions.read() as uow:
        assert kept_up == (uow.figures.agent_work([DAY]), list(uow.figures.visits(DAY, [ALPENRAD])))
        flow = uow.figures.call_flow([DAY], [ALPENRAD, MAISON_LUNE])
    assert total(flow.values(), CallFlow()).offered > 10
    transactions.close()


def _run() -> None:
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0


async def test_jobs_follow_the_log_until_they_are_stopped(
    sqlite_url: str,  # noqa: F811
    open_storage: OpenStorage,  # noqa: F811
) -> None:
    transactions = open_storage(sqlite_url, "a")
    log = RandomDay(5, Habits(profile=(60.0,))).play().log
    with transactions.write() as uow:
        for fact in log:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.commit()

    def reached() -> int:
        with transactions.read() as uow:
            kept = uow.snapshots.newest("figures")
        return 0 if kept is None else kept.seq

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        keeping = group.create_task(FigureKeeping(following(transactions)).run())
        while reached() < len(log) // projecting.FACTS * projecting.FACTS:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0)
        keeping.cancel()


async def test_a_database_that_is_away_is_looked_for_again(tmp_path: Path) -> None:
    transactions = SqlTransactions(f"sqlite:///{tmp_path / 'none.db'}", "a")
    assert not FigureKeeping(following(transactions))._turn()
    transactions.close()
