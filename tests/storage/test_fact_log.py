"""The log only grows, and its numbers are the order of commits."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import psycopg
import pytest

from domain.fact import Fact, Origin
from domain.facts import UnknownFact
from domain.field_facts import FieldRulesSet
from domain.ids import CallId, ParticipantId, TenantId
from domain.loyalty import LedgerEntry
from domain.portal_facts import BalanceTold, CallRefused, PinSprayed, TenantChanged, WhoseLimit
from domain.ports import FactLog, Transactions
from storage.fact_log import SqlFactLog
from storage.unit_of_work import SqlTransactions
from tests.fakes.sample_facts import sample_bodies
from tests.storage.people import ANNA, NOW, ORIGIN, TENANT, OpenStorage, add_anna

WRITERS, EACH = 8, 20


def last_seq(log: FactLog) -> int:
    assert isinstance(log, SqlFactLog)
    return log.last_seq()


def test_every_kind_comes_back_as_it_was_written(transactions: SqlTransactions) -> None:
    bodies = sample_bodies()
    origin = Origin(None, None, "operator", synthetic=True)
    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, *bodies)
        uow.facts.append(origin, NOW, bodies[0])
        uow.facts.append(origin, NOW)
        uow.commit()
    with transactions.read() as uow:
        *written, last = uow.facts.read()
        assert last_seq(uow.facts) == len(bodies) + 1
    assert written == [Fact(seq, NOW, ORIGIN, "a", body) for seq, body in enumerate(bodies, 1)]
    assert last == Fact(len(bodies) + 1, NOW, origin, "a", bodies[0])


def test_reading_goes_on_where_it_stopped(transactions: SqlTransactions) -> None:
    other = Origin(ORIGIN.tenant, CallId("a-2"), "caller")
    with transactions.read() as uow:
        assert last_seq(uow.facts) == 0
        assert list(uow.facts.read()) == []
    with transactions.write() as uow:
        for count in range(6):
            uow.facts.append(other if count % 2 else ORIGIN, NOW, TenantChanged(str(count)))
        uow.commit()
    with transactions.read() as uow:
        assert [fact.seq for fact in uow.facts.read(after=2, limit=3)] == [3, 4, 5]
        assert [fact.seq for fact in uow.facts.read(after=6)] == []
        assert [fact.seq for fact in uow.facts.read(after=2, call="a-2")] == [4, 6]


def test_the_newest_spray_of_each_brand(transactions: SqlTransactions) -> None:
    lune = replace(ORIGIN, tenant=TenantId("lune"))
    with transactions.write() as uow:
        for origin, hours in ((ORIGIN, 1), (lune, 2), (ORIGIN, 3)):
            uow.facts.append(
                origin, NOW + timedelta(hours=hours), PinSprayed(5), TenantChanged("x")
            )
        uow.commit()
    last = NOW + timedelta(hours=3)
    with transactions.read() as uow:
        assert uow.facts.sprays(NOW) == {TENANT: last, "lune": NOW + timedelta(hours=2)}
        assert uow.facts.sprays(last) == {TENANT: last}


def test_a_fact_of_a_newer_program_is_named_as_such(transactions: SqlTransactions) -> None:
    class FromTomorrow(TenantChanged):
        """A kind this program doesn't know."""

    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, FromTomorrow("x"))
        uow.commit()
    with transactions.read() as uow, pytest.raises(UnknownFact, match="FromTomorrow"):
        list(uow.facts.read())


def test_what_is_rolled_back_leaves_no_gap(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, TenantChanged("lost"), TenantChanged("lost"))
    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, TenantChanged("kept"))
        uow.commit()
    with transactions.read() as uow:
        assert [(fact.seq, fact.body) for fact in uow.facts.read()] == [(1, TenantChanged("kept"))]


def _append(transactions: Transactions, writer: int, start: Barrier) -> None:
    start.wait()
    for count in range(EACH):
        with transactions.write() as uow:
            body = BalanceTold(ParticipantId(f"{writer}/{count}"))
            uow.facts.append(ORIGIN, NOW, body, TenantChanged("second of the same commit"))
            if count % 5 != 4:
                uow.commit()


def _follow(transactions: Transactions, done: Event) -> list[Fact]:
    """Reads as the log grows; a gap that was filled later would show as a number skipped."""
    seen: list[Fact] = []
    while True:
        no_more = done.is_set()
        with transactions.read() as uow:
            new = list(uow.facts.read(after=len(seen)))
        assert [fact.seq for fact in new] == list(range(len(seen) + 1, len(seen) + len(new) + 1))
        seen += new
        if no_more:
            return seen


def test_writers_side_by_side_fill_the_log_without_gaps(
    url: str, open_storage: OpenStorage
) -> None:
    machines = [open_storage(url, "a"), open_storage(url, "b")]
    start, done = Barrier(WRITERS), Event()
    with ThreadPoolExecutor(WRITERS + 2) as threads:
        followers = [threads.submit(_follow, machine, done) for machine in machines]
        writers = [
            threads.submit(_append, machines[writer % 2], writer, start)
            for writer in range(WRITERS)
        ]
        try:
            for future in writers:
                future.result()
        finally:
            done.set()
        seen, also_seen = (follower.result() for follower in followers)
    assert seen == also_seen
    assert len(seen) == WRITERS * EACH * 4 // 5 * 2
    told = [fact.body.participant for fact in seen if isinstance(fact.body, BalanceTold)]
    for writer in range(WRITERS):
        mine = [int(name.split("/")[1]) for name in told if name.startswith(f"{writer}/")]
        assert mine == [count for count in range(EACH) if count % 5 != 4]


CHANGES = [
    "UPDATE facts SET actor = 'nobody'",
    "DELETE FROM facts",
    "DELETE FROM facts WHERE seq = 1",
    "UPDATE ledger SET points = 1000000",
    "DELETE FROM ledger",
]
COLUMNS = "at, kind, version, actor, node, synthetic, body"


@pytest.fixture
def filled(transactions: SqlTransactions) -> SqlTransactions:
    add_anna(transactions)
    with transactions.write() as uow:
        uow.facts.append(ORIGIN, NOW, TenantChanged("x"))
        uow.ledger.add(LedgerEntry(ANNA.id, 5, "purchase", NOW))
        uow.commit()
    return transactions


@pytest.mark.parametrize(
    "change",
    [
        *CHANGES,
        f"INSERT OR REPLACE INTO facts (seq, {COLUMNS}) SELECT seq, {COLUMNS} FROM facts",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger",
    ],
)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_change_the_past(filled: SqlTransactions, url: str, change: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(change)
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize("change", [*CHANGES, "TRUNCATE facts", "TRUNCATE ledger"])
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_change_the_past(
    filled: SqlTransactions, url: str, change: str
) -> None:
    with (
        psycopg.connect(url) as connection,
        pytest.raises(psycopg.errors.RestrictViolation, match="append-only"),
    ):
        connection.execute(change.encode())


def test_the_tenant_in_force_is_the_newest_one_noted(transactions: SqlTransactions) -> None:
    other = Origin(TenantId("maison-lune"), None, "operator")
    with transactions.write() as uow:
        assert uow.facts.tenant_in_force(TENANT) is None
        for digest in ("one", "two"):
            uow.facts.append(Origin(TENANT, None, "operator"), NOW, TenantChanged(digest))
        uow.facts.append(other, NOW, TenantChanged("three"))
        uow.commit()
    with transactions.read() as uow:
        assert uow.facts.tenant_in_force(TENANT) == "two"
        assert uow.facts.tenant_in_force(TenantId("maison-lune")) == "three"


def test_the_rules_in_force_are_the_newest_ones_noted(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        assert uow.facts.field_rules_in_force(TENANT) is None
        for rules in (("ring_s=5",), (), ("ring_s=9", "missed=1")):
            uow.facts.append(Origin(TENANT, None, "operator"), NOW, FieldRulesSet(rules))
        uow.facts.append(Origin(TENANT, None, "operator"), NOW, TenantChanged("later"))
        uow.commit()
    with transactions.read() as uow:
        assert uow.facts.field_rules_in_force(TENANT) == ("ring_s=9", "missed=1")
        assert uow.facts.field_rules_in_force(TenantId("maison-lune")) is None


def test_refused_calls_are_counted_by_whose_limit_it_was(transactions: SqlTransactions) -> None:
    """Those of the last minutes; our own monitoring's are none."""
    other, house = TenantId("maison-lune"), CallRefused("555200", WhoseLimit.HOUSE)
    own = CallRefused("555200", WhoseLimit.TENANT)
    with transactions.write() as uow:
        assert uow.facts.refused_since(NOW) == {}
        uow.facts.append(ORIGIN, NOW - timedelta(seconds=1), own, house)
        uow.facts.append(ORIGIN, NOW, own, house, TenantChanged("other"))
        uow.facts.append(Origin(other, CallId("a-2"), "cti"), NOW, own, own, house)
        uow.facts.append(Origin(other, CallId("a-3"), "cti", synthetic=True), NOW, own, house)
        uow.commit()
    with transactions.read() as uow:
        assert uow.facts.refused_since(NOW) == {None: 2, TENANT: 1, other: 2}
