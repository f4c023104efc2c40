"""The few figures that stand at the top of a report, each with what it was before."""

from dataclasses import dataclass

from domain.figures import AgentWork, CallFlow, Handling, total
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
        work = None
        if subject.floor is not None:
            work = People.of(figures, subject.floor, period).all
        return cls(total(flows_of(figures, subject, period).values(), Flow()), work)

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
