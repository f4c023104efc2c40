"""The outbox: in order within a lane, taken by one at a time, forgotten when done."""

from datetime import timedelta

from domain.outbox import Backlog, Entry, Message
from storage import tables
from storage.unit_of_work import SqlTransactions
from tests.storage.people import NOW, OpenStorage

LEASE = timedelta(minutes=1)


def add(transactions: SqlTransactions, *messages: tuple[str, str], channel: str = "crm") -> None:
    with transactions.write() as uow:
        for lane, body in messages:
            uow.outbox.add(Message(channel, lane, body), NOW)
        uow.commit()


def take(transactions: SqlTransactions, after: timedelta = timedelta()) -> Entry | None:
    with transactions.write() as uow:
        due = uow.outbox.is_due("crm", NOW + after)
        entry = uow.outbox.take("crm", NOW + after, NOW + after + LEASE)
        assert due == (entry is not None)
        uow.commit()
    return entry


def taken(transactions: SqlTransactions, after: timedelta = timedelta()) -> str | None:
    entry = take(transactions, after)
    return entry.message.body if entry else None


def settle(transactions: SqlTransactions, entry: Entry | None, how: str) -> None:
    assert entry is not None
    with transactions.write() as uow:
        if how == "done":
            uow.outbox.done(entry.id, NOW)
        elif how == "refused":
            uow.outbox.refuse(entry.id, NOW, "not allowed")
        else:
            uow.outbox.postpone(entry.id, NOW + timedelta(seconds=5), "away")
        uow.commit()


def backlog(transactions: SqlTransactions) -> Backlog:
    with transactions.read() as uow:
        return uow.outbox.backlog("crm")


def test_a_lane_goes_one_after_another_and_lanes_side_by_side(
    transactions: SqlTransactions,
) -> None:
    add(transactions, ("anna", "a1"), ("anna", "a2"), ("peter", "p1"))
    add(transactions, ("lena", "m1"), channel="mail")
    first = take(transactions)
    assert first is not None
    assert (first.message.body, first.tries) == ("a1", 1)
    assert taken(transactions) == "p1"
    assert taken(transactions) is None
    settle(transactions, first, "done")
    assert taken(transactions) == "a2"


def test_who_takes_and_dies_has_it_taken_again(transactions: SqlTransactions) -> None:
    add(transactions, ("anna", "a1"))
    assert taken(transactions) == "a1"
    assert taken(transactions, LEASE / 2) is None
    again = take(transactions, LEASE)
    assert again is not None
    assert (again.message.body, again.tries) == ("a1", 2)


def test_two_senders_never_take_the_same(url: str, open_storage: OpenStorage) -> None:
    first, second = open_storage(url, "a"), open_storage(url, "b")
    add(first, ("anna", "a1"), ("peter", "p1"))
    assert {taken(first), taken(second)} == {"a1", "p1"}
    assert taken(second) is None


def test_what_is_postponed_holds_its_lane(transactions: SqlTransactions) -> None:
    add(transactions, ("anna", "a1"), ("anna", "a2"))
    settle(transactions, take(transactions), "postponed")
    assert taken(transactions) is None
    assert backlog(transactions) == Backlog(2, NOW, 0, "away")
    assert taken(transactions, timedelta(seconds=5)) == "a1"


def test_what_is_refused_lets_its_lane_go_on_and_is_kept(transactions: SqlTransactions) -> None:
    add(transactions, ("anna", "a1"), ("anna", "a2"))
    settle(transactions, take(transactions), "refused")
    assert backlog(transactions) == Backlog(1, NOW, 1, "not allowed")
    second = take(transactions)
    assert second is not None
    assert second.message.body == "a2"
    settle(transactions, second, "done")
    assert taken(transactions, LEASE) is None
    with transactions.write() as uow:
        assert uow.outbox.try_again("crm", NOW) == 1
        uow.commit()
    assert taken(transactions) == "a1"


def test_what_is_done_is_forgotten_its_body_at_once(transactions: SqlTransactions) -> None:
    add(transactions, ("anna", "a1"), ("anna", "a2"))
    settle(transactions, take(transactions), "done")
    assert backlog(transactions) == Backlog(1, NOW, 0, None)
    for at, left in ((NOW, [None, "a2"]), (NOW + timedelta(seconds=1), ["a2"])):
        with transactions.write() as uow:
            uow.outbox.forget_done_before(at)
            uow.commit()
        with transactions._engine.connect() as connection:
            query = tables.outbox.select().order_by(tables.outbox.c.id)
            assert [row.body for row in connection.execute(query)] == left


def test_nothing_is_sent_of_what_was_not_committed(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.outbox.add(Message("crm", "anna", "a1"), NOW)
    assert taken(transactions) is None
    assert backlog(transactions) == Backlog(0, None, 0, None)
