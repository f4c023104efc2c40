"""The outbox: what waits to be sent to a CRM, later by mail too."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("added", _INSTANT, nullable=False),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("done", _INSTANT),
        sa.Column("refused", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="outbox_pk"),
        sa.CheckConstraint("(body IS NULL) = (done IS NOT NULL)", name=op.f("outbox_body_check")),
    )
    op.create_index(
        "outbox_unsent",
        "outbox",
        ["channel", "lane", "id"],
        sqlite_where=sa.text("done IS NULL"),
        postgresql_where=sa.text("done IS NULL"),
    )
