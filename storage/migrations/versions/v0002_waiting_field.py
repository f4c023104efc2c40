"""The waiting field: how far ahead a participant waits, who works as an agent, and who wants to be rung back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "participants",
        sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("0")),
    )
