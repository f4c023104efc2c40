"""The tables of lists of debtors, as the newest migration leaves them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from storage.tables import Instant, metadata

_OPEN = text("state = 'open'")
_LEASED = text("lease_agent IS NOT NULL")
_RESERVED = text("reserved_agent IS NOT NULL AND state = 'open'")

case_lists = Table(
    "case_lists",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("imported", Instant, nullable=False),
    Column("was", Text),
    Index("case_lists_of_tenant", "tenant", "imported"),
)

case_columns = Table(
    "case_columns",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("columns", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list", Text, ForeignKey("case_lists.id"), nullable=False),
    Column("tenant", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("customer_number", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("zip_code", Text),
    Column("country", Text),
    Column("reference", Text),
    Column("reference_digits", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("owed_since", Date),
    Column("languages", Text, nullable=False),
    Column("most", Integer, nullable=False),
    Column("due", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempts_left", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("window_start", Text),
    Column("window_end", Text),
    Column("promised", Date),
    Column("reserved_agent", Text),
    Column("substitute", Text),
    Column("reserved_until", Instant),
    Column("outcome", Text),
    Column("closed", Instant),
    Column("fences", Integer, nullable=False),
    Column("lease_agent", Text),
    Column("lease_until", Instant),
    Column("remark", Text, nullable=False),
    Index("cases_at_number", "tenant", "phone", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("cases_of_list", "list", "id"),
    Index("cases_in_file", "list", "sheet", "row", "id"),
    Index("cases_open_of_list", "list", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(
        "cases_open",
        *("tenant", "urgency", "amount", "attempts_left", "id"),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index(
        "cases_leased", "lease_agent", unique=True, sqlite_where=_LEASED, postgresql_where=_LEASED
    ),
    Index("cases_reserved", "reserved_agent", sqlite_where=_RESERVED, postgresql_where=_RESERVED),
    Index(
        "cases_by_reference",
        "tenant",
        "reference_digits",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
)

attempts = Table(
    "attempts",
    metadata,
    Column("call", Text, primary_key=True),
    Column("case", Text, ForeignKey("cases.id"), nullable=False),
    Column("list", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("confirmed", Instant),
    Column("outcome", Text),
    Column("reached", Boolean, nullable=False),
    Column("recorded", Instant),
    Column("promised", Date),
    Column("remark", Text, nullable=False),
    Index("attempts_of_case", "case", "at"),
    Index("attempts_of_list", "list"),
)

dials_made = Table(
    "dials_made",
    metadata,
    Column("call", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("case", Text),
    Column("reached", Instant),
    Index("dials_made_to_number", "caller", "at"),
    Index("dials_made_at", "at"),
)
