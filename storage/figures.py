"""Key figures, added up by the database; the definitions are those of ``domain.figures`` and of the port.

A figure is one statement over each table that it is of, and its cuts are put together from what comes back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from math import gcd
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
    Key,
    PortalCut,
    PortalFlow,
    Promises,
    ServiceCut,
    Sum,
    Waits,
)
from domain.figures_ports import (
    AgentLeg,
    AgentSpan,
    FieldVisit,
    KnownService,
    Parts,
    PortalCall,
    Tenants,
)
from domain.ids import AgentId, ListId, TenantId
from domain.language import Language
from domain.period import Period
from domain.projection import Attempt, Doing, Way
from storage import figure_queries as queries
from storage import projected_rows as rows
from storage.projection_tables import slot_number

_PAGE: Final = 1000
"""Rows of a long answer that are held at once."""

_NOTHING: Final = timedelta()
_NONE: Final[Mapping[Any, Any]] = {}
_LANGUAGES: Final = {one.value: one for one in Language}
_NO_CALLS: Final = (_NONE, 0, 0, 0, 0)
_US: Final = timedelta(microseconds=1)

_Calls = tuple[Mapping[Way, int], int, int, int, int]
"""Those that an agent took, by their way, and the other counts of ``AgentWork``."""


class _Parts:
    """Parts as they are asked for: of one width, the largest of which each has a whole number."""

    def __init__(self, parts: Parts) -> None:
        edges = [slot_number(part.since) for part in parts] + [slot_number(parts[-1].until)]
        widths = [until - since for since, until in pairwise(edges)]
        width = gcd(*widths) or 1  # nothing is asked of no time
        self.asked = {"since": edges[0], "until": edges[-1], "width": width}
        self.begins = [
            part.since
            for part, slots in zip(parts, widths, strict=True)
            for _ in range(slots // width)
        ]
        """By the number that is answered."""


class SqlFigures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def call_flow(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, CallFlow]:
        found: dict[CallCut, CallFlow] = {}
        for cut, counts in self._of_calls(queries.CALL_FLOW, parts, tenants):
            _add(found, cut, CallFlow(*counts[:8], *map(_time, counts[8:])))
        return found

    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]:
        found: dict[TenantId, dict[int, int]] = {}
        for tenant, seconds, callers in self._of_tenants(queries.WAITS, period, tenants):
            found.setdefault(tenant, {})[seconds] = callers
        return {tenant: Waits(callers) for tenant, callers in found.items()}

    def handling(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, Handling]:
        found: dict[CallCut, Handling] = {}
        for cut, (handled, *times) in self._of_calls(queries.HANDLING, parts, tenants):
            _add(found, cut, Handling(handled, *map(_time, times)))
        return found

    def _of_calls(
        self, query: Select[Any], parts: Parts, tenants: Tenants
    ) -> Iterator[tuple[CallCut, Sequence[Any]]]:
        by = _Parts(parts)
        for number, tenant, language, concern, *counts in self._connection.execute(
            query, by.asked | {"tenants": list(tenants)}
        ):
            known = Concern(concern) if concern else None
            yield CallCut(tenant, _LANGUAGES[language], known, by.begins[number]), counts

    def agent_work(
        self, parts: Parts, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        by = _Parts(parts)
        pauses, taken = self._paused(by, agent), self._taken(by, agent)
        found: dict[AgentCut, AgentWork] = {}
        for number, name, *times in self._of_agent(queries.SPENT, by, agent):
            at = number, name
            spent = {doing: took * _US for doing, took in zip(Doing, times, strict=True) if took}
            work = AgentWork(spent, pauses.get(at, _NONE), *taken.pop(at, _NO_CALLS))
            _add(found, AgentCut(name, by.begins[number]), work)
        for (number, name), calls in taken.items():
            work = AgentWork(_NONE, _NONE, *calls)
            _add(found, AgentCut(AgentId(name), by.begins[number]), work)
        return found

    def _paused(
        self, by: _Parts, agent: AgentId | None
    ) -> Mapping[tuple[int, str], Mapping[str, timedelta]]:
        """By part and agent, the times by their reason."""
        pauses: dict[tuple[int, str], dict[str, timedelta]] = {}
        for number, name, reason, took in self._of_agent(queries.PAUSED, by, agent):
            pauses.setdefault((number, name), {})[reason] = _time(took)
        return pauses

    def _taken(self, by: _Parts, agent: AgentId | None) -> dict[tuple[int, str], _Calls]:
        """By part and agent."""
        found: dict[tuple[int, str], _Calls] = {}
        for number, name, *counts in self._of_agent(queries.TAKEN, by, agent):
            ways = {way: count for way, count in zip(Way, counts, strict=False) if count}
            missed, rejected, unreached, passed_on = counts[len(Way) :]
            found[number, name] = ways, missed, rejected, unreached, passed_on
        return found

    def portal_flow(self, period: Period, tenants: Tenants) -> Mapping[PortalCut, PortalFlow]:
        found: dict[PortalCut, PortalFlow] = {}
        for row in self._of_tenants(queries.PORTAL_FLOW, period, tenants):
            tenant, line, language, *counts, spent, told, waited = row
            spoken = _LANGUAGES[language] if language else None
            flow = PortalFlow(*(*counts, _time(spent), told, _time(waited)))
            found[PortalCut(tenant, line, spoken)] = flow
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

    def spans(self, period: Period, tenants: Tenants | None = None) -> Iterator[AgentSpan]:
        if tenants is None:
            return map(rows.agent_span, self._each(queries.ALL_SPANS, period))
        return map(rows.agent_span, self._each(queries.SPANS, period, tenants))

    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]:
        return map(rows.attempt, self._each(queries.ATTEMPTS, period, tenants))

    def services_done(self, period: Period, tenants: Tenants) -> Iterator[KnownService]:
        return map(rows.known_service, self._each(queries.SERVICES_DONE, period, tenants))

    def _of_tenants(self, query: Select[Any], period: Period, tenants: Tenants) -> Any:
        asked = _between(period) | {"tenants": list(tenants)}
        return self._connection.execute(query, asked)

    def _of_agent(self, query: Select[Any], by: _Parts, agent: AgentId | None) -> Any:
        if agent is None:
            return self._connection.execute(query, by.asked)
        return self._connection.execute(queries.of_agent(query), by.asked | {"by": agent})

    def _each(
        self, query: Select[Any], period: Period, tenants: Tenants = ()
    ) -> Iterator[Row[Any]]:
        asked = {**_between(period), "tenants": list(tenants)}
        options = {"yield_per": _PAGE}
        yield from self._connection.execute(query, asked, execution_options=options)


def _add(found: dict[Key, Sum], cut: Key, part: Sum) -> None:
    found[cut] = found[cut] + part if cut in found else part


def _between(period: Period) -> dict[str, Any]:
    return {"since": slot_number(period.since), "until": slot_number(period.until)}


def _time(took: int) -> timedelta:
    return took * _US if took else _NOTHING
