"""What figures are aggregated over: rows as the values that they stand for."""

from typing import Any

from sqlalchemy import Row

from domain.call import Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import OfferResult, Side
from domain.figures_ports import AgentLeg, AgentSpan, FieldVisit, PortalCall
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    CaseId,
    ListId,
    ParticipantId,
    RecordId,
    TenantId,
)
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.projection import Attempt, Doing, Leg, ServiceDone, Span, VisitEnd, Way


def _known(kind: Any, value: str | None) -> Any:
    """As ``kind``; None where it isn't known."""
    return None if value is None else kind(value)


def portal_call(row: Row[Any]) -> PortalCall:
    return PortalCall(
        call=CallId(row.call),
        tenant=TenantId(row.tenant),
        line=row.line,
        arrived=row.arrived,
        caller=_known(CallerId, row.caller),
        language=_known(Language, row.language),
        participant=_known(ParticipantId, row.participant),
        told=row.told,
        served=row.served,
        handed_over=row.handed_over,
        left=row.left,
        end=_known(DialogEnd, row.end),
        last_prompt=row.last_prompt,
        gone=row.gone,
        gone_by=_known(Side, row.gone_by),
    )


def field_visit(row: Row[Any]) -> FieldVisit:
    return FieldVisit(
        call=CallId(row.call),
        tenant=TenantId(row.tenant),
        language=Language(row.language),
        concern=_known(Concern, row.concern),
        participant=_known(ParticipantId, row.participant),
        dialled=_known(DialledFor, row.dialled),
        entered=row.entered,
        over=row.over,
        wait=row.wait,
        end=_known(VisitEnd, row.end),
        in_time=row.in_time,
        short=row.short,
        result=_known(DialResult, row.result),
    )


def agent_leg(row: Row[Any]) -> AgentLeg:
    leg = Leg(
        agent=AgentId(row.agent),
        call=CallId(row.call),
        offer=row.offer,
        way=Way(row.way),
        rang=row.rang,
        connected=row.connected,
        ended=row.ended,
        result=_known(OfferResult, row.result),
    )
    return AgentLeg(leg, *_of_call(row), passed_on=row.passed_on)


def agent_span(row: Row[Any]) -> AgentSpan:
    span = Span(
        agent=AgentId(row.agent),
        doing=Doing(row.doing),
        since=row.since,
        until=row.since + row.took,
        reason=row.reason,
        call=_known(CallId, row.call),
    )
    return AgentSpan(span, *_of_call(row))


def _of_call(row: Row[Any]) -> tuple[TenantId | None, Language | None, Concern | None, bool]:
    """Nothing of a call that nobody knows."""
    language, concern = _known(Language, row.language), _known(Concern, row.concern)
    return _known(TenantId, row.tenant), language, concern, bool(row.dialled)


def attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        call=_known(CallId, row.call),
        tenant=TenantId(row.tenant),
        list=ListId(row.list),
        case=CaseId(row.case),
        agent=AgentId(row.agent),
        at=row.at,
        outcome=row.outcome,
        reached=row.reached,
        counts=row.counts,
        ends=row.ends,
    )


def service_done(row: Row[Any]) -> ServiceDone:
    return ServiceDone(
        record=RecordId(row.record),
        call=CallId(row.call),
        tenant=TenantId(row.tenant),
        by=row.by,
        at=row.at,
        service=row.service,
        price=row.price,
        corrects=_known(RecordId, row.corrects),
    )
