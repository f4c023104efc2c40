"""Participants are imported: whose turn it is, and what a file changes, until all is let in at once."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_TEXTS = ("name", "name_key", "language", "zip_code")


def upgrade() -> None:
    op.create_table(
        "participant_imports",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began", _INSTANT, nullable=False),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="participant_imports_pk"),
    )
    op.create_table(
        "participant_changes",
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in _TEXTS),
        sa.Column("born", sa.Date()),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("priority", sa.Integer()),
        sa.Column("pin_hash", sa.Text()),
        sa.Column("points", sa.Integer()),
        sa.PrimaryKeyConstraint("participant", name="participant_changes_pk"),
    )
