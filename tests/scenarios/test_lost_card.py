"""Cards blocked by telephone without a PIN: offered where it helps, limited, and telling nobody what it did."""

from dataclasses import replace

import pytest

from domain import portal_facts as facts
from domain.fact import CALLER, Body
from domain.facts import encode
from domain.participant import Card, CardState, Participant
from domain.pin_policy import PinPolicy
from domain.portal_facts import BlockFailure
from domain.tenant import TenantBook
from rufwerk.demo_data import PEOPLE
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import THIRD

PEOPLE_BY_LANGUAGE = {person.participant.language: person.participant for person in PEOPLE[:4]}
ANNA, JOHN = PEOPLE[0].participant, PEOPLE[1].participant
WRONG, OFFER = "111111#", "login.wrong:de, login.pin_again:de, lost.offer:de"
HOME = ("76275#", "17051985#")
BLOCK = (f"{ANNA.number}#", WRONG, "*", "1", *HOME)
STRANGER = "+493055500001"


def cards_of(exchange: Exchange, holder: Participant = ANNA) -> list[Card]:
    with exchange.transactions.read() as uow:
        return list(uow.cards.of(holder.id))


def is_blocked(exchange: Exchange, holder: Participant = ANNA) -> bool:
    return all(card.state is CardState.BLOCKED for card in cards_of(exchange, holder))


def failures(call: Call) -> list[BlockFailure]:
    return [body.failure for body in call.facts if isinstance(body, facts.BlockFailed)]


def blocks(call: Call) -> list[Body]:
    return [body for body in call.facts if isinstance(body, facts.CardBlocked)]


@pytest.mark.parametrize("language", PEOPLE_BY_LANGUAGE)
def test_after_a_wrong_pin(exchange: Exchange, language: str) -> None:
    holder = PEOPLE_BY_LANGUAGE[language]  # type: ignore[index]
    born = holder.born.strftime("%d%m%Y")
    call = exchange.call(
        f"{holder.number}#", WRONG, "*", "1", f"{holder.zip_code}#", f"{born}#", "*", "-",
        number=None if language == "de" else holder.phone,
    )  # fmt: skip
    again = "login.wrong:{0}, login.pin_again:{0}, lost.offer:{0}"
    done = f"lost.done:{language}, menu.person:{language}"
    assert call.rows[2:] == [
        (WRONG, [f"login.moment:{language}", again.format(language)]),
        ("*", [f"lost.all:{language}"]),
        ("1", [f"login.zip:{language}"]),
        (f"{holder.zip_code}#", [f"login.born:{language}"]),
        (f"{born}#", [f"login.moment:{language}", done]),
        ("*", [done]),
        ("-", [f"farewell:{language}"]),
    ]
    assert call.variables["AGIDONE"] == "farewell"
    cards = cards_of(exchange, holder)
    assert len(blocks(call)) == len(cards)
    for card in cards:
        assert card.receipt is not None
        assert card.without_pin
        assert facts.CardBlocked(holder.id, card.id, card.receipt, without_pin=True) in call.facts
    origins = [fact.origin for fact in exchange.facts() if fact.body in blocks(call)]
    assert {origin.actor for origin in origins} == {CALLER}
    written = " ".join(str(encode(fact.body)) for fact in exchange.facts())
    for secret in (holder.number, holder.zip_code, born, holder.born.isoformat()):
        assert secret not in written


def test_who_has_no_pin_is_offered_it_with_the_help(exchange: Exchange) -> None:
    call = exchange.follow(
        """
                  | welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de
        10000001# | login.pin:de
        *         | login.pin:de
        -         | try.no_input:de, login.pin_help:de, lost.offer:de
        #         | login.pin:de
        *         | lost.all:de
        1         | login.zip:de
        76275#    | login.born:de
        17051985# | login.moment:de / lost.done:de, menu.person:de
        0         | person.connecting:de
        """
    )
    assert len(blocks(call)) == 1
    assert call.variables["AGIDONE"] == "field"


def test_by_zip_and_birth_date_the_number_alone_is_asked_for(exchange: Exchange) -> None:
    call = exchange.call("*", "10115#", "04071990#", WRONG, "*", "1", "10000002#", "-")
    assert call.rows[5:7] == [("*", ["lost.all:de"]), ("1", ["lost.number:de"])]
    assert is_blocked(exchange, JOHN)


def test_who_has_keyed_it_all_is_asked_for_nothing(exchange: Exchange) -> None:
    call = exchange.call("*", *HOME, "10000005#", WRONG, "*", "1")
    assert call.rows[-2] == ("1", ["login.moment:de", "lost.done:de, menu.person:de"])
    assert is_blocked(exchange, PEOPLE[4].participant)
    assert not is_blocked(exchange)


def heard(call: Call) -> list[list[str]]:
    return [sounds for _, sounds in call.rows]


def test_nothing_tells_whether_it_was_right(exchange: Exchange) -> None:
    def counted(*keys: str) -> tuple[Call, int]:
        exchange.storage.left = 1000
        call = exchange.call(*keys)
        return call, 1000 - exchange.storage.left

    right, work = counted(*BLOCK, "-")
    cases = {
        "again": (BLOCK, BlockFailure.NO_ACTIVE_CARD),
        "another ZIP": ((*BLOCK[:4], "76276#", HOME[1]), BlockFailure.UNKNOWN),
        "another birth date": ((*BLOCK[:5], "18051985#"), BlockFailure.UNKNOWN),
        "nobody": (("99999999#", *BLOCK[1:]), BlockFailure.UNKNOWN),
        "another brand's": (("20000001#", *BLOCK[1:]), BlockFailure.UNKNOWN),
    }
    assert blocks(right)
    for name, (keys, failure) in cases.items():
        wrong, as_much = counted(*keys, "-")
        assert heard(wrong) == heard(right), name
        assert (as_much, len(wrong.facts)) == (work, len(right.facts)), name
        assert (failures(wrong), blocks(wrong)) == ([failure], []), name


@pytest.mark.parametrize("step", range(1, 8))
def test_a_hang_up_leaves_all_or_nothing(exchange: Exchange, step: int) -> None:
    call = exchange.call(*[*BLOCK, "*"][:step])
    assert call.hung_up
    assert is_blocked(exchange) is bool(blocks(call)) is (step >= 6)


def test_the_way_back_and_to_a_person(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                  | welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de
        10000001# | login.pin:de
        {WRONG}   | login.moment:de / {OFFER}
        *         | lost.all:de
        9         | login.pin_again:de, lost.offer:de
        *         | lost.all:de
        -         | login.pin_again:de, lost.offer:de
        *         | lost.all:de
        1         | login.zip:de
        9#        | login.pin_again:de, lost.offer:de
        *         | lost.all:de
        1         | login.zip:de
        76275#    | login.born:de
        9#        | login.zip:de
        0#        | person.connecting:de
        """
    )
    assert not is_blocked(exchange)
    assert "LogInFailed" in call.kinds
    by_home = exchange.call("*", "10115#", "04071990#", WRONG, "*", "1", "9#")
    assert by_home.rows[-2] == ("9#", ["login.pin_again:de, lost.offer:de"])
    right = exchange.call(*BLOCK[:3], "9", "135790#")
    assert right.heard("menu.balance:de"), "who remembers is let in"


@pytest.mark.parametrize("number", ["10000001", "99999999"])
def test_a_number_is_tried_five_times_and_then_locked(exchange: Exchange, number: str) -> None:
    keys = (f"{number}#", "-", "*", "1", "12345#", "17051985#")
    for _ in range(5):
        assert exchange.call(*keys).heard("lost.done:de")
    locked = exchange.call(*keys[:4], *HOME)
    assert locked.rows[-1] == (
        HOME[1],
        ["login.moment:de", "login.locked:de, person.connecting:de"],
    )
    assert failures(locked) == [BlockFailure.ACCOUNT_LOCKED]
    assert not is_blocked(exchange)
    let_in = exchange.call("10000001#", "135790#")
    assert let_in.heard("menu.balance:de"), "tries to block lock nobody out"
    exchange.later(minutes=16)
    assert exchange.call(*keys[:4], *HOME).heard("lost.done:de")
    assert is_blocked(exchange) is (number == "10000001")


def test_one_calling_number_has_ten_tries_an_hour(exchange: Exchange) -> None:
    for account in range(10):
        exchange.call(f"7777000{account}#", "-", "*", "1", *HOME, number=STRANGER)
    call = exchange.call("10000001#", "-", "*", "1", *HOME, number=STRANGER)
    assert failures(call) == [BlockFailure.CALLER_EXHAUSTED]
    assert call.heard("login.locked:de")
    assert not is_blocked(exchange)
    exchange.call("10000001#", "-", "*", "1", *HOME)
    assert is_blocked(exchange), "withheld shares nothing"


@pytest.mark.parametrize("number", ["10000001", "99999999"])
def test_who_tries_pins_on_a_card_found_keeps_nobody_from_blocking_it(
    exchange: Exchange, number: str
) -> None:
    exchange.call(f"{number}#", "111111#", "222222#", "333333#")
    exchange.call(f"{number}#", "444444#", "555555#")
    call = exchange.follow(
        f"""
                    | welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de
        {number}#   | login.pin:de
        135790#     | login.moment:de / login.locked:de, lost.all:de
        1           | login.zip:de
        76275#      | login.born:de
        17051985#   | login.moment:de / lost.done:de, menu.person:de
        -           | farewell:de
        """
    )
    assert bool(blocks(call)) is (number == "10000001")
    silent = exchange.call(f"{number}#", "135790#", "-")
    assert silent.rows[-1] == ("-", ["person.connecting:de"])


def test_a_brand_without_it_offers_nothing(exchange: Exchange) -> None:
    exchange.book = TenantBook.of(
        replace(tenant, pin=PinPolicy()) for tenant in exchange.book.tenants.values()
    )
    again = "login.wrong:de, login.pin_again:de"
    call = exchange.call("10000001#", "-", "*", WRONG, "*", "222222#")
    assert call.rows[2] == ("-", ["try.no_input:de, login.pin_help:de"])
    assert call.rows[3] == ("*", ["login.pin:de"])
    assert call.rows[5] == ("*", [again])
    exchange.call("10000001#", "333333#", "444444#", "555555#")
    locked = exchange.call("10000001#", "135790#")
    assert locked.rows[-1] == (
        "135790#",
        ["login.moment:de", "login.locked:de, person.connecting:de"],
    )


def test_while_he_waits(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.wait(waiting, "2", *BLOCK, "-", **THIRD)
    assert visit.rows[-1] == ("-", ["field.back:de"])
    assert is_blocked(exchange)
    assert "CameBack" in visit.kinds
