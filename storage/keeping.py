"""What is forgotten once its time is over: which rows these are, and what becomes of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, update

from domain.dunning import CaseState, ListState
from domain.errand import ErrandState
from domain.ids import TenantId
from domain.retention import Key, Kind
from storage import tables
from storage.cases import FORGOTTEN, forget_cases
from storage.desk_tables import (
    errands,
    notes,
    participant_blocks,
    person_views,
    service_records,
)
from storage.dunning_tables import attempts, case_lists, cases
from storage.projection_tables import portal_calls, slot_number, visits

_Old = Callable[[TenantId | None, datetime], Select[Any]]
_OVER: Final = (ListState.DONE.value, ListState.STOPPED.value)
_IS_OVER: Final = and_(case_lists.c.state.in_(_OVER), func.length(case_lists.c.content) > 0)


class SqlKeeping:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def old(
        self, kind: Kind, tenant: TenantId | None, before: datetime, limit: int
    ) -> Sequence[Key]:
        query = _OLD[kind](tenant, before).limit(limit)
        return self._connection.execute(query).scalars().all()

    def forget(self, kind: Kind, keys: Sequence[Key]) -> None:
        match kind:
            case Kind.NOTES:
                self._connection.execute(delete(notes).where(notes.c.written.in_(keys)))
            case Kind.BLOCKS:
                table = participant_blocks
                self._connection.execute(delete(table).where(table.c.written.in_(keys)))
            case Kind.RECORDS:
                records = update(service_records).where(service_records.c.written.in_(keys))
                self._connection.execute(records.values(fields={}))
            case Kind.ERRANDS:
                wishes = update(errands).where(errands.c.written.in_(keys))
                self._connection.execute(wishes.values(text=""))
            case Kind.LISTS:
                self._forget_lists(keys)
            case Kind.CALLERS:
                table = tables.callers
                self._connection.execute(delete(table).where(table.c.id.in_(keys)))
            case Kind.MAILS:
                self._connection.execute(delete(tables.outbox).where(tables.outbox.c.id.in_(keys)))
            case Kind.VIEWS:
                table = person_views
                self._connection.execute(delete(table).where(table.c.written.in_(keys)))

    def _forget_lists(self, keys: Sequence[Key]) -> None:
        """Those that are still over: meanwhile the client may have sent a new edition."""
        emptied = (
            update(case_lists)
            .where(case_lists.c.id.in_(keys), _IS_OVER)
            .values(content=b"")
            .returning(case_lists.c.id)
        )
        for of in self._connection.execute(emptied).scalars().all():
            query = select(cases.c.id).where(cases.c.list == of, ~FORGOTTEN)
            few = query.order_by(cases.c.id).limit(_CASES)
            while some := self._connection.execute(few).scalars().all():
                forget_cases(self._connection, some)


_CASES: Final = 500


def _notes(tenant: TenantId | None, before: datetime) -> Select[Any]:
    return select(notes.c.written).where(notes.c.tenant == tenant, notes.c.done_at < before)


def _blocks(tenant: TenantId | None, before: datetime) -> Select[Any]:
    table, his = participant_blocks, tables.participants
    return (
        select(table.c.written)
        .join(his, his.c.id == table.c.participant)
        .where(his.c.tenant == tenant, or_(table.c.lifted_at < before, table.c.until < before))
    )


def _records(tenant: TenantId | None, before: datetime) -> Select[Any]:
    table = service_records
    return select(table.c.written).where(
        table.c.tenant == tenant, table.c.at < before, table.c.fields != {}
    )


def _errands(tenant: TenantId | None, before: datetime) -> Select[Any]:
    return select(errands.c.written).where(
        errands.c.tenant == tenant,
        errands.c.at < before,
        errands.c.text != "",
        errands.c.state != ErrandState.ASKED.value,
    )


def _lists(tenant: TenantId | None, before: datetime) -> Select[Any]:
    """Since the last of their cases was closed or tried."""
    late = select(cases.c.list).where(cases.c.closed >= before)
    tried = select(attempts.c.list).where(attempts.c.at >= before)
    return select(case_lists.c.id).where(
        case_lists.c.tenant == tenant,
        _IS_OVER,
        case_lists.c.imported < before,
        case_lists.c.id.not_in(late),
        case_lists.c.id.not_in(tried),
    )


def _callers(_: TenantId | None, before: datetime) -> Select[Any]:
    """Only those who have been heard of are: who rings for the first time right now isn't known to have rung yet."""
    table, slot = tables.callers, slot_number(before)
    heard = (
        select(portal_calls.c.caller).where(portal_calls.c.slot < slot),
        select(visits.c.who).where(visits.c.slot < slot),
        select(attempts.c.caller).where(attempts.c.at < before),
    )
    needed = (
        select(portal_calls.c.caller).where(portal_calls.c.slot >= slot),
        select(visits.c.who).where(visits.c.slot >= slot),
        select(attempts.c.caller).where(attempts.c.at >= before),
        select(tables.dials_under_way.c.caller),
        select(tables.call_backs.c.caller).where(tables.call_backs.c.state == "open"),
    )
    phones = (
        select(tables.participants.c.phone),
        select(cases.c.phone).where(cases.c.state == CaseState.OPEN.value),
    )
    return select(table.c.id).where(
        or_(*(table.c.id.in_(one) for one in heard)),
        *(table.c.id.not_in(_known(one)) for one in needed),
        *(table.c.number.not_in(_known(one)) for one in phones),
    )


def _known(query: Select[Any]) -> Select[Any]:
    """Without NULL, which nothing is known not to be."""
    (column,) = query.selected_columns
    return query.where(column.is_not(None))


def _mails(_: TenantId | None, before: datetime) -> Select[Any]:
    table = tables.outbox
    return select(table.c.id).where(table.c.done.is_(None), table.c.refused < before)


def _views(_: TenantId | None, before: datetime) -> Select[Any]:
    return select(person_views.c.written).where(person_views.c.at < before)


_OLD: Final[dict[Kind, _Old]] = {
    Kind.NOTES: _notes,
    Kind.BLOCKS: _blocks,
    Kind.RECORDS: _records,
    Kind.ERRANDS: _errands,
    Kind.LISTS: _lists,
    Kind.CALLERS: _callers,
    Kind.MAILS: _mails,
    Kind.VIEWS: _views,
}
