"""Reports: those that were issued, the runs by which they go out, and their mails."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_FIRST = sa.text("corrects IS NULL")
_UNISSUED = sa.text("state IN ('planned', 'claimed')")

_APPEND_ONLY = {
    "report_contents": "digest = NEW.digest",
    "issued_reports": "number = NEW.number OR (year = NEW.year AND ordinal = NEW.ordinal)"
    " OR corrects = NEW.corrects OR (corrects IS NULL AND NEW.corrects IS NULL"
    " AND kind = NEW.kind AND tenant = NEW.tenant AND since = NEW.since AND until = NEW.until"
    " AND language = NEW.language AND role = NEW.role)",
    "issued_files": "number = NEW.number AND name = NEW.name",
}
"""With what makes a row replace another one."""


def upgrade() -> None:
    _issued()
    _runs()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _wanted() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
    )


def _issued() -> None:
    op.create_table(
        "report_contents",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="report_contents_pk"),
    )
    op.create_table(
        "issued_reports",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *_wanted(),
        sa.Column("made", _INSTANT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="issued_reports_pk"),
        sa.UniqueConstraint("year", "ordinal", name="issued_reports_year_ordinal_unique"),
        sa.UniqueConstraint("corrects", name="issued_reports_corrects_unique"),
        sa.ForeignKeyConstraint(
            ["corrects"], ["issued_reports.number"], name="issued_reports_corrects_fk"
        ),
    )
    op.create_index(
        "issued_reports_once",
        "issued_reports",
        ["kind", "tenant", "since", "until", "language", "role"],
        unique=True,
        sqlite_where=_FIRST,
        postgresql_where=_FIRST,
    )
    op.create_index("issued_reports_by_period", "issued_reports", ["kind", "tenant", "since"])
    op.create_table(
        "issued_files",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", "name", name="issued_files_pk"),
        sa.ForeignKeyConstraint(
            ["number"], ["issued_reports.number"], name="issued_files_number_fk"
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["report_contents.digest"], name="issued_files_digest_fk"
        ),
    )


def _runs() -> None:
    op.create_table(
        "report_runs",
        sa.Column("id", _SERIAL, nullable=False),
        *_wanted(),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("recipients", _JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("held_until", _INSTANT),
        sa.Column("number", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="report_runs_pk"),
        sa.UniqueConstraint(
            *("kind", "tenant", "since", "language", "role"),
            name="report_runs_kind_tenant_since_language_role_unique",
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["issued_reports.number"], name="report_runs_number_fk"
        ),
        sa.CheckConstraint(
            "(state = 'issued') = (number IS NOT NULL)", name=op.f("report_runs_state_check")
        ),
    )
    op.create_index("report_runs_by_due", "report_runs", ["due"])
    op.create_index(
        "report_runs_due",
        "report_runs",
        ["due"],
        sqlite_where=_UNISSUED,
        postgresql_where=_UNISSUED,
    )
    op.create_table(
        "report_mails",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("run", sa.Integer()),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("asked", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("settled", _INSTANT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="report_mails_pk"),
        sa.ForeignKeyConstraint(
            ["number"], ["issued_reports.number"], name="report_mails_number_fk"
        ),
        sa.ForeignKeyConstraint(["run"], ["report_runs.id"], name="report_mails_run_fk"),
    )
    op.create_index("report_mails_by_number", "report_mails", ["number", "id"])


def _guard_on_sqlite() -> None:
    for table, same in _APPEND_ONLY.items():
        for verb, event, condition in (
            ("update", "UPDATE", ""),
            ("delete", "DELETE", ""),
            # INSERT OR REPLACE deletes the old row without asking the trigger above
            ("replace", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"),  # noqa: S608
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_on_postgresql() -> None:
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
