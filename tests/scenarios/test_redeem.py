"""Points redeemed by telephone: what is heard, in all four languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain import portal_facts as facts
from domain.facts import encode
from domain.mail import CHANNEL
from domain.reward import Reward, RewardKind
from domain.tenant import MenuItem
from ivr.dialogs.portal import main_menu
from tests.scenarios.portal import Exchange
from tests.scenarios.redeeming import (
    ALPENRAD,
    ANNA,
    ANNAS_THREE,
    JOHN,
    LOG_IN,
    LUCIA,
    TO_RECEIPT,
    Meanwhile,
    account,
    books,
    change_rewards,
    ring,
    set_balance,
)
from tests.scenarios.test_calls import SERVICE, only


def test_a_voucher_is_chosen_confirmed_and_its_receipt_repeats(exchange: Exchange) -> None:
    call = exchange.call(*TO_RECEIPT, "*", "1")
    (redeemed,) = books(exchange).rows
    spoken = " ".join(redeemed.receipt)
    slowly = " ... ".join(" ".join(redeemed.receipt[at : at + 2]) for at in range(0, 8, 2))
    done = f"redeem.done:de {spoken}, redeem.code_by_mail:de, {SERVICE}"
    assert call.rows[3:-1] == [
        ("2", [ANNAS_THREE]),
        (
            "1",
            [
                "reward.voucher_10:de, redeem.cost:de 1000 many 200 34 many, redeem.confirm:de",
            ],
        ),
        ("1", [done]),
        ("*", [done.replace(spoken, slowly)]),
        ("1", [f"balance.told:de 200 34 many, {SERVICE}"]),
    ]
    assert only(call, facts.PointsRedeemed) == facts.PointsRedeemed(
        ANNA, "voucher_10", RewardKind.VOUCHER, 1000, redeemed.receipt
    )
    found = books(exchange)
    found.check()
    assert (found.balance, found.booked, found.mails) == (234, 1, 1)
    assert redeemed.valid_until == (exchange.now + timedelta(days=365)).date()


@pytest.mark.parametrize("language", LOG_IN)
def test_a_donation_in_each_language(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 301)
    call = exchange.call(*LOG_IN[language], "2", "1", "1")
    heard = [sound for _, sounds in call.rows for sound in sounds]
    end = f"menu.back:{language}"
    assert f"reward.trees:{language}, redeem.option:{language} 300 many 1, {end}" in heard
    cost = (
        f"reward.trees:{language}, redeem.cost:{language} 300 many one, redeem.confirm:{language}"
    )
    assert cost in heard
    receipt = only(call, facts.PointsRedeemed).receipt
    thanks = f"redeem.done:{language} {' '.join(receipt)}, redeem.thanks:{language}, menu."
    assert heard[-1].startswith(thanks)
    found = books(exchange, participant)
    found.check()
    assert (found.balance, found.mails) == (1, 0)
    assert (found.rows[0].code, found.rows[0].valid_until) == (None, None)


@pytest.mark.parametrize("language", LOG_IN)
def test_a_few_at_a_time_and_more_behind(exchange: Exchange, language: str) -> None:
    set_balance(exchange, account(LOG_IN[language][0].removesuffix("#")), 10_000)

    def options(*rewards: str) -> str:
        said = (
            f"reward.{key}:{language}, redeem.option:{language} {n}" for key, n in _pairs(rewards)
        )
        return ", ".join(said)

    first = options("voucher_50 4000 800 many 1", "inspection 3000 500 many 2") + ", "
    first += (
        options("voucher_25 2000 400 many 3") + f", redeem.more:{language}, menu.back:{language}"
    )
    second = options("bikes_for_children 2000 many 1", "voucher_10 1000 many 2")
    second += ", " + options("voucher_5 500 many 3", "trees 300 many 4") + f", menu.back:{language}"
    call = exchange.call(*LOG_IN[language], "2", "4", "9", "4", "4", "2", "2", "9", "9")
    rows = [sounds[-1] for _, sounds in call.rows[3:-1]]
    assert rows[:4] == [first, second, first, second]
    assert rows[4].startswith(f"reward.trees:{language}, redeem.cost:{language}")
    assert rows[5].startswith(f"redeem.kept:{language}, menu.balance")
    assert rows[6] == first
    assert rows[7].startswith(f"menu.balance:{language}")
    assert not books(exchange).rows


def _pairs(rewards: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.partition(" ")[0], one.partition(" ")[2]) for one in rewards]


def test_four_need_no_more(exchange: Exchange) -> None:
    set_balance(exchange, ANNA, 2000)
    call = exchange.call(*TO_RECEIPT[:3])
    assert not call.heard("redeem.more:de")
    assert call.heard("redeem.option:de 300 many 4")


@pytest.mark.parametrize("language", LOG_IN)
def test_too_few_points_for_anything(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 1)
    call = exchange.call(*LOG_IN[language], "2")
    told = f"balance.told:{language} one, redeem.least:{language} 300 many, menu.balance:{language}"
    assert call.rows[-2][1][0].startswith(told)
    set_balance(exchange, participant, -5)
    call = exchange.call(*LOG_IN[language], "2")
    assert call.heard(f"balance.negative:{language} 5 many, redeem.least:{language} 300 many")


def test_nothing_to_be_had(exchange: Exchange) -> None:
    change_rewards(exchange, lambda one: replace(one, stock=0))
    assert exchange.call(*TO_RECEIPT[:3]).rows[-2] == ("2", [f"redeem.none:de, {SERVICE}"])
    change_rewards(exchange, lambda _: None)
    call = exchange.call(*TO_RECEIPT[:3])
    assert not call.heard("menu.redeem:de")
    assert call.rows[-2][1][0].startswith("try.no_match:de")


def test_a_brand_offers_what_its_file_says(exchange: Exchange) -> None:
    tenant = exchange.book.tenants[ALPENRAD]
    keys = {option.meaning: option.key for option in main_menu(tenant).options}
    assert keys[MenuItem.REDEEM] == "2"
    without = replace(tenant, menu=(MenuItem.BALANCE,))
    assert [option.key for option in main_menu(without).options] == ["1"]


def test_declining_books_nothing(exchange: Exchange) -> None:
    for no in ("2", "9"):
        call = exchange.call(*TO_RECEIPT[:4], no)
        assert call.rows[-2] == (no, [f"redeem.kept:de, {SERVICE}"])
    call = exchange.call(*TO_RECEIPT[:3], "9")
    assert call.rows[-2] == ("9", [SERVICE])
    found = books(exchange)
    assert (found.rows, found.balance) == ([], 1234)


def dearer(one: Reward) -> Reward:
    return replace(one, points=one.points + 1)


@pytest.mark.parametrize("language", LOG_IN)
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda one: replace(one, stock=0), "out_of_stock"),
        (dearer, "not_offered"),
        (lambda _: None, "not_offered"),
    ],
)
def test_what_changes_before_he_confirms(
    exchange: Exchange,
    language: str,
    change: Callable[[Reward], Reward | None],
    refusal: str,
) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    keys = [*LOG_IN[language], "2", "1", "1"]
    call = ring(exchange, Meanwhile(keys, lambda: change_rewards(exchange, change)))
    assert call.rows[-2][1][0].startswith(f"redeem.{refusal}:{language}, menu.balance:{language}")
    found = books(exchange, participant)
    assert (found.rows, found.balance) == ([], 500)


@pytest.mark.parametrize("language", LOG_IN)
def test_points_that_are_gone_before_he_confirms(exchange: Exchange, language: str) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    keys = [*LOG_IN[language], "2", "1", "1"]
    call = ring(exchange, Meanwhile(keys, lambda: set_balance(exchange, participant, 499)))
    assert call.heard(f"redeem.too_few_points:{language}")
    assert books(exchange, participant).rows == []


def test_the_last_one_in_stock_is_had_once(exchange: Exchange) -> None:
    change_rewards(exchange, lambda one: replace(one, stock=1) if one.key == "trees" else one)
    for number in (ANNA, LUCIA):
        set_balance(exchange, number, 300)
    assert exchange.call(*LOG_IN["de"], "2", "1", "1").heard("redeem.thanks:de")
    assert exchange.call(*LOG_IN["es"], "2").heard("redeem.least:es 500 many")


def test_who_has_no_mail_address_asks_for_the_code(exchange: Exchange) -> None:
    set_balance(exchange, JOHN, 500)
    call = exchange.call(*LOG_IN["en"], "2", "1", "1")
    assert call.heard("redeem.code_by_person:en")
    found = books(exchange, JOHN)
    found.check()
    assert found.mails == 0
    assert found.rows[0].code is not None


def test_the_code_stands_in_its_row_alone(exchange: Exchange) -> None:
    exchange.call(*TO_RECEIPT)
    (redeemed,) = books(exchange).rows
    code = str(redeemed.code)
    assert code not in repr(redeemed)
    assert all(code not in str(encode(fact.body)) for fact in exchange.facts())
    with exchange.transactions.write() as uow:
        entry = uow.outbox.take(CHANNEL, exchange.now, exchange.now)
    assert entry is not None
    assert code not in entry.message.body
    assert "keller" not in f"{entry.message.body} {entry.message.lane}"
