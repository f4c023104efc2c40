"""Batches of cases, which are one agent's until the end of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.add_column("cases", sa.Column("reserved_until", _INSTANT))
