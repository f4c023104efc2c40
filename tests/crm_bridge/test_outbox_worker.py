"""Writes reach the CRM in order, each call once, whatever fails on the way and whoever dies."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from typing_extensions import override

from crm_bridge.demo_crm.records import Records
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.entities import (
    NO_SUCH_ATTRIBUTE,
    Organization,
    Query,
    Record,
    Reference,
    ServiceFault,
)
from crm_bridge.mapping import contact_record
from crm_bridge.outbox_worker import LEASE, OutboxWorker
from domain.crm import ContactChange, CrmDown, Trouble
from domain.crm_messages import CrmWrite, as_message
from domain.outbox import Backlog, Message
from storage.unit_of_work import SqlTransactions
from tests.crm_bridge.people import ANNA, NOW, NUMBER_FIELD, PETER, RECORDS, call, contact
from tests.storage.people import OpenStorage


class Killed(BaseException):
    """The worker's process is gone."""


class Time:
    """A clock for the outbox, and monotonic seconds for the breaker, in step."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def clock(self) -> datetime:
        return NOW + self.passed

    def seconds(self) -> float:
        return self.passed.total_seconds()


class Flaky:
    """An Organization service that asks ``fail`` before and after each request; what was done then stays done."""

    def __init__(self, records: Records, fail: Callable[[], None]) -> None:
        self._records = records
        self._fail = fail
        self.requests = 0

    def create(self, record: Record) -> UUID:
        self._fail()
        self.requests += 1
        key = self._records.create(record)
        self._fail()
        return key

    def update(self, record: Record) -> None:
        self._fail()
        self._records.update(record)
        self._fail()

    def retrieve(self, query: Query) -> Sequence[Record]:
        return self._records.retrieve(query)


class OldRecords(Records):
    """Its activities are completed by another request."""

    @override
    def update(self, record: Record) -> None:
        raise ServiceFault(NO_SUCH_ATTRIBUTE, "statecode can't be updated")


@pytest.fixture
def transactions(sqlite_url: str, open_storage: OpenStorage) -> SqlTransactions:
    return open_storage(sqlite_url, "a")


@pytest.fixture
def time() -> Time:
    return Time()


def worker_of(
    transactions: SqlTransactions, time: Time, organization: Organization
) -> OutboxWorker:
    crm = DynamicsCrm(organization, NUMBER_FIELD)
    return OutboxWorker(transactions, time.clock, crm, time.seconds)


def queue(transactions: SqlTransactions, *writes: CrmWrite) -> None:
    with transactions.write() as uow:
        for write in writes:
            uow.outbox.add(as_message(write), NOW)
        uow.commit()


def backlog(transactions: SqlTransactions) -> Backlog:
    with transactions.read() as uow:
        return uow.outbox.backlog("crm")


def fail_now_and_then(chance: random.Random) -> Callable[[], None]:
    """Half of it before, half after, so that one in five requests fails; one in a hundred kills."""

    def fail() -> None:
        drawn = chance.random()
        if drawn < 0.005:
            raise Killed
        if drawn < 0.105:
            raise CrmDown(Trouble.UNREACHABLE)

    return fail


def test_a_thousand_calls_through_a_crm_that_fails_are_each_there_once_and_in_order(
    transactions: SqlTransactions, time: Time
) -> None:
    contacts = [contact(number) for number in range(100, 150)]
    records = Records()
    records.seed(contact_record(one, NUMBER_FIELD) for one in contacts)
    calls = [call(number, contacts[number % 50]) for number in range(1000)]
    queue(transactions, *calls)
    flaky = Flaky(records, fail_now_and_then(random.Random(4)))
    worker, deaths = worker_of(transactions, time, flaky), 0
    while backlog(transactions).waiting:
        try:
            if not worker.step():
                time.passed += timedelta(seconds=5)
        except Killed:
            deaths += 1
            worker = worker_of(transactions, time, flaky)
    noted = records.all("phonecall")
    assert deaths > 0
    assert flaky.requests > 1000
    assert {one.id for one in noted} == {one.id for one in calls}
    assert len(noted) == 1000
    for who in contacts:
        whose = Reference("contact", UUID(who.id))
        theirs = [one.id for one in noted if one.attributes["regardingobjectid"] == whose]
        assert theirs == [one.id for one in calls if one.contact == who.id]
    assert backlog(transactions) == Backlog(0, None, 0, None)


def test_who_dies_between_sending_and_noting_it_has_it_sent_again(
    transactions: SqlTransactions, time: Time
) -> None:
    records = Records()
    records.seed(RECORDS)
    after_the_first_request = iter([False, True])

    def dies() -> None:
        if next(after_the_first_request, False):
            raise Killed

    queue(transactions, call(1), ContactChange(ANNA.id, city="Köln"))
    with pytest.raises(Killed):
        worker_of(transactions, time, Flaky(records, dies)).step()
    assert len(records.all("phonecall")) == 1
    other = worker_of(transactions, time, records)
    assert not other.step()  # the dead one's, and what waits behind it
    time.passed += LEASE
    assert [other.step() for _ in range(3)] == [True, True, False]
    assert len(records.all("phonecall")) == 1
    found = records.get("contact", UUID(ANNA.id))
    assert found is not None
    assert found.text("address1_city") == "Köln"


def test_what_the_crm_refuses_is_kept_and_lets_the_rest_go_on(
    transactions: SqlTransactions, time: Time
) -> None:
    records = Records()
    records.seed(RECORDS)
    gone = contact(77)
    queue(transactions, ContactChange(gone.id, city="Köln"), call(1, gone), call(2, PETER))
    with transactions.write() as uow:
        uow.outbox.add(Message("crm", "newer", '{"kind": "fax"}'), NOW)
        uow.commit()
    worker = worker_of(transactions, time, records)
    assert [worker.step() for _ in range(5)] == [True, True, True, True, False]
    left = backlog(transactions)
    assert (left.waiting, left.refused) == (0, 3)
    assert "unknown kind" in (left.last_error or "")
    assert [one.id for one in records.all("phonecall")] == [call(2).id]
    records.seed([contact_record(gone, NUMBER_FIELD)])
    with transactions.write() as uow:
        assert uow.outbox.try_again("crm", time.clock()) == 3
        uow.commit()
    assert [worker.step() for _ in range(4)] == [True, True, True, False]
    assert len(records.all("phonecall")) == 2


def test_a_dead_crm_is_asked_ever_more_seldom(transactions: SqlTransactions, time: Time) -> None:
    asked: list[float] = []

    def away() -> None:
        asked.append(time.seconds())
        raise CrmDown(Trouble.UNREACHABLE, "refused")

    queue(transactions, *(call(number, contact(number)) for number in range(1, 40)))
    worker = worker_of(transactions, time, Flaky(Records(), away))
    while time.passed < timedelta(hours=1):
        if not worker.step():
            time.passed += timedelta(seconds=5)
    assert len(asked) < 3600 / 300 + 12
    left = backlog(transactions)
    assert (left.waiting, left.refused, left.oldest) == (39, 0, NOW)
    assert left.last_error == "The CRM can't be reached. (refused)"


def test_an_old_server_leaves_the_activity_open(transactions: SqlTransactions, time: Time) -> None:
    records = OldRecords()
    records.seed(RECORDS)
    queue(transactions, call(1))
    assert worker_of(transactions, time, records).step()
    assert len(records.all("phonecall")) == 1
    assert backlog(transactions) == Backlog(0, None, 0, None)
