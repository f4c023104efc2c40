"""Rewards at the desk's brand, and what it takes to have them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import count

from actions.redeem import Redeem, Wanted
from domain.fact import CALLER, Origin
from domain.ids import ParticipantId, RedemptionId, VoucherCode
from domain.language import Language
from domain.ports import Transactions
from domain.reward import Redemption, Reward, RewardKind
from domain.service_record import Price
from domain.tenant import TenantBook
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CounterDesk

NAMES = {
    Language.DE: "Gutschein über 3 €",
    Language.EN: "€3 voucher",
    Language.ES: "Vale de 3 €",
    Language.FR: "Bon de 3 €",
}
VOUCHER = Reward(
    "three", RewardKind.VOUCHER, 300, Price(Decimal("3.00"), "EUR"), NAMES, valid_days=30
)
TREES = replace(VOUCHER, key="trees", kind=RewardKind.DONATION, points=200, valid_days=None)
ORIGIN = Origin(ALPENRAD, CALL, CALLER)
ADDRESS = "anna@keller.example"


def wanted(
    reward: Reward = VOUCHER, name: str = "r-1", participant: ParticipantId = ANNA.id
) -> Wanted:
    return Wanted(RedemptionId(name), participant, reward)


class Shop(CounterDesk):
    """Anna, who has 500 points, has an address."""

    def __init__(self, transactions: Transactions) -> None:
        super().__init__(transactions)
        self.set_rewards(VOUCHER, TREES)
        self.set_address(ADDRESS)
        self.codes: Iterator[VoucherCode] = (
            VoucherCode(f"CODE-{number:04}-X") for number in count(1)
        )
        self.redeem = self.redeem_at(transactions)

    def redeem_at(self, transactions: Transactions) -> Redeem:
        return Redeem(
            transactions,
            self.clock,
            lambda: self.book,
            lambda: next(self.receipts),
            lambda: next(self.codes),
        )

    def set_rewards(self, *rewards: Reward) -> None:
        """At Alpenrad; other brands have none."""
        others = [one for one in self.book.tenants.values() if one.id != ALPENRAD]
        changed = replace(self.book.tenants[ALPENRAD], rewards=rewards)
        self.book = TenantBook.of([changed, *others])

    def set_address(self, email: str | None, language: Language = Language.DE) -> None:
        with self.transactions.write() as uow:
            uow.participants.change(replace(ANNA, email=email, language=language))
            uow.commit()

    def have(self, reward: Reward = VOUCHER, name: str = "r-1") -> Redemption:
        made = self.redeem(ORIGIN, wanted(reward, name))
        assert isinstance(made, Redemption)
        return made
