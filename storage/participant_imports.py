"""Participants on their way in: rows that nobody finds yet, and the one step that lets them in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, insert, literal, select, update

from domain.ids import ParticipantId, TenantId
from domain.participant import CardState, Membership, Participant, search_key
from domain.participant_plan import Known
from domain.participant_ports import Admitted, Amended, LetIn
from storage.repositories import participant_of, row_of
from storage.tables import cards, ledger, participant_changes, participant_imports, participants

OPENING: Final = "opening"
"""The reason of an opening balance, in the ledger."""

_CACHE: Final = "PRAGMA cache_size = -65536"
"""KiB: all indexes of 100,000 participants; with SQLite's 2 MiB letting them in takes four times as long."""

_ACTIVE: Final = participants.c.membership == Membership.ACTIVE.value
_IMPORTING: Final = participants.c.membership == Membership.IMPORTING.value
_CHANGING: Final = (
    "name",
    "name_key",
    "language",
    "zip_code",
    "born",
    "phone",
    "email",
    "priority",
    "pin_hash",
)


class SqlParticipantImports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def turn(self, tenant: TenantId) -> str | None:
        table = participant_imports
        query = select(table.c.name).where(table.c.tenant == tenant)
        name: str | None = self._connection.execute(query).scalar_one_or_none()
        return name

    def take_turn(self, tenant: TenantId, name: str, at: datetime) -> None:
        table = participant_imports
        self._connection.execute(delete(table).where(table.c.tenant == tenant))
        self._connection.execute(insert(table), {"tenant": tenant, "name": name, "began": at})

    def known(self, tenant: TenantId, numbers: Collection[str]) -> Mapping[str, Known]:
        there = (Membership.ACTIVE.value, Membership.LEFT.value)
        query = select(participants).where(
            participants.c.tenant == tenant,
            participants.c.number.in_(numbers),
            participants.c.membership.in_(there),
        )
        rows = self._connection.execute(query)
        return {row.number: Known(participant_of(row), bool(row.pin_hash)) for row in rows}

    def add(self, new: Sequence[Admitted]) -> None:
        hidden = [
            {
                **row_of(replace(one.participant, membership=Membership.IMPORTING)),
                "id": one.participant.id,
                "pin_hash": one.pin_hash,
            }
            for one in new
        ]
        self._connection.execute(insert(participants), hidden)
        state = CardState.ACTIVE.value
        issued = [
            {"id": one.card, "participant": one.participant.id, "state": state} for one in new
        ]
        self._connection.execute(insert(cards), issued)
        opening = [
            {
                "participant": one.participant.id,
                "tenant": one.participant.tenant,
                "points": one.points,
            }
            for one in new
            if one.points
        ]
        if opening:
            self._connection.execute(insert(participant_changes), opening)

    def note(self, tenant: TenantId, changes: Sequence[Amended]) -> None:
        rows = [
            {
                **dict.fromkeys(_CHANGING),
                **one.changed,
                "name_key": search_key(one.changed["name"]) if "name" in one.changed else None,
                "participant": one.participant,
                "tenant": tenant,
                "pin_hash": one.pin_hash,
            }
            for one in changes
        ]
        self._connection.execute(insert(participant_changes), rows)

    def let_in(self, tenant: TenantId, at: datetime) -> LetIn:
        if self._connection.dialect.name == "sqlite":
            self._connection.exec_driver_sql(_CACHE)
        changed = self._change(tenant)
        new = self._connection.execute(
            update(participants)
            .where(participants.c.tenant == tenant, _IMPORTING)
            .values(membership=Membership.ACTIVE.value)
        ).rowcount
        noted = participant_changes
        opening = select(
            noted.c.participant, noted.c.points, literal(OPENING), literal(at, ledger.c.at.type)
        ).where(noted.c.tenant == tenant, noted.c.points.is_not(None))
        columns = ["participant", "points", "reason", "at"]
        in_order = opening.order_by(noted.c.participant)
        self._connection.execute(insert(ledger).from_select(columns, in_order))
        return LetIn(new, changed)

    def _change(self, tenant: TenantId) -> int:
        noted = participant_changes
        his = (noted.c.tenant == tenant, noted.c.participant == participants.c.id, _ACTIVE)
        counted = select(func.count()).select_from(noted).where(*his, noted.c.points.is_(None))
        changed: int = self._connection.execute(counted).scalar_one()
        for name in _CHANGING if changed else ():
            where = [*his, noted.c[name].is_not(None)]
            if name == "pin_hash":
                where.append(participants.c.pin_hash == "")
            self._connection.execute(
                update(participants).where(*where).values({name: noted.c[name]})
            )
        return changed

    def left_over(self, tenant: TenantId, before: datetime) -> bool:
        table, noted = participant_imports, participant_changes
        old = select(table.c.tenant).where(table.c.tenant == tenant, table.c.began < before)
        hidden = select(participants.c.id).where(participants.c.tenant == tenant, _IMPORTING)
        kept = select(noted.c.participant).where(noted.c.tenant == tenant)
        return self._has(old) and (self._has(kept) or self._has(hidden))

    def clear(self, tenant: TenantId, limit: int) -> int:
        hidden = select(participants.c.id).where(participants.c.tenant == tenant, _IMPORTING)
        if few := self._connection.execute(hidden.limit(limit)).scalars().all():
            self._connection.execute(delete(cards).where(cards.c.participant.in_(few)))
            self._connection.execute(delete(participants).where(participants.c.id.in_(few)))
            return len(few)
        noted = participant_changes
        kept = select(noted.c.participant).where(noted.c.tenant == tenant).limit(limit)
        if few := self._connection.execute(kept).scalars().all():
            self._connection.execute(delete(noted).where(noted.c.participant.in_(few)))
        return len(few)

    def forget(self, participant: ParticipantId) -> None:
        noted = participant_changes
        self._connection.execute(delete(noted).where(noted.c.participant == participant))

    def listed(self, tenant: TenantId, after: str, limit: int) -> Sequence[tuple[Participant, int]]:
        balance = (
            select(func.coalesce(func.sum(ledger.c.points), 0))
            .where(ledger.c.participant == participants.c.id)
            .scalar_subquery()
        )
        query = (
            select(participants, balance.label("points"))
            .where(participants.c.tenant == tenant, _ACTIVE, participants.c.number > after)
            .order_by(participants.c.number)
            .limit(limit)
        )
        return [(participant_of(row), row.points) for row in self._connection.execute(query)]

    def _has(self, query: Select[Any]) -> bool:
        return self._connection.execute(query.limit(1)).first() is not None
