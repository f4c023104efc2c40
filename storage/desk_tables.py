"""The tables of what is written at the desk, as the newest migration leaves them.

``written`` is the order in which rows came; free text stands in columns that can be emptied.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables import Instant, Json, Serial, metadata


def _signature() -> tuple[Column[Any], Column[Any], Column[Any]]:
    return (
        Column("by", Text, ForeignKey("people.id"), nullable=False),
        Column("checked_in", Text, ForeignKey("people.id")),
        Column("at", Instant, nullable=False),
    )


def _head() -> tuple[Column[Any], Column[Any]]:
    return (
        Column("written", Serial, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
    )


def _participant(*, nullable: bool = False) -> Column[Any]:
    return Column("participant", Text, ForeignKey("participants.id"), nullable=nullable)


sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

check_ins = Table(
    "check_ins",
    metadata,
    Column("session", Text, ForeignKey("sessions.digest", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("since", Instant, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("written", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("tenant", Text),
    Column("digest", Text, nullable=False, unique=True),
    Column("made", Instant, nullable=False),
    Column("revoked", Instant),
    Index(
        "api_tokens_in_force",
        "name",
        unique=True,
        sqlite_where=text("revoked IS NULL"),
        postgresql_where=text("revoked IS NULL"),
    ),
)

service_records = Table(
    "service_records",
    metadata,
    *_head(),
    Column("tenant", Text, nullable=False),
    Column("call", Text, nullable=False),
    _participant(nullable=True),
    *_signature(),
    Column("service", Text),
    Column("price", Text),
    Column("fields", Json, nullable=False),
    Column("corrects", Text, ForeignKey("service_records.id")),
    UniqueConstraint("corrects"),
    CheckConstraint("(service IS NULL) = (price IS NULL)", name="price"),
    Index("service_records_by_call", "call", "written"),
    Index("service_records_by_participant", "participant", "written"),
)

notes = Table(
    "notes",
    metadata,
    *_head(),
    Column("tenant", Text, nullable=False),
    _participant(),
    Column("kind", Text, nullable=False),
    Column("responsible", Text, ForeignKey("people.id"), nullable=False),
    Column("text", Text, nullable=False),
    *_signature(),
    Column("site", Text, ForeignKey("sites.id")),
    Column("done_at", Instant),
    Column("archived_at", Instant),
    CheckConstraint("archived_at IS NULL OR done_at IS NOT NULL", name="archived"),
    Index("notes_by_participant", "participant", "written"),
    Index(
        "notes_open",
        "responsible",
        "written",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

participant_blocks = Table(
    "participant_blocks",
    metadata,
    *_head(),
    _participant(),
    Column("reason", Text, nullable=False),
    *_signature(),
    Column("until", Instant),
    Column("lifted_by", Text, ForeignKey("people.id")),
    Column("lifted_checked_in", Text, ForeignKey("people.id")),
    Column("lifted_at", Instant),
    Column("lifted_why", Text),
    CheckConstraint("(lifted_by IS NULL) = (lifted_at IS NULL)", name="lifted"),
    Index("participant_blocks_by_participant", "participant", "written"),
)

errands = Table(
    "errands",
    metadata,
    *_head(),
    Column("kind", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    _participant(),
    Column("call", Text),
    *_signature(),
    Column("receipt", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, ForeignKey("people.id")),
    Column("decided_checked_in", Text, ForeignKey("people.id")),
    Column("decided_at", Instant),
    CheckConstraint(
        "(decided_by IS NULL) = (decided_at IS NULL)"
        " AND (state = 'done' OR (state = 'asked' AND decided_at IS NULL)"
        " OR (state = 'declined' AND decided_at IS NOT NULL))",
        name="state",
    ),
    Index("errands_by_participant", "participant", "written"),
    Index("errands_by_receipt", "receipt"),
    Index(
        "errands_asked",
        "tenant",
        "written",
        sqlite_where=text("state = 'asked'"),
        postgresql_where=text("state = 'asked'"),
    ),
)

person_views = Table(
    "person_views",
    metadata,
    *_head(),
    Column("whom", Text, ForeignKey("people.id"), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("purpose", Text, nullable=False),
    *_signature(),
    Index("person_views_by_whom", "whom", "written"),
)
