"""Cards are told apart by how their numbers end; a block says how it came about, and what its holder told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    tail = sa.Column("tail", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("cards", tail)
    op.add_column(
        "cards", sa.Column("without_pin", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("cards", sa.Column("loss", sa.Text()))
    op.add_column("cards", sa.Column("replacement", sa.Text()))
    wanted = sa.text("replacement = 'wanted'")
    op.create_index(
        "cards_to_replace",
        "cards",
        ["blocked_at"],
        sqlite_where=wanted,
        postgresql_where=wanted,
    )
