"""The waiting field: how far ahead a participant waits, who works as an agent, and who wants to be rung back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column(
        "participants",
        sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
    _agents()
    _call_backs()
    op.create_table(
        "blocked_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="blocked_numbers_pk"),
    )
    _partial_index("facts_field_rules", "facts", ["tenant", "seq"], "kind = 'FieldRulesSet'")


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="agents_pk"),
        sa.UniqueConstraint("name", name="agents_name_unique"),
    )


def _call_backs() -> None:
    op.create_table(
        "call_backs",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.PrimaryKeyConstraint("call", name="call_backs_pk"),
        sa.CheckConstraint(
            "(state = 'open' AND ended_at IS NULL)"
            " OR (state IN ('done', 'given_up') AND ended_at IS NOT NULL)",
            name=op.f("call_backs_state_check"),
        ),
    )
    _partial_index(
        "call_backs_open", "call_backs", ["tenant", "caller"], "state = 'open'", unique=True
    )
    _partial_index(
        "call_backs_given_up", "call_backs", ["tenant", "asked_at"], "state = 'given_up'"
    )


def _partial_index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
