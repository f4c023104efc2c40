"""The desk: who may sign in, who is signed in, and how often somebody tried."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text()),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="people_pk"),
        sa.UniqueConstraint("name", name="people_name_unique"),
        sa.CheckConstraint(
            "(tenant IS NOT NULL) = (role = 'client_contact')", name=op.f("people_tenant_check")
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("begun", _INSTANT, nullable=False),
        sa.Column("used", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="sessions_pk"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="sessions_person_fk"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="sign_in_tries_pk"),
    )
    op.create_index("sign_in_tries_by_against", "sign_in_tries", ["against", "at"])
