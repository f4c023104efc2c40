"""Participants on their way in are found at once: an import looks for them while others wait to write."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_IMPORTING = sa.text("membership = 'importing'")


def upgrade() -> None:
    op.create_index(
        "participants_importing",
        "participants",
        ["tenant"],
        sqlite_where=_IMPORTING,
        postgresql_where=_IMPORTING,
    )
