"""What figures are aggregated over, written as it follows from the log.

A batch's rows are folded in memory into those that stand there already, so that it costs a few statements whatever its
length, and so that what counts first is said once, here.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.sql.dml import Update

from domain.ids import CallId
from domain.projection import (
    Arrival,
    Attempt,
    CaseOff,
    DialOver,
    Leg,
    LegOver,
    LineGone,
    PassedOn,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitOver,
)
from storage import projected_rows
from storage.projected_rows import LATER_OF_LEG, LATER_OF_PORTAL, LATER_OF_VISIT
from storage.projected_sums import Sums
from storage.projection_tables import (
    ALL,
    attempts_made,
    cases_off,
    legs,
    portal_calls,
    services_done,
    spans,
    visits,
)

_Values = dict[str, Any]

_UNKNOWN: Final[Mapping[str, Any]] = dict.fromkeys(("tenant", "language", "concern", "dialled"))
"""What rows of an agent hold of their call where it has no visit."""


def _by_keys(table: Table, key: str) -> Any:
    column = table.c[key]
    return select(table).where(column.in_(bindparam("keys", expanding=True)))


def _change(table: Table, key: str, *names: str) -> Update:
    changed: _Values = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c[key] == bindparam("key")).values(changed)


# built once: they run at every batch
_PORTAL: Final = _by_keys(portal_calls, "call")
_VISITS: Final = _by_keys(visits, "call")
_LEGS: Final = _by_keys(legs, "call").where(legs.c.connected.is_not(None)).order_by(legs.c.id)
_SERVICES: Final = _by_keys(services_done, "record")
_CHANGE_PORTAL: Final = _change(portal_calls, "call", *LATER_OF_PORTAL)
_CHANGE_VISIT: Final = _change(visits, "call", *LATER_OF_VISIT)
_CHANGE_LEG: Final = _change(legs, "id", *LATER_OF_LEG)
_CHANGE_SERVICE: Final = _change(services_done, "record", "corrected")
_ENTERED_AGAIN: Final = (
    update(visits)
    .where(
        visits.c.who == bindparam("by"),
        visits.c.tenant == bindparam("of"),
        visits.c.again.is_(None),
        text("\"end\" = 'answered'"),  # as the index has it, so that it is used
        visits.c.over < bindparam("at"),
    )
    .values(again=bindparam("at"))
)


class SqlProjections:
    """Must add inside a writing unit of work only: one at a time folds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Iterable[Row]) -> None:
        batch = _Batch(self._connection, list(rows))
        batch.fold()
        batch.write()

    def clear(self) -> None:
        # a row at a time, PostgreSQL would hold up all writers for minutes
        if self._connection.dialect.name == "postgresql":
            names = ", ".join(table.name for table in ALL)
            self._connection.execute(text(f"TRUNCATE {names}"))
            return
        for table in ALL:
            self._connection.execute(delete(table))


class _Kept:
    """Rows by what they are known by: those of the database, and new ones."""

    def __init__(self) -> None:
        self.new: list[_Values] = []
        self._rows: dict[Hashable, _Values] = {}
        self._changed: dict[int, _Values] = {}

    def load(self, key: Hashable, values: _Values) -> None:
        self._rows[key] = values

    def get(self, key: Hashable) -> _Values | None:
        return self._rows.get(key)

    def all(self) -> Iterable[_Values]:
        return self._rows.values()

    def add(self, key: Hashable, values: _Values) -> None:
        """It is found by its key from now on."""
        self.new.append(values)
        self._rows[key] = values

    def change(self, key: Hashable) -> _Values | None:
        """The row to be changed; None where there is none."""
        found = self._rows.get(key)
        if found is not None:
            self._changed[id(found)] = found
        return found

    def changed(self, key: str, names: Sequence[str]) -> list[_Values]:
        """Those that stand in the database, as parameters of ``_change``."""
        new = {id(values) for values in self.new}
        return [
            {"key": values[key], **{f"new_{name}": values[name] for name in names}}
            for values in self._changed.values()
            if id(values) not in new
        ]


class _Batch:
    def __init__(self, connection: Connection, rows: Sequence[Row]) -> None:
        self._connection = connection
        self._rows = rows
        self._portal, self._visits, self._services = _Kept(), _Kept(), _Kept()
        self._legs = _Kept()  # by call and agent: the last that she was connected in
        self._spans: list[_Values] = []
        self._attempts: list[_Values] = []
        self._off: list[_Values] = []
        self._sums = Sums()

    def fold(self) -> None:
        self._load()
        for row in self._rows:
            self._fold(row)
        for call in self._portal.all():
            self._sums.put_on(call)
        # what an agent did may stand before the visit that the same fact began
        for values in (*self._legs.new, *self._spans):
            values.update(self._of_visit(values["call"]))
        for leg in self._legs.new:
            self._sums.talk(leg)
        for span in self._spans:
            self._sums.spend(span)

    def write(self) -> None:
        self._insert(portal_calls, self._portal.new)
        self._insert(visits, self._visits.new)
        self._insert(legs, self._legs.new)
        self._insert(spans, self._spans)
        self._insert(services_done, self._services.new)
        self._insert(attempts_made, self._attempts)
        self._insert(cases_off, self._off)
        self._many(_CHANGE_PORTAL, self._portal.changed("call", LATER_OF_PORTAL))
        self._many(_CHANGE_VISIT, self._visits.changed("call", LATER_OF_VISIT))
        self._many(_CHANGE_LEG, self._legs.changed("id", LATER_OF_LEG))
        self._many(_CHANGE_SERVICE, self._services.changed("record", ("corrected",)))
        entries = [
            {"by": new["who"], "of": new["tenant"], "at": new["entered"]}
            for new in self._visits.new
            if new["who"] is not None
        ]
        self._many(_ENTERED_AGAIN, entries)
        self._sums.write(self._connection)

    def _insert(self, table: Table, rows: list[_Values]) -> None:
        self._many(insert(table), rows)

    def _many(self, statement: Any, rows: list[_Values]) -> None:
        if rows:
            self._connection.execute(statement, rows)

    # What stands there already

    def _load(self) -> None:
        portal, calls, ended, records = set[CallId](), set[CallId](), set[CallId](), set[str]()
        for row in self._rows:
            match row:
                case Arrival() | PortalStep() | PortalLeft() | LineGone():
                    portal.add(row.call)
                case Visit():
                    portal.add(row.call)
                    calls.add(row.call)
                case VisitOver() | DialOver() | Leg():
                    calls.add(row.call)
                case Span(call=call) if call is not None:
                    calls.add(call)
                case LegOver() | PassedOn():
                    ended.add(row.call)
                case ServiceDone():
                    records |= {row.record} if row.corrects is None else {row.record, row.corrects}
                case _:
                    pass
        for found in self._found(_PORTAL, portal):
            self._portal.load(found["call"], found)
            self._sums.take_off(found)
        for found in self._found(_VISITS, calls):
            self._visits.load(found["call"], found)
        for found in self._found(_LEGS, ended):
            self._legs.load((found["call"], found["agent"]), found)
        for found in self._found(_SERVICES, records):
            self._services.load(found["record"], found)

    def _found(self, query: Any, keys: Iterable[str]) -> list[_Values]:
        wanted = sorted(keys)
        if not wanted:
            return []
        rows = self._connection.execute(query, {"keys": wanted})
        return [dict(row) for row in rows.mappings()]

    # What the rows say

    def _fold(self, row: Row) -> None:
        match row:
            case Arrival():
                self._arrive(row)
            case PortalStep():
                self._step(row)
            case PortalLeft() | LineGone():
                self._end(row)
            case Visit():
                self._visit(row)
            case VisitOver() | DialOver():
                self._over(row)
            case Leg():
                self._leg(row)
            case LegOver() | PassedOn():
                self._leg_over(row)
            case Span():
                self._spans.append(projected_rows.of_span(row))
            case ServiceDone():
                self._service(row)
            case Attempt():
                self._attempts.append(projected_rows.of_attempt(row))
            case CaseOff(case, at):
                self._off.append({"case": case, "at": at})

    def _arrive(self, row: Arrival) -> None:
        if self._portal.get(row.call) is not None:
            return
        self._portal.add(row.call, projected_rows.of_arrival(row))

    def _step(self, row: PortalStep) -> None:
        call = self._portal.change(row.call)
        if call is None:
            return
        call["language"] = call["language"] if row.language is None else row.language.value
        call["participant"] = row.participant or call["participant"]
        call["served"] |= row.served
        call["handed_over"] |= row.handed_over
        if row.told and call["told"] is None:
            call["told"] = row.at

    def _end(self, row: PortalLeft | LineGone) -> None:
        call = self._portal.change(row.call)
        if call is None:
            return
        if isinstance(row, LineGone):
            if call["gone"] is None:
                call |= {"gone": row.at, "gone_by": row.by.value}
        elif call["left"] is None:
            call |= {"left": row.at, "end": row.end.value, "last_prompt": row.last_prompt}

    def _visit(self, row: Visit) -> None:
        if self._visits.get(row.call) is not None:
            return
        values = projected_rows.of_visit(row, None if row.dialled is not None else self._who(row))
        self._visits.add(row.call, values)
        self._sums.enter(values)

    def _who(self, row: Visit) -> str | None:
        """The participant, else the number that he rings from."""
        if row.participant is not None:
            return f"participant {row.participant}"
        call = self._portal.get(row.call)
        return None if call is None or call["caller"] is None else f"number {call['caller']}"

    def _over(self, row: VisitOver | DialOver) -> None:
        visit = self._visits.change(row.call)
        if visit is None or visit["over"] is not None:
            return
        visit["over"] = row.at
        if isinstance(row, DialOver):
            visit["result"] = None if row.result is None else row.result.value
            return
        values = {"end": row.end.value, "wait": row.wait}
        visit |= {**values, "in_time": row.in_time, "short": row.short}
        self._sums.end(visit)

    def _of_visit(self, call: CallId | None) -> Mapping[str, Any]:
        visit = None if call is None else self._visits.get(call)
        if visit is None:
            return _UNKNOWN
        known = {name: visit[name] for name in ("tenant", "language", "concern")}
        return {**known, "dialled": visit["dialled"] is not None}

    def _leg(self, row: Leg) -> None:
        values = projected_rows.of_leg(row)
        if row.connected is None:
            self._legs.new.append(values)
        else:
            self._legs.add((row.call, row.agent), values)

    def _leg_over(self, row: LegOver | PassedOn) -> None:
        leg = self._legs.change((row.call, row.agent))
        if leg is None:
            return
        if isinstance(row, PassedOn):
            leg["passed_on"] = True
        elif leg["ended"] is None:
            leg["ended"] = row.at

    def _service(self, row: ServiceDone) -> None:
        corrected = None if row.corrects is None else self._services.change(row.corrects)
        if corrected is not None:
            corrected["corrected"] = True
        if self._services.get(row.record) is not None:
            return
        self._services.add(row.record, projected_rows.of_service(row))
