"""Blocking a card by telephone: which, at once, then how it was lost and whether a new one shall come."""

import pytest

from domain import portal_facts as facts
from domain.fact import Body
from domain.ids import CardId, ParticipantId
from domain.participant import Card, CardState, Loss, Replacement
from rufwerk.demo_data import PEOPLE
from tests.scenarios.portal import Call, Exchange

GREETING = "welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de"
PERSONS = {person.participant.number: person for person in PEOPLE}
BY_LANGUAGE = [("de", "10000001"), ("en", "10000002"), ("es", "10000003"), ("fr", "10000004")]
ANNA, LUCIA = ("10000001#", "135790#"), ("10000003#", "975310#")
HOW = "block.lost:{0}, block.stolen:{0}"


def service(language: str) -> str:
    keys = ("menu.balance", "menu.redeem", "menu.block_card", "menu.more", "menu.person")
    return ", ".join(f"{key}:{language}" for key in keys)


def cards_of(exchange: Exchange, number: str) -> list[Card]:
    with exchange.transactions.read() as uow:
        return list(uow.cards.of(PERSONS[number].participant.id))


def add_card(
    exchange: Exchange, number: str, tail: str, state: CardState = CardState.ACTIVE
) -> None:
    holder = PERSONS[number].participant.id
    with exchange.transactions.write() as uow:
        uow.cards.add(Card(CardId(f"{holder}-{tail}"), holder, state, tail=tail))
        uow.commit()


def of_kind(call: Call, *kinds: type[Body]) -> list[Body]:
    return [body for body in call.facts if isinstance(body, kinds)]


def receipt_in(call: Call) -> str:
    (receipt,) = {body.receipt for body in call.facts if isinstance(body, facts.CardBlocked)}
    return " ".join(receipt)


@pytest.mark.parametrize(("language", "number"), BY_LANGUAGE[:2] + BY_LANGUAGE[3:])
def test_one_card(exchange: Exchange, language: str, number: str) -> None:
    pin = PERSONS[number].pin
    call = exchange.call(f"{number}#", f"{pin}#", "3", "1", "*", "2", "1")
    receipt, how = receipt_in(call), HOW.format(language)
    slowly = " ... ".join(receipt[at : at + 3] for at in range(0, len(receipt), 4))
    assert call.rows[3:-1] == [
        ("3", [f"block.confirm:{language}"]),
        ("1", [f"block.done:{language} {receipt}, {how}"]),
        ("*", [f"block.done:{language} {slowly}, {how}"]),
        ("2", [f"block.replacement:{language}"]),
        ("1", [f"block.replacement_comes:{language}, {service(language)}"]),
    ]
    (card,) = cards_of(exchange, number)
    told = (card.state, card.loss, card.replacement, card.without_pin)
    assert told == (CardState.BLOCKED, Loss.STOLEN, Replacement.WANTED, False)
    holder = PERSONS[number].participant.id
    assert card.receipt is not None
    assert call.facts[-4:-1] == [
        facts.CardBlocked(holder, card.id, card.receipt),
        facts.CardLossTold(holder, card.id, Loss.STOLEN),
        facts.ReplacementAnswered(holder, card.id, True),
    ]


@pytest.mark.parametrize(("language", "number"), BY_LANGUAGE)
def test_one_of_two_cards(exchange: Exchange, language: str, number: str) -> None:
    if number != "10000003":
        add_card(exchange, number, "5192")
    older, newer = cards_of(exchange, number)
    spoken = [" ".join(card.tail) for card in (newer, older)]
    call = exchange.call(f"{number}#", f"{PERSONS[number].pin}#", "3", "2", "1", "1", "2")
    cards = f"block.card:{language} {spoken[0]} 1 {spoken[1]} 2"
    which = f"block.which:{language}, {cards}, block.all:{language} 3"
    assert call.rows[3:-1] == [
        ("3", [which]),
        ("2", [f"block.ending:{language} {spoken[1]}, block.confirm:{language}"]),
        ("1", [f"block.done:{language} {receipt_in(call)}, {HOW.format(language)}"]),
        ("1", [f"block.replacement:{language}"]),
        ("2", [f"block.no_replacement:{language}, {service(language)}"]),
    ]
    older, newer = cards_of(exchange, number)
    assert (older.loss, older.replacement) == (Loss.LOST, Replacement.UNWANTED)
    assert newer.state is CardState.ACTIVE


def test_all_cards(exchange: Exchange) -> None:
    call = exchange.call(*LUCIA, "3", "3", "1", "2", "1", "3")
    receipt = receipt_in(call)
    assert call.rows[4:-1] == [
        ("3", ["block.confirm_all:es"]),
        ("1", [f"block.done_all:es {receipt}, {HOW.format('es')}"]),
        ("2", ["block.replacement:es"]),
        ("1", [f"block.replacement_comes:es, {service('es')}"]),
        ("3", [f"block.already_all:es {receipt}, {service('es')}"]),
    ]
    found = {(card.loss, card.replacement) for card in cards_of(exchange, "10000003")}
    assert found == {(Loss.STOLEN, Replacement.WANTED)}
    assert len(of_kind(call, facts.CardBlocked)) == 2
    assert exchange.call(*LUCIA, "3", "3", "2").heard("block.kept_all") is False, "all are blocked"


def test_the_other_card_needs_no_choice_but_is_named(exchange: Exchange) -> None:
    exchange.call(*LUCIA, "3", "1", "1")
    call = exchange.call(*LUCIA, "3", "2")
    assert call.rows[3] == ("3", ["block.ending:es 3 3 0 8, block.confirm:es"])
    assert call.rows[4] == ("2", [f"block.kept:es, {service('es')}"])
    assert [card.state for card in cards_of(exchange, "10000003")] == ["active", "blocked"]


def test_no_more_than_four_options_and_all_is_the_last(exchange: Exchange) -> None:
    for tail in ("1001", "1002", "1003"):
        add_card(exchange, "10000001", tail)
    call = exchange.call(*ANNA, "3", "4", "1")
    offered = "block.card:de 1 0 0 3 1 1 0 0 2 2 1 0 0 1 3"
    assert call.rows[3] == ("3", [f"block.which:de, {offered}, block.all:de 4"])
    assert {card.state for card in cards_of(exchange, "10000001")} == {CardState.BLOCKED}


def test_cards_whose_numbers_nobody_knows_are_blocked_together(exchange: Exchange) -> None:
    with exchange.transactions.write() as uow:
        anna = PERSONS["10000001"].participant.id
        uow.cards.forget(anna)
        uow.cards.add(Card(CardId("second"), anna, CardState.ACTIVE))
        uow.commit()
    call = exchange.call(*ANNA, "3", "2")
    assert call.rows[3] == ("3", ["block.confirm_all:de"])
    assert call.heard("block.kept_all:de")


def test_no_card_at_all(exchange: Exchange) -> None:
    holder = ParticipantId("mute")
    with exchange.transactions.write() as uow:
        anna = PERSONS["10000001"].participant
        values = {name: getattr(anna, name) for name in ("tenant", "language", "zip_code", "born")}
        mute = type(anna)(id=holder, number="10000009", name="Mo", **values)
        uow.participants.add(mute, exchange.pins.hash(holder, "135790"))
        uow.commit()
    call = exchange.call("10000009#", "135790#", "3", "1")
    assert call.rows[-2] == ("1", [f"block.none:de, {service('de')}"])


@pytest.mark.parametrize("step", range(1, 8))
def test_a_hang_up_leaves_the_card_as_it_was_or_blocked(exchange: Exchange, step: int) -> None:
    keys = [*LUCIA, "3", "2", "1", "2", "1"][:step]
    call = exchange.call(*keys)
    assert call.hung_up
    done = (facts.CardBlocked, facts.CardLossTold, facts.ReplacementAnswered)
    assert len(of_kind(call, *done)) == max(0, step - 4)
    older, newer = cards_of(exchange, "10000003")
    assert (older.state is CardState.BLOCKED) is (step >= 5)
    assert newer.state is CardState.ACTIVE


def test_who_hung_up_is_asked_later_what_is_open_and_no_more(exchange: Exchange) -> None:
    receipt = receipt_in(exchange.call(*ANNA, "3", "1", "1"))
    again = exchange.call(*ANNA, "3", "1", "3")
    already = f"block.already:de {receipt}"
    assert again.rows[3:-1] == [
        ("3", [f"{already}, block.replacement:de"]),
        ("1", [f"block.replacement_comes:de, {service('de')}"]),
        ("3", [f"{already}, {service('de')}"]),
    ]
    assert of_kind(again, facts.CardBlocked, facts.CardLossTold) == []


def test_silence_after_the_block_goes_back_to_the_menu(exchange: Exchange) -> None:
    call = exchange.call(*ANNA, "3", "1", "-", "-", "-", "-", "-")
    assert call.rows[6] == ("-", [service("de")])
    assert call.rows[-1] == ("-", ["farewell:de"])
    assert call.variables["AGIDONE"] == "farewell"


def test_back_and_a_person_from_each_question(exchange: Exchange) -> None:
    back = exchange.call(*LUCIA, "3", "9", "3", "1", "9", "3", "1", "1", "9")
    which = f"block.kept:es, {service('es')}"
    assert back.rows[4] == ("9", [service("es")])
    assert back.rows[7] == ("9", [which])
    assert back.rows[-2] == ("9", [service("es")])
    assert back.kinds.count("CardBlocked") == 1
    for keys in (["3"], ["3", "1"], ["3", "1", "1"], ["3", "1", "1", "2"]):
        call = exchange.call(*LUCIA, *keys, "0", "0")
        assert call.variables["AGIDONE"] == "field", keys
