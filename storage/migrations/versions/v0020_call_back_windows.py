"""The window in which a caller wishes to be rung back."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.add_column("call_backs", sa.Column("wanted_from", _INSTANT))
    op.add_column("call_backs", sa.Column("wanted_until", _INSTANT))
