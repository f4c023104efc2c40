"""The tables of what figures are aggregated over (``domain.projection``), as the newest migration leaves them.

Instants are whole microseconds since 1970, and so are waits and durations, so that sums are exact and the same on both
databases. ``slot`` is that of what a row is counted by, as the number of slots since 1970: the tables lie in its order,
so that a day is read out of years without the rest. What a month would have millions of is kept in sums by slot, too
(``call_sums`` of visits, legs and spans, ``agent_sums`` of spans, ``portal_sums`` of calls of the portal).
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    Table,
    Text,
    TypeDecorator,
    text,
)
from typing_extensions import override

from domain.projection import SLOT, Doing
from storage.tables import Serial, metadata

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def moment(past: int) -> datetime:
    return _EPOCH + timedelta(microseconds=past)


def slot_number(at: datetime) -> int:
    return (at - _EPOCH) // SLOT


class Moment(TypeDecorator[datetime]):
    """An aware instant as microseconds since 1970, read as UTC."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


class Lapse(TypeDecorator[timedelta]):
    """A time as microseconds."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // _MICROSECOND

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


portal_calls = Table(
    "portal_calls",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("call", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("language", Text),
    Column("served", Boolean, nullable=False),
    Column("handed_over", Boolean, nullable=False),
    Column("end", Text),
    Column("arrived", Moment, nullable=False),
    Column("left", Moment),
    Column("told", Moment),
    Column("last_prompt", Text),
    Column("caller", Text),
    Column("participant", Text),
    Column("gone", Moment),
    Column("gone_by", Text),
    Index("portal_calls_by_call", "call", unique=True),
    sqlite_with_rowid=False,
)

_ANSWERED_ONCE = text("who IS NOT NULL AND again IS NULL AND \"end\" = 'answered'")

visits = Table(
    "visits",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("call", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("concern", Text),
    Column("dialled", Text),
    Column("end", Text),
    Column("in_time", Boolean, nullable=False),
    Column("short", Boolean, nullable=False),
    Column("wait", Lapse),
    Column("entered", Moment, nullable=False),
    Column("over", Moment),
    Column("result", Text),
    Column("participant", Text),
    Column("who", Text),  # by what the caller is told again
    Column("again", Moment),  # when he entered the field next, later than he was answered
    Index("visits_by_call", "call", unique=True),
    Index(
        "visits_answered_once",
        "who",
        "tenant",
        sqlite_where=_ANSWERED_ONCE,
        postgresql_where=_ANSWERED_ONCE,
    ),
    sqlite_with_rowid=False,
)

legs = Table(
    "legs",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("slot", Integer, nullable=False),
    Column("agent", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("result", Text),
    Column("tenant", Text),
    Column("language", Text),
    Column("concern", Text),
    Column("dialled", Boolean),
    Column("passed_on", Boolean, nullable=False),
    Column("connected", Moment),
    Column("rang", Moment, nullable=False),
    Column("ended", Moment),
    Column("call", Text, nullable=False),
    Column("offer", Integer, nullable=False),
    Index("legs_by_call", "call", "agent"),
    Index("legs_by_rang", "rang"),
    Index("legs_by_slot", "slot", "agent", "way", "result", "connected", "passed_on"),
)

spans = Table(
    "spans",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("agent", Text, primary_key=True),
    Column("since", Moment, primary_key=True, autoincrement=False),
    Column("doing", Text, nullable=False),
    Column("took", Lapse, nullable=False),
    Column("reason", Text),
    Column("tenant", Text),
    Column("language", Text),
    Column("concern", Text),
    Column("dialled", Boolean),
    Column("call", Text),
    Index("spans_by_agent", "agent", "slot"),
    sqlite_with_rowid=False,
)

services_done = Table(
    "services_done",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("record", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("service", Text),
    Column("price", Text),
    Column("corrected", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("call", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("corrects", Text),
    Index("services_done_by_record", "record", unique=True),
    sqlite_with_rowid=False,
)

attempts_made = Table(
    "attempts_made",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("slot", Integer, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("ends", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("case", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("call", Text),
    Index("attempts_made_by_slot", "slot"),
    Index("attempts_made_by_case", "case"),
)

cases_off = Table(
    "cases_off",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("cases_off_by_case", "case"),
)

FLOW_SUMS: Final = (
    *("offered", "answered", "in_time", "abandoned", "gone_in_time", "short", "rung_back"),
    *("elsewhere", "answered_wait", "abandoned_wait"),
)
"""In the order of ``CallFlow``."""

HANDLING_SUMS: Final = ("handled", "talk", "hold", "wrap_up")
"""In the order of ``Handling``."""

call_sums = Table(
    "call_sums",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("tenant", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("concern", Text, primary_key=True),  # "" for none, as a key must have one
    *(Column(name, BigInteger, nullable=False) for name in (*FLOW_SUMS, *HANDLING_SUMS)),
    sqlite_with_rowid=False,
)

agent_sums = Table(
    "agent_sums",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("agent", Text, primary_key=True),
    *(Column(doing.value, BigInteger, nullable=False) for doing in Doing),
    sqlite_with_rowid=False,
)

PORTAL_SUMS: Final = (
    "calls",
    "self_served",
    "handed_over",
    "gave_up",
    "time",
    "told",
    "to_balance",
)
"""In the order of ``PortalFlow``."""

portal_sums = Table(
    "portal_sums",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("tenant", Text, primary_key=True),
    Column("line", Text, primary_key=True),
    Column("language", Text, primary_key=True),  # "" for none
    *(Column(name, BigInteger, nullable=False) for name in PORTAL_SUMS),
    sqlite_with_rowid=False,
)

ROWS: Final = (portal_calls, visits, legs, spans, services_done, attempts_made, cases_off)
ALL: Final = (*ROWS, call_sums, agent_sums, portal_sums)
