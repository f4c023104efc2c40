"""When the last wrong try of a claim was, so that time sets it back; and sprayed PINs are found in the log at once."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SPRAYS = sa.text("kind = 'PinSprayed'")


def upgrade() -> None:
    op.add_column("pin_attempts", sa.Column("last", _INSTANT))
    op.create_index("facts_sprays", "facts", ["at"], sqlite_where=_SPRAYS, postgresql_where=_SPRAYS)
