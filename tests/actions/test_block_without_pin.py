"""A block without PIN: by all three details, of all cards, each try counted, and only the log told what came of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from actions.block_without_pin import BlockWithoutPin, Details
from domain.fact import Origin
from domain.ids import CallerId, CardId, Receipt
from domain.mail import CHANNEL, BlockNoticeWanted, from_body
from domain.participant import Card, CardState
from domain.pin_policy import PinPolicy
from domain.portal_facts import BlockFailed, BlockFailure, CardBlocked
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CARD, PETER, CounterDesk

ORIGIN = Origin(ALPENRAD, CALL, "caller")
RIGHT = Details(ANNA.number, ANNA.zip_code, ANNA.born)
WRONG = replace(RIGHT, zip_code="10115")
POLICY, RINGING = PinPolicy(), CallerId("n1")
SECOND = Card(CardId("second"), ANNA.id, CardState.ACTIVE)


class Blocker:
    def __init__(self, desk: CounterDesk) -> None:
        numbers = count(47_110_001)
        self._block = BlockWithoutPin(
            desk.transactions,
            desk.clock,
            lambda: Receipt(str(next(numbers))),
            lambda *parts: "/".join(parts),
        )

    def __call__(self, details: Details, caller: CallerId | None = None) -> bool:
        return self._block(ORIGIN, POLICY, details, caller)


def test_all_cards_are_blocked_and_it_is_told_once(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.cards.add(SECOND)
        uow.commit()
    block = Blocker(desk)
    assert block(RIGHT, RINGING)
    assert block(RIGHT, RINGING)
    receipt = Receipt("47110001")
    with transactions.read() as uow:
        cards = uow.cards.of(ANNA.id)
    assert [card.receipt for card in cards if card.without_pin] == [receipt, receipt]
    assert desk.bodies() == [
        CardBlocked(ANNA.id, CARD.id, receipt, without_pin=True),
        CardBlocked(ANNA.id, SECOND.id, receipt, without_pin=True),
        BlockFailed(BlockFailure.NO_ACTIVE_CARD, ANNA.id, RINGING),
    ]


@pytest.mark.parametrize("address", [None, "anna@keller.example"])
def test_the_owner_is_told_where_he_has_an_address(
    transactions: SqlTransactions, address: str | None
) -> None:
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.participants.change(replace(ANNA, email=address))
        uow.commit()
    block = Blocker(desk)
    for details in (WRONG, RIGHT, RIGHT):
        assert block(details)
    now = desk.clock()
    with transactions.write() as uow:
        entry, another = (uow.outbox.take(CHANNEL, now, now + timedelta(hours=1)) for _ in "12")
    assert another is None, "told once, and never of a try"
    if address is None:
        assert entry is None
        return
    assert entry is not None
    assert address not in entry.message.body
    receipt = desk.card().receipt
    assert receipt is not None
    assert from_body(entry.message.body) == BlockNoticeWanted(ANNA.id, receipt, now)


@pytest.mark.parametrize(
    ("details", "whose"),
    [
        (WRONG, ANNA.id),
        (replace(RIGHT, born=ANNA.born + timedelta(days=1)), ANNA.id),
        (replace(RIGHT, number="20000001"), None),
        (replace(RIGHT, number="\0' OR 1=1"), None),
    ],
)
def test_two_of_three_are_not_enough(
    lite: SqlTransactions, details: Details, whose: str | None
) -> None:
    desk = CounterDesk(lite)
    assert Blocker(desk)(details)
    assert desk.card() == CARD
    assert desk.bodies() == [BlockFailed(BlockFailure.UNKNOWN, whose, None)]  # type: ignore[arg-type]


def test_right_ones_count_as_wrong_ones_do(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block = Blocker(desk)
    assert all(block(details) for details in (RIGHT, WRONG, RIGHT, WRONG, RIGHT))
    assert not block(RIGHT, RINGING)
    assert desk.bodies()[-1] == BlockFailed(BlockFailure.ACCOUNT_LOCKED, ANNA.id, RINGING)
    assert block(replace(RIGHT, number=PETER.number)), "each number for itself"
    desk.clock.turn(POLICY.first_lock)
    assert all(block(RIGHT) for _ in range(5))
    desk.clock.turn(POLICY.first_lock)
    assert not block(RIGHT), "the second lock is longer"


def test_a_calling_number_has_its_limit(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    block = Blocker(desk)
    for number in range(POLICY.caller_limit):
        assert block(replace(RIGHT, number=f"9999{number}"), RINGING)
    assert not block(RIGHT, RINGING)
    assert desk.bodies()[-1] == BlockFailed(BlockFailure.CALLER_EXHAUSTED, ANNA.id, RINGING)
    assert desk.card() == CARD


def test_tries_side_by_side_gain_nothing(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block = Blocker(desk)
    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(block, [WRONG] * 8))
    assert sorted(tried) == [False] * 3 + [True] * 5
