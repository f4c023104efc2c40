"""A call that broke off is gone on with: who is offered it, what he need not key again, and that nothing is told, done
or given away before the PIN.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from typing_extensions import override

from domain import portal_facts as facts
from domain.call import Certainty, Concern
from domain.fact import Body
from domain.field_facts import CallBackAsked, CallEnded, Connected, Overflowed, Side
from domain.ids import AgentId, CallerId, CallId
from domain.language import Language
from domain.participant import CardState
from domain.reward import RewardKind
from domain.tenant import MenuItem, TenantBook
from domain.waiting_field import Overflow
from ivr.agi_channel import AgiRequest
from ivr.dialog import CallerHungUp
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.redeeming import (
    ANNA,
    ANNAS_THREE,
    LOG_IN,
    Meanwhile,
    account,
    books,
    set_balance,
)
from tests.scenarios.test_calls import CONCERNS, SERVICE, only
from tests.scenarios.test_cards import cards_of
from tests.scenarios.test_change_pin import NEW
from tests.scenarios.test_own_pace import service

PHONE: Final = "+493055500007"
"""Nobody's: the line's language, whoever keys his number there."""

NUMBER, PIN = "10000001#", "135790#"
HINTS: Final = "language.hint:en, language.hint:es, language.hint:fr"
GREETING: Final = f"welcome:de, {HINTS}, login.number:de"
OFFER: Final = f"welcome:de, {HINTS}, login.go_on:de"
YES, NO = "1#", "2#"


_ENDS = count(100)


class HearsAll(ScriptedLine):
    """Whose caller hears a sound to its end before he hangs up."""

    def __init__(self, keys: list[str], exchange: Exchange) -> None:
        super().__init__(keys)
        self._exchange = exchange

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        try:
            return super().get_data(sound, timeout_s, max_digits, playing_s)
        except CallerHungUp:
            self._exchange.seconds += playing_s
            raise


def request(uniqueid: str, number: str | None = PHONE) -> AgiRequest:
    return AgiRequest("inbound", uniqueid, number, "555100", "de")


@dataclass(frozen=True, slots=True)
class Telephone:
    exchange: Exchange
    number: str | None = PHONE

    def __call__(self, *keys: str, dialled: str = "555100") -> Call:
        return self.exchange.call(*keys, number=self.number, dialled=dialled)

    def to_the_end(self, *keys: str) -> Call:
        """He hears what follows the last keys before he hangs up."""
        line = HearsAll(list(keys), self.exchange)
        return self.exchange.run(line, request(f"1772452800.9{next(_ENDS)}", self.number))

    def of(self, number: str | None) -> "Telephone":
        return replace(self, number=number)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """For calls that change nothing and lock nothing."""
    exchange = Exchange(tmp_path_factory.mktemp("portal"))
    yield exchange
    exchange.transactions.close()


_NUMBERS = count(10)


@pytest.fixture
def phone(portal: Exchange) -> Telephone:
    """One that nobody has rung from."""
    return Telephone(portal, f"+4930555001{next(_NUMBERS)}")


@pytest.fixture
def mine(exchange: Exchange) -> Telephone:
    """In a portal of the test's own."""
    return Telephone(exchange)


def is_offered(call: Call) -> bool:
    return call.rows[0] == ("", [OFFER])


def after_pin(call: Call) -> list[str]:
    """What is heard after the PIN that was keyed to go on."""
    assert [keys for keys, _ in call.rows[1:3]] == [YES, PIN]
    assert call.rows[1][1] == ["login.pin:de"]
    assert call.rows[2][1][0] == "login.moment:de"
    return call.rows[2][1][1:]


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


# Where he was


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        ((), SERVICE),
        ((PIN, "1"), f"balance.told:de 1000 200 34 many, {SERVICE}"),
        ((PIN, "2"), ANNAS_THREE),
        ((PIN, "2", "1"), ANNAS_THREE),
        ((PIN, "2", "1", "2"), SERVICE),
        ((PIN, "3"), "block.confirm:de"),
        ((PIN, "4", "2"), "pin.old:de"),
        ((PIN, "4", "2", PIN, NEW), "pin.old:de"),
        ((PIN, "4", "2", "9#"), SERVICE),
        (
            (PIN, "1", "4", "3"),
            "language.option:de, language.option:en, language.option:es, language.option:fr",
        ),
        ((PIN, "4", "3", "1"), SERVICE),
        ((PIN, "0"), CONCERNS),
    ],
)
def test_he_is_put_where_he_was(phone: Telephone, keys: Sequence[str], heard: str) -> None:
    set_balance(phone.exchange, ANNA, 1234)
    phone(NUMBER, *keys)
    (told,) = after_pin(phone(YES, PIN))
    assert told.replace("1000 200", "200") == heard.replace("1000 200", "200")


def test_his_movements(phone: Telephone) -> None:
    phone(NUMBER, PIN, "4", "1")
    (told,) = after_pin(phone(YES, PIN))
    assert told.startswith("movements.intro:de")


def test_what_is_switched_is_not_switched_back(exchange: Exchange, mine: Telephone) -> None:
    mine(NUMBER, PIN, "4", "4")
    assert after_pin(mine(YES, PIN)) == [service("de", "short.")]


def test_a_block_that_is_in_force_is_told_with_its_receipt(
    exchange: Exchange, mine: Telephone
) -> None:
    call = mine(NUMBER, PIN, "3", "1")
    receipt = " ".join(only(call, facts.CardBlocked).receipt)
    (told,) = after_pin(mine(YES, PIN))
    assert told.startswith(f"block.already:de {receipt}, block.lost:de")


@pytest.mark.parametrize("concern", list(enumerate((*Concern,)[:4], start=1)))
def test_who_waited_waits_again_for_the_same(
    phone: Telephone, concern: tuple[int, Concern]
) -> None:
    key, wanted = concern
    waiting = phone(NUMBER, PIN, "0", str(key))
    phone.exchange.note(waiting.uniqueid, CallEnded(Side.CALLER))
    call = phone(YES, PIN)
    assert after_pin(call) == ["person.connecting:de"]
    assert only(call, facts.HandedOver).concern is wanted
    assert call.variables["AGIDONE"] == "field"


def test_who_waited_without_saying_what_for_is_not_asked(phone: Telephone) -> None:
    waiting = phone(NUMBER, PIN, "0", "0")
    phone.exchange.note(waiting.uniqueid, CallEnded(Side.CALLER))
    assert after_pin(phone(YES, PIN)) == ["person.connecting:de"]


def test_who_was_on_his_way_to_a_person(phone: Telephone) -> None:
    """The line is lost before the handover is in the log."""
    line = ScriptedLine([NUMBER, PIN, "0", "2"], cut_at="person.connecting")
    phone.exchange.run(line, request("1772452800.9000", phone.number))
    call = phone(YES, PIN)
    assert only(call, facts.HandedOver).concern is Concern.RETURN


def test_nobody_is_sent_into_an_empty_field(exchange: Exchange, mine: Telephone) -> None:
    waiting = mine(NUMBER, PIN, "0", "2")
    exchange.note(waiting.uniqueid, CallEnded(Side.CALLER))
    tenants = exchange.book.tenants.values()
    exchange.book = TenantBook.of(
        replace(one, hours=replace(one.hours, week={})) for one in tenants
    )
    (told,) = after_pin(mine(YES, PIN))
    assert told.startswith("person.closed:de")


def test_who_went_back_from_the_closed_desk_is_there_no_more(
    exchange: Exchange, mine: Telephone
) -> None:
    exchange.later(hours=6, minutes=55)
    waiting = mine(NUMBER, PIN, "0", "2")
    exchange.note(waiting.uniqueid, CallEnded(Side.CALLER))
    exchange.later(minutes=9)
    closed = mine(YES, PIN, "9", "7")
    assert closed.heard("call_back.or_hang_up:de")
    assert after_pin(mine(YES, PIN)) == [SERVICE]


def test_what_is_offered_no_more_is_not_gone_on_with(exchange: Exchange, mine: Telephone) -> None:
    mine(NUMBER, PIN, "2")
    tenants = exchange.book.tenants.values()
    exchange.book = TenantBook.of(replace(one, menu=(MenuItem.BALANCE,)) for one in tenants)
    assert after_pin(mine(YES, PIN)) == ["menu.balance:de, menu.person:de"]


# A redemption that was confirmed


@pytest.mark.parametrize("language", Language)
def test_the_receipt_is_heard_and_nothing_is_redeemed_twice(
    exchange: Exchange, mine: Telephone, language: Language
) -> None:
    number, pin = LOG_IN[language]
    who = account(number.removesuffix("#"))
    set_balance(exchange, who, 600)
    mine(number, pin, "2", "2", "1")
    (redeemed,) = books(exchange, who).rows
    for _ in range(2):
        call = mine(YES, pin)
        receipt = " ".join(redeemed.receipt)
        assert call.rows[2][1][1] == (
            f"redeem.done:{language} {receipt}, redeem.thanks:{language}, {service(language)}"
        )
    assert redeemed.kind is RewardKind.DONATION
    found = books(exchange, who)
    found.check()
    assert (len(found.rows), found.balance) == (1, 300)


class CutWhileBooking(ScriptedLine):
    """Whose line is lost right after the key that confirms."""

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        if not self.keys and not self._typing:
            raise CallerHungUp
        return super().get_data(sound, timeout_s, max_digits, playing_s)


def test_a_line_lost_between_the_booking_and_the_receipt(tmp_path: Path) -> None:
    """He keys nothing more, and so hears of it only when he goes on."""
    with ThreadPoolExecutor(4) as workers:
        exchange = Exchange(tmp_path, workers)
        line = CutWhileBooking([NUMBER, PIN, "2", "1", "1"])
        cut = exchange.run(line, request("1772452800.91"))
        assert not cut.heard("redeem.done:de")
        (redeemed,) = books(exchange).rows
        call = Telephone(exchange, PHONE)(YES, PIN)
        assert call.heard(f"redeem.done:de {' '.join(redeemed.receipt)}")
        found = books(exchange)
        found.check()
        assert len(found.rows) == 1
        exchange.transactions.close()


def test_a_refusal_that_was_told_is_not_tried_again(exchange: Exchange, mine: Telephone) -> None:
    """He chooses once more, and pays for that only."""
    set_balance(exchange, ANNA, 1000)
    line = Meanwhile([NUMBER, PIN, "2", "1", "1"], lambda: set_balance(exchange, ANNA, 999))
    told = exchange.run(line, request("1772452800.92"))
    assert told.heard("redeem.too_few_points:de")
    set_balance(exchange, ANNA, 1000)
    assert after_pin(mine(YES, PIN)) == [SERVICE]
    assert books(exchange).rows == []
