"""Lists of debtors, their cases, and what was tried."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_OPEN = sa.text("state = 'open'")
_LEASED = sa.text("lease_agent IS NOT NULL")
_RESERVED = sa.text("reserved_agent IS NOT NULL AND state = 'open'")


def upgrade() -> None:
    _lists()
    _cases()
    _attempts()


def _lists() -> None:
    op.create_table(
        "case_lists",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("imported", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="case_lists_pk"),
    )
    op.create_index("case_lists_of_tenant", "case_lists", ["tenant", "imported"])
    op.create_table(
        "case_columns",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="case_columns_pk"),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("customer_number", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("zip_code", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("reference_digits", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("owed_since", sa.Date()),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("window_start", sa.Text()),
        sa.Column("window_end", sa.Text()),
        sa.Column("promised", sa.Date()),
        sa.Column("reserved_agent", sa.Text()),
        sa.Column("substitute", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("closed", _INSTANT),
        sa.Column("fences", sa.Integer(), nullable=False),
        sa.Column("lease_agent", sa.Text()),
        sa.Column("lease_until", _INSTANT),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="cases_pk"),
        sa.ForeignKeyConstraint(["list"], ["case_lists.id"], name="cases_list_fk"),
    )
    op.create_index("cases_of_list", "cases", ["list", "id"])
    _partial("cases_open", ["tenant", "urgency", "amount", "attempts_left", "id"], _OPEN)
    _partial("cases_at_number", ["tenant", "phone"], _OPEN)
    _partial("cases_open_of_list", ["list"], _OPEN)
    _partial("cases_leased", ["lease_agent"], _LEASED, unique=True)
    _partial("cases_reserved", ["reserved_agent"], _RESERVED)
    _partial("cases_by_reference", ["tenant", "reference_digits"], _OPEN)


def _partial(name: str, columns: list[str], where: sa.TextClause, *, unique: bool = False) -> None:
    op.create_index(
        name, "cases", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("confirmed", _INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("recorded", _INSTANT),
        sa.Column("promised", sa.Date()),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call", name="attempts_pk"),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name="attempts_case_fk"),
    )
    op.create_index("attempts_of_case", "attempts", ["case", "at"])
    op.create_index("attempts_to_number", "attempts", ["caller", "at"])
    op.create_index("attempts_of_list", "attempts", ["list"])
