"""Lists of debtors and the attempts made for them: rows to values and back, by hand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from domain.dunning import Attempt, CaseList, ListState
from domain.dunning_ports import Share
from domain.ids import AgentId, CallerId, CallId, CaseId, ListId, TenantId
from storage.dunning_tables import attempts, case_columns, case_lists, cases


class SqlCaseLists:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, of: ListId) -> CaseList | None:
        return next(iter(self._all(_without_content().where(case_lists.c.id == of))), None)

    def add(self, new: CaseList, content: bytes) -> None:
        row = {
            "id": new.id,
            "tenant": new.tenant,
            "file": new.file,
            "content": content,
            "state": new.state.value,
            "attempts": new.attempts,
            "rejected": new.rejected,
            "imported": new.imported,
            "was": _value(new.was),
        }
        self._connection.execute(insert(case_lists), row)

    def remove(self, of: ListId) -> None:
        self._connection.execute(delete(case_lists).where(case_lists.c.id == of))

    def content(self, of: ListId) -> bytes:
        query = select(case_lists.c.content).where(case_lists.c.id == of)
        content: bytes = self._connection.execute(query).scalar_one()
        return content

    def replace_content(self, of: ListId, file: str, content: bytes) -> None:
        values = {"file": file, "content": content}
        self._connection.execute(update(case_lists).where(case_lists.c.id == of).values(values))

    def change(self, changed: CaseList) -> None:
        values = {
            "state": changed.state.value,
            "rejected": changed.rejected,
            "was": _value(changed.was),
        }
        query = update(case_lists).where(case_lists.c.id == changed.id).values(values)
        self._connection.execute(query)

    def of(self, tenants: Collection[TenantId]) -> Sequence[CaseList]:
        query = _without_content().where(case_lists.c.tenant.in_(tenants))
        return self._all(query.order_by(case_lists.c.imported.desc(), case_lists.c.id))

    def columns(self, tenant: TenantId) -> str | None:
        query = select(case_columns.c.columns).where(case_columns.c.tenant == tenant)
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def remember_columns(self, tenant: TenantId, columns: str) -> None:
        if self.columns(tenant) is None:  # the writers' lock keeps everyone else out
            row = {"tenant": tenant, "columns": columns}
            self._connection.execute(insert(case_columns), row)
            return
        query = update(case_columns).where(case_columns.c.tenant == tenant)
        self._connection.execute(query.values(columns=columns))

    def _all(self, query: Select[Any]) -> Sequence[CaseList]:
        return [_list(row) for row in self._connection.execute(query)]


class SqlAttempts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, call: CallId) -> Attempt | None:
        return next(iter(self._all(select(attempts).where(attempts.c.call == call))), None)

    def add(self, new: Attempt) -> None:
        row = {
            "call": new.call,
            "case": new.case,
            "list": new.list,
            "caller": new.caller,
            "agent": new.agent,
            "at": new.at,
            **_life(new),
        }
        self._connection.execute(insert(attempts), row)

    def change(self, changed: Attempt) -> None:
        query = update(attempts).where(attempts.c.call == changed.call).values(_life(changed))
        self._connection.execute(query)

    def of_case(self, case: CaseId) -> Sequence[Attempt]:
        query = select(attempts).where(attempts.c.case == case)
        return self._all(query.order_by(attempts.c.at, attempts.c.call))

    def of_list(self, of: ListId) -> Sequence[Attempt]:
        query = select(attempts).where(attempts.c.list == of)
        return self._all(query.order_by(attempts.c.at, attempts.c.call))

    def shares(self, of: ListId) -> Sequence[Share]:
        made, reached = func.count(), func.sum(case((attempts.c.reached, 1), else_=0))
        query = select(attempts.c.agent, made, reached, func.count(attempts.c.promised))
        query = query.where(attempts.c.list == of).group_by(attempts.c.agent)
        rows = self._connection.execute(query.order_by(made.desc(), attempts.c.agent))
        return [Share(AgentId(agent), *map(int, counts)) for agent, *counts in rows]

    def made_since(self, of: ListId, since: datetime) -> int:
        query = select(func.count()).where(
            attempts.c.list == of, attempts.c.at >= since, attempts.c.counts
        )
        made: int = self._connection.execute(query).scalar_one()
        return made

    def unrecorded(self, agent: AgentId) -> Attempt | None:
        query = (
            select(attempts)
            .join(cases, cases.c.id == attempts.c.case)
            .where(
                cases.c.lease_agent == agent,
                attempts.c.agent == agent,
                attempts.c.recorded.is_(None),
            )
            .order_by(attempts.c.at.desc())
            .limit(1)
        )
        return next(iter(self._all(query)), None)

    def _all(self, query: Select[Any]) -> Sequence[Attempt]:
        return [_attempt(row) for row in self._connection.execute(query)]


def _without_content() -> Select[Any]:
    """A list's file may be big, and is wanted rarely."""
    return select(*(column for column in case_lists.c if column.name != "content"))


def _list(row: Row[Any]) -> CaseList:
    return CaseList(
        id=ListId(row.id),
        tenant=TenantId(row.tenant),
        file=row.file,
        state=ListState(row.state),
        attempts=row.attempts,
        rejected=row.rejected,
        imported=row.imported,
        was=None if row.was is None else ListState(row.was),
    )


def _value(state: ListState | None) -> str | None:
    return None if state is None else state.value


def _life(one: Attempt) -> Mapping[str, object]:
    """What changes."""
    return {
        "counts": one.counts,
        "confirmed": one.confirmed,
        "outcome": one.outcome,
        "reached": one.reached,
        "recorded": one.recorded,
        "promised": one.promised,
        "remark": one.remark,
    }


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        call=CallId(row.call),
        case=CaseId(row.case),
        list=ListId(row.list),
        caller=CallerId(row.caller),
        agent=AgentId(row.agent),
        at=row.at,
        counts=row.counts,
        confirmed=row.confirmed,
        outcome=row.outcome,
        reached=row.reached,
        recorded=row.recorded,
        promised=row.promised,
        remark=row.remark,
    )
