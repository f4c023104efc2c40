"""Who dials whom, one at a time for each number: the row is the claim."""

from sqlalchemy import Connection, delete, insert, select

from domain.dial_facts import DialledFor
from domain.dialling import DialUnderWay
from domain.ids import AgentId, CallerId, CallId, TenantId
from storage import tables

_TABLE = tables.dials_under_way


class SqlDialsUnderWay:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, caller: CallerId) -> DialUnderWay | None:
        row = self._connection.execute(
            select(_TABLE).where(_TABLE.c.caller == caller)
        ).one_or_none()
        if row is None:
            return None
        return DialUnderWay(
            caller=CallerId(row.caller),
            call=CallId(row.call),
            tenant=TenantId(row.tenant),
            agent=AgentId(row.agent),
            purpose=DialledFor(row.purpose),
            about=row.about,
            since=row.since,
        )

    def claim(self, dial: DialUnderWay) -> DialUnderWay | None:
        # the writers' lock keeps everyone else from adding one in between
        held = self.of(dial.caller)
        if held is not None and held.holds(dial.since):
            return held
        self._connection.execute(delete(_TABLE).where(_TABLE.c.caller == dial.caller))
        row = {
            "caller": dial.caller,
            "call": dial.call,
            "tenant": dial.tenant,
            "agent": dial.agent,
            "purpose": dial.purpose.value,
            "about": dial.about,
            "since": dial.since,
        }
        self._connection.execute(insert(_TABLE), row)
        return None

    def release(self, call: CallId) -> None:
        self._connection.execute(delete(_TABLE).where(_TABLE.c.call == call))
