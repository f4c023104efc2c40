"""The ways in of other programs to the API."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("written", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text()),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made", _INSTANT, nullable=False),
        sa.Column("revoked", _INSTANT),
        sa.PrimaryKeyConstraint("written", name="api_tokens_pk"),
        sa.UniqueConstraint("id", name="api_tokens_id_unique"),
        sa.UniqueConstraint("digest", name="api_tokens_digest_unique"),
    )
    op.create_index(
        "api_tokens_in_force",
        "api_tokens",
        ["name"],
        unique=True,
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    )
