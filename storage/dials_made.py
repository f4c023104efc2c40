"""Who was dialled when, by the opaque id of his number: rows to values and back, by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from domain.dialling import DialMade
from domain.ids import CallerId, CallId, CaseId
from storage.dunning_tables import dials_made


class SqlDialsMade:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: DialMade) -> None:
        row = {
            "call": made.call,
            "caller": made.caller,
            "at": made.at,
            "case": made.case,
            "reached": made.reached,
        }
        self._connection.execute(insert(dials_made), row)

    def to_number(self, caller: CallerId, since: datetime) -> Sequence[DialMade]:
        query = select(dials_made).where(dials_made.c.caller == caller, dials_made.c.at >= since)
        return [
            DialMade(
                CallId(row.call),
                CallerId(row.caller),
                row.at,
                None if row.case is None else CaseId(row.case),
                row.reached,
            )
            for row in self._connection.execute(query.order_by(dials_made.c.at))
        ]

    def reached(self, call: CallId, at: datetime) -> None:
        query = update(dials_made).where(*_newest(call), dials_made.c.reached.is_(None))
        self._connection.execute(query.values(reached=at))

    def never_rang(self, call: CallId) -> None:
        self._connection.execute(delete(dials_made).where(*_newest(call)))

    def forget(self, before: datetime) -> None:
        self._connection.execute(delete(dials_made).where(dials_made.c.at < before))


def _newest(call: CallId) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Who is rung back may be tried several times in one call."""
    newest = select(func.max(dials_made.c.at)).where(dials_made.c.call == call)
    return (dials_made.c.call == call, dials_made.c.at == newest.scalar_subquery())
