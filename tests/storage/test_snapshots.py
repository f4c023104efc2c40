"""One snapshot for each name, the newest."""

from domain.ports import Snapshot
from storage.unit_of_work import SqlTransactions


def test_the_newest_takes_the_place_of_the_one_before(transactions: SqlTransactions) -> None:
    first, second, other = Snapshot(20_000, "{}"), Snapshot(3_000_000_000, "ü" * 100_000), "other"
    with transactions.read() as uow:
        assert uow.snapshots.newest("field") is None
    for snapshot in (first, second):
        with transactions.write() as uow:
            uow.snapshots.keep("field", snapshot)
            uow.commit()
    with transactions.write() as uow:
        uow.snapshots.keep(other, first)
        uow.commit()
    with transactions.read() as uow:
        assert uow.snapshots.newest("field") == second
        assert uow.snapshots.newest(other) == first


def test_what_was_not_committed_is_not_kept(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.snapshots.keep("field", Snapshot(1, "{}"))
    with transactions.read() as uow:
        assert uow.snapshots.newest("field") is None
