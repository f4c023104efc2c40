"""Errands: rows to values and back, by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, text, update

from domain.errand import Errand, ErrandKind, ErrandState
from domain.ids import CallId, ErrandId, ParticipantId, PersonId, Receipt, TenantId
from domain.person import Signature
from storage.desk_rows import author_of, empty, signature, signed
from storage.desk_tables import errands


class SqlErrands:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, errand: ErrandId) -> Errand | None:
        return next(iter(self._all(select(errands).where(errands.c.id == errand))), None)

    def add(self, errand: Errand) -> None:
        row = {
            "id": errand.id,
            "kind": errand.kind.value,
            "tenant": errand.tenant,
            "participant": errand.participant,
            "call": errand.call,
            **signed(errand.signature),
            "receipt": errand.receipt,
            "points": errand.points,
            "text": errand.text,
            "state": errand.state.value,
        }
        self._connection.execute(insert(errands), row)

    def of(self, participant: ParticipantId, limit: int) -> Sequence[Errand]:
        query = select(errands).where(errands.c.participant == participant)
        return self._all(query.order_by(errands.c.written.desc()).limit(limit))

    def asked(self, tenants: Collection[TenantId]) -> Sequence[Errand]:
        waits = text("state = 'asked'")  # as the index says it, so that the index is used
        query = select(errands).where(errands.c.tenant.in_(tenants), waits)
        return self._all(query.order_by(errands.c.written))

    def decide(self, errand: ErrandId, state: ErrandState, decided: Signature) -> None:
        values = {"state": state.value, **signed(decided, "decided_")}
        self._connection.execute(update(errands).where(errands.c.id == errand).values(values))

    def points_by(
        self, person: PersonId, participant: ParticipantId, kind: ErrandKind, since: datetime
    ) -> int:
        query = select(func.coalesce(func.sum(errands.c.points), 0)).where(
            errands.c.by == person,
            errands.c.participant == participant,
            errands.c.kind == kind.value,
            errands.c.at >= since,
        )
        points: int = self._connection.execute(query).scalar_one()
        return points

    def forget(self, participant: ParticipantId) -> None:
        empty(self._connection, errands, participant, text="")

    def _all(self, query: Select[Any]) -> Sequence[Errand]:
        return [_errand(row) for row in self._connection.execute(query)]


def _errand(row: Row[Any]) -> Errand:
    return Errand(
        id=ErrandId(row.id),
        kind=ErrandKind(row.kind),
        tenant=TenantId(row.tenant),
        participant=ParticipantId(row.participant),
        call=None if row.call is None else CallId(row.call),
        signature=author_of(row),
        receipt=Receipt(row.receipt),
        points=row.points,
        text=row.text,
        state=ErrandState(row.state),
        decided=signature(row, "decided_"),
    )
