"""What tells a participant's cards apart, and which block holds them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.card_block import Block, block_in_force, tails_to_choose_from, under
from domain.ids import CardId, ParticipantId, Receipt
from domain.participant import Card, CardState, Loss, Replacement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTIVE = Card(CardId("a"), ParticipantId("anna"), CardState.ACTIVE, tail="4711")


def blocked(card: str, receipt: str, hours: int = 0) -> Card:
    at = NOW + timedelta(hours=hours)
    return Card(CardId(card), ACTIVE.participant, CardState.BLOCKED, at, Receipt(receipt))


def active(*tails: str) -> list[Card]:
    return [replace(ACTIVE, id=CardId(str(n)), tail=tail) for n, tail in enumerate(tails)]


def test_the_newest_block_holds_where_no_card_is_active() -> None:
    first, second, third = blocked("b", "2", 5), blocked("c", "3", 1), blocked("d", "2", 5)
    assert block_in_force([]) is None
    assert block_in_force([first, ACTIVE]) is None
    assert block_in_force([first, second, third]) == Block(Receipt("2"), (first, third), True)
    assert under([first, second], Receipt("3")) == (second,)


def test_a_block_lacks_what_one_of_its_cards_lacks() -> None:
    lost = replace(blocked("b", "2"), loss=Loss.LOST)
    one, two = Block(Receipt("2"), (lost,)), Block(Receipt("2"), (lost, blocked("c", "2")))
    assert (one.of_several, one.lacks_loss, one.lacks_replacement) == (False, False, True)
    assert (two.of_several, two.lacks_loss, two.lacks_replacement) == (True, True, True)
    sent = replace(lost, replacement=Replacement.SENT)
    assert not Block(Receipt("2"), (sent,)).lacks_replacement


def test_only_what_tells_cards_apart_is_a_choice() -> None:
    assert tails_to_choose_from([]) == ()
    assert tails_to_choose_from(active("4711")) == ()
    assert tails_to_choose_from([*active("4711"), blocked("b", "2")]) == ()
    assert tails_to_choose_from(active("4711", "5192")) == ("5192", "4711")
    assert tails_to_choose_from(active("4711", "4711")) == ()
    assert tails_to_choose_from(active("4711", "5192", "4711")) == ("4711", "5192")
    assert tails_to_choose_from(active("", "")) == ()
    assert tails_to_choose_from(active("", "4711")) == ("4711",)
