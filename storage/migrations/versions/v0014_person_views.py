"""Who looked at what one person did, when, and for what purpose."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "person_views",
        sa.Column("written", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("checked_in", sa.Text()),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("written", name="person_views_pk"),
        sa.UniqueConstraint("id", name="person_views_id_unique"),
        sa.ForeignKeyConstraint(["whom"], ["people.id"], name="person_views_whom_fk"),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name="person_views_by_fk"),
        sa.ForeignKeyConstraint(["checked_in"], ["people.id"], name="person_views_checked_in_fk"),
    )
    op.create_index("person_views_by_whom", "person_views", ["whom", "written"])
