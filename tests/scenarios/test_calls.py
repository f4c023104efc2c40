"""Whole calls as text: what was keyed, then what was heard after it (prompt:language)."""

from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from domain import portal_facts as facts
from domain.call import Certainty, Concern
from domain.fact import Body
from domain.facts import encode
from domain.language import Language
from domain.portal_facts import DialogEnd, LanguageCause, LogInFailure
from tests.scenarios.portal import Call, Exchange

T = TypeVar("T", bound=Body)

GREETING = "welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de"
SERVICE = "menu.balance:de, menu.redeem:de, menu.block_card:de, menu.more:de, menu.person:de"
MORE = "menu.movements:de, menu.change_pin:de, menu.language:de, menu.short_form:de, menu.back:de"
CONCERNS = (
    "concern.intro:de, concern.pay_out:de, concern.return:de, concern.data:de, concern.other:de"
)


def only(call: Call, kind: type[T]) -> T:
    found = [body for body in call.facts if isinstance(body, kind)]
    assert len(found) == 1, call.kinds
    return found[0]


def test_balance_then_card(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                  | {GREETING}
        10000001# | login.pin:de
        135790#   | login.moment:de / {SERVICE}
        1         | balance.told:de 1000 200 34 many, {SERVICE}
        3         | block.confirm:de
        2         | block.kept:de, {SERVICE}
        """
    )
    assert call.kinds == ["CallArrived", "LanguageSet", "LoggedIn", "BalanceTold", "DialogLeft"]
    assert call.hung_up
    assert only(call, facts.DialogLeft) == facts.DialogLeft(DialogEnd.HUNG_UP, "block.kept")


def test_the_second_menu(exchange: Exchange) -> None:
    spent, earned = "movements.spent:de 2000 26 300 many", "movements.earned:de 2000 26 600 34 many"
    told = f"movements.intro:de, {spent}, {earned} 2000 26 900 many"
    call = exchange.follow(
        f"""
                  | {GREETING}
        10000001# | login.pin:de
        135790#   | login.moment:de / {SERVICE}
        4         | {MORE}
        9         | {SERVICE}
        4         | {MORE}
        1         | {told}, {SERVICE}
        """
    )
    assert call.kinds == ["CallArrived", "LanguageSet", "LoggedIn", "MovementsTold", "DialogLeft"]


def test_everything_typed_at_once(exchange: Exchange) -> None:
    exchange.follow(
        f"""
                           | {GREETING}
        10000001#135790#1  | login.pin:de / login.moment:de / {SERVICE} / balance.told:de 1000 200 34 many, {SERVICE}
        """
    )


def test_language_menu_then_zip_and_birth_date_of_two_people(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                  | {GREETING}
        #         | language.option:de, language.option:en, language.option:es, language.option:fr
        2         | login.number:en
        *         | login.zip:en
        76275#    | login.born:en
        17051985# | login.several:en
        10000005# | login.pin:en
        570913#   | login.moment:en / {SERVICE}
        1         | balance.told:de 0 many, {SERVICE}
        """
    )
    languages = [body for body in call.facts if isinstance(body, facts.LanguageSet)]
    assert [(body.language, body.cause) for body in languages] == [
        (Language.DE, LanguageCause.LINE),
        (Language.EN, LanguageCause.CHOSEN),
        (Language.DE, LanguageCause.PARTICIPANT),
    ]


def test_zip_and_birth_date_of_one_person_identify(exchange: Exchange) -> None:
    call = exchange.call("*", "10115#", "04071990#", "246801#", "1")
    assert call.heard("balance.told:en 20-1 many") or call.heard("balance.told:en")
    assert only(call, facts.LoggedIn).claimed is facts.Claimed.ZIP_AND_BIRTH_DATE


def test_the_way_back(exchange: Exchange) -> None:
    exchange.follow(
        f"""
                  | {GREETING}
        *         | login.zip:de
        9#        | login.number:de
        *         | login.zip:de
        76275#    | login.born:de
        9#        | login.zip:de
        76275#    | login.born:de
        31021985# | try.no_date:de, login.born_help:de
        17051990# | login.pin:de
        135790#   | login.moment:de / login.wrong:de, login.pin_again:de, lost.offer:de
        9#        | login.number:de
        10000001# | login.pin:de
        135790#   | login.moment:de / {SERVICE}
        9         | {SERVICE}
        0         | {CONCERNS}
        9         | {SERVICE}
        """
    )


def test_star_clears_and_repeats(exchange: Exchange) -> None:
    exchange.follow(
        f"""
                     | {GREETING}
        12*10000001# | login.pin:de
        *            | login.pin:de
        1357*135790# | login.moment:de / {SERVICE}
        *            | {SERVICE}
        """
    )


def test_silence_is_helped_twice_and_then_a_person_comes(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
          | {GREETING}
        - | try.no_input:de, login.number_help:de
        - | try.no_input:de, login.number_help:de
        - | person.failed:de
        """
    )
    handed = only(call, facts.HandedOver)
    assert handed == facts.HandedOver(
        Language.DE, None, Certainty.UNKNOWN, None, ("login.number",), "login.number", 0
    )
    assert call.variables["AGIDONE"] == "field"


def test_wrong_keys_are_told(exchange: Exchange) -> None:
    exchange.follow(
        f"""
                  | {GREETING}
        1#        | try.too_short:de, login.number_help:de
        10000001# | login.pin:de
        135790#   | login.moment:de / {SERVICE}
        7         | try.no_match:de, {SERVICE}
        8         | try.no_match:de, {SERVICE}
        #         | {SERVICE}
        5         | person.failed:de
        """
    )


def test_who_was_served_and_falls_silent_is_let_go(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "1", "-", "-", "-")
    assert call.rows[-1] == ("-", ["farewell:de"])
    assert call.variables["AGIDONE"] == "farewell"


def test_a_person_at_once_before_log_in(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
           | {GREETING}
        0# | person.connecting:de
        """
    )
    assert only(call, facts.HandedOver).certainty is Certainty.UNKNOWN


def test_a_person_before_the_pin_is_told_who_it_may_be(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "0#")
    handed = only(call, facts.HandedOver)
    assert isinstance(handed, facts.HandedOver)
    assert handed.certainty is Certainty.IDENTIFIED
    assert (
        handed.participant
        == only(exchange.call("10000001#", "135790#"), facts.LoggedIn).participant
    )


@pytest.mark.parametrize(
    ("key", "concern"),
    [
        ("1", Concern.PAY_OUT),
        ("2", Concern.RETURN),
        ("3", Concern.DATA),
        ("4", Concern.OTHER),
        ("0", None),
    ],
)
def test_concerns_go_with_the_caller(exchange: Exchange, key: str, concern: Concern | None) -> None:
    call = exchange.call("10000001#", "135790#", "0", key)
    handed = only(call, facts.HandedOver)
    assert isinstance(handed, facts.HandedOver)
    assert (handed.concern, handed.certainty) == (concern, Certainty.PIN_VERIFIED)
    assert handed.path == (
        "login.number",
        "login.pin",
        "main",
        "concern",
        *([f"concern.{concern}"] if concern else []),
    )


def test_a_wrong_pin_three_times(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                  | {GREETING}
        10000001# | login.pin:de
        111111#   | login.moment:de / login.wrong:de, login.pin_again:de, lost.offer:de
        222222#   | login.moment:de / login.wrong:de, login.pin_again:de, lost.offer:de
        333333#   | login.moment:de / login.wrong:de, person.connecting:de
        """
    )
    assert only(call, facts.HandedOver).failed_at == "login.pin"


def test_an_unknown_number_sounds_and_works_like_a_wrong_pin(exchange: Exchange) -> None:
    wrong = exchange.call("10000002#", "111111#", "222222#", "333333#")
    checked = exchange.pins.checked
    unknown = exchange.call("99999999#", "111111#", "222222#", "333333#")
    assert unknown.table.replace("99999999", "10000002") == wrong.table
    assert exchange.pins.checked == 2 * checked
    assert unknown.kinds == wrong.kinds
    failures = [body.failure for body in unknown.facts if isinstance(body, facts.LogInFailed)]
    assert failures == [LogInFailure.UNKNOWN] * 3


@pytest.mark.parametrize("number", ["10000002", "99999999"])
def test_five_wrong_pins_lock_whatever_was_claimed(exchange: Exchange, number: str) -> None:
    exchange.call(f"{number}#", "111111#", "222222#", "333333#")
    second = exchange.call(f"{number}#", "111112#", "222223#", "-")
    assert second.rows[-2:] == [
        ("222223#", ["login.moment:de", "login.locked:de, lost.all:de"]),
        ("-", ["person.connecting:de"]),
    ]
    assert "AccountLocked" in second.kinds

    exchange.later(minutes=14)
    right = exchange.call(f"{number}#", "246801#")
    assert right.heard("login.locked:de")
    exchange.later(minutes=2)
    later = exchange.call(f"{number}#", "246801#")
    assert later.heard("menu.balance:en") is (number == "10000002")


def test_one_calling_number_has_ten_wrong_tries_an_hour(exchange: Exchange) -> None:
    for account in range(10):
        exchange.call(f"7777000{account}#", "111111#", number="+493055500001")
    exhausted = exchange.call("10000001#", "135790#", number="+493055500001")
    assert exhausted.heard("login.locked:de")
    assert exchange.call("10000001#", "135790#").heard("menu.balance:de"), "withheld shares nothing"
    exchange.later(minutes=61)
    assert exchange.call("10000001#", "135790#", number="+493055500001").heard("menu.balance:de")


def test_one_pin_on_many_accounts_is_noticed_and_written_nowhere(exchange: Exchange) -> None:
    kinds = [kind for i in range(6) for kind in exchange.call(f"8888000{i}#", "424242#").kinds]
    assert kinds.count("PinSprayed") == 1
    assert all("424242" not in str(encode(fact.body)) for fact in exchange.facts())


def test_a_known_and_unique_number_chooses_the_language(exchange: Exchange) -> None:
    john = exchange.call(number="+491713920002")
    assert john.rows[0][1][0].startswith("welcome:en, language.hint:de")
    shared = exchange.call(number="+491713920001")
    assert shared.rows[0][1][0].startswith("welcome:de")
    national = exchange.call(number="01713920003")
    assert national.rows[0][1][0].startswith("welcome:es")


def test_the_other_brand_greets_in_french(exchange: Exchange) -> None:
    call = exchange.call("20000001#", "192837#", "1", dialled="33199005200")
    assert call.rows[0][1][0].startswith("welcome:fr, language.hint:de")
    assert call.heard("balance.told:fr")
    stranger = exchange.call("10000001#", "135790#", dialled="555200")
    assert stranger.heard("login.wrong:fr"), "another brand's participant is nobody here"


def test_a_number_that_is_not_ours(exchange: Exchange) -> None:
    call = exchange.call(dialled="555999")
    assert call.variables == {"AGIDONE": "unassigned"}


def test_our_own_monitoring_is_marked(exchange: Exchange) -> None:
    exchange.call("10000001#", "135790#", number="+493099999999")
    assert all(fact.origin.synthetic for fact in exchange.facts())
    before = exchange.last_seq()
    exchange.call("10000001#", "135790#", number="+493099999998")
    assert not any(fact.origin.synthetic for fact in exchange.facts(before))


def test_no_fact_holds_a_number_a_name_or_a_pin(exchange: Exchange) -> None:
    exchange.call("10000001#", "135790#", "1", number="+491713920001")
    written = " ".join(str(encode(fact.body)) for fact in exchange.facts())
    for secret in ("10000001", "135790", "1713920001", "Keller", "76275"):
        assert secret not in written


def test_star_brings_back_what_a_silence_or_a_wrong_key_took(exchange: Exchange) -> None:
    balance = f"balance.told:de 1000 200 34 many, {SERVICE}"
    exchange.follow(
        f"""
                  | {GREETING}
        10000001# | login.pin:de
        135790#   | login.moment:de / {SERVICE}
        1#        | {balance} / {balance}
        -         | try.no_input:de, {SERVICE}
        *         | {balance}
        7         | try.no_match:de, {SERVICE}
        *         | {balance}
        """
    )


def test_wrong_keys_after_a_service_lead_to_a_person(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "1", "5", "5", "5")
    assert call.variables["AGIDONE"] == "field"
    assert call.heard("person.failed:de")


def test_who_goes_back_withdraws_who_he_is(exchange: Exchange) -> None:
    handed = only(exchange.call("10000001#", "9#", "0#"), facts.HandedOver)
    assert (handed.participant, handed.certainty) == (None, Certainty.UNKNOWN)
    handed = only(exchange.call("*", "10115#", "04071990#", "9#", "0#"), facts.HandedOver)
    assert (handed.participant, handed.certainty) == (None, Certainty.UNKNOWN)


def test_bad_dates_are_three_tries_and_no_more(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                  | {GREETING}
        *         | login.zip:de
        76275#    | login.born:de
        31021985# | try.no_date:de, login.born_help:de
        1985#     | try.too_short:de, login.born_help:de
        32011985# | person.failed:de
        """
    )
    assert only(call, facts.HandedOver).failed_at == "login.born"


def test_a_stuck_key_has_an_end(exchange: Exchange) -> None:
    stuck = exchange.call("10000001#", *["*"] * 40)
    assert stuck.variables["AGIDONE"] == "field"
    back = exchange.call("10000001#", "135790#", *["9"] * 400)
    assert back.variables["AGIDONE"] == "field"
    assert len(only(back, facts.HandedOver).path) < 10


@pytest.mark.parametrize("at_once", [12])
def test_guesses_side_by_side_count_like_guesses_in_a_row(exchange: Exchange, at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        calls = [
            pool.submit(exchange.call, f"6666000{i}#", "111111#", number="+493055500009")
            for i in range(10)
        ]
        for call in calls:
            call.result()
    assert exchange.call("10000001#", "135790#", number="+493055500009").heard("login.locked:de")


def test_a_right_pin_is_no_wrong_try_of_the_number(exchange: Exchange) -> None:
    for _ in range(12):
        call = exchange.call("10000001#", "135790#", number="+493055500001")
        assert call.heard("menu.balance:de")


def test_right_pins_side_by_side_lock_nobody_out(exchange: Exchange) -> None:
    with ThreadPoolExecutor(20) as pool:
        calls = [
            pool.submit(exchange.call, "10000001#", "135790#", number="+493055500002")
            for _ in range(20)
        ]
        assert all(call.result().heard("menu.balance:de") for call in calls)
