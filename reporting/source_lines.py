"""The CSV files beside a report, from which an outsider recomputes it; ``docs/reports.md`` describes their columns.

Calls, records and agents have opaque ids, which say nothing about a person; an agent has another one in each report,
and a name only where the report shows her. Nothing is read before somebody goes through the lines.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.figures_ports import Figures
from domain.ids import AgentId
from domain.period import Period
from domain.projection import Attempt, ServiceDone
from domain.service_record import write_price
from reporting.people import People
from reporting.report import Source
from reporting.subject import Subject

_LONGEST_RING: Final = timedelta(hours=1)
"""Whoever was connected in a period rang no longer than that before."""

Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Made anew each time that somebody goes through them."""

    make: Callable[[], Iterator[Line]]

    def __iter__(self) -> Iterator[Line]:
        return self.make()


@dataclass(frozen=True, slots=True)
class Sources:
    """Of what lies in ``period``; ``reported`` is the part of it that most tables are about."""

    figures: Figures
    subject: Subject
    period: Period
    reported: Period

    def tenants(self) -> Source:
        columns = (
            *("tenant", "name", "formula", "level", "within", "since", "until"),
            *("ivr_call", "ivr_minute", "agent_minute"),
        )
        return Source("tenants", columns, Lines(self._tenants))

    def _tenants(self) -> Iterator[Line]:
        for brand in self.subject.brands:
            goal = f"{brand.goal.level:g}", _seconds(brand.goal.within)
            ends = self._at(self.reported.since), self._at(self.reported.until)
            prices = (brand.prices.ivr_call, brand.prices.ivr_minute, brand.prices.agent_minute)
            written = ("" if one is None else write_price(one) for one in prices)
            yield brand.id, brand.name, brand.formula, *goal, *ends, *written

    def calls(self) -> Source:
        columns = (
            "call",
            "tenant",
            "language",
            "concern",
            "entered",
            "wait",
            "ending",
            "in_time",
            "short",
        )
        return Source("calls", columns, Lines(self._calls))

    def _calls(self) -> Iterator[Line]:
        for one in self.figures.visits(self.period, self.subject.tenants):
            if one.dialled is None:
                wait = "" if one.wait is None else _seconds(one.wait)
                yield (
                    *(one.call, one.tenant, one.language, one.concern or "none"),
                    *(self._at(one.entered), wait, one.end or ""),
                    *(_flag(one.in_time), _flag(one.short)),
                )

    def portal(self) -> Source:
        columns = (
            *("call", "tenant", "line", "language", "arrived", "told", "served", "handed_over"),
            *("left_portal", "ending", "last_prompt", "gone"),
        )
        return Source("portal", columns, Lines(self._portal))

    def _portal(self) -> Iterator[Line]:
        for one in self.figures.portal_calls(self.period, self.subject.tenants):
            yield (
                *(one.call, one.tenant, one.line, one.language or ""),
                *(self._at(one.arrived), self._at(one.told)),
                *(_flag(one.served), _flag(one.handed_over)),
                *(self._at(one.left), one.end or "", one.last_prompt or "", self._at(one.gone)),
            )

    def services(self) -> Source:
        columns = ("record", "call", "tenant", "at", "service", "price", "counts")
        return Source("services", columns, Lines(self._services))

    def _services(self) -> Iterator[Line]:
        for one in self.figures.services_done(self.period, self.subject.tenants):
            yield self._service(one.done, counts=not one.corrected)

    def _service(self, one: ServiceDone, *, counts: bool) -> Line:
        names = self.subject.brand(one.tenant).services
        service = "" if one.service is None else names.get(one.service, one.service)
        return (
            *(one.record, one.call, one.tenant, self._at(one.at)),
            *(service, one.price or "", _flag(counts)),
        )

    def attempts(self) -> Source:
        columns = ("call", "tenant", "list", "outcome", "at", "reached", "counts", "ends")
        return Source("attempts", columns, Lines(self._attempts))

    def _attempts(self) -> Iterator[Line]:
        for one in self.figures.attempts(self.period, self.subject.tenants):
            yield self._attempt(one)

    def _attempt(self, one: Attempt) -> Line:
        outcomes = self.subject.brand(one.tenant).outcomes
        return (
            *(one.call or "", one.tenant, self.subject.lists.get(one.list, one.list)),
            *(outcomes.get(one.outcome, one.outcome), self._at(one.at)),
            *(_flag(one.reached), _flag(one.counts), _flag(one.ends)),
        )

    # What agents did: as much as the report tells of each

    def work(self, people: People | None) -> Source:
        columns = (
            *("agent", "team", "doing", "since", "seconds", "reason"),
            *("tenant", "language", "concern", "dialled"),
        )
        return Source("work", columns, Lines(lambda: self._work(people)))

    def _work(self, people: People | None) -> Iterator[Line]:
        tenants = self.subject.tenants if people is None else None
        for one in self.figures.spans(self.period, tenants):
            span = one.span
            yield (
                *(self._agent(people, span.agent), _team(people, span.agent), span.doing),
                *(self._at(span.since), _seconds(span.until - span.since), span.reason or ""),
                *_call(self.subject, one.tenant, one.language, one.concern),
                "1" if one.dialled else "",
            )

    def legs(self, people: People | None) -> Source:
        columns = (
            *("agent", "team", "call", "tenant", "language", "concern", "dialled", "way"),
            *("rang", "connected", "ended", "result", "passed_on"),
        )
        return Source("legs", columns, Lines(lambda: self._legs(people)))

    def _legs(self, people: People | None) -> Iterator[Line]:
        from_before = Period(self.period.since - _LONGEST_RING, self.period.until)
        tenants = self.subject.tenants if people is None else None
        for one in self.figures.legs(from_before, tenants):
            leg = one.leg
            began = (leg.rang, leg.connected)
            if any(at is not None and at in self.period for at in began):
                yield (
                    *(self._agent(people, leg.agent), _team(people, leg.agent), leg.call),
                    *_call(self.subject, one.tenant, one.language, one.concern),
                    *(
                        "1" if one.dialled else "",
                        leg.way,
                        self._at(leg.rang),
                        self._at(leg.connected),
                    ),
                    *(self._at(leg.ended), leg.result or "", _flag(one.passed_on)),
                )

    def _agent(self, people: People | None, agent: AgentId) -> str:
        if people is None:
            return ""
        if people.floor.persons is not None:
            return people.names.get(agent, "")
        if agent not in people.team_of:
            return ""
        number = hashlib.sha256(f"{self.period.since:%Y%m%d%H%M} {agent}".encode())
        return f"a{number.hexdigest()[:10]}"

    def _at(self, at: datetime | None) -> str:
        """As the zone's clocks show it, with what they are ahead of UTC: ``2026-03-29T03:00:00.000000+02:00``."""
        if at is None:
            return ""
        return at.astimezone(self.subject.zone).isoformat(timespec="microseconds")


def _call(
    subject: Subject, tenant: str | None, language: StrEnum | None, concern: StrEnum | None
) -> Line:
    """Whose call it was, and what he wanted; nothing of one that isn't theirs."""
    if tenant is None or tenant not in subject.tenants:
        return "", "", ""
    return tenant, language or "", concern or "none"


def _team(people: People | None, agent: AgentId) -> str:
    return "" if people is None else people.team_of.get(agent, "")


def _seconds(time: timedelta) -> str:
    """To the microsecond: ``12.250000``; never negative."""
    return f"{time // timedelta(seconds=1)}.{time.microseconds:06}"


def _flag(value: object) -> str:
    return "1" if value else "0"
