"""What is known of each call, and of each agent's part in it, when all rows of the projections are taken together."""

from collections.abc import Iterable
from dataclasses import replace

from domain.figures_ports import AgentLeg, AgentSpan, FieldVisit, PortalCall
from domain.ids import AgentId, CallId, RecordId
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


class KnownRows:
    """``corrected`` are the records that no longer count; the rest is named for what it holds, in the order in which it
    came.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.portal: dict[CallId, PortalCall] = {}
        self.visits: dict[CallId, FieldVisit] = {}
        self.attempts: list[Attempt] = []
        self.cases_off: list[CaseOff] = []
        self.services: dict[RecordId, ServiceDone] = {}
        self.corrected: set[RecordId] = set()
        self._legs: list[AgentLeg] = []
        self._spans: list[Span] = []
        self._last_leg: dict[tuple[AgentId, CallId], int] = {}
        for row in rows:
            self._take_in(row)

    @property
    def legs(self) -> list[AgentLeg]:
        return [self._leg(one) for one in self._legs]

    @property
    def spans(self) -> list[AgentSpan]:
        return [self._span(one) for one in self._spans]

    def _leg(self, one: AgentLeg) -> AgentLeg:
        visit = self.visits.get(one.leg.call)
        if visit is None:
            return one
        return replace(
            one,
            tenant=visit.tenant,
            language=visit.language,
            concern=visit.concern,
            dialled=visit.dialled is not None,
        )

    def _span(self, span: Span) -> AgentSpan:
        visit = None if span.call is None else self.visits.get(span.call)
        if visit is None:
            return AgentSpan(span, None, None, None, dialled=False)
        dialled = visit.dialled is not None
        return AgentSpan(span, visit.tenant, visit.language, visit.concern, dialled)

    def _take_in(self, row: Row) -> None:
        match row:
            case Arrival() | PortalStep() | PortalLeft() | LineGone():
                self._of_portal(row)
            case Visit() | VisitOver() | DialOver():
                self._of_field(row)
            case Leg() | LegOver() | PassedOn():
                self._of_leg(row)
            case Span():
                self._spans.append(row)
            case ServiceDone():
                self.services.setdefault(row.record, row)
                if row.corrects is not None:
                    self.corrected.add(row.corrects)
            case Attempt():
                self.attempts.append(row)
            case CaseOff():
                self.cases_off.append(row)

    def _of_portal(self, row: Arrival | PortalStep | PortalLeft | LineGone) -> None:
        known = self.portal.get(row.call)
        match row:
            case Arrival(call, tenant, line, caller, at):
                self.portal.setdefault(call, PortalCall(call, tenant, line, at, caller))
            case _ if known is None:
                pass
            case PortalStep():
                self.portal[row.call] = _stepped(known, row)
            case PortalLeft(call, at, end, last_prompt) if known.left is None:
                self.portal[call] = replace(known, left=at, end=end, last_prompt=last_prompt)
            case LineGone(call, at, by) if known.gone is None:
                self.portal[call] = replace(known, gone=at, gone_by=by)
            case _:
                pass

    def _of_field(self, row: Visit | VisitOver | DialOver) -> None:
        known = self.visits.get(row.call)
        match row:
            case Visit(call, tenant, language, concern, participant, dialled, at):
                visit = FieldVisit(call, tenant, language, concern, participant, dialled, at)
                self.visits.setdefault(call, visit)
            case _ if known is None or known.over is not None:
                pass
            case VisitOver(call, at, wait, end, in_time, short):
                self.visits[call] = replace(
                    known, over=at, wait=wait, end=end, in_time=in_time, short=short
                )
            case DialOver(call, at, result):
                self.visits[call] = replace(known, over=at, result=result)

    def _of_leg(self, row: Leg | LegOver | PassedOn) -> None:
        key = row.agent, row.call
        if isinstance(row, Leg):
            if row.connected is not None:
                self._last_leg[key] = len(self._legs)
            self._legs.append(AgentLeg(row, None, None, None, dialled=False))
            return
        place = self._last_leg.get(key)
        if place is None:
            return
        known = self._legs[place]
        if isinstance(row, PassedOn):
            self._legs[place] = replace(known, passed_on=True)
        elif known.leg.ended is None:
            self._legs[place] = replace(known, leg=replace(known.leg, ended=row.at))


def _stepped(known: PortalCall, step: PortalStep) -> PortalCall:
    return replace(
        known,
        language=step.language or known.language,
        participant=step.participant or known.participant,
        told=known.told or (step.at if step.told else None),
        served=known.served or step.served,
        handed_over=known.handed_over or step.handed_over,
    )
