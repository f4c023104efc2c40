"""Calls of the portal in sums by slot, so that a month needn't be added up call by call."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_SUMS = ("calls", "self_served", "handed_over", "gave_up", "time", "told", "to_balance")
_OF_CALLS = """
    INSERT INTO portal_sums
    SELECT slot, tenant, line, coalesce(language, ''), count(*),
        count(*) FILTER (WHERE served AND NOT handed_over),
        count(*) FILTER (WHERE handed_over),
        count(*) FILTER (WHERE "end" = 'hung_up' AND NOT served AND NOT handed_over),
        coalesce(sum("left" - arrived), 0), count(told), coalesce(sum(told - arrived), 0)
    FROM portal_calls GROUP BY slot, tenant, line, coalesce(language, '')
"""


def upgrade() -> None:
    op.create_table(
        "portal_sums",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.PrimaryKeyConstraint("slot", "tenant", "line", "language", name="portal_sums_pk"),
        sqlite_with_rowid=False,
    )
    op.execute(_OF_CALLS)
