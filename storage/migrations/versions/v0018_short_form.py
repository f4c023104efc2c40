"""Whether a participant hears prompts in their short form."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column(
        "participants",
        sa.Column("short_form", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
