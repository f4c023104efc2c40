"""What participants may have for their points, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.ids import CallId, ParticipantId, Receipt, RedemptionId, TenantId, VoucherCode
from domain.language import Language
from domain.service_record import Price


class RewardKind(StrEnum):
    VOUCHER = "voucher"
    DONATION = "donation"


@dataclass(frozen=True, slots=True)
class Reward:
    """``value`` is what a voucher is worth, or what the brand gives to the cause that ``names`` names; ``stock`` is how
    many there are from the first to the last, None: no end of them. A voucher is good for ``valid_days`` after the day
    it is had, None: for good.
    """

    key: str
    kind: RewardKind
    points: int
    value: Price
    names: Mapping[Language, str]
    stock: int | None = None
    valid_days: int | None = None

    @property
    def prompt(self) -> str:
        """The key of the tenant's own text that says its name."""
        return f"reward.{self.key}"

    def is_left(self, taken: int) -> bool:
        return self.stock is None or taken < self.stock

    def is_as(self, other: "Reward") -> bool:
        """Whether both are the same bargain, whatever they are called and however many there are."""
        return replace(other, names=self.names, stock=self.stock) == self

    def last_day(self, today: date) -> date | None:
        """Of a voucher that is had today."""
        return None if self.valid_days is None else today + timedelta(days=self.valid_days)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is there for an account: ``rewards`` are those in stock, the dearest first: who has saved up means those."""

    balance: int
    rewards: tuple[Reward, ...]

    @property
    def allowed(self) -> tuple[Reward, ...]:
        """Those that the points are enough for."""
        return tuple(one for one in self.rewards if one.points <= self.balance)

    @property
    def least(self) -> int | None:
        """The points that anything takes; None where there is nothing."""
        return min((one.points for one in self.rewards), default=None)


def offer(rewards: Iterable[Reward], balance: int, taken: Mapping[str, int]) -> Offer:
    """``taken`` counts by key how many were had; what isn't in it was never had."""
    left = [one for one in rewards if one.is_left(taken.get(one.key, 0))]
    return Offer(balance, tuple(sorted(left, key=lambda one: (-one.points, one.key))))


class NotRedeemed(StrEnum):
    """Why a reward isn't to be had any more that was confirmed a moment ago."""

    NOT_OFFERED = "not_offered"
    OUT_OF_STOCK = "out_of_stock"
    TOO_FEW_POINTS = "too_few_points"


def refusal(wanted: Reward, now: Reward | None, balance: int, taken: int) -> NotRedeemed | None:
    """``now`` is what the tenant has under the same key; None where nothing stands in the way."""
    if now is None or not now.is_as(wanted):
        return NotRedeemed.NOT_OFFERED
    if not now.is_left(taken):
        return NotRedeemed.OUT_OF_STOCK
    return NotRedeemed.TOO_FEW_POINTS if balance < wanted.points else None


@dataclass(frozen=True, slots=True)
class Redemption:
    """A reward that was had. ``points`` were taken from the account; ``code`` is a voucher's, as good as money, and
    ``mailed`` says whether it goes out by mail. ``valid_until`` is the voucher's last day.
    """

    id: RedemptionId
    tenant: TenantId
    participant: ParticipantId
    reward: str
    kind: RewardKind
    points: int
    value: Price
    receipt: Receipt
    at: datetime
    call: CallId | None
    code: VoucherCode | None = field(default=None, repr=False)
    valid_until: date | None = None
    mailed: bool = False
