"""What figures are aggregated over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ANSWERED_ONCE = sa.text("who IS NOT NULL AND again IS NULL AND \"end\" = 'answered'")


def upgrade() -> None:
    _portal_calls()
    _visits()
    _legs()
    _spans()
    _services_done()
    _cases()
    _sums()


def _portal_calls() -> None:
    op.create_table(
        "portal_calls",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("end", sa.Text()),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger()),
        sa.Column("told", sa.BigInteger()),
        sa.Column("last_prompt", sa.Text()),
        sa.Column("caller", sa.Text()),
        sa.Column("participant", sa.Text()),
        sa.Column("gone", sa.BigInteger()),
        sa.Column("gone_by", sa.Text()),
        sa.PrimaryKeyConstraint("slot", "call", name="portal_calls_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("portal_calls_by_call", "portal_calls", ["call"], unique=True)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text()),
        sa.Column("dialled", sa.Text()),
        sa.Column("end", sa.Text()),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("short", sa.Boolean(), nullable=False),
        sa.Column("wait", sa.BigInteger()),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("over", sa.BigInteger()),
        sa.Column("result", sa.Text()),
        sa.Column("participant", sa.Text()),
        sa.Column("who", sa.Text()),
        sa.Column("again", sa.BigInteger()),
        sa.PrimaryKeyConstraint("slot", "call", name="visits_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("visits_by_call", "visits", ["call"], unique=True)
    op.create_index(
        "visits_answered_once",
        "visits",
        ["who", "tenant"],
        sqlite_where=_ANSWERED_ONCE,
        postgresql_where=_ANSWERED_ONCE,
    )


def _legs() -> None:
    op.create_table(
        "legs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("tenant", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("concern", sa.Text()),
        sa.Column("dialled", sa.Boolean()),
        sa.Column("passed_on", sa.Boolean(), nullable=False),
        sa.Column("connected", sa.BigInteger()),
        sa.Column("rang", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("offer", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="legs_pk"),
    )
    op.create_index("legs_by_call", "legs", ["call", "agent"])
    op.create_index("legs_by_rang", "legs", ["rang"])
    counted = ["slot", "agent", "way", "result", "connected", "passed_on"]
    op.create_index("legs_by_slot", "legs", counted)


def _spans() -> None:
    op.create_table(
        "spans",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("tenant", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("concern", sa.Text()),
        sa.Column("dialled", sa.Boolean()),
        sa.Column("call", sa.Text()),
        sa.PrimaryKeyConstraint("slot", "agent", "since", name="spans_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("spans_by_agent", "spans", ["agent", "slot"])


def _services_done() -> None:
    op.create_table(
        "services_done",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("service", sa.Text()),
        sa.Column("price", sa.Text()),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text()),
        sa.PrimaryKeyConstraint("slot", "record", name="services_done_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("services_done_by_record", "services_done", ["record"], unique=True)


def _cases() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "attempts_made",
        sa.Column("id", serial, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("call", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="attempts_made_pk"),
    )
    op.create_index("attempts_made_by_slot", "attempts_made", ["slot"])
    op.create_index("attempts_made_by_case", "attempts_made", ["case"])
    op.create_table(
        "cases_off",
        sa.Column("id", serial, nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="cases_off_pk"),
    )
    op.create_index("cases_off_by_case", "cases_off", ["case"])


def _sums() -> None:
    ends = ("offered", "answered", "in_time", "abandoned", "gone_in_time", "short", "rung_back")
    flow = (*ends, "elsewhere", "answered_wait", "abandoned_wait")
    op.create_table(
        "call_sums",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        *_counts(*flow, "handled", "talk", "hold", "wrap_up"),
        sa.PrimaryKeyConstraint("slot", "tenant", "language", "concern", name="call_sums_pk"),
        sqlite_with_rowid=False,
    )
    doing = ("ready", "paused", "ringing", "talking", "on_hold", "wrap_up", "unreachable")
    op.create_table(
        "agent_sums",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        *_counts(*doing),
        sa.PrimaryKeyConstraint("slot", "agent", name="agent_sums_pk"),
        sqlite_with_rowid=False,
    )


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
