"""Who goes on with a call that broke off is where he was, and what was done is not done again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from domain import portal_facts as facts
from domain.call import Concern
from domain.field_facts import CallEnded, Side
from domain.language import Language
from domain.reward import RewardKind
from domain.tenant import MenuItem, TenantBook
from ivr.dialog import CallerHungUp
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.going_on import NUMBER, PHONE, PIN, YES, Telephone, after_pin, request
from tests.scenarios.portal import Exchange
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
from tests.scenarios.test_change_pin import NEW
from tests.scenarios.test_own_pace import service


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
