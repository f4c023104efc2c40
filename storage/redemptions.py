"""Rewards that participants had: rows to values and back, by hand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from domain.ids import CallId, ParticipantId, Receipt, RedemptionId, TenantId, VoucherCode
from domain.reward import Redemption, RewardKind
from domain.service_record import read_price, write_price
from storage.tables import redemptions


class SqlRedemptions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, redemption: RedemptionId) -> Redemption | None:
        query = select(redemptions).where(redemptions.c.id == redemption)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _redemption(row)

    def add(self, redemption: Redemption) -> None:
        row = {
            "id": redemption.id,
            "tenant": redemption.tenant,
            "participant": redemption.participant,
            "reward": redemption.reward,
            "kind": redemption.kind.value,
            "points": redemption.points,
            "value": write_price(redemption.value),
            "code": redemption.code,
            "receipt": redemption.receipt,
            "at": redemption.at,
            "call": redemption.call,
            "valid_until": redemption.valid_until,
            "mailed": redemption.mailed,
        }
        self._connection.execute(insert(redemptions), row)

    def of(self, participant: ParticipantId, limit: int) -> Sequence[Redemption]:
        query = select(redemptions).where(redemptions.c.participant == participant)
        rows = self._connection.execute(query.order_by(redemptions.c.written.desc()).limit(limit))
        return [_redemption(row) for row in rows]

    def taken(self, tenant: TenantId, reward: str) -> int:
        query = select(func.count()).where(
            redemptions.c.tenant == tenant, redemptions.c.reward == reward
        )
        count: int = self._connection.execute(query).scalar_one()
        return count


def _redemption(row: Row[Any]) -> Redemption:
    return Redemption(
        id=RedemptionId(row.id),
        tenant=TenantId(row.tenant),
        participant=ParticipantId(row.participant),
        reward=row.reward,
        kind=RewardKind(row.kind),
        points=row.points,
        value=read_price(row.value),
        receipt=Receipt(row.receipt),
        at=row.at,
        call=None if row.call is None else CallId(row.call),
        code=None if row.code is None else VoucherCode(row.code),
        valid_until=row.valid_until,
        mailed=row.mailed,
    )
