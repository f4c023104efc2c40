"""What figures are aggregated over: what the log says as values of tables, and those as what they stand for."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row

from domain.call import Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import OfferResult, Side
from domain.figures_ports import AgentLeg, AgentSpan, FieldVisit, KnownService, PortalCall
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
from domain.projection import (
    Arrival,
    Attempt,
    Doing,
    Leg,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    Way,
)
from storage.projection_tables import slot_number

_Values = dict[str, Any]

LATER_OF_PORTAL: Final = (
    *("language", "served", "handed_over", "end", "left", "told", "last_prompt", "participant"),
    *("gone", "gone_by"),
)
LATER_OF_VISIT: Final = ("end", "in_time", "short", "wait", "over", "result")
LATER_OF_LEG: Final = ("ended", "passed_on")
"""What isn't known yet when a row is begun."""


def of_arrival(row: Arrival) -> _Values:
    return dict.fromkeys(LATER_OF_PORTAL) | {
        "slot": slot_number(row.at),
        "call": row.call,
        "tenant": row.tenant,
        "line": row.line,
        "served": False,
        "handed_over": False,
        "arrived": row.at,
        "caller": row.caller,
    }


def of_visit(row: Visit, who: str | None) -> _Values:
    """``who`` is the participant or the number, where it's he who rang."""
    return dict.fromkeys(LATER_OF_VISIT) | {
        "slot": slot_number(row.at),
        "call": row.call,
        "tenant": row.tenant,
        "language": row.language.value,
        "concern": _value(row.concern),
        "dialled": _value(row.dialled),
        "in_time": False,
        "short": False,
        "entered": row.at,
        "participant": row.participant,
        "who": who,
    }


def of_leg(row: Leg) -> _Values:
    return {
        "slot": slot_number(row.connected or row.rang),
        "agent": row.agent,
        "way": row.way.value,
        "result": _value(row.result),
        "passed_on": False,
        "connected": row.connected,
        "rang": row.rang,
        "ended": row.ended,
        "call": row.call,
        "offer": row.offer,
    }


def of_span(row: Span) -> _Values:
    return {
        "slot": slot_number(row.since),
        "agent": row.agent,
        "since": row.since,
        "doing": row.doing.value,
        "took": row.until - row.since,
        "reason": row.reason,
        "call": row.call,
    }


def of_service(row: ServiceDone) -> _Values:
    return {
        "slot": slot_number(row.at),
        "record": row.record,
        "tenant": row.tenant,
        "service": row.service,
        "price": row.price,
        "corrected": False,
        "at": row.at,
        "call": row.call,
        "by": row.by,
        "corrects": row.corrects,
    }


def of_attempt(row: Attempt) -> _Values:
    return {
        "slot": slot_number(row.at),
        "tenant": row.tenant,
        "list": row.list,
        "outcome": row.outcome,
        "reached": row.reached,
        "counts": row.counts,
        "ends": row.ends,
        "at": row.at,
        "case": row.case,
        "agent": row.agent,
        "call": row.call,
    }


def _value(one: StrEnum | None) -> str | None:
    return None if one is None else one.value


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


def known_service(row: Row[Any]) -> KnownService:
    done = ServiceDone(
        record=RecordId(row.record),
        call=CallId(row.call),
        tenant=TenantId(row.tenant),
        by=row.by,
        at=row.at,
        service=row.service,
        price=row.price,
        corrects=_known(RecordId, row.corrects),
    )
    return KnownService(done, row.corrected)
