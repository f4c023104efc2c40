"""Rewards are had once each, under any fault, by any number at once, and never for points that aren't there."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from actions.end_membership import Approve, AskToEnd
from actions.redeem import PAUSES_S, FindRewards, RedeemSurely
from domain.errand import ErrandKind
from domain.fact import Origin
from domain.ids import ParticipantId, TenantId, VoucherCode
from domain.mail import CHANNEL, VoucherWanted, from_body
from domain.portal_facts import PointsRedeemed
from domain.ports import StorageDown
from domain.reward import NotRedeemed, Redemption, Reward, RewardKind
from domain.tenant import TenantBook
from storage.errors import StorageFault
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CLAIRE, EVAS, TOMS
from tests.fakes.shop import ADDRESS, ORIGIN, TREES, VOUCHER, Shop, wanted
from tests.scenarios.portal import ROOT, FailingStorage, Fault

BOUGHT = 500


@pytest.fixture
def shop(transactions: SqlTransactions) -> Shop:
    return Shop(transactions)


def rows(shop: Shop) -> list[Redemption]:
    with shop.transactions.read() as uow:
        return list(uow.redemptions.of(ANNA.id, 100))


def check_booked(shop: Shop, times: int, points: int = VOUCHER.points) -> None:
    """Row, entry, fact and mail are there, each so often."""
    with shop.transactions.read() as uow:
        entries = [one.points for one in uow.ledger.entries(ANNA.id) if one.reason == "redemption"]
        assert entries == [-points] * times
        assert uow.outbox.backlog(CHANNEL).waiting == times
        assert uow.redemptions.taken(ALPENRAD, VOUCHER.key) == times
    assert len(rows(shop)) == times
    assert len([one for one in shop.bodies() if isinstance(one, PointsRedeemed)]) == times
    assert shop.balance() == BOUGHT - points * times


def test_a_voucher_is_booked_told_and_mailed_as_one(shop: Shop) -> None:
    made = shop.have()
    assert made == Redemption(
        id=wanted().id,
        tenant=ALPENRAD,
        participant=ANNA.id,
        reward="three",
        kind=RewardKind.VOUCHER,
        points=300,
        value=VOUCHER.value,
        receipt=made.receipt,
        at=shop.clock(),
        call=CALL,
        code=VoucherCode("CODE-0001-X"),
        valid_until=date(2026, 4, 1),
        mailed=True,
    )
    assert rows(shop) == [made]
    (fact,) = shop.facts()
    assert fact.origin == ORIGIN
    assert fact.body == PointsRedeemed(ANNA.id, "three", RewardKind.VOUCHER, 300, made.receipt)
    with shop.transactions.write() as uow:
        entry = uow.outbox.take(CHANNEL, shop.clock(), shop.clock())
    assert entry is not None
    assert from_body(entry.message.body) == VoucherWanted(made.id, ANNA.id)
    check_booked(shop, 1)


def test_the_days_of_a_voucher_are_the_brands(shop: Shop) -> None:
    shop.clock.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert shop.have().valid_until == date(2026, 4, 2)


def test_a_donation_has_neither_code_nor_mail(shop: Shop) -> None:
    made = shop.have(TREES)
    assert (made.code, made.valid_until, made.mailed) == (None, None, False)
    with shop.transactions.read() as uow:
        assert uow.outbox.backlog(CHANNEL).waiting == 0
    assert shop.balance() == 300


def test_without_an_address_nothing_is_mailed(shop: Shop) -> None:
    shop.set_address(None)
    assert not shop.have().mailed
    with shop.transactions.read() as uow:
        assert uow.outbox.backlog(CHANNEL).waiting == 0


def test_another_try_finds_what_the_first_one_made(shop: Shop) -> None:
    made = shop.have()
    shop.set_rewards()  # whatever has changed since
    shop.set_address(None)
    assert shop.have() == made
    check_booked(shop, 1)


@pytest.mark.parametrize(
    ("reward", "now", "why"),
    [
        (replace(VOUCHER, points=501), (replace(VOUCHER, points=501),), "too_few_points"),
        (VOUCHER, (), "not_offered"),
        (VOUCHER, (replace(VOUCHER, points=299),), "not_offered"),
        (VOUCHER, (replace(VOUCHER, stock=0),), "out_of_stock"),
    ],
)
def test_what_cant_be_had_changes_nothing(
    shop: Shop, reward: Reward, now: tuple[Reward, ...], why: str
) -> None:
    shop.set_rewards(*now)
    assert shop.redeem(ORIGIN, wanted(reward)) is NotRedeemed(why)
    check_booked(shop, 0)


@pytest.mark.parametrize("tenant", [None, TenantId("gone"), TenantId("lune")])
def test_no_other_brand_gives_it(shop: Shop, tenant: TenantId | None) -> None:
    origin = Origin(tenant, CALL, "caller")
    assert shop.redeem(origin, wanted()) is NotRedeemed.NOT_OFFERED


def test_nor_does_a_brand_that_is_served_no_more(shop: Shop) -> None:
    shop.book = TenantBook({})
    assert shop.redeem(ORIGIN, wanted()) is NotRedeemed.NOT_OFFERED


@pytest.mark.parametrize("participant", [ParticipantId("nobody"), CLAIRE.id])
def test_no_other_brands_participant_gets_it(shop: Shop, participant: ParticipantId) -> None:
    one = wanted(participant=participant)
    assert shop.redeem(ORIGIN, one) is NotRedeemed.NOT_OFFERED


def test_who_has_left_gets_nothing(shop: Shop) -> None:
    asked = AskToEnd(shop.counter)(EVAS, shop.wish(), ErrandKind.LEAVE, "Wants to.")
    Approve(shop.desk)(TOMS, asked.id)
    assert shop.redeem(ORIGIN, wanted()) is NotRedeemed.NOT_OFFERED


def test_what_is_there_for_an_account(shop: Shop) -> None:
    tenant, find = shop.book.tenants[ALPENRAD], FindRewards(shop.transactions)
    assert find(tenant, ANNA.id).allowed == (VOUCHER, TREES)
    few = replace(tenant, rewards=(replace(VOUCHER, stock=1), TREES))
    shop.set_rewards(*few.rewards)
    shop.have(few.rewards[0])
    found = find(few, ANNA.id)
    assert (found.balance, found.rewards, found.allowed) == (200, (TREES,), (TREES,))


def test_a_code_is_one_vouchers_alone(shop: Shop) -> None:
    shop.codes = iter([VoucherCode("SAME"), VoucherCode("SAME")])
    shop.have(TREES, "r-0")
    shop.set_rewards(replace(VOUCHER, points=100))
    cheap = replace(VOUCHER, points=100)
    shop.have(cheap, "r-1")
    with pytest.raises(StorageFault):
        shop.have(cheap, "r-2")
    assert len(rows(shop)) == 2
    assert shop.balance() == 200


# Many at once


def at_once(shop: Shop, work: Callable[[int], object], threads: int = 8) -> list[object]:
    barrier = Barrier(threads)

    def run(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_two_calls_on_one_account_spend_its_points_once(shop: Shop) -> None:
    made = at_once(shop, lambda n: shop.redeem(ORIGIN, wanted(name=f"r-{n}")))
    assert made.count(NotRedeemed.TOO_FEW_POINTS) == 7
    check_booked(shop, 1)


def test_one_redemption_tried_by_many_is_made_once(shop: Shop) -> None:
    made = at_once(shop, lambda _: shop.redeem(ORIGIN, wanted()))
    assert made == rows(shop) * 8
    check_booked(shop, 1)


def test_the_last_in_stock_is_had_by_one(shop: Shop) -> None:
    last = replace(VOUCHER, points=10, stock=3)
    shop.set_rewards(last)
    made = at_once(shop, lambda n: shop.redeem(ORIGIN, wanted(last, f"r-{n}")))
    assert made.count(NotRedeemed.OUT_OF_STOCK) == 5
    check_booked(shop, 3, 10)


# When something fails


class Waits:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds


def surely(shop: Shop, *faults: Fault) -> tuple[RedeemSurely, Waits]:
    storage, waits = FailingStorage(shop.transactions, shop.clock), Waits()
    storage.faults = dict(enumerate(faults))
    return RedeemSurely(shop.redeem_at(storage), waits), waits


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("times", [1, 3, len(PAUSES_S)])
def test_it_is_tried_again_until_it_is_known(shop: Shop, fault: Fault, times: int) -> None:
    redeem, waits = surely(shop, *[fault] * times)
    made = redeem(ORIGIN, wanted())
    assert rows(shop) == [made]
    check_booked(shop, 1)
    assert waits.seconds == sum(PAUSES_S[: 1 if fault is Fault.UNHEARD else times])


@pytest.mark.parametrize(
    ("first", "booked"), [(Fault.AWAY, 0), (Fault.UNDONE, 0), (Fault.UNHEARD, 1)]
)
def test_in_the_end_it_isnt_known(shop: Shop, first: Fault, booked: int) -> None:
    redeem, waits = surely(shop, first, *[Fault.AWAY] * len(PAUSES_S))
    with pytest.raises(StorageDown):
        redeem(ORIGIN, wanted())
    assert waits.seconds == sum(PAUSES_S) >= 15
    check_booked(shop, booked)
    assert isinstance(redeem(ORIGIN, wanted()), Redemption)
    check_booked(shop, 1)


@pytest.mark.parametrize(("where", "booked"), [("making", 0), ("made", 1)])
def test_killed_before_and_after_the_commit(url: str, shop: Shop, where: str, booked: int) -> None:
    command = [sys.executable, "-m", "tests.actions.dying_redeemer", url, where]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{where}\n"
        process.send_signal(signal.SIGKILL)
    check_booked(shop, booked)
    made = shop.have()
    assert (made.receipt == "66600001") is bool(booked)
    check_booked(shop, 1)


def test_no_code_stands_in_an_error(shop: Shop) -> None:
    shop.codes = iter([VoucherCode("SECRET-1")] * 2)
    cheap = replace(VOUCHER, points=100)
    shop.set_rewards(cheap)
    shop.have(cheap, "r-1")
    with pytest.raises(StorageFault) as caught:
        shop.have(cheap, "r-2")
    assert "SECRET" not in str(caught.value)
    assert ADDRESS not in str(caught.value)
