"""The desk's work: service records, notes, blocks of participants, errands, sites, and who is checked in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain.participant import search_key

revision = "0005"
down_revision = "0004"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _participants()
    _people()
    _service_records()
    _notes()
    _blocks()
    _errands()


def _participants() -> None:
    for name, usual in (("address", "''"), ("membership", "'active'"), ("name_key", "''")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(usual))
        op.add_column("participants", column)
    op.create_index("cards_by_receipt", "cards", ["receipt"])
    fill_name_keys(op.get_bind())


def fill_name_keys(connection: sa.Connection) -> None:
    """Whoever is there already can be searched for, too."""
    table = sa.table("participants", *(sa.column(name) for name in ("id", "name", "name_key")))
    keys = [
        {"of_id": row.id, "key": search_key(row.name)}
        for row in connection.execute(sa.select(table.c.id, table.c.name))
    ]
    if keys:
        change = sa.update(table).where(table.c.id == sa.bindparam("of_id"))
        connection.execute(change.values(name_key=sa.bindparam("key")), keys)


def _people() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sites_pk"),
        sa.UniqueConstraint("name", name="sites_name_unique"),
    )
    op.add_column("people", sa.Column("site", sa.Text()))
    op.create_table(
        "check_ins",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("session", name="check_ins_pk"),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.digest"], name="check_ins_session_fk", ondelete="CASCADE"
        ),
        _refers("check_ins", "person", "people"),
    )


def _service_records() -> None:
    table = "service_records"
    op.create_table(
        table,
        *_head(table),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text()),
        *_signature(table),
        sa.Column("service", sa.Text()),
        sa.Column("price", sa.Text()),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("corrects", sa.Text()),
        _refers(table, "participant", "participants"),
        _refers(table, "corrects", "service_records"),
        sa.UniqueConstraint("corrects", name="service_records_corrects_unique"),
        sa.CheckConstraint(
            "(service IS NULL) = (price IS NULL)", name=op.f("service_records_price_check")
        ),
    )
    op.create_index("service_records_by_call", table, ["call", "written"])
    op.create_index("service_records_by_participant", table, ["participant", "written"])


def _notes() -> None:
    op.create_table(
        "notes",
        *_head("notes"),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_signature("notes"),
        sa.Column("site", sa.Text()),
        sa.Column("done_at", _INSTANT),
        sa.Column("archived_at", _INSTANT),
        _refers("notes", "participant", "participants"),
        _refers("notes", "responsible", "people"),
        _refers("notes", "site", "sites"),
        sa.CheckConstraint(
            "archived_at IS NULL OR done_at IS NOT NULL", name=op.f("notes_archived_check")
        ),
    )
    op.create_index("notes_by_participant", "notes", ["participant", "written"])
    _partial_index("notes_open", "notes", ["responsible", "written"], "done_at IS NULL")


def _blocks() -> None:
    table = "participant_blocks"
    op.create_table(
        table,
        *_head(table),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_signature(table),
        sa.Column("until", _INSTANT),
        *_signature(table, "lifted_"),
        sa.Column("lifted_why", sa.Text()),
        _refers(table, "participant", "participants"),
        sa.CheckConstraint(
            "(lifted_by IS NULL) = (lifted_at IS NULL)",
            name=op.f("participant_blocks_lifted_check"),
        ),
    )
    op.create_index("participant_blocks_by_participant", table, ["participant", "written"])


def _errands() -> None:
    op.create_table(
        "errands",
        *_head("errands"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("call", sa.Text()),
        *_signature("errands"),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *_signature("errands", "decided_"),
        _refers("errands", "participant", "participants"),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (state = 'done' OR (state = 'asked' AND decided_at IS NULL)"
            " OR (state = 'declined' AND decided_at IS NOT NULL))",
            name=op.f("errands_state_check"),
        ),
    )
    op.create_index("errands_by_participant", "errands", ["participant", "written"])
    op.create_index("errands_by_receipt", "errands", ["receipt"])
    _partial_index("errands_asked", "errands", ["tenant", "written"], "state = 'asked'")


def _head(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("written", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("written", name=f"{table}_pk"),
        sa.UniqueConstraint("id", name=f"{table}_id_unique"),
    ]


def _signature(table: str, of: str = "") -> list[sa.schema.SchemaItem]:
    """Who, who was checked in, and when; that of a later step is empty until then."""
    return [
        sa.Column(f"{of}by", sa.Text(), nullable=bool(of)),
        sa.Column(f"{of}checked_in", sa.Text()),
        sa.Column(f"{of}at", _INSTANT, nullable=bool(of)),
        _refers(table, f"{of}by", "people"),
        _refers(table, f"{of}checked_in", "people"),
    ]


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"{table}_{column}_fk")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
