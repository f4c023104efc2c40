"""Transactions are whole or nothing, wait no longer than they may, and say what may pass."""

import socket
import sqlite3
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import psycopg
import pytest

from domain.ids import ParticipantId, Receipt
from domain.participant import CardState
from domain.portal_facts import CardBlocked, TenantChanged
from domain.ports import StorageDown, Transactions
from storage.errors import StorageFault
from storage.unit_of_work import SqlTransactions
from tests.storage.people import ANNA, CARD, NOW, ORIGIN, OpenStorage, add_anna

SHORT = timedelta(milliseconds=50)
DOUBLE = replace(ANNA, id=ParticipantId("p-double"))
ROOT = Path(__file__).parents[2]


def facts_of(transactions: Transactions) -> list[object]:
    with transactions.read() as uow:
        return [fact.body for fact in uow.facts.read()]


def _block(transactions: Transactions, receipt: str, start: Barrier) -> bool:
    start.wait()
    with transactions.write() as uow:
        blocked = uow.cards.block(CARD.id, NOW, Receipt(receipt))
        if blocked:
            uow.facts.append(ORIGIN, NOW, CardBlocked(ANNA.id, CARD.id, Receipt(receipt)))
            uow.commit()
    return blocked


def test_two_who_block_one_card_block_it_once(url: str, open_storage: OpenStorage) -> None:
    machines = [open_storage(url, node) for node in "ab"]
    add_anna(machines[0])
    start = Barrier(4)
    with ThreadPoolExecutor(4) as threads:
        jobs = [
            threads.submit(_block, machines[count % 2], str(count), start) for count in range(4)
        ]
        results = [job.result() for job in jobs]
    assert sorted(results) == [False, False, False, True]
    (fact,) = facts_of(machines[0])
    with machines[1].read() as uow:
        (card,) = uow.cards.of(ANNA.id)
    assert fact == CardBlocked(ANNA.id, CARD.id, Receipt(str(results.index(True))))
    assert card.receipt == str(results.index(True))


def test_a_killed_process_leaves_nothing_half_done(url: str, transactions: SqlTransactions) -> None:
    add_anna(transactions)
    command = [sys.executable, "-m", "tests.storage.dying_writer", url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half done\n"
        process.kill()
    with transactions.write() as uow:  # the dead one's lock is free again
        uow.facts.append(ORIGIN, NOW, TenantChanged("after"))
        uow.commit()
    assert facts_of(transactions) == [TenantChanged("after")]
    with transactions.read() as uow:
        assert [card.state for card in uow.cards.of(ANNA.id)] == [CardState.ACTIVE]


def test_an_exception_rolls_everything_back(transactions: SqlTransactions) -> None:
    def stumble() -> None:
        with transactions.write() as uow:
            uow.participants.add(ANNA, "hash")
            uow.facts.append(ORIGIN, NOW, TenantChanged("x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert facts_of(transactions) == []
    add_anna(transactions)


def test_a_reader_sees_one_state_throughout(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    with transactions.read() as reader:
        assert list(reader.facts.read()) == []
        with transactions.write() as writer:
            writer.facts.append(ORIGIN, NOW, TenantChanged("x"))
            assert list(reader.facts.read()) == []
            writer.commit()
        assert list(reader.facts.read()) == []
    assert facts_of(transactions) == [TenantChanged("x")]


def test_a_reader_can_commit_nothing(transactions: SqlTransactions) -> None:
    with pytest.raises(StorageFault, match="write"), transactions.read() as uow:
        uow.commit()


def test_what_a_reader_writes_is_lost_or_refused(transactions: SqlTransactions) -> None:
    with suppress(StorageFault), transactions.read() as uow:
        uow.participants.add(ANNA, "hash")
    with transactions.read() as uow:
        assert uow.participants.get(ANNA.id) is None


def test_nothing_follows_a_commit(transactions: SqlTransactions) -> None:
    def too_late() -> None:
        with transactions.write() as uow:
            uow.commit()
            uow.facts.append(ORIGIN, NOW, TenantChanged("too late"))

    with pytest.raises(StorageFault):
        too_late()
    assert facts_of(transactions) == []


def test_a_writer_waits_for_another_process_no_longer_than_the_deadline(
    url: str, open_storage: OpenStorage
) -> None:
    holder, hasty = open_storage(url, "a"), open_storage(url, "b", deadline=SHORT)
    with holder.write() as uow:
        uow.facts.append(ORIGIN, NOW, TenantChanged("x"))
        with pytest.raises(StorageDown, match="locked"), hasty.write():
            pytest.fail("two writers at once")
        assert facts_of(hasty) == []
        uow.commit()
    with hasty.write() as uow:
        uow.facts.append(ORIGIN, NOW, TenantChanged("y"))
        uow.commit()
    assert facts_of(hasty) == [TenantChanged("x"), TenantChanged("y")]


def test_a_writer_waits_for_its_own_process_no_longer_than_the_deadline(
    url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(url, "a", deadline=SHORT)
    with (
        transactions.write(),
        pytest.raises(StorageDown, match="writers before"),
        transactions.write(),
    ):
        pytest.fail("two writers at once")
    add_anna(transactions)


def test_who_writes_much_makes_way_for_others(url: str, open_storage: OpenStorage) -> None:
    """Another process's writer, as each of these is to the other, gets its turn between two of ours."""
    busy, other = open_storage(url, "a"), open_storage(url, "b")
    done = Event()

    def write_much() -> None:
        while not done.is_set():
            add_fact(busy)
            busy.make_way()

    with ThreadPoolExecutor(1) as threads:
        much = threads.submit(write_much)
        try:
            for _ in range(5):
                add_fact(other)
        finally:
            done.set()
        much.result()
    assert len(facts_of(other)) > 5


def add_fact(transactions: Transactions) -> None:
    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, CardBlocked(ANNA.id, CARD.id, Receipt("1")))
        uow.commit()


def test_a_connection_that_comes_free_too_late_is_storage_down(
    url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(url, "a", deadline=SHORT, pool_size=1)
    with transactions.read(), pytest.raises(StorageDown, match="connection"), transactions.read():
        pytest.fail("two connections out of one")


def test_an_error_tells_no_value(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    with pytest.raises(StorageFault) as caught, transactions.write() as uow:
        uow.participants.add(DOUBLE, "hash")
    text = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO participants" in text
    for secret in (ANNA.number, ANNA.name, "p-double", "+49", "hash'"):
        assert secret not in text


def test_a_database_without_tables_is_a_fault(empty_url: str, open_storage: OpenStorage) -> None:
    transactions = open_storage(empty_url, "a")
    with pytest.raises(StorageFault), transactions.read() as uow:
        uow.participants.get(ANNA.id)


@pytest.mark.parametrize(
    "wrong", ["", "rufwerk.db", "mysql://x@y/z", "sqlite://", "sqlite:///:memory:"]
)
def test_another_kind_of_database_is_refused(wrong: str, open_storage: OpenStorage) -> None:
    with pytest.raises(StorageFault, match="sqlite:///FILE"):
        open_storage(wrong, "a")


def test_sqlite_locked_by_a_foreign_program_is_storage_down(
    sqlite_url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(sqlite_url, "a", deadline=SHORT)
    foreign = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageDown, match="SQLITE_BUSY"), transactions.write():
        pytest.fail("two writers at once")
    foreign.close()
    add_anna(transactions)


def test_sqlite_in_a_folder_that_is_missing_is_storage_down(
    tmp_path: Path, open_storage: OpenStorage
) -> None:
    transactions = open_storage(f"sqlite:///{tmp_path}/none/rufwerk.db", "a")
    with pytest.raises(StorageDown), transactions.read() as uow:
        uow.participants.get(ANNA.id)


def test_sqlite_commits_reach_the_disk_and_foreign_keys_count(
    sqlite_url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(sqlite_url, "a")
    with transactions._engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]  # 2 is FULL


@pytest.mark.postgres
def test_postgresql_that_drops_a_transaction_is_down_and_the_next_one_goes(
    postgres_url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(postgres_url, "a")
    add_anna(transactions)
    drop = (
        b"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        b" WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def dropped_in_the_middle(killer: psycopg.Connection) -> None:
        with transactions.read() as uow:
            uow.participants.get(ANNA.id)
            killer.execute(drop)
            uow.participants.get(ANNA.id)

    with psycopg.connect(postgres_url, autocommit=True) as killer:
        with pytest.raises(StorageDown):
            dropped_in_the_middle(killer)
        with transactions.read() as uow:
            assert uow.participants.get(ANNA.id) == ANNA
        killer.execute(drop)  # idle in the pool now
    with transactions.read() as uow:
        assert uow.participants.get(ANNA.id) == ANNA


def test_postgresql_out_of_reach_is_storage_down(open_storage: OpenStorage) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        transactions = open_storage(f"postgresql://rufwerk@127.0.0.1:{port}/rufwerk", "a")
        with pytest.raises(StorageDown), transactions.read():
            pytest.fail("nobody listens there")
