"""Notes about participants and blocks of participants: rows to values and back, by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, text, update

from domain.customer_note import CustomerNote, NoteKind, ParticipantBlock
from domain.ids import BlockId, NoteId, ParticipantId, PersonId, SiteId, TenantId
from domain.person import Signature
from storage.desk_rows import author_of, signature, signed
from storage.desk_tables import notes, participant_blocks


class SqlNotes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, note: NoteId) -> CustomerNote | None:
        return next(iter(self._all(select(notes).where(notes.c.id == note))), None)

    def add(self, note: CustomerNote) -> None:
        row = {
            "id": note.id,
            "tenant": note.tenant,
            "participant": note.participant,
            "kind": note.kind.value,
            "responsible": note.responsible,
            "text": note.text,
            **signed(note.signature),
            "site": note.site,
            "done_at": note.done_at,
            "archived_at": note.archived_at,
        }
        self._connection.execute(insert(notes), row)

    def of(
        self, participant: ParticipantId, limit: int, *, archived: bool
    ) -> Sequence[CustomerNote]:
        put_away = notes.c.archived_at.is_not(None)
        query = (
            select(notes)
            .where(notes.c.participant == participant, put_away if archived else ~put_away)
            .order_by(notes.c.written.desc())
            .limit(limit)
        )
        return self._all(query)

    def open_of(self, responsible: PersonId) -> Sequence[CustomerNote]:
        is_open = text("done_at IS NULL")  # as the index says it, so that the index is used
        query = select(notes).where(notes.c.responsible == responsible, is_open)
        return self._all(query.order_by(notes.c.written))

    def mark_done(self, note: NoteId, at: datetime) -> bool:
        change = (
            update(notes)
            .where(notes.c.id == note, notes.c.done_at.is_(None))
            .values(done_at=at)
            .returning(notes.c.id)
        )
        return self._connection.execute(change).first() is not None

    def archive(self, note: NoteId, at: datetime) -> bool:
        change = (
            update(notes)
            .where(notes.c.id == note, notes.c.done_at.is_not(None), notes.c.archived_at.is_(None))
            .values(archived_at=at)
            .returning(notes.c.id)
        )
        return self._connection.execute(change).first() is not None

    def forget(self, participant: ParticipantId) -> None:
        self._connection.execute(delete(notes).where(notes.c.participant == participant))

    def _all(self, query: Select[Any]) -> Sequence[CustomerNote]:
        return [_note(row) for row in self._connection.execute(query)]


class SqlParticipantBlocks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, block: BlockId) -> ParticipantBlock | None:
        table = participant_blocks
        row = self._connection.execute(select(table).where(table.c.id == block)).one_or_none()
        return None if row is None else _block(row)

    def add(self, block: ParticipantBlock) -> None:
        row = {
            "id": block.id,
            "participant": block.participant,
            "reason": block.reason,
            **signed(block.signature),
            "until": block.until,
        }
        self._connection.execute(insert(participant_blocks), row)

    def in_force(self, participant: ParticipantId, now: datetime) -> ParticipantBlock | None:
        table = participant_blocks
        query = select(table).where(
            table.c.participant == participant,
            table.c.lifted_at.is_(None),
            or_(table.c.until.is_(None), table.c.until > now),
        )
        row = self._connection.execute(query.order_by(table.c.written.desc()).limit(1)).first()
        return None if row is None else _block(row)

    def lift(self, block: BlockId, lifted: Signature, why: str) -> None:
        table = participant_blocks
        values = {**signed(lifted, "lifted_"), "lifted_why": why}
        self._connection.execute(update(table).where(table.c.id == block).values(values))

    def forget(self, participant: ParticipantId) -> None:
        table = participant_blocks
        self._connection.execute(delete(table).where(table.c.participant == participant))


def _note(row: Row[Any]) -> CustomerNote:
    return CustomerNote(
        id=NoteId(row.id),
        tenant=TenantId(row.tenant),
        participant=ParticipantId(row.participant),
        kind=NoteKind(row.kind),
        responsible=PersonId(row.responsible),
        text=row.text,
        signature=author_of(row),
        site=None if row.site is None else SiteId(row.site),
        done_at=row.done_at,
        archived_at=row.archived_at,
    )


def _block(row: Row[Any]) -> ParticipantBlock:
    return ParticipantBlock(
        id=BlockId(row.id),
        participant=ParticipantId(row.participant),
        reason=row.reason,
        signature=author_of(row),
        until=row.until,
        lifted=signature(row, "lifted_"),
        lifted_why=row.lifted_why,
    )
