"""A call that broke off is gone on with: who is offered it, and how nothing is told or done before the PIN."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain import portal_facts as facts
from domain.call import Certainty
from domain.fact import Body
from domain.field_facts import CallBackAsked, CallEnded, Connected, Overflowed, Side
from domain.ids import AgentId, CallerId, CallId
from domain.language import Language
from domain.participant import CardState
from domain.waiting_field import Overflow
from tests.scenarios.going_on import (
    GREETING,
    NO,
    NUMBER,
    OFFER,
    PIN,
    YES,
    Telephone,
    after_pin,
    is_offered,
)
from tests.scenarios.portal import Exchange
from tests.scenarios.redeeming import (
    ANNA,
    ANNAS_THREE,
    LOG_IN,
    account,
)
from tests.scenarios.test_calls import SERVICE, only
from tests.scenarios.test_cards import cards_of
from tests.scenarios.test_own_pace import service

# Who is offered it


@pytest.mark.parametrize(("seconds", "offered"), [(0, True), (600, True), (601, False)])
def test_within_ten_minutes(phone: Telephone, seconds: int, offered: bool) -> None:
    phone(NUMBER)
    phone.exchange.later(seconds=seconds)
    call = phone()
    assert is_offered(call) is offered
    assert call.rows[0] == ("", [OFFER if offered else GREETING])


@pytest.mark.parametrize(
    ("keys", "offered"),
    [
        ((), False),
        (("-", "123#"), False),
        (("*", "76275#"), False),
        (("*", "76275#", "17051985#"), False),  # two people fit: he hasn't said who he is
        (("*", "76275#", "17051985#", NUMBER), True),
        (("*", "10115#", "04071990#"), True),
        ((NUMBER,), True),
        (("99999999#",), True),
        ((NUMBER, "9#"), False),
        ((NUMBER, "-"), True),
        ((NUMBER, PIN), False),  # at the main menu: there is nothing to go on with
        ((NUMBER, PIN, "4"), False),
        ((NUMBER, PIN, "1", "4"), False),
        ((NUMBER, PIN, "4", "2", "9#"), True),  # he hadn't heard all
        ((NUMBER, PIN, "0", "9"), False),
    ],
)
def test_whoever_had_said_who_he_is(phone: Telephone, keys: Sequence[str], offered: bool) -> None:
    phone(*keys)
    assert is_offered(phone()) is offered


def test_nobody_else(phone: Telephone) -> None:
    phone(NUMBER, PIN, "1")
    for other in ("+493055500008", None, "+493099999999"):
        assert phone.of(other)().rows[0] == ("", [GREETING])
    lune = phone(dialled="555200")
    assert not lune.heard("login.go_on:fr")
    assert is_offered(phone())


@pytest.mark.parametrize("number", [None, "+493099999999"])
def test_neither_withheld_numbers_nor_our_monitoring(phone: Telephone, number: str | None) -> None:
    phone.of(number)(NUMBER, PIN, "1")
    assert phone.of(number)().rows[0] == ("", [GREETING])


def test_not_after_our_farewell(phone: Telephone) -> None:
    call = phone(NUMBER, PIN, "1", "-", "-", "-")
    assert call.heard("farewell:de")
    assert not is_offered(phone())


@pytest.mark.parametrize(
    ("bodies", "offered"),
    [
        ((), False),
        ((CallEnded(Side.CALLER),), True),
        ((Overflowed(Overflow.CALL_BACK), CallEnded(Side.CALLER)), True),
        ((Connected(AgentId("eva"), 1), CallEnded(Side.CALLER)), False),
        ((CallBackAsked(CallerId("c"), None), CallEnded(Side.CALLER)), False),
    ],
)
def test_after_a_handover(phone: Telephone, bodies: Sequence[Body], offered: bool) -> None:
    """To who got tired of waiting, not to who had his conversation."""
    waiting = phone(NUMBER, PIN, "0", "1")
    phone.exchange.note(waiting.uniqueid, *bodies)
    assert is_offered(phone()) is offered


@pytest.mark.parametrize(
    ("keys", "offered"),
    [
        ((), True),
        ((PIN,), False),
        ((PIN, "1"), False),
        ((PIN, "2"), True),  # its own menu ends as others do
        ((PIN, "2", "1"), True),
        ((PIN, "2", "2", "1"), False),
        ((PIN, "3"), True),
        ((PIN, "4"), False),
        ((PIN, "4", "1"), False),
        ((PIN, "4", "2"), True),
        ((PIN, "4", "3"), True),
        ((PIN, "0"), True),
        ((PIN, "1", "0"), True),
    ],
)
def test_not_who_has_heard_all(
    exchange: Exchange, mine: Telephone, keys: Sequence[str], offered: bool
) -> None:
    """And is at a menu again; who is in the middle of something is."""
    mine.to_the_end(NUMBER, *keys)
    assert is_offered(mine()) is offered


def test_not_who_hung_up_as_he_was_told(exchange: Exchange, mine: Telephone) -> None:
    exchange.later(hours=12)
    assert mine.to_the_end(NUMBER, PIN, "0").heard("call_back.or_hang_up:de")
    assert not is_offered(mine())
    mine(NUMBER, PIN, "0")
    assert is_offered(mine()), "he hadn't heard that"


def test_only_the_last_call_counts(phone: Telephone) -> None:
    phone(NUMBER, PIN, "1")
    reached = phone("0#")
    phone.exchange.note(reached.uniqueid, Connected(AgentId("eva"), 1), CallEnded(Side.CALLER))
    assert not is_offered(phone())


def test_an_offer_that_is_not_answered_stands(phone: Telephone) -> None:
    """The line is as bad as before."""
    phone(NUMBER, PIN, "2")
    for _ in range(3):
        phone.exchange.later(minutes=9)
        assert is_offered(phone())
    assert after_pin(phone(YES, PIN)) == [ANNAS_THREE]


def test_another_process_knows_nothing_of_it(
    exchange: Exchange, mine: Telephone, tmp_path: Path
) -> None:
    mine(NUMBER, PIN, "1")
    exchange.routes = exchange._routes(tmp_path)
    assert not is_offered(mine())


# The answer


@pytest.mark.parametrize("language", Language)
def test_going_on(phone: Telephone, language: Language) -> None:
    number, pin = LOG_IN[language]
    broken = phone(number, pin, "1")
    call = phone(YES, pin)
    balance = f"balance.told:{language} "
    assert call.rows[:2] == [("", [OFFER]), (YES, ["login.pin:de"])]
    assert call.rows[2][1][1].startswith(balance)
    assert call.rows[2][1][1].endswith(service(language))
    who = account(number.removesuffix("#"))
    assert only(call, facts.WentOn) == facts.WentOn(who, CallId(f"a-{broken.uniqueid}"))
    assert only(call, facts.LoggedIn).participant == who


@pytest.mark.parametrize(
    ("language", "his"),
    [
        (Language.EN, "+491713920002"),
        (Language.ES, "+491713920003"),
        (Language.FR, "+491713920004"),
    ],
)
def test_the_offer_in_his_own_language(portal: Exchange, language: Language, his: str) -> None:
    phone = Telephone(portal, his)
    number, pin = LOG_IN[language]
    phone(number, pin, "1")
    call = phone("-", YES, pin)
    assert call.rows[0][1][0].endswith(f"login.go_on:{language}")
    assert call.rows[1] == ("-", [f"try.no_input:{language}, login.go_on_help:{language}"])
    assert call.rows[3][1][1].startswith(f"balance.told:{language}")


@pytest.mark.parametrize("typed", [["1", "-", PIN], [YES, PIN], ["2*1#", PIN], [f"1#{PIN}"]])
def test_ways_to_say_yes(phone: Telephone, typed: Sequence[str]) -> None:
    """With a pause instead of pound, corrected, and ahead."""
    phone(NUMBER)
    call = phone(*typed)
    assert only(call, facts.WentOn).participant == ANNA


def test_no_is_the_question_as_ever(phone: Telephone) -> None:
    phone(NUMBER, PIN, "2")
    call = phone(NO, NUMBER, PIN)
    assert call.rows[1:4] == [
        (NO, ["login.number:de"]),
        (NUMBER, ["login.pin:de"]),
        (PIN, ["login.moment:de", SERVICE]),
    ]
    assert "WentOn" not in call.kinds
    phone(NO)
    assert not is_offered(phone()), "who says no is not asked again"


@pytest.mark.parametrize(
    "keys",
    [
        [f"{NUMBER}{PIN}1"],
        [NUMBER, PIN, "1"],
        ["10000001", PIN, "1"],
        ["*", "10115#", "04071990#", "246801#", "1"],
        ["*10115#04071990#246801#1"],
        ["0#"],
        ["99999999#", "111111#"],
    ],
)
def test_who_knows_the_keys_is_not_caught(phone: Telephone, keys: Sequence[str]) -> None:
    """He keys as ever, and hears what he ever heard."""
    as_ever = phone.of("+493055500008")(*keys)
    phone("20000001#")
    call = phone(*keys)
    assert is_offered(call)
    assert call.rows[1:] == as_ever.rows[1:]
    assert call.kinds == as_ever.kinds


def test_another_language_first(phone: Telephone) -> None:
    phone(NUMBER)
    call = phone("#", "2", YES, PIN)
    assert call.rows[2] == ("2", ["login.go_on:en"])
    assert only(call, facts.WentOn).participant == ANNA


def test_the_language_he_had_chosen(phone: Telephone) -> None:
    """From the greeting on, which tells how to come by another; and until he does."""
    phone("#", "3", NUMBER)
    hints = "language.hint:de, language.hint:en, language.hint:fr"
    call = phone("#", "2", YES)
    assert call.rows[0] == ("", [f"welcome:es, {hints}, login.go_on:es"])
    assert call.rows[2:4] == [("2", ["login.go_on:en"]), (YES, ["login.pin:en"])]
    spoken = [(one.language, one.cause) for one in call.facts if isinstance(one, facts.LanguageSet)]
    assert spoken == [
        (Language.DE, facts.LanguageCause.LINE),
        (Language.ES, facts.LanguageCause.KNOWN_NUMBER),
        (Language.EN, facts.LanguageCause.CHOSEN),
    ]
    assert phone().rows[0][1][0].endswith("login.go_on:en")


def test_too_few_digits_are_neither(phone: Telephone) -> None:
    phone(NUMBER)
    call = phone("12#", "3#")
    again = "try.too_short:de, login.go_on_help:de"
    assert call.rows[1:3] == [("12#", [again]), ("3#", [again])]
    fresh = phone.of("+493055500009")("1#")
    assert fresh.rows[1] == ("1#", ["try.too_short:de, login.number_help:de"])


def test_two_on_one_telephone(phone: Telephone) -> None:
    phone(NUMBER, PIN, "2")
    call = phone("10000005#", "570913#", "1")
    assert call.rows[2] == ("570913#", ["login.moment:de", SERVICE])
    assert only(call, facts.LoggedIn).participant == account("10000005")


def test_back_from_the_pin_is_another_number(phone: Telephone) -> None:
    phone(NUMBER, PIN, "2")
    call = phone(YES, "9#", "10000005#", "570913#")
    assert call.rows[2:5] == [
        ("9#", ["login.number:de"]),
        ("10000005#", ["login.pin:de"]),
        ("570913#", ["login.moment:de", SERVICE]),
    ]
    assert "WentOn" not in call.kinds


# The PIN


def test_what_fits_nobody_sounds_the_same(exchange: Exchange, mine: Telephone) -> None:
    tables = []
    for number in (NUMBER, "99999999#"):
        mine(number)
        call = mine(YES, "111111#", "222222#", "333333#")
        tables.append(call.table)
        assert call.heard("person.connecting:de")
        assert "WentOn" not in call.kinds
    assert tables[0] == tables[1]


def test_a_wrong_pin_counts_like_any(exchange: Exchange, mine: Telephone) -> None:
    mine(NUMBER, "111111#", "222222#")
    call = mine(YES, "333333#", "444444#", PIN)
    assert [one.failure for one in call.facts if isinstance(one, facts.LogInFailed)] == [
        facts.LogInFailure.WRONG_PIN
    ] * 2
    assert only(call, facts.WentOn).participant == ANNA
    mine(NUMBER)
    call = mine(YES, "111111#", "222222#", "333333#")
    exchange.note(call.uniqueid, CallEnded(Side.CALLER))
    locked = mine(YES, "444444#")
    assert locked.rows[2][1][-1] == "login.locked:de, lost.all:de"
    assert "LoggedIn" not in locked.kinds


def test_a_lost_card_without_the_pin(exchange: Exchange, mine: Telephone) -> None:
    mine(NUMBER, PIN, "3")
    call = mine(YES, "111111#", "*", "1", "76275#", "17051985#", "-")
    assert call.heard("lost.done:de")
    assert all(card.state is CardState.BLOCKED for card in cards_of(exchange, "10000001"))
    assert not is_offered(mine()), "it ended with our farewell"


@pytest.mark.parametrize(
    "keys", [(), (PIN, "1"), (PIN, "2", "1"), (PIN, "3"), (PIN, "0"), (PIN, "0", "2")]
)
def test_nothing_is_told_before_the_pin(
    exchange: Exchange, mine: Telephone, keys: Sequence[str]
) -> None:
    waiting = mine(NUMBER, *keys)
    exchange.note(waiting.uniqueid, CallEnded(Side.CALLER))
    call = mine(YES, "111111#", "0#")
    assert call.rows == [
        ("", [OFFER]),
        (YES, ["login.pin:de"]),
        ("111111#", ["login.moment:de", "login.wrong:de, login.pin_again:de, lost.offer:de"]),
        ("0#", ["person.connecting:de"]),
    ]
    assert call.kinds == ["CallArrived", "LanguageSet", "LogInFailed", "HandedOver", "DialogLeft"]
    handed_over = only(call, facts.HandedOver)
    assert (handed_over.participant, handed_over.certainty) == (None, Certainty.UNKNOWN)
