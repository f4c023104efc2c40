"""Rows kept up with the log are those that follow from it, whoever was killed when, and however many do it at once."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.fact import Fact
from domain.figures_ports import Figures
from domain.period import Period
from domain.ports import Snapshot, StorageDown, Transactions, UnitOfWork
from reporting import projecting
from reporting.figures import RowFigures
from rufwerk.figure_keeping import projecting as following
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import ALPENRAD, MAISON_LUNE, MORNING, Habits, RandomDay
from tests.storage.people import OpenStorage

ROOT = Path(__file__).parents[2]
DAY = Period(MORNING - timedelta(days=1), MORNING + timedelta(days=1))
TENANTS = (ALPENRAD, MAISON_LUNE)


@pytest.fixture(scope="module")
def log() -> Sequence[Fact]:
    return RandomDay(3, Habits(profile=(60.0,), oddities=0.2)).play().log


@pytest.fixture(scope="module")
def right(log: Sequence[Fact]) -> list[list[Any]]:
    field, made = Field(), list[Any]()
    for fact in log:
        field, rows = follow(field, fact)
        made += rows
    return answers(RowFigures(made))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of few facts, and a snapshot every now and then."""
    monkeypatch.setattr(projecting, "FACTS", 20)
    monkeypatch.setattr(projecting, "KEEP_EVERY", 50)


def answers(figures: Figures) -> list[list[Any]]:
    return [
        list(figures.visits(DAY, TENANTS)),
        list(figures.legs(DAY, TENANTS)),
        list(figures.spans(DAY)),
        list(figures.services_done(DAY, TENANTS)),
        sorted(figures.agent_work([DAY]).items()),
    ]


def found(transactions: Transactions) -> list[list[Any]]:
    with transactions.read() as uow:
        return answers(uow.figures)


def append(transactions: Transactions, facts: Sequence[Fact]) -> None:
    with transactions.write() as uow:
        for fact in facts:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.commit()


def test_it_is_kept_up_as_the_log_grows(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    making = following(lite)
    assert not making.step()
    for begin in range(0, len(log), 300):
        append(lite, log[begin : begin + 300])
        assert making.catch_up(begin + 150) >= min(begin + 150, len(log))
    assert making.catch_up(len(log)) == len(log)
    assert not making.step()
    assert found(lite) == right


@pytest.mark.usefixtures("small")
def test_each_start_goes_on_where_the_one_before_stopped(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    append(lite, log)
    steps = 0
    while following(lite).step():
        making = following(lite)
        steps += sum(making.step() for _ in range(7))
        if making.catch_up(0) == len(log):
            break
    assert found(lite) == right
    assert steps > 10
    with lite.read() as uow:
        kept = uow.snapshots.newest("figures.field")
    assert kept is not None
    assert kept.seq > len(log) - 100


@pytest.mark.usefixtures("small")
def test_a_snapshot_of_another_program_is_not_read(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    append(lite, log)
    following(lite).catch_up(len(log) // 2)
    with lite.write() as uow:
        uow.snapshots.keep("figures.field", Snapshot(len(log) // 3, "{}"))
        uow.commit()
    following(lite).catch_up(len(log))
    assert found(lite) == right


@pytest.mark.parametrize("clears_itself", [True, False])
def test_cleared_at_the_logs_end_all_is_made_anew(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]], *, clears_itself: bool
) -> None:
    """No fact comes after it; another process may have cleared it."""
    append(lite, log)
    making = following(lite)
    assert making.catch_up(len(log)) == len(log)
    (making if clears_itself else following(lite)).clear()
    assert found(lite) != right
    assert making.catch_up(len(log)) == len(log)
    assert found(lite) == right
    assert not making.step()


@pytest.mark.usefixtures("small")
def test_several_at_once_double_and_lose_nothing(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    """One of them is made anew in between, and all rows too."""
    rng = random.Random(1)
    append(lite, log)
    makers = [following(lite) for _ in range(3)]
    for count in range(40):
        makers[rng.randrange(3)].step()
        if count == 20:
            makers[0].clear()
            makers[1] = following(lite)
    for making in makers:
        making.catch_up(len(log))
    assert found(lite) == right


def test_who_ends_follows_the_log_no_further(lite: SqlTransactions, log: Sequence[Fact]) -> None:
    append(lite, log)
    making = following(lite)
    assert making.step()
    making.close()
    assert making.catch_up(len(log)) < len(log)


@dataclass
class _BreaksDown:
    """Transactions whose commits fail at times, before they are in force or after."""

    inner: Transactions
    rng: random.Random

    def __post_init__(self) -> None:
        self.read, self.make_way = self.inner.read, self.inner.make_way

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with self.inner.write() as uow:
            commit: Callable[[], None] = uow.commit

            def may_fail() -> None:
                chance = self.rng.random()
                if chance < 0.3:
                    raise StorageDown("before")
                commit()
                if chance > 0.7:
                    raise StorageDown("after")

            uow.commit = may_fail  # type: ignore[method-assign]
            yield uow


@pytest.mark.usefixtures("small")
def test_a_commit_that_fails_is_done_again(
    lite: SqlTransactions, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    append(lite, log)
    making, failed = following(_BreaksDown(lite, random.Random(2))), 0
    while True:
        try:
            if not making.step():
                break
        except StorageDown:
            failed += 1
    assert failed > 10
    assert found(lite) == right


def test_killed_at_any_moment_nothing_is_doubled_or_lost(
    sqlite_url: str, open_storage: OpenStorage, log: Sequence[Fact], right: list[list[Any]]
) -> None:
    transactions = open_storage(sqlite_url, "a")
    append(transactions, log)
    program = [sys.executable, "-m", "tests.reporting.projecting_steps", sqlite_url]
    for steps in (1, 9, 30):
        with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            for _ in range(steps):
                assert running.stdout.readline() == b"a step\n"
            running.kill()
        assert found(transactions) != right
    following(transactions).catch_up(len(log))
    assert found(transactions) == right
