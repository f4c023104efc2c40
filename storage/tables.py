"""The tables, as the newest migration leaves them.

``facts`` and ``ledger`` are append-only: triggers made by the migrations refuse every UPDATE and
DELETE.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON, TypeEngine
from typing_extensions import override

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware instant, read as UTC: ``timestamptz``, or on SQLite microseconds since 1970."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        if dialect.name != "sqlite":
            return value.astimezone(UTC)
        past = value - _EPOCH
        return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name != "sqlite":
            instant: datetime = value
            return instant.astimezone(UTC)
        seconds, microseconds = divmod(value, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A key that counts up; only INTEGER is SQLite's own row id."""

Json = JSON().with_variant(JSONB(), "postgresql")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

participants = Table(
    "participants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("zip_code", Text, nullable=False),
    Column("born", Date, nullable=False),
    Column("phone", Text),
    Column("pin_hash", Text, nullable=False),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("membership", Text, nullable=False, server_default=text("'active'")),
    Column("name_key", Text, nullable=False, server_default=text("''")),  # as it is searched for
    Column("short_form", Boolean, nullable=False, server_default=false()),
    Column("email", Text),
    UniqueConstraint("tenant", "number"),
    Index("participants_by_zip_and_birth_date", "tenant", "zip_code", "born"),
    Index("participants_by_phone", "tenant", "phone"),
    Index(
        "participants_importing",
        "tenant",
        sqlite_where=text("membership = 'importing'"),
        postgresql_where=text("membership = 'importing'"),
    ),
)

participant_imports = Table(
    "participant_imports",
    metadata,
    Column("tenant", Text, primary_key=True),  # one at a time: the claim
    Column("name", Text, nullable=False),
    Column("began", Instant, nullable=False),
    Column("let_in", Boolean, nullable=False),  # all of it counts from then on
)

participant_changes = Table(  # NULL: it stays; of somebody new only his points
    "participant_changes",
    metadata,
    Column("participant", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("name", Text),
    Column("name_key", Text),
    Column("language", Text),
    Column("zip_code", Text),
    Column("born", Date),
    Column("phone", Text),
    Column("email", Text),
    Column("priority", Integer),
    Column("pin_hash", Text),
    Column("points", Integer),
)

cards = Table(
    "cards",
    metadata,
    Column("issued", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("participant", Text, ForeignKey("participants.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("blocked_at", Instant),
    Column("receipt", Text),
    Column("tail", Text, nullable=False, server_default=text("''")),
    Column("without_pin", Boolean, nullable=False, server_default=false()),
    Column("loss", Text),
    Column("replacement", Text),
    CheckConstraint(
        "(state = 'active' AND blocked_at IS NULL AND receipt IS NULL)"
        " OR (state = 'blocked' AND blocked_at IS NOT NULL AND receipt IS NOT NULL)",
        name="state",
    ),
    Index("cards_by_participant", "participant", "issued"),
    Index("cards_by_receipt", "receipt"),
    Index(
        "cards_to_replace",
        "blocked_at",
        sqlite_where=text("replacement = 'wanted'"),
        postgresql_where=text("replacement = 'wanted'"),
    ),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("participant", Text, ForeignKey("participants.id"), nullable=False),
    Column("points", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ledger_balance", "participant", "points"),  # a balance is read from the index alone
)

redemptions = Table(
    "redemptions",
    metadata,
    Column("written", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("tenant", Text, nullable=False),
    Column("participant", Text, ForeignKey("participants.id"), nullable=False),
    Column("reward", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("code", Text, unique=True),
    Column("receipt", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("call", Text),
    Column("valid_until", Date),
    Column("mailed", Boolean, nullable=False),
    CheckConstraint("(code IS NOT NULL) = (kind = 'voucher')", name="code"),
    Index("redemptions_by_participant", "participant", "written"),
    Index("redemptions_by_reward", "tenant", "reward"),
    Index("redemptions_by_receipt", "receipt"),
)

pin_attempts = Table(
    "pin_attempts",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("claim", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("last", Instant),
)

caller_failures = Table(
    "caller_failures",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("caller_failures_by_caller", "caller", "at"),
)

callers = Table(
    "callers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("skills", Json, nullable=False),
)

call_backs = Table(
    "call_backs",
    metadata,
    Column("call", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("wanted_from", Instant),  # the window that he wishes to be rung in: both or none
    Column("wanted_until", Instant),
    CheckConstraint(
        "(state = 'open' AND ended_at IS NULL)"
        " OR (state IN ('done', 'given_up') AND ended_at IS NOT NULL)",
        name="state",
    ),
    Index(
        "call_backs_open",
        "tenant",
        "caller",
        unique=True,  # one at a time for each caller: the claim
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "call_backs_given_up",
        "tenant",
        "asked_at",
        sqlite_where=text("state = 'given_up'"),
        postgresql_where=text("state = 'given_up'"),
    ),
)

dials_under_way = Table(
    "dials_under_way",
    metadata,
    Column("caller", Text, primary_key=True),  # the claim
    Column("call", Text, nullable=False, unique=True),
    Column("tenant", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("about", Text),
    Column("since", Instant, nullable=False),
)

blocked_numbers = Table(
    "blocked_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("since", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("tenant", Text),
    Column("password_hash", Text, nullable=False),
    Column("site", Text),  # of sites; a column that came later has no foreign key on SQLite
    CheckConstraint("(tenant IS NOT NULL) = (role = 'client_contact')", name="tenant"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    Column("begun", Instant, nullable=False),
    Column("used", Instant, nullable=False),
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("against", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("sign_in_tries_by_against", "against", "at"),
)

facts = Table(
    "facts",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tenant", Text),
    Column("call", Text),
    Column("actor", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Index("facts_by_call", "call", "seq"),
    Index(
        "facts_tenant_changes",
        "tenant",
        "seq",
        sqlite_where=text("kind = 'TenantChanged'"),
        postgresql_where=text("kind = 'TenantChanged'"),
    ),
    Index(
        "facts_field_rules",
        "tenant",
        "seq",
        sqlite_where=text("kind = 'FieldRulesSet'"),
        postgresql_where=text("kind = 'FieldRulesSet'"),
    ),
    Index(
        "facts_sprays",
        "at",
        sqlite_where=text("kind = 'PinSprayed'"),
        postgresql_where=text("kind = 'PinSprayed'"),
    ),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("body", Text),  # personal data: forgotten once it has been sent
    Column("added", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_error", Text),
    Column("done", Instant),
    Column("refused", Instant),
    CheckConstraint("(body IS NULL) = (done IS NOT NULL)", name="body"),
    Index(
        "outbox_unsent",
        "channel",
        "lane",
        "id",
        sqlite_where=text("done IS NULL"),
        postgresql_where=text("done IS NULL"),
    ),
)
