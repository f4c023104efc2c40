"""The few figures that stand at the top of a report, each with what it was before."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.figures import AgentWork, CallCut, CallFlow, Handling, total
from domain.figures_ports import Figures
from domain.period import Period
from reporting.call_flow import Flow, flows_of
from reporting.people import People
from reporting.report import Headline, Key, Unit
from reporting.subject import Subject


@dataclass(frozen=True, slots=True)
class Sums:
    """Of all tenants of a report together; ``work`` is None where nothing may be told of it."""

    flow: Flow
    work: AgentWork | None

    @classmethod
    def of(cls, figures: Figures, subject: Subject, period: Period) -> "Sums":
        people = None if subject.floor is None else People.of(figures, subject.floor, period)
        return cls.counted(flows_of(figures, subject, [period]), people)

    @classmethod
    def counted(cls, flows: Mapping[CallCut, Flow], people: People | None) -> "Sums":
        """Of what has been asked for already: to add up takes the database longer than all else does here."""
        return cls(total(flows.values(), Flow()), None if people is None else people.all)

    @property
    def calls(self) -> CallFlow:
        return self.flow.calls

    @property
    def handling(self) -> Handling:
        return self.flow.handling


def of_calls(now: Sums, before: Sums) -> tuple[Headline, ...]:
    """What clients are shown too."""
    return (
        Headline(Key("offered"), now.calls.offered, Unit.COUNT, before.calls.offered),
        Headline(Key("service_level"), now.flow.level, Unit.PERCENT, before.flow.level),
        Headline(Key("asa"), now.calls.asa, Unit.SECONDS, before.calls.asa),
        Headline(Key("abandonment"), now.calls.abandonment, Unit.PERCENT, before.calls.abandonment),
    )


def of_work(now: Sums, before: Sums) -> tuple[Headline, ...]:
    handling = Headline(Key("aht"), now.handling.aht, Unit.SECONDS, before.handling.aht)
    if now.work is None:
        return (handling,)
    was = before.work or AgentWork()
    return (
        handling,
        Headline(Key("occupancy"), now.work.occupancy, Unit.PERCENT, was.occupancy),
        Headline(Key("utilisation"), now.work.utilisation, Unit.PERCENT, was.utilisation),
    )
