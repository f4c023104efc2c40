"""Key figures, added up by the database; the definitions are those of ``domain.figures`` and of the port.

A figure is one statement over each table that it is of, and its cuts are put together from what comes back.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select

from domain.call import Concern
from domain.figures import (
    AgentCut,
    AgentWork,
    CallCut,
    CallFlow,
    DunningCut,
    DunningWork,
    GaveUpAt,
    Handling,
    PortalCut,
    PortalFlow,
    Promises,
    ServiceCut,
    Waits,
)
from domain.figures_ports import AgentLeg, AgentSpan, FieldVisit, PortalCall, Tenants
from domain.ids import AgentId, ListId, TenantId
from domain.language import Language
from domain.period import Period
from domain.projection import Attempt, Doing, ServiceDone, Way
from storage import figure_queries as queries
from storage import projected_rows as rows
from storage.projection_tables import slot_begin, slot_number

_PAGE: Final = 1000
"""Rows of a long answer that are held at once."""

_NOTHING: Final = timedelta()
_NONE: Final[Mapping[Any, Any]] = {}
_LANGUAGES: Final = {one.value: one for one in Language}
_CONCERNS: Final[Mapping[str | None, Concern | None]] = {
    None: None,
    **{one.value: one for one in Concern},
}
_DOINGS: Final = tuple(Doing)
_WAYS: Final = tuple(Way)
_NO_CALLS: Final = (_NONE, 0, 0, 0, 0)
_US: Final = timedelta(microseconds=1)


class _Slots(dict[int, datetime]):
    """When slots begin, by their number: each is reckoned once for all of its rows."""

    def __missing__(self, number: int) -> datetime:
        begin = self[number] = slot_begin(number)
        return begin


_Calls = tuple[Mapping[Way, int], int, int, int, int]
"""Those that an agent took in a slot, by their way, and the other counts of ``AgentWork``."""


class _CallsOf(dict[tuple[int, ...], _Calls]):
    """The same ones for the same counts: of a few calls there aren't many."""

    def __missing__(self, counts: tuple[int, ...]) -> _Calls:
        *ways, missed, rejected, unreached, passed_on = counts
        taken = {way: count for way, count in zip(_WAYS, ways, strict=True) if count}
        calls = self[counts] = taken, missed, rejected, unreached, passed_on
        return calls


class SqlFigures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def call_flow(self, period: Period, tenants: Tenants) -> Mapping[CallCut, CallFlow]:
        slots, found = _Slots(), {}
        for row in self._of_tenants(queries.CALL_FLOW, period, tenants):
            found[_cut(slots, *row[:4])] = CallFlow(*row[4:12], *map(_time, row[12:]))
        return found

    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]:
        found: dict[TenantId, dict[int, int]] = {}
        for tenant, seconds, callers in self._of_tenants(queries.WAITS, period, tenants):
            found.setdefault(tenant, {})[seconds] = callers
        return {tenant: Waits(callers) for tenant, callers in found.items()}

    def handling(self, period: Period, tenants: Tenants) -> Mapping[CallCut, Handling]:
        handled = {
            tuple(cut): count for *cut, count in self._of_tenants(queries.HANDLED, period, tenants)
        }
        slots, found = _Slots(), {}
        for row in self._of_tenants(queries.HANDLING_TIMES, period, tenants):
            count = handled.pop(row[:4], 0)
            found[_cut(slots, *row[:4])] = Handling(count, *map(_time, row[4:]))
        found |= {_cut(slots, *cut): Handling(count) for cut, count in handled.items()}
        return found

    def agent_work(
        self, period: Period, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        slots, pauses = _Slots(), dict[tuple[int, str], dict[str, timedelta]]()
        for slot, name, reason, took in self._of_agent(queries.PAUSED, period, agent):
            pauses.setdefault((slot, name), {})[reason] = _time(took)
        taken, calls = dict[tuple[int, str], _Calls](), _CallsOf()
        for slot, name, *counts in self._of_agent(queries.TAKEN, period, agent):
            taken[slot, name] = calls[tuple(counts)]
        found = {}
        for slot, name, *times in self._of_agent(queries.SPENT, period, agent):
            at = slot, name
            spent = {doing: took * _US for doing, took in zip(_DOINGS, times, strict=True) if took}
            work = AgentWork(spent, pauses.get(at, _NONE), *taken.pop(at, _NO_CALLS))
            found[AgentCut(name, slots[slot])] = work
        for (slot, name), more in taken.items():
            found[AgentCut(AgentId(name), slots[slot])] = AgentWork(_NONE, _NONE, *more)
        return found

    def portal_flow(self, period: Period, tenants: Tenants) -> Mapping[PortalCut, PortalFlow]:
        slots, found = _Slots(), {}
        for row in self._of_tenants(queries.PORTAL_FLOW, period, tenants):
            slot, tenant, line, language, *counts, spent, told, waited = row
            times = _time(spent), told, _time(waited)
            spoken = None if language is None else _LANGUAGES[language]
            cut = PortalCut(tenant, line, spoken, slots[slot])
            found[cut] = PortalFlow(*(*counts, *times))
        return found

    def gave_up_at(self, period: Period, tenants: Tenants) -> Mapping[GaveUpAt, int]:
        answer = self._of_tenants(queries.GAVE_UP_AT, period, tenants)
        return {GaveUpAt(tenant, prompt): callers for tenant, prompt, callers in answer}

    def dunning_work(self, period: Period, tenants: Tenants) -> Mapping[DunningCut, DunningWork]:
        return {
            DunningCut(TenantId(tenant), ListId(of), outcome): DunningWork(*counts)
            for tenant, of, outcome, *counts in self._of_tenants(
                queries.DUNNING_WORK, period, tenants
            )
        }

    def promises(
        self, period: Period, tenant: TenantId, promised: Collection[str], paid: Collection[str]
    ) -> Promises:
        outcomes = {"promised": list(promised), "paid": list(paid)}
        asked = {**_between(period), "tenants": [tenant], **outcomes}
        made, kept = self._connection.execute(queries.PROMISES, asked).one()
        return Promises(made, kept)

    def services(self, period: Period, tenants: Tenants) -> Mapping[ServiceCut, int]:
        answer = self._of_tenants(queries.SERVICES, period, tenants)
        return {
            ServiceCut(tenant, service, price): count for tenant, service, price, count in answer
        }

    def repeated(self, period: Period, tenants: Tenants, within: timedelta) -> tuple[int, int]:
        asked = {**_between(period), "tenants": list(tenants)}
        asked["within"] = within // timedelta(microseconds=1)
        known, again = self._connection.execute(queries.REPEATED, asked).one()
        return known, again

    # The rows themselves

    def portal_calls(self, period: Period, tenants: Tenants) -> Iterator[PortalCall]:
        return map(rows.portal_call, self._each(queries.PORTAL_CALLS, period, tenants))

    def visits(self, period: Period, tenants: Tenants) -> Iterator[FieldVisit]:
        return map(rows.field_visit, self._each(queries.VISITS, period, tenants))

    def legs(self, period: Period, tenants: Tenants | None) -> Iterator[AgentLeg]:
        if tenants is None:
            return map(rows.agent_leg, self._each(queries.ALL_LEGS, period))
        return map(rows.agent_leg, self._each(queries.LEGS, period, tenants))

    def spans(self, period: Period) -> Iterator[AgentSpan]:
        return map(rows.agent_span, self._each(queries.SPANS, period))

    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]:
        return map(rows.attempt, self._each(queries.ATTEMPTS, period, tenants))

    def services_done(self, period: Period, tenants: Tenants) -> Iterator[ServiceDone]:
        return map(rows.service_done, self._each(queries.SERVICES_DONE, period, tenants))

    def _of_tenants(self, query: Select[Any], period: Period, tenants: Tenants) -> Any:
        asked = _between(period) | {"tenants": list(tenants)}
        return self._connection.execute(query, asked)

    def _of_agent(self, query: Select[Any], period: Period, agent: AgentId | None) -> Any:
        if agent is None:
            return self._connection.execute(query, _between(period))
        return self._connection.execute(queries.of_agent(query), _between(period) | {"by": agent})

    def _each(
        self, query: Select[Any], period: Period, tenants: Tenants = ()
    ) -> Iterator[Row[Any]]:
        asked = {**_between(period), "tenants": list(tenants)}
        options = {"yield_per": _PAGE}
        yield from self._connection.execute(query, asked, execution_options=options)


def _cut(slots: _Slots, slot: int, tenant: str, language: str, concern: str | None) -> CallCut:
    return CallCut(TenantId(tenant), _LANGUAGES[language], _CONCERNS[concern], slots[slot])


def _between(period: Period) -> dict[str, Any]:
    return {"since": slot_number(period.since), "until": slot_number(period.until)}


def _time(took: int) -> timedelta:
    return took * _US if took else _NOTHING
