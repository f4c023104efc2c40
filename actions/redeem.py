"""Have a reward for points: exactly one booking for each redemption, whatever fails in between."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.fact import Origin
from domain.ids import ParticipantId, Receipt, RedemptionId, VoucherCode
from domain.loyalty import LedgerEntry
from domain.mail import VoucherWanted, as_message
from domain.participant import Membership
from domain.portal_facts import PointsRedeemed
from domain.ports import Clock, StorageDown, Transactions, UnitOfWork
from domain.reward import NotRedeemed, Offer, Redemption, Reward, RewardKind, offer, refusal
from domain.tenant import Tenant, TenantBook

REASON: Final = "redemption"
"""Of the booking, in the ledger."""

PAUSES_S: Final = (0.5, 0.5, *[1.0] * 14)
"""Between tries: 15 s in all, since a database that fails over is back within ten."""


@dataclass(frozen=True, slots=True)
class FindRewards:
    """What a tenant has for an account as it stands now."""

    transactions: Transactions

    def __call__(self, tenant: Tenant, participant: ParticipantId) -> Offer:
        """Raises StorageDown."""
        with self.transactions.read() as uow:
            taken = {
                one.key: uow.redemptions.taken(tenant.id, one.key)
                for one in tenant.rewards
                if one.stock is not None
            }
            return offer(tenant.rewards, uow.ledger.balance(participant), taken)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a participant has confirmed; ``id`` is chosen before the first try and the same at each other one."""

    id: RedemptionId
    participant: ParticipantId
    reward: Reward


@dataclass(frozen=True, slots=True)
class Redeem:
    """Points, row, fact and mail in one transaction; ``book`` is asked each time."""

    transactions: Transactions
    clock: Clock
    book: Callable[[], TenantBook]
    new_receipt: Callable[[], Receipt]
    new_code: Callable[[], VoucherCode]

    def __call__(self, origin: Origin, wanted: Wanted) -> Redemption | NotRedeemed:
        """Another try finds what the first one made. Raises StorageDown, which may leave open whether it is made."""
        with self.transactions.write() as uow:
            known = uow.redemptions.get(wanted.id)
            if known is not None:
                return known
            made = self._make(uow, origin, wanted)
            if isinstance(made, NotRedeemed):
                return made
            uow.redemptions.add(made)
            uow.ledger.add(LedgerEntry(made.participant, -made.points, REASON, made.at))
            told = PointsRedeemed(
                made.participant, made.reward, made.kind, made.points, made.receipt
            )
            uow.facts.append(origin, made.at, told)
            if made.mailed:
                uow.outbox.add(as_message(VoucherWanted(made.id, made.participant)), made.at)
            uow.commit()
        return made

    def _make(self, uow: UnitOfWork, origin: Origin, wanted: Wanted) -> Redemption | NotRedeemed:
        who, reward = uow.participants.get(wanted.participant), wanted.reward
        if who is None or who.membership is not Membership.ACTIVE or who.tenant != origin.tenant:
            return NotRedeemed.NOT_OFFERED
        tenant = self.book().tenants.get(who.tenant)
        if tenant is None:
            return NotRedeemed.NOT_OFFERED
        balance, taken = uow.ledger.balance(who.id), uow.redemptions.taken(tenant.id, reward.key)
        why_not = refusal(reward, tenant.reward(reward.key), balance, taken)
        if why_not is not None:
            return why_not
        now, is_voucher = self.clock(), reward.kind is RewardKind.VOUCHER
        return Redemption(
            id=wanted.id,
            tenant=tenant.id,
            participant=who.id,
            reward=reward.key,
            kind=reward.kind,
            points=reward.points,
            value=reward.value,
            receipt=self.new_receipt(),
            at=now,
            call=origin.call,
            code=self.new_code() if is_voucher else None,
            valid_until=reward.last_day(now.astimezone(tenant.hours.zone).date()),
            mailed=is_voucher and who.email is not None,
        )


@dataclass(frozen=True, slots=True)
class RedeemSurely:
    """Tries again while the database is away; ``wait`` lets so many seconds pass."""

    redeem: Redeem
    wait: Callable[[float], object]

    def __call__(self, origin: Origin, wanted: Wanted) -> Redemption | NotRedeemed:
        """Raises StorageDown where it can't be known whether the points are redeemed."""
        for pause_s in PAUSES_S:
            try:
                return self.redeem(origin, wanted)
            except StorageDown:
                self.wait(pause_s)
        return self.redeem(origin, wanted)
