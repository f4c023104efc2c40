"""Rewards that participants had for their points; where mails reach them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "redemptions",
        sa.Column("written", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("call", sa.Text()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("written", name="redemptions_pk"),
        sa.UniqueConstraint("id", name="redemptions_id_unique"),
        sa.UniqueConstraint("code", name="redemptions_code_unique"),
        sa.ForeignKeyConstraint(
            ["participant"], ["participants.id"], name="redemptions_participant_fk"
        ),
        sa.CheckConstraint(
            "(code IS NOT NULL) = (kind = 'voucher')", name=op.f("redemptions_code_check")
        ),
    )
    op.create_index("redemptions_by_participant", "redemptions", ["participant", "written"])
    op.create_index("redemptions_by_reward", "redemptions", ["tenant", "reward"])
    op.create_index("redemptions_by_receipt", "redemptions", ["receipt"])
    op.add_column("participants", sa.Column("email", sa.Text()))
