"""The tables of reports, as the newest migration leaves them.

``report_contents``, ``issued_reports`` and ``issued_files`` are append-only, like the log. A tenant of ``''`` is all of
them.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables import Instant, Json, Serial, metadata

_FIRST = text("corrects IS NULL")
_UNISSUED = text("state IN ('planned', 'claimed')")


def _wanted() -> tuple[Column[Any], ...]:
    return (
        Column("tenant", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("since", Instant, nullable=False),
        Column("until", Instant, nullable=False),
        Column("language", Text, nullable=False),
        Column("role", Text, nullable=False),
    )


report_contents = Table(
    "report_contents",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256 of the file as it is sent
    Column("packed", LargeBinary, nullable=False),
)

issued_reports = Table(
    "issued_reports",
    metadata,
    Column("number", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    *_wanted(),
    Column("made", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("corrects", Text, ForeignKey("issued_reports.number")),
    UniqueConstraint("year", "ordinal"),
    UniqueConstraint("corrects"),
    Index(
        "issued_reports_once",
        *("kind", "tenant", "since", "until", "language", "role"),
        unique=True,
        sqlite_where=_FIRST,
        postgresql_where=_FIRST,
    ),
    Index("issued_reports_by_period", "kind", "tenant", "since"),
)

issued_files = Table(
    "issued_files",
    metadata,
    Column("number", Text, ForeignKey("issued_reports.number"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("part", Text, nullable=False),
    Column("digest", Text, ForeignKey("report_contents.digest"), nullable=False),
    Column("size", Integer, nullable=False),
)

report_runs = Table(
    "report_runs",
    metadata,
    Column("id", Serial, primary_key=True),
    *_wanted(),
    Column("due", Instant, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("held_until", Instant),
    Column("number", Text, ForeignKey("issued_reports.number")),
    Column("reason", Text),
    UniqueConstraint("kind", "tenant", "since", "language", "role"),  # the claim
    CheckConstraint("(state = 'issued') = (number IS NOT NULL)", name="state"),
    Index("report_runs_due", "due", sqlite_where=_UNISSUED, postgresql_where=_UNISSUED),
    Index("report_runs_by_due", "due"),
)

report_mails = Table(
    "report_mails",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("number", Text, ForeignKey("issued_reports.number"), nullable=False),
    Column("run", Integer, ForeignKey("report_runs.id")),
    Column("recipient", Text, nullable=False),
    Column("asked", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    Column("settled", Instant),
    Column("reason", Text),
    Index("report_mails_by_number", "number", "id"),
)
