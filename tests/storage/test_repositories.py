"""Rows come back as the values they were."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.ids import CallerId, CardId, ParticipantId, Receipt, TenantId
from domain.loyalty import LedgerEntry
from domain.participant import Card, CardState
from domain.pin_policy import Failures
from storage.errors import StorageFault
from storage.unit_of_work import SqlTransactions
from tests.storage.people import ANNA, CARD, NOW, TENANT, add_anna

PETER = replace(ANNA, id=ParticipantId("p-peter"), number="10000005", name="Peter Keller")
ELSEWHERE = replace(ANNA, id=ParticipantId("p-other"), tenant=TenantId("maison-lune"))
MUTE = replace(ANNA, id=ParticipantId("p-mute"), number="10000009", phone=None, zip_code="01067")


@pytest.fixture
def people(transactions: SqlTransactions) -> SqlTransactions:
    with transactions.write() as uow:
        for person in (PETER, ANNA, ELSEWHERE, MUTE):
            uow.participants.add(person, f"hash of {person.id}")
        uow.commit()
    return transactions


def test_participants_are_found_by_what_they_are_known_by(people: SqlTransactions) -> None:
    with people.read() as uow:
        found = uow.participants
        assert found.get(ANNA.id) == ANNA
        assert found.get(MUTE.id) == MUTE
        assert found.get(ParticipantId("nobody")) is None
        assert found.by_number(TENANT, "10000005") == PETER
        assert found.by_number(TenantId("maison-lune"), "10000001") == ELSEWHERE
        assert found.by_number(TENANT, "10000002") is None
        assert found.by_phone(TENANT, "+491713920001") == [ANNA, PETER]
        assert found.by_phone(TENANT, "+491713920002") == []
        born = date(1985, 5, 17)
        assert found.by_zip_and_birth_date(TENANT, "76275", born) == [ANNA, PETER]
        assert found.by_zip_and_birth_date(TENANT, "01067", born) == [MUTE]
        assert found.by_zip_and_birth_date(TENANT, "1067", born) == []
        assert found.pin_hash(PETER.id) == "hash of p-peter"
        assert found.pin_hash(ParticipantId("nobody")) is None


def test_a_customer_number_belongs_to_one_person_of_a_tenant(people: SqlTransactions) -> None:
    with pytest.raises(StorageFault), people.write() as uow:
        uow.participants.add(replace(ANNA, id=ParticipantId("p-double")), "hash")


def test_cards_come_in_the_order_of_their_issue(people: SqlTransactions) -> None:
    blocked = Card(CardId("a"), ANNA.id, CardState.BLOCKED, NOW, Receipt("471100"))
    with people.write() as uow:
        uow.cards.add(Card(CardId("z"), ANNA.id, CardState.ACTIVE))
        uow.cards.add(blocked)
        uow.commit()
    with people.read() as uow:
        assert uow.cards.of(ANNA.id) == [Card(CardId("z"), ANNA.id, CardState.ACTIVE), blocked]
        assert uow.cards.of(PETER.id) == []


def test_a_card_is_blocked_once(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    with transactions.write() as uow:
        assert uow.cards.block(CARD.id, NOW, Receipt("471100"))
        assert not uow.cards.block(CARD.id, NOW + timedelta(days=1), Receipt("999999"))
        assert not uow.cards.block(CardId("none"), NOW, Receipt("999999"))
        uow.commit()
    with transactions.read() as uow:
        assert uow.cards.of(ANNA.id) == [
            Card(CARD.id, ANNA.id, CardState.BLOCKED, NOW, Receipt("471100"))
        ]


def test_a_card_needs_a_participant(transactions: SqlTransactions) -> None:
    with pytest.raises(StorageFault), transactions.write() as uow:
        uow.cards.add(CARD)


def test_a_block_without_a_receipt_is_refused(people: SqlTransactions) -> None:
    with pytest.raises(StorageFault), people.write() as uow:
        uow.cards.add(Card(CardId("x"), ANNA.id, CardState.BLOCKED, NOW, None))


def test_the_balance_is_the_sum_of_the_entries(people: SqlTransactions) -> None:
    later = LedgerEntry(ANNA.id, -300, "redemption", NOW)
    earlier = LedgerEntry(ANNA.id, 1534, "purchase", NOW - timedelta(days=3))
    with people.write() as uow:
        uow.ledger.add(later)
        uow.ledger.add(earlier)
        uow.ledger.add(LedgerEntry(PETER.id, 2_000_000_000, "purchase", NOW))
        uow.ledger.add(LedgerEntry(PETER.id, 2_000_000_000, "purchase", NOW))
        assert uow.ledger.balance(ANNA.id) == 1234
        uow.commit()
    with people.read() as uow:
        assert uow.ledger.entries(ANNA.id) == [earlier, later]
        assert uow.ledger.balance(ANNA.id) == 1234
        big = uow.ledger.balance(PETER.id)
        assert (big, type(big)) == (4_000_000_000, int)
        assert uow.ledger.balance(MUTE.id) == 0


@pytest.mark.parametrize(
    "failures", [Failures(), Failures(3), Failures(0, 2, NOW + timedelta(minutes=30), NOW)]
)
def test_the_last_failures_put_are_those_noted(
    transactions: SqlTransactions, failures: Failures
) -> None:
    with transactions.write() as uow:
        uow.pin_attempts.put(TENANT, {"claim": Failures(4, 1)})
        uow.pin_attempts.put(TENANT, {"claim": failures})
        uow.pin_attempts.put(TENANT, {"another": Failures(1)})
        uow.commit()
    with transactions.read() as uow:
        assert uow.pin_attempts.failures(TENANT, "claim") == failures
        assert uow.pin_attempts.failures(TenantId("maison-lune"), "claim") == Failures()


def test_tries_of_a_calling_number_count_from_an_instant_on(transactions: SqlTransactions) -> None:
    caller = CallerId("n1")
    with transactions.write() as uow:
        for minutes in (0, 10, 20):
            uow.pin_attempts.note_caller(caller, NOW + timedelta(minutes=minutes))
        uow.pin_attempts.note_caller(CallerId("n2"), NOW)
        uow.commit()
    with transactions.read() as uow:
        tries = uow.pin_attempts
        assert tries.recent_of_caller(caller, NOW) == 3
        assert tries.recent_of_caller(caller, NOW + timedelta(minutes=10)) == 2
        assert tries.recent_of_caller(caller, NOW + timedelta(minutes=21)) == 0


def test_a_number_keeps_its_first_id(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        assert uow.callers.note("+491713920001", CallerId("n1")) == "n1"
        assert uow.callers.note("+491713920001", CallerId("n2")) == "n1"
        assert uow.callers.note("+491713920002", CallerId("n3")) == "n3"
        uow.commit()
    with transactions.write() as uow:
        assert uow.callers.note("+491713920001", CallerId("n4")) == "n1"
        assert uow.callers.number_of(CallerId("n3")) == "+491713920002"
        assert uow.callers.number_of(CallerId("n4")) is None


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
    ],
)
def test_instants_come_back_to_the_microsecond_in_utc(
    transactions: SqlTransactions, instant: datetime
) -> None:
    add_anna(transactions)
    with transactions.write() as uow:
        uow.ledger.add(LedgerEntry(ANNA.id, 1, "purchase", instant))
        uow.commit()
    with transactions.read() as uow:
        (entry,) = uow.ledger.entries(ANNA.id)
    assert entry.at == instant
    assert entry.at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    with pytest.raises(StorageFault), transactions.write() as uow:
        uow.ledger.add(LedgerEntry(ANNA.id, 1, "purchase", NOW.replace(tzinfo=None)))
