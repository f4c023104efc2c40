"""Looks at what one person did: rows to values and back, by hand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from domain.ids import PersonId, ViewId
from domain.period import Period
from domain.person_view import PersonView
from storage.desk_rows import author_of, signed
from storage.desk_tables import person_views


class SqlPersonViews:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, view: ViewId) -> PersonView | None:
        query = select(person_views).where(person_views.c.id == view)
        return next(iter(self._all(query)), None)

    def add(self, view: PersonView) -> None:
        row = {
            "id": view.id,
            "whom": view.whom,
            "since": view.period.since,
            "until": view.period.until,
            "purpose": view.purpose,
            **signed(view.signature),
        }
        self._connection.execute(insert(person_views), row)

    def of(self, whom: PersonId, limit: int) -> Sequence[PersonView]:
        query = select(person_views).where(person_views.c.whom == whom)
        return self._all(query.order_by(person_views.c.written.desc()).limit(limit))

    def _all(self, query: Select[Any]) -> Sequence[PersonView]:
        return [_view(row) for row in self._connection.execute(query)]


def _view(row: Row[Any]) -> PersonView:
    return PersonView(
        ViewId(row.id),
        PersonId(row.whom),
        Period(row.since, row.until),
        row.purpose,
        author_of(row),
    )
