"""Who was dialled when is found by his number, and is forgotten some time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.dialling import DialMade
from domain.ids import CallerId, CallId, CaseId
from storage.unit_of_work import SqlTransactions

NOW, MINUTE = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(minutes=1)
HIS, HERS = CallerId("n1"), CallerId("n2")
FOR_DEBT = DialMade(CallId("a"), HIS, NOW, CaseId("case-1"))
FIRST = DialMade(CallId("b"), HIS, NOW + MINUTE)
AGAIN = replace(FIRST, at=NOW + 2 * MINUTE)
OTHER = DialMade(CallId("c"), HERS, NOW)


@pytest.fixture
def dials(transactions: SqlTransactions) -> SqlTransactions:
    with transactions.write() as uow:
        for one in (AGAIN, FIRST, OTHER, FOR_DEBT):
            uow.dials_made.add(one)
        uow.commit()
    return transactions


def test_dials_are_found_by_number(dials: SqlTransactions) -> None:
    with dials.read() as uow:
        assert uow.dials_made.to_number(HIS, NOW) == [FOR_DEBT, FIRST, AGAIN]
        assert uow.dials_made.to_number(HIS, AGAIN.at) == [AGAIN]
        assert uow.dials_made.to_number(HERS, NOW) == [OTHER]


def test_what_becomes_of_one_becomes_of_the_newest_of_its_call(dials: SqlTransactions) -> None:
    with dials.write() as uow:
        uow.dials_made.reached(AGAIN.call, NOW + 3 * MINUTE)
        uow.dials_made.reached(AGAIN.call, NOW + 4 * MINUTE)
        uow.dials_made.never_rang(OTHER.call)
        uow.commit()
    with dials.write() as uow:
        reached = replace(AGAIN, reached=NOW + 3 * MINUTE)
        assert uow.dials_made.to_number(HIS, NOW) == [FOR_DEBT, FIRST, reached]
        assert uow.dials_made.to_number(HERS, NOW) == []
        uow.dials_made.never_rang(AGAIN.call)
        assert uow.dials_made.to_number(HIS, NOW) == [FOR_DEBT, FIRST]


def test_old_ones_are_forgotten(dials: SqlTransactions) -> None:
    with dials.write() as uow:
        uow.dials_made.forget(FIRST.at)
        assert uow.dials_made.to_number(HIS, NOW) == [FIRST, AGAIN]
        assert uow.dials_made.to_number(HERS, NOW) == []
