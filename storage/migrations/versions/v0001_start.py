"""The first shape: participants with cards and points, PIN tries, callers, and the log of facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

_APPEND_ONLY = ("facts", "ledger")


def upgrade() -> None:
    _participants()
    _cards_and_points()
    _tries_and_callers()
    _facts()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _participants() -> None:
    op.create_table(
        "participants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text(), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="participants_pk"),
        sa.UniqueConstraint("tenant", "number", name="participants_tenant_number_unique"),
    )
    op.create_index(
        "participants_by_zip_and_birth_date", "participants", ["tenant", "zip_code", "born"]
    )
    op.create_index("participants_by_phone", "participants", ["tenant", "phone"])


def _cards_and_points() -> None:
    op.create_table(
        "cards",
        sa.Column("issued", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("blocked_at", _INSTANT),
        sa.Column("receipt", sa.Text()),
        sa.PrimaryKeyConstraint("issued", name="cards_pk"),
        sa.UniqueConstraint("id", name="cards_id_unique"),
        sa.ForeignKeyConstraint(["participant"], ["participants.id"], name="cards_participant_fk"),
        sa.CheckConstraint(
            "(state = 'active' AND blocked_at IS NULL AND receipt IS NULL)"
            " OR (state = 'blocked' AND blocked_at IS NOT NULL AND receipt IS NOT NULL)",
            name=op.f("cards_state_check"),
        ),
    )
    op.create_index("cards_by_participant", "cards", ["participant", "issued"])
    op.create_table(
        "ledger",
        sa.Column("seq", _SERIAL, nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="ledger_pk"),
        sa.ForeignKeyConstraint(["participant"], ["participants.id"], name="ledger_participant_fk"),
    )
    op.create_index("ledger_balance", "ledger", ["participant", "points"])


def _tries_and_callers() -> None:
    op.create_table(
        "pin_attempts",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", _INSTANT),
        sa.PrimaryKeyConstraint("tenant", "claim", name="pin_attempts_pk"),
    )
    op.create_table(
        "caller_failures",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="caller_failures_pk"),
    )
    op.create_index("caller_failures_by_caller", "caller_failures", ["caller", "at"])
    op.create_table(
        "callers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="callers_pk"),
        sa.UniqueConstraint("number", name="callers_number_unique"),
    )


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("seq", _SERIAL, nullable=False, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.Text()),
        sa.Column("call", sa.Text()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("body", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="facts_pk"),
    )
    op.create_index("facts_by_call", "facts", ["call", "seq"])
    changes = sa.text("kind = 'TenantChanged'")
    op.create_index(
        "facts_tenant_changes",
        "facts",
        ["tenant", "seq"],
        sqlite_where=changes,
        postgresql_where=changes,
    )


def _guard_on_sqlite() -> None:
    for table in _APPEND_ONLY:
        for verb, event, condition in (
            ("update", "UPDATE", ""),
            ("delete", "DELETE", ""),
            # INSERT OR REPLACE deletes the old row without asking the trigger above
            ("replace", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)"),  # noqa: S608
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
        " USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
