"""Key figures, added up by the database; the definitions are those of ``domain.figures`` and of the port.

A figure is one statement over each table that it is of, and its cuts are put together from what comes back.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, Select

from domain.call import Concern
from domain.field_facts import OfferResult
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
_DOINGS: Final = {one.value: one for one in Doing}
_WAYS: Final = {one.value: one for one in Way}

One = TypeVar("One")


class _Slots(dict[int, datetime]):
    """When slots begin, by their number: each is reckoned once for all of its rows."""

    def __missing__(self, number: int) -> datetime:
        begin = self[number] = slot_begin(number)
        return begin


class SqlFigures:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def call_flow(self, period: Period, tenants: Tenants) -> Mapping[CallCut, CallFlow]:
        slots, found = _Slots(), {}
        for row in self._of_tenants(queries.CALL_FLOW, period, tenants):
            slot, tenant, language, concern, *counts = row
            cut = CallCut(tenant, _LANGUAGES[language], _CONCERNS[concern], slots[slot])
            found[cut] = CallFlow(*counts[:-2], *map(_time, counts[-2:]))
        return found

    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]:
        found: dict[TenantId, dict[int, int]] = {}
        for tenant, seconds, callers in self._of_tenants(queries.WAITS, period, tenants):
            found.setdefault(tenant, {})[seconds] = callers
        return {tenant: Waits(callers) for tenant, callers in found.items()}

    def handling(self, period: Period, tenants: Tenants) -> Mapping[CallCut, Handling]:
        slots, handled = _Slots(), dict[CallCut, int]()
        for slot, tenant, language, concern, count in self._of_tenants(
            queries.HANDLED, period, tenants
        ):
            cut = CallCut(tenant, _LANGUAGES[language], _CONCERNS[concern], slots[slot])
            handled[cut] = count
        found = {}
        for slot, tenant, language, concern, *times in self._of_tenants(
            queries.HANDLING_TIMES, period, tenants
        ):
            cut = CallCut(tenant, _LANGUAGES[language], _CONCERNS[concern], slots[slot])
            found[cut] = Handling(handled.pop(cut, 0), *map(_time, times))
        found |= {cut: Handling(count) for cut, count in handled.items()}
        return found

    def agent_work(
        self, period: Period, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        slots, work = _Slots(), dict[tuple[int, str], _Work]()
        for slot, name, doing, reason, took in self._of_agent(queries.SPENT, period, agent):
            work.setdefault((slot, name), _Work()).spend(_DOINGS[doing], reason, _time(took))
        for slot, name, *taken in self._of_agent(queries.TAKEN, period, agent):
            work.setdefault((slot, name), _Work()).take(*taken)
        return {
            AgentCut(AgentId(name), slots[slot]): done.sums() for (slot, name), done in work.items()
        }

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

    def legs(self, period: Period, tenants: Tenants) -> Iterator[AgentLeg]:
        return map(rows.agent_leg, self._each(queries.LEGS, period, tenants))

    def spans(self, period: Period) -> Iterator[AgentSpan]:
        return map(rows.agent_span, self._each(queries.SPANS, period))

    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]:
        return map(rows.attempt, self._each(queries.ATTEMPTS, period, tenants))

    def services_done(self, period: Period, tenants: Tenants) -> Iterator[ServiceDone]:
        return map(rows.service_done, self._each(queries.SERVICES_DONE, period, tenants))

    def _of_tenants(self, query: Select[Any], period: Period, tenants: Tenants) -> Any:
        asked = {**_between(period), "tenants": list(tenants)}
        return self._connection.execute(query, asked)

    def _of_agent(self, query: Select[Any], period: Period, agent: AgentId | None) -> Any:
        if agent is None:
            return self._connection.execute(query, _between(period))
        return self._connection.execute(queries.of_agent(query), _between(period) | {"by": agent})

    def _each(
        self, query: Select[Any], period: Period, tenants: Tenants = ()
    ) -> Iterator[Row[Any]]:
        asked = {**_between(period), "tenants": list(tenants)}
        yield from self._connection.execution_options(yield_per=_PAGE).execute(query, asked)


class _Work:
    """What an agent did in a slot, as it is added up."""

    __slots__ = ("counts", "pauses", "spent", "taken")

    def __init__(self) -> None:
        self.spent: dict[Doing, timedelta] = {}
        self.pauses: Mapping[str, timedelta] = _NONE
        self.taken: Mapping[Way, int] = _NONE
        self.counts = [0, 0, 0, 0]

    def spend(self, doing: Doing, reason: str | None, time: timedelta) -> None:
        self.spent[doing] = self.spent.get(doing, _NOTHING) + time
        if reason is not None:
            self.pauses = {**self.pauses, reason: time}

    def take(self, way: str, result: str | None, count: int, passed_on: int) -> None:
        """``result`` None: she was connected."""
        if result is None:
            self.taken = {**self.taken, _WAYS[way]: count}
            self.counts[3] += passed_on
        else:
            self.counts[_LET_PASS.index(result)] += count

    def sums(self) -> AgentWork:
        return AgentWork(self.spent, self.pauses, self.taken, *self.counts)


_LET_PASS: Final = (OfferResult.NO_ANSWER, OfferResult.REJECTED, OfferResult.UNREACHABLE)
"""As ``AgentWork`` counts them, in its order."""


def _between(period: Period) -> dict[str, Any]:
    return {"since": slot_number(period.since), "until": slot_number(period.until)}


def _time(took: int) -> timedelta:
    return timedelta(0, 0, took) if took else _NOTHING
