"""What points allow, and what stands in the way of a reward that was confirmed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.ids import ParticipantId, Receipt, RedemptionId, TenantId, VoucherCode
from domain.language import Language
from domain.reward import NotRedeemed, Redemption, Reward, RewardKind, offer, refusal
from domain.service_record import Price
from domain.tenant import MenuItem, Tenant
from tests.fakes.counter_desk import ALPENRAD, brand

TEN = Reward(
    "ten",
    RewardKind.VOUCHER,
    1000,
    Price(Decimal(10), "EUR"),
    dict.fromkeys(Language, "Ten"),
    valid_days=365,
)
FIVE = replace(TEN, key="five", points=500, value=Price(Decimal(5), "EUR"))
TREES = replace(TEN, key="trees", kind=RewardKind.DONATION, points=500, valid_days=None)
LAST = replace(TEN, key="last", points=2000, stock=1)


@pytest.mark.parametrize(
    ("balance", "taken", "allowed"),
    [
        (499, {}, []),
        (500, {}, ["five", "trees"]),
        (1000, {}, ["ten", "five", "trees"]),
        (2000, {}, ["last", "ten", "five", "trees"]),
        (2000, {"last": 1}, ["ten", "five", "trees"]),
        (2000, {"last": 0, "ten": 99}, ["last", "ten", "five", "trees"]),
        (-1, {}, []),
    ],
)
def test_points_allow_what_is_left_the_dearest_first(
    balance: int, taken: Mapping[str, int], allowed: list[str]
) -> None:
    found = offer([TREES, LAST, FIVE, TEN], balance, taken)
    assert [one.key for one in found.allowed] == allowed
    assert (found.balance, found.least) == (balance, 500)


def test_of_nothing_there_is_no_least() -> None:
    assert offer([], 100, {}).least is None
    assert offer([LAST], 100, {"last": 1}).least is None


@pytest.mark.parametrize(
    ("now", "balance", "taken", "why"),
    [
        (TEN, 1000, 0, None),
        (replace(TEN, names={}, stock=5), 1000, 4, None),
        (None, 1000, 0, NotRedeemed.NOT_OFFERED),
        (replace(TEN, points=1001), 5000, 0, NotRedeemed.NOT_OFFERED),
        (replace(TEN, value=Price(Decimal(9), "EUR")), 1000, 0, NotRedeemed.NOT_OFFERED),
        (replace(TEN, valid_days=30), 1000, 0, NotRedeemed.NOT_OFFERED),
        (replace(TEN, kind=RewardKind.DONATION), 1000, 0, NotRedeemed.NOT_OFFERED),
        (replace(TEN, stock=5), 1000, 5, NotRedeemed.OUT_OF_STOCK),
        (TEN, 999, 0, NotRedeemed.TOO_FEW_POINTS),
    ],
)
def test_what_was_confirmed_is_had_or_not(
    now: Reward | None, balance: int, taken: int, why: NotRedeemed | None
) -> None:
    assert refusal(TEN, now, balance, taken) is why


def test_a_voucher_has_a_last_day_and_a_prompt() -> None:
    assert TEN.last_day(date(2026, 3, 2)) == date(2027, 3, 2)
    assert TREES.last_day(date(2026, 3, 2)) is None
    assert TEN.prompt == "reward.ten"


def test_a_code_is_not_shown_by_accident() -> None:
    one = Redemption(
        RedemptionId("r"),
        TenantId("alpenrad"),
        ParticipantId("p"),
        "ten",
        RewardKind.VOUCHER,
        1000,
        TEN.value,
        Receipt("12345678"),
        datetime(2026, 3, 2, tzinfo=UTC),
        None,
        VoucherCode("K7QP-2MXA-9RTC"),
    )
    assert "K7QP" not in repr(one)


def test_a_tenant_offers_what_it_has() -> None:
    tenant: Tenant = replace(brand(ALPENRAD, "DE"), menu=(MenuItem.BALANCE, MenuItem.REDEEM))
    assert tenant.offers(MenuItem.BALANCE)
    assert not tenant.offers(MenuItem.BLOCK_CARD)
    assert not tenant.offers(MenuItem.REDEEM)
    with_some = replace(tenant, rewards=(TEN, FIVE))
    assert with_some.offers(MenuItem.REDEEM)
    assert (with_some.reward("five"), with_some.reward("six")) == (FIVE, None)
