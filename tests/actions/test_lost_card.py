"""Blocking one card of several, and what its holder says of it afterwards: once, in rows and facts."""

from dataclasses import replace

import pytest

from actions.block_card import BlockCard, CardsOf
from actions.lost_card import AnswerReplacement, TellLoss
from domain.card_block import Block
from domain.fact import Origin
from domain.ids import CardId, Receipt
from domain.participant import Card, CardState, Loss, Membership, Replacement
from domain.portal_facts import CardBlocked, CardLossTold, ReplacementAnswered
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CARD, LUNE, CounterDesk

ORIGIN = Origin(ALPENRAD, CALL, "caller")
RECEIPT, SECOND = Receipt("47110000"), Receipt("47110001")
OTHER = Card(CardId("other-anna"), ANNA.id, CardState.ACTIVE, tail="5192")


@pytest.fixture
def desk(transactions: SqlTransactions) -> CounterDesk:
    """Anna has two cards."""
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.cards.add(OTHER)
        uow.commit()
    return desk


def block(desk: CounterDesk, tail: str | None, receipt: Receipt = RECEIPT) -> Block | None:
    return BlockCard(desk.transactions, desk.clock, lambda: receipt)(ORIGIN, ANNA.id, tail)


def test_one_card_is_blocked_and_then_the_other(desk: CounterDesk) -> None:
    blocked = replace(OTHER, state=CardState.BLOCKED, blocked_at=desk.clock(), receipt=RECEIPT)
    assert block(desk, "5192") == Block(RECEIPT, (blocked,))
    assert block(desk, "5192", SECOND) == Block(RECEIPT, (blocked,), already=True)
    assert block(desk, "0000", SECOND) is None
    assert CardsOf(desk.transactions)(ANNA.id) == [CARD, blocked]
    rest = block(desk, None, SECOND)
    assert rest is not None
    assert [card.id for card in rest.cards] == [CARD.id]
    assert desk.bodies() == [
        CardBlocked(ANNA.id, OTHER.id, RECEIPT),
        CardBlocked(ANNA.id, CARD.id, SECOND),
    ]


def test_the_first_word_stands_and_is_told_once(desk: CounterDesk) -> None:
    tell = TellLoss(desk.transactions, desk.clock)
    answer = AnswerReplacement(desk.transactions, desk.clock)
    tell(ORIGIN, ANNA.id, RECEIPT, Loss.LOST)
    answer(ORIGIN, ANNA.id, RECEIPT, wanted=True)
    assert desk.bodies() == [], "nothing is blocked"
    block(desk, "5192")
    for loss, wanted in ((Loss.STOLEN, True), (Loss.LOST, False)):
        tell(ORIGIN, ANNA.id, RECEIPT, loss)
        answer(ORIGIN, ANNA.id, RECEIPT, wanted=wanted)
    untouched, told = CardsOf(desk.transactions)(ANNA.id)
    assert untouched == CARD
    assert (told.loss, told.replacement) == (Loss.STOLEN, Replacement.WANTED)
    assert desk.bodies()[1:] == [
        CardLossTold(ANNA.id, OTHER.id, Loss.STOLEN),
        ReplacementAnswered(ANNA.id, OTHER.id, True),
    ]


def test_wishes_come_oldest_first_of_members_of_the_brands_asked_for(desk: CounterDesk) -> None:
    answer = AnswerReplacement(desk.transactions, desk.clock)
    block(desk, "5192")
    answer(ORIGIN, ANNA.id, RECEIPT, wanted=True)
    desk.clock.now = desk.clock.now.replace(year=2027)
    block(desk, None, SECOND)
    answer(ORIGIN, ANNA.id, SECOND, wanted=True)
    with desk.transactions.write() as uow:
        assert [card.id for card in uow.cards.to_replace([ALPENRAD, LUNE])] == [OTHER.id, CARD.id]
        assert uow.cards.to_replace([LUNE]) == []
        uow.cards.unblock(OTHER.id)
        assert OTHER in uow.cards.of(ANNA.id), "nothing is left of a block"
        assert [card.id for card in uow.cards.to_replace([ALPENRAD])] == [CARD.id]
        uow.participants.change(replace(ANNA, membership=Membership.LEFT))
        assert uow.cards.to_replace([ALPENRAD]) == []


def test_what_is_forgotten_is_gone(desk: CounterDesk) -> None:
    block(desk, None)
    TellLoss(desk.transactions, desk.clock)(ORIGIN, ANNA.id, RECEIPT, Loss.LOST)
    AnswerReplacement(desk.transactions, desk.clock)(ORIGIN, ANNA.id, RECEIPT, wanted=True)
    with desk.transactions.write() as uow:
        uow.cards.forget(ANNA.id)
        left = {(card.tail, card.loss, card.replacement) for card in uow.cards.of(ANNA.id)}
        uow.commit()
    assert left == {("", None, None)}
