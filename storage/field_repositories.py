"""Agents, call-backs and blocked numbers: rows to values and back, by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    TextClause,
    delete,
    insert,
    select,
    text,
    update,
)

from domain.agent import read_skills, write_skills
from domain.dialling import CallBack, CallBackState, Window
from domain.ids import AgentId, CallerId, CallId, Skill, TenantId
from domain.ports import KnownAgent
from storage import tables

_IS_OPEN: Final = text("state = 'open'")  # as the index says it, so that the index is used


class SqlAgents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, agent: AgentId) -> KnownAgent | None:
        return self._where(tables.agents.c.id == agent)

    def by_name(self, name: str) -> KnownAgent | None:
        return self._where(tables.agents.c.name == name)

    def all(self) -> Sequence[KnownAgent]:
        """By name."""
        rows = self._connection.execute(select(tables.agents).order_by(tables.agents.c.name))
        return [_agent(row) for row in rows]

    def add(self, agent: KnownAgent) -> None:
        row = {"id": agent.id, "name": agent.name, "skills": list(write_skills(agent.skills))}
        self._connection.execute(insert(tables.agents), row)

    def set_skills(self, agent: AgentId, skills: Mapping[Skill, int]) -> bool:
        table = tables.agents
        change = (
            update(table)
            .where(table.c.id == agent)
            .values(skills=list(write_skills(skills)))
            .returning(table.c.id)
        )
        return self._connection.execute(change).first() is not None

    def _where(self, condition: ColumnElement[bool]) -> KnownAgent | None:
        row = self._connection.execute(select(tables.agents).where(condition)).one_or_none()
        return None if row is None else _agent(row)


def _agent(row: Row[Any]) -> KnownAgent:
    return KnownAgent(AgentId(row.id), row.name, read_skills(tuple(row.skills)))


class SqlCallBacks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, wish: CallBack) -> bool:
        table = tables.call_backs
        query = select(table.c.call).where(
            table.c.tenant == wish.tenant, table.c.caller == wish.caller, _IS_OPEN
        )
        if self._connection.execute(query).first() is not None:
            return False
        # the writers' lock keeps everyone else from adding one in between; whoever was rung back
        # may ask again in the same call
        self._connection.execute(delete(table).where(table.c.call == wish.call))
        row = {
            "call": wish.call,
            "tenant": wish.tenant,
            "caller": wish.caller,
            "state": CallBackState.OPEN.value,
            "asked_at": wish.asked_at,
            "wanted_from": wish.window and wish.window.start,
            "wanted_until": wish.window and wish.window.end,
        }
        self._connection.execute(insert(table), row)
        return True

    def end(self, call: CallId, was: CallBackState, state: CallBackState, at: datetime) -> bool:
        table = tables.call_backs
        change = (
            update(table)
            .where(table.c.call == call, table.c.state == was.value)
            .values(state=state.value, ended_at=at)
            .returning(table.c.call)
        )
        return self._connection.execute(change).first() is not None

    def of(self, call: CallId) -> CallBack | None:
        found = self._where(tables.call_backs.c.call == call)
        return found[0] if found else None

    def open_of(self, tenant: TenantId, caller: CallerId) -> CallBack | None:
        table = tables.call_backs
        found = self._where(table.c.tenant == tenant, table.c.caller == caller, _IS_OPEN)
        return found[0] if found else None

    def unsettled(self, tenant: TenantId | None) -> Sequence[CallBack]:
        table = tables.call_backs
        conditions = [table.c.state != CallBackState.DONE.value]
        if tenant is not None:
            conditions.append(table.c.tenant == tenant)
        return self._where(*conditions)

    def _where(self, *conditions: ColumnElement[bool] | TextClause) -> Sequence[CallBack]:
        table = tables.call_backs
        query = select(table).where(*conditions).order_by(table.c.asked_at, table.c.call)
        return [_call_back(row) for row in self._connection.execute(query)]


class SqlBlockedNumbers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holds(self, number: str) -> bool:
        query = select(tables.blocked_numbers.c.number)
        found = self._connection.execute(query.where(tables.blocked_numbers.c.number == number))
        return found.first() is not None

    def add(self, number: str, since: datetime) -> None:
        if not self.holds(number):
            row = {"number": number, "since": since}
            self._connection.execute(insert(tables.blocked_numbers), row)


def _call_back(row: Row[Any]) -> CallBack:
    has_window = row.wanted_from is not None and row.wanted_until is not None
    return CallBack(
        call=CallId(row.call),
        tenant=TenantId(row.tenant),
        caller=CallerId(row.caller),
        state=CallBackState(row.state),
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        window=Window(row.wanted_from, row.wanted_until) if has_window else None,
    )
