"""Participants on their way in: rows that nobody finds yet, and the one step that lets all in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, literal, or_, select, text, union, update

from domain.ids import ParticipantId, TenantId
from domain.participant import CardState, Membership, Participant, search_key
from domain.participant_plan import Known
from domain.participant_ports import Admitted, Amended
from storage.repositories import IS_ACTIVE, participant_of, points_of, row_of
from storage.tables import cards, ledger, participant_changes, participant_imports, participants

OPENING: Final = "opening"
"""The reason of an opening balance, in the ledger."""

_IMPORTING: Final = text("participants.membership = 'importing'")  # as the index says it
_LEFT: Final = participants.c.membership == Membership.LEFT.value
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
        row = {"tenant": tenant, "name": name, "began": at, "let_in": False}
        self._connection.execute(insert(table), row)

    def known(self, tenant: TenantId, numbers: Collection[str]) -> Mapping[str, Known]:
        query = select(participants).where(
            participants.c.tenant == tenant,
            participants.c.number.in_(numbers),
            or_(IS_ACTIVE, _LEFT),
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
        theirs = participants.c.id.in_([one.participant for one in changes])
        found = self._connection.execute(select(participants.c.id).where(theirs, IS_ACTIVE))
        active = set(found.scalars())
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
            if one.participant in active
        ]
        if rows:
            self._connection.execute(insert(participant_changes), rows)

    def let_in(self, tenant: TenantId, at: datetime) -> None:
        table = participant_imports
        of_tenant = update(table).where(table.c.tenant == tenant)
        self._connection.execute(of_tenant.values(let_in=True, began=at))

    def waiting(self, tenant: TenantId) -> Sequence[ParticipantId]:
        noted = participant_changes
        hidden = select(participants.c.id).where(participants.c.tenant == tenant, _IMPORTING)
        kept = select(noted.c.participant).where(noted.c.tenant == tenant)
        found = self._connection.execute(union(hidden, kept)).scalars()
        return [ParticipantId(one) for one in found]

    def is_let_in(self, tenant: TenantId) -> bool:
        table = participant_imports
        query = select(table.c.let_in).where(table.c.tenant == tenant)
        return bool(self._connection.execute(query).scalar_one_or_none())

    def began(self, tenant: TenantId) -> datetime | None:
        table = participant_imports
        query = select(table.c.began).where(table.c.tenant == tenant)
        found: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def settle(self, tenant: TenantId, few: Sequence[ParticipantId]) -> None:
        at = self.began(tenant)
        if at is None or not self.is_let_in(tenant):
            return
        active = {"membership": Membership.ACTIVE.value}
        theirs = update(participants).where(participants.c.id.in_(few))
        self._connection.execute(theirs.where(_IMPORTING).values(active))
        noted = participant_changes
        waits = (noted.c.tenant == tenant, noted.c.participant.in_(few))
        opening = select(
            noted.c.participant, noted.c.points, literal(OPENING), literal(at, ledger.c.at.type)
        ).where(*waits, noted.c.points.is_not(None))
        columns = ["participant", "points", "reason", "at"]
        self._connection.execute(insert(ledger).from_select(columns, opening))
        self._change(tenant, few)
        self._connection.execute(delete(noted).where(*waits))

    def _change(self, tenant: TenantId, few: Sequence[ParticipantId]) -> None:
        noted = participant_changes
        theirs = (noted.c.tenant == tenant, noted.c.participant.in_(few))
        change_of = select(noted.c.participant).where(*theirs, noted.c.points.is_(None)).limit(1)
        if self._connection.execute(change_of).first() is None:
            return
        for name in _CHANGING:
            own = noted.c.participant == participants.c.id
            where = [*theirs, own, noted.c[name].is_not(None), IS_ACTIVE]
            if name == "pin_hash":
                where.append(participants.c.pin_hash == "")
            change = update(participants).where(*where).values({name: noted.c[name]})
            self._connection.execute(change)

    def clear(self, tenant: TenantId, few: Sequence[ParticipantId]) -> None:
        if self.is_let_in(tenant):
            return
        hidden = select(participants.c.id).where(participants.c.id.in_(few), _IMPORTING)
        self._connection.execute(delete(cards).where(cards.c.participant.in_(hidden)))
        theirs = delete(participants).where(participants.c.id.in_(few), _IMPORTING)
        self._connection.execute(theirs)
        noted = participant_changes
        self._connection.execute(delete(noted).where(noted.c.participant.in_(few)))

    def forget(self, participant: ParticipantId) -> None:
        noted = participant_changes
        his = delete(noted).where(noted.c.participant == participant, noted.c.points.is_(None))
        self._connection.execute(his)

    def listed(self, tenant: TenantId, after: str, limit: int) -> Sequence[tuple[Participant, int]]:
        points = points_of(participants.c.id).label("points_now")
        query = (
            select(participants, points)
            .where(participants.c.tenant == tenant, IS_ACTIVE, participants.c.number > after)
            .order_by(participants.c.number)
            .limit(limit)
        )
        rows = self._connection.execute(query)
        return [(participant_of(row), row.points_now) for row in rows]
