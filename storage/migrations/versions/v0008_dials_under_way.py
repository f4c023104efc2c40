"""Who dials whom: one at a time for each number."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dials_under_way",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("about", sa.Text()),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("caller", name="dials_under_way_pk"),
        sa.UniqueConstraint("call", name="dials_under_way_call_unique"),
    )
