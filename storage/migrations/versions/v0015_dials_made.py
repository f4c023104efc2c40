"""Dials are counted by number, whatever they are for; a list keeps what it was before its next edition."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    made = op.create_table(
        "dials_made",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("case", sa.Text()),
        sa.Column("reached", _INSTANT),
        sa.PrimaryKeyConstraint("call", "at", name="dials_made_pk"),
    )
    attempts = sa.table("attempts", *map(sa.column, ("call", "at", "caller", "case", "counts")))
    columns = ("call", "at", "caller", "case")
    counted = sa.select(*(attempts.c[one] for one in columns)).where(attempts.c.counts.is_(True))
    op.execute(made.insert().from_select(columns, counted))
    op.create_index("dials_made_to_number", "dials_made", ["caller", "at"])
    op.create_index("dials_made_at", "dials_made", ["at"])
    op.drop_index("attempts_to_number", "attempts")
    op.add_column("case_lists", sa.Column("was", sa.Text()))
