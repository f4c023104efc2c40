"""The key figures, counted row by row in memory: slow, and plain enough to be read beside the conventions of the trade.

Whatever counts them faster has to count the same.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

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
    Figures,
    KnownService,
    Parts,
    PortalCall,
    Tenants,
)
from domain.ids import AgentId, CallId, TenantId
from domain.period import Period
from domain.portal_facts import DialogEnd
from domain.projection import Attempt, Doing, Row, VisitEnd
from reporting.known_rows import KnownRows

_SECOND: Final = timedelta(seconds=1)
_HANDLING: Final = frozenset({Doing.TALKING, Doing.ON_HOLD, Doing.WRAP_UP})


class RowFigures(Figures):
    """Figures over all rows of the projections, given in the order they followed from the log."""

    def __init__(self, rows: Iterable[Row]) -> None:
        known = KnownRows(rows)
        self._known = known
        self._portal = sorted(known.portal.values(), key=lambda one: (one.arrived, one.call))
        self._visits = sorted(known.visits.values(), key=lambda one: (one.entered, one.call))
        self._legs = sorted(known.legs, key=_in_order)
        self._spans = sorted(known.spans, key=lambda one: (one.span.since, one.span.agent))

    @override
    def call_flow(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, CallFlow]:
        callers, begin = self._callers(_whole(parts), tenants), _begins(parts)
        return _summed((_cut(visit, begin(visit.entered)), _flow(visit)) for visit in callers)

    @override
    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]:
        return _summed(
            (visit.tenant, Waits({visit.wait // _SECOND: 1}))
            for visit in self._callers(period, tenants)
            if visit.end is VisitEnd.ANSWERED and visit.wait is not None
        )

    @override
    def handling(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, Handling]:
        return _summed(self._handled(parts, tenants))

    def _handled(self, parts: Parts, tenants: Tenants) -> Iterator[tuple[CallCut, Handling]]:
        period, begin = _whole(parts), _begins(parts)
        for of_agent in self._legs:
            connected = of_agent.leg.connected
            if connected is not None and connected in period:
                visit = self._handled_of(of_agent.leg.call, tenants)
                if visit is not None:
                    yield _cut(visit, begin(connected)), Handling(handled=1)
        for of_call in self.spans(period):
            span = of_call.span
            if span.call is not None and span.doing in _HANDLING:
                visit = self._handled_of(span.call, tenants)
                if visit is not None:
                    yield _cut(visit, begin(span.since)), _handling(of_call)

    def _handled_of(self, call: CallId, tenants: Tenants) -> FieldVisit | None:
        visit = self._known.visits.get(call)
        if visit is None or visit.dialled is not None or visit.tenant not in tenants:
            return None
        return visit

    @override
    def agent_work(
        self, parts: Parts, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        period, begin = _whole(parts), _begins(parts)
        return _summed(
            (AgentCut(who, begin(at)), part)
            for who, at, part in (
                *self._spent(period),
                *self._let_pass(period),
                *self._taken(period),
            )
            if agent in (None, who)
        )

    def _spent(self, period: Period) -> Iterator[tuple[AgentId, datetime, AgentWork]]:
        for one in self.spans(period):
            span, lasts = one.span, one.span.until - one.span.since
            pauses = {} if span.reason is None else {span.reason: lasts}
            yield span.agent, span.since, AgentWork({span.doing: lasts}, pauses)

    def _let_pass(self, period: Period) -> Iterator[tuple[AgentId, datetime, AgentWork]]:
        for one in self._legs:
            if one.leg.rang not in period:
                continue
            match one.leg.result:
                case OfferResult.NO_ANSWER:
                    yield one.leg.agent, one.leg.rang, AgentWork(missed=1)
                case OfferResult.REJECTED:
                    yield one.leg.agent, one.leg.rang, AgentWork(rejected=1)
                case OfferResult.UNREACHABLE:
                    yield one.leg.agent, one.leg.rang, AgentWork(unreached=1)
                case OfferResult.CALLER_LEFT | OfferResult.FAILED | None:
                    pass

    def _taken(self, period: Period) -> Iterator[tuple[AgentId, datetime, AgentWork]]:
        for one in self._legs:
            connected = one.leg.connected
            if connected is not None and connected in period:
                work = AgentWork(taken={one.leg.way: 1}, passed_on=int(one.passed_on))
                yield one.leg.agent, connected, work

    @override
    def portal_flow(self, period: Period, tenants: Tenants) -> Mapping[PortalCut, PortalFlow]:
        return _summed(
            (PortalCut(call.tenant, call.line, call.language), _portal_flow(call))
            for call in self.portal_calls(period, tenants)
        )

    @override
    def gave_up_at(self, period: Period, tenants: Tenants) -> Mapping[GaveUpAt, int]:
        calls = filter(_gave_up, self.portal_calls(period, tenants))
        return Counter(GaveUpAt(call.tenant, call.last_prompt) for call in calls)

    @override
    def dunning_work(self, period: Period, tenants: Tenants) -> Mapping[DunningCut, DunningWork]:
        return _summed(
            (
                DunningCut(one.tenant, one.list, one.outcome),
                DunningWork(1, int(one.reached), int(one.ends)),
            )
            for one in self.attempts(period, tenants)
        )

    @override
    def promises(
        self, period: Period, tenant: TenantId, promised: Collection[str], paid: Collection[str]
    ) -> Promises:
        settled = [(one.case, one.at) for one in self._known.cases_off]
        settled += [(one.case, one.at) for one in self._known.attempts if one.outcome in paid]
        last = dict(sorted(settled, key=lambda one: one[1]))
        made = [one for one in self.attempts(period, {tenant}) if one.outcome in promised]
        kept = [one for one in made if one.case in last and last[one.case] > one.at]
        return Promises(len(made), len(kept))

    @override
    def services(self, period: Period, tenants: Tenants) -> Mapping[ServiceCut, int]:
        return Counter(
            ServiceCut(one.done.tenant, one.done.service, one.done.price)
            for one in self.services_done(period, tenants)
            if not one.corrected
        )

    @override
    def repeated(self, period: Period, tenants: Tenants, within: timedelta) -> tuple[int, int]:
        entries: dict[tuple[str, ...], list[datetime]] = defaultdict(list)
        for visit in self._visits:
            who = self._who(visit)
            if who is not None and visit.dialled is None:
                entries[who].append(visit.entered)
        told_again = came_again = 0
        for visit in self._callers(period, tenants):
            who, over = self._who(visit), visit.over
            if who is None or over is None or visit.end is not VisitEnd.ANSWERED:
                continue
            told_again += 1
            came_again += any(over < at <= over + within for at in entries[who])
        return told_again, came_again

    def _who(self, visit: FieldVisit) -> tuple[str, ...] | None:
        if visit.participant is not None:
            return visit.tenant, "participant", visit.participant
        call = self._known.portal.get(visit.call)
        if call is None or call.caller is None:
            return None
        return visit.tenant, "number", call.caller

    def _callers(self, period: Period, tenants: Tenants) -> Iterator[FieldVisit]:
        return (visit for visit in self.visits(period, tenants) if visit.dialled is None)

    @override
    def portal_calls(self, period: Period, tenants: Tenants) -> Iterator[PortalCall]:
        return (one for one in self._portal if one.arrived in period and one.tenant in tenants)

    @override
    def visits(self, period: Period, tenants: Tenants) -> Iterator[FieldVisit]:
        return (one for one in self._visits if one.entered in period and one.tenant in tenants)

    @override
    def legs(self, period: Period, tenants: Tenants | None) -> Iterator[AgentLeg]:
        return (
            one
            for one in self._legs
            if one.leg.rang in period and (tenants is None or one.tenant in tenants)
        )

    @override
    def spans(self, period: Period, tenants: Tenants | None = None) -> Iterator[AgentSpan]:
        return (
            one
            for one in self._spans
            if one.span.since in period and (tenants is None or one.tenant in tenants)
        )

    @override
    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]:
        found = sorted(self._known.attempts, key=lambda one: (one.at, one.agent, one.case))
        return (one for one in found if one.at in period and one.tenant in tenants)

    @override
    def services_done(self, period: Period, tenants: Tenants) -> Iterator[KnownService]:
        found = sorted(self._known.services.values(), key=lambda one: (one.at, one.record))
        return (
            KnownService(one, one.record in self._known.corrected)
            for one in found
            if one.at in period and one.tenant in tenants
        )


def _in_order(one: AgentLeg) -> tuple[datetime, AgentId, CallId]:
    return one.leg.rang, one.leg.agent, one.leg.call


def _whole(parts: Parts) -> Period:
    return Period(parts[0].since, parts[-1].until)


def _begins(parts: Parts) -> Callable[[datetime], datetime]:
    """When the part begins that an instant within them belongs to."""
    begins = [part.since for part in parts]
    return lambda at: begins[bisect_right(begins, at) - 1]


def _cut(visit: FieldVisit, since: datetime) -> CallCut:
    return CallCut(visit.tenant, visit.language, visit.concern, since)


def _flow(visit: FieldVisit) -> CallFlow:
    match visit.end, visit.wait:
        case VisitEnd.ANSWERED, timedelta() as wait:
            in_time = int(visit.in_time)
            return CallFlow(offered=1, answered=1, in_time=in_time, answered_wait=wait)
        case VisitEnd.ABANDONED, timedelta() as wait:
            gone_in_time, short = int(visit.in_time), int(visit.short)
            return CallFlow(
                offered=1,
                abandoned=1,
                gone_in_time=gone_in_time,
                short=short,
                abandoned_wait=wait,
            )
        case VisitEnd.RUNG_BACK, _:
            return CallFlow(offered=1, rung_back=1)
        case VisitEnd.ELSEWHERE, _:
            return CallFlow(offered=1, elsewhere=1)
        case _:
            return CallFlow(offered=1)


def _handling(one: AgentSpan) -> Handling:
    lasts = one.span.until - one.span.since
    match one.span.doing:
        case Doing.TALKING:
            return Handling(talk=lasts)
        case Doing.ON_HOLD:
            return Handling(hold=lasts)
        case _:
            return Handling(wrap_up=lasts)


def _portal_flow(call: PortalCall) -> PortalFlow:
    nothing = timedelta()
    return PortalFlow(
        calls=1,
        self_served=int(call.served and not call.handed_over),
        handed_over=int(call.handed_over),
        gave_up=int(_gave_up(call)),
        time=nothing if call.left is None else call.left - call.arrived,
        told=int(call.told is not None),
        to_balance=nothing if call.told is None else call.told - call.arrived,
    )


def _gave_up(call: PortalCall) -> bool:
    return call.end is DialogEnd.HUNG_UP and not call.served and not call.handed_over


def _summed(parts: Iterable[tuple[Key, Sum]]) -> dict[Key, Sum]:
    sums: dict[Key, Sum] = {}
    for key, part in parts:
        sums[key] = sums[key] + part if key in sums else part
    return sums
