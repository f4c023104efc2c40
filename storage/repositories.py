"""Participants, points, PIN tries and callers: rows to values and back, by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.ids import CallerId, ParticipantId, TenantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Membership, Participant, search_key
from domain.pin_policy import Failures
from storage import desk_tables, tables

# What every call asks is built once: building takes SQLAlchemy longer than the database takes to answer.
_LET_IN: Final = exists().where(
    tables.participant_imports.c.tenant == tables.participants.c.tenant,
    tables.participant_imports.c.let_in,
)
IS_ACTIVE: Final = or_(
    tables.participants.c.membership == Membership.ACTIVE.value,
    and_(tables.participants.c.membership == Membership.IMPORTING.value, _LET_IN),
)
"""Whether a row of ``participants`` is somebody's whom all may find."""

_BY_NUMBER: Final = select(tables.participants).where(
    IS_ACTIVE,
    tables.participants.c.tenant == bindparam("of_tenant"),
    tables.participants.c.number == bindparam("with_number"),
)
_BY_PHONE: Final = (
    select(tables.participants)
    .where(
        IS_ACTIVE,
        tables.participants.c.tenant == bindparam("of_tenant"),
        tables.participants.c.phone == bindparam("with_phone"),
    )
    .order_by(tables.participants.c.number)
)
_NUMBER_OF: Final = select(tables.callers.c.number).where(
    tables.callers.c.id == bindparam("of_caller")
)
_PIN_HASH: Final = select(tables.participants.c.pin_hash).where(
    IS_ACTIVE, tables.participants.c.id == bindparam("of_id")
)


_IMPORTED: Final = ("name", "language", "zip_code", "born", "phone", "email", "priority")
"""What an import may want otherwise of somebody who is known."""


def points_of(participant: ColumnElement[str]) -> ColumnElement[int]:
    """The sum of his entries, with an opening balance that isn't settled yet."""
    entries, waiting = tables.ledger, tables.participant_changes
    booked = select(func.coalesce(func.sum(entries.c.points), 0))
    opening = select(waiting.c.points).where(waiting.c.participant == participant)
    settled = booked.where(entries.c.participant == participant).scalar_subquery()
    return settled + func.coalesce(opening.scalar_subquery(), 0)


_BALANCE: Final = select(points_of(bindparam("of_participant", type_=Text)))
_THE_CLAIM: Final = (
    tables.pin_attempts.c.tenant == bindparam("of_tenant"),
    tables.pin_attempts.c.claim == bindparam("to_be"),
)
_FAILURES: Final = select(tables.pin_attempts).where(*_THE_CLAIM)
_FORGET_FAILURES: Final = delete(tables.pin_attempts).where(*_THE_CLAIM)
_NOTE_FAILURES: Final = insert(tables.pin_attempts)


class SqlParticipants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, participant: ParticipantId) -> Participant | None:
        return next(iter(self._where(tables.participants.c.id == participant)), None)

    def by_number(self, tenant: TenantId, number: str) -> Participant | None:
        asked = {"of_tenant": tenant, "with_number": number}
        row = self._connection.execute(_BY_NUMBER, asked).one_or_none()
        return None if row is None else participant_of(row)

    def by_zip_and_birth_date(
        self, tenant: TenantId, zip_code: str, born: date
    ) -> Sequence[Participant]:
        """Ordered by customer number."""
        table = tables.participants
        return self._where(
            IS_ACTIVE,
            table.c.tenant == tenant,
            table.c.zip_code == zip_code,
            table.c.born == born,
        )

    def by_phone(self, tenant: TenantId, phone: str) -> Sequence[Participant]:
        """Ordered by customer number; ``phone`` is E.164."""
        asked = {"of_tenant": tenant, "with_phone": phone}
        return [participant_of(row) for row in self._connection.execute(_BY_PHONE, asked)]

    def pin_hash(self, participant: ParticipantId) -> str | None:
        found = self._connection.execute(_PIN_HASH, {"of_id": participant})
        stored: str | None = found.scalar_one_or_none()
        return stored or None  # who was imported without a PIN has none

    def set_pin(self, participant: ParticipantId, pin_hash: str) -> bool:
        table = tables.participants
        change = (
            update(table)
            .where(IS_ACTIVE, table.c.id == participant)
            .values(pin_hash=pin_hash)
            .returning(table.c.id)
        )
        return self._connection.execute(change).first() is not None

    def add(self, participant: Participant, pin_hash: str) -> None:
        row = {**row_of(participant), "id": participant.id, "pin_hash": pin_hash}
        self._connection.execute(insert(tables.participants), row)

    def change(self, participant: Participant) -> None:
        row = row_of(participant)
        if participant.membership is not Membership.ACTIVE:
            row["pin_hash"] = ""
        self._lapse(participant.id, row)
        table = tables.participants
        self._connection.execute(update(table).where(table.c.id == participant.id).values(row))

    def search(
        self, tenant: TenantId, written: str, phone: str | None, limit: int
    ) -> Sequence[Participant]:
        table, cards, errands = tables.participants, tables.cards, desk_tables.errands
        redeemed = tables.redemptions
        fits = [
            table.c.number == written,
            table.c.id.in_(
                select(cards.c.participant).where(
                    or_(cards.c.id == written, cards.c.receipt == written)
                )
            ),
            table.c.id.in_(select(errands.c.participant).where(errands.c.receipt == written)),
            table.c.id.in_(select(redeemed.c.participant).where(redeemed.c.receipt == written)),
        ]
        if phone is not None:
            fits.append(table.c.phone == phone)
        if name := search_key(written):
            fits.append(table.c.name_key.contains(name, autoescape=True))
        known = or_(IS_ACTIVE, table.c.membership == Membership.LEFT.value)
        query = select(table).where(table.c.tenant == tenant, known, or_(*fits))
        rows = self._connection.execute(
            query.order_by(table.c.name_key, table.c.number).limit(limit)
        )
        return [participant_of(row) for row in rows]

    def _lapse(self, participant: ParticipantId, row: dict[str, Any]) -> None:
        """What an import noted of him and hasn't written yet mustn't overwrite what is changed to ``row`` now."""
        table, noted = tables.participants, tables.participant_changes
        his = select(table).join(noted, noted.c.participant == table.c.id)
        found = self._connection.execute(his.where(table.c.id == participant)).mappings().first()
        if found is None:
            return
        lapsed: dict[str, None] = {name: None for name in _IMPORTED if found[name] != row[name]}
        if "name" in lapsed:
            lapsed["name_key"] = None
        if lapsed:
            change = update(noted).where(noted.c.participant == participant).values(lapsed)
            self._connection.execute(change)

    def _where(self, *conditions: ColumnElement[bool]) -> Sequence[Participant]:
        query = select(tables.participants).where(*conditions)
        rows = self._connection.execute(query.order_by(tables.participants.c.number))
        return [participant_of(row) for row in rows]


class SqlLedger:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries(self, participant: ParticipantId) -> Sequence[LedgerEntry]:
        table = tables.ledger
        query = select(table).where(table.c.participant == participant)
        return self._all(query.order_by(table.c.at, table.c.seq))

    def newest(self, participant: ParticipantId, limit: int) -> Sequence[LedgerEntry]:
        table = tables.ledger
        query = select(table).where(table.c.participant == participant)
        return self._all(query.order_by(table.c.at.desc(), table.c.seq.desc()).limit(limit))

    def balance(self, participant: ParticipantId) -> int:
        found = self._connection.execute(_BALANCE, {"of_participant": participant})
        points: int = found.scalar_one()
        return points

    def add(self, entry: LedgerEntry) -> None:
        row = {
            "participant": entry.participant,
            "points": entry.points,
            "reason": entry.reason,
            "at": entry.at,
        }
        self._connection.execute(insert(tables.ledger), row)

    def _all(self, query: Select[Any]) -> Sequence[LedgerEntry]:
        return [
            LedgerEntry(ParticipantId(row.participant), row.points, row.reason, row.at)
            for row in self._connection.execute(query)
        ]


class SqlPinAttempts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def failures(self, tenant: TenantId, claim: str) -> Failures:
        asked = {"of_tenant": tenant, "to_be": claim}
        row = self._connection.execute(_FAILURES, asked).one_or_none()
        if row is None:
            return Failures()
        return Failures(row.tries, row.locks, row.locked_until, row.last)

    def put(self, tenant: TenantId, failures: Mapping[str, Failures]) -> None:
        """No failures leave no row."""
        claims = [{"of_tenant": tenant, "to_be": claim} for claim in failures]
        self._connection.execute(_FORGET_FAILURES, claims)
        rows = [
            {
                "tenant": tenant,
                "claim": claim,
                "tries": noted.count,
                "locks": noted.locks,
                "locked_until": noted.locked_until,
                "last": noted.last,
            }
            for claim, noted in failures.items()
            if noted != Failures()
        ]
        if rows:
            self._connection.execute(_NOTE_FAILURES, rows)

    def note_caller(self, caller: CallerId, at: datetime) -> None:
        self._connection.execute(insert(tables.caller_failures), {"caller": caller, "at": at})

    def take_back(self, caller: CallerId, at: datetime) -> None:
        table = tables.caller_failures
        self._connection.execute(delete(table).where(table.c.caller == caller, table.c.at == at))

    def recent_of_caller(self, caller: CallerId, since: datetime) -> int:
        """How many wrong tries ``caller`` made at ``since`` or later."""
        table = tables.caller_failures
        query = select(func.count()).select_from(table)
        count: int = self._connection.execute(
            query.where(table.c.caller == caller, table.c.at >= since)
        ).scalar_one()
        return count


class SqlCallers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, number: str, new_id: CallerId) -> CallerId:
        known = self.id_of(number)
        if known is not None:
            return known
        # the writers' lock keeps everyone else from adding the number in between
        self._connection.execute(insert(tables.callers), {"id": new_id, "number": number})
        return new_id

    def id_of(self, number: str) -> CallerId | None:
        query = select(tables.callers.c.id).where(tables.callers.c.number == number)
        known: str | None = self._connection.execute(query).scalar_one_or_none()
        return None if known is None else CallerId(known)

    def number_of(self, caller: CallerId) -> str | None:
        found = self._connection.execute(_NUMBER_OF, {"of_caller": caller})
        number: str | None = found.scalar_one_or_none()
        return number

    def forget(self, number: str) -> None:
        table = tables.callers
        self._connection.execute(delete(table).where(table.c.number == number))


def row_of(participant: Participant) -> dict[str, Any]:
    """All of it but its id."""
    return {
        "tenant": participant.tenant,
        "number": participant.number,
        "name": participant.name,
        "name_key": search_key(participant.name),
        "language": participant.language.value,
        "zip_code": participant.zip_code,
        "born": participant.born,
        "phone": participant.phone,
        "priority": participant.priority,
        "address": participant.address,
        "membership": participant.membership.value,
        "short_form": participant.short_form,
        "email": participant.email,
    }


def _membership(kept: str) -> Membership:
    """Whoever is found has been let in."""
    found = Membership(kept)
    return Membership.ACTIVE if found is Membership.IMPORTING else found


def participant_of(row: Row[Any]) -> Participant:
    return Participant(
        id=ParticipantId(row.id),
        tenant=TenantId(row.tenant),
        number=row.number,
        name=row.name,
        language=Language(row.language),
        zip_code=row.zip_code,
        born=row.born,
        phone=row.phone,
        priority=row.priority,
        address=row.address,
        membership=_membership(row.membership),
        short_form=row.short_form,
        email=row.email,
    )
