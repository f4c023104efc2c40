"""What figures are asked of: the projections, kept up from the log."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.call import Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import Side
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
from domain.ids import AgentId, CallerId, CallId, ParticipantId, TenantId
from domain.language import Language
from domain.period import Period
from domain.portal_facts import DialogEnd
from domain.projection import Attempt, Leg, Row, ServiceDone, Span, VisitEnd

Tenants = Collection[TenantId]


class Projections(Protocol):
    """Rows kept up as facts come in (``cti.routing.projecting``)."""

    def add(self, rows: Iterable[Row]) -> None:
        """In the order they followed from the log."""
        ...

    def clear(self) -> None:
        """Forget all of them, so that they can be made anew."""
        ...


@dataclass(frozen=True, slots=True)
class PortalCall:
    """A caller of the portal, as far as he has come. What is None hasn't been, or isn't known."""

    call: CallId
    tenant: TenantId
    line: str
    arrived: datetime
    caller: CallerId | None = None
    language: Language | None = None
    participant: ParticipantId | None = None
    told: datetime | None = None
    served: bool = False
    handed_over: bool = False
    left: datetime | None = None
    end: DialogEnd | None = None
    last_prompt: str | None = None
    gone: datetime | None = None
    gone_by: Side | None = None


@dataclass(frozen=True, slots=True)
class FieldVisit:
    """A call in the field. A caller's first wait is over with ``end``; a dial with ``over``, ``result`` None where he
    was reached. What is None hasn't been.
    """

    call: CallId
    tenant: TenantId
    language: Language
    concern: Concern | None
    participant: ParticipantId | None
    dialled: DialledFor | None
    entered: datetime
    over: datetime | None = None
    wait: timedelta | None = None
    end: VisitEnd | None = None
    in_time: bool = False
    short: bool = False
    result: DialResult | None = None


@dataclass(frozen=True, slots=True)
class AgentLeg:
    """An agent's part in a call, with its end; ``passed_on`` says that the caller went on to somebody else."""

    leg: Leg
    tenant: TenantId | None
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class AgentSpan:
    """What an agent did within a slot, and for whose call."""

    span: Span
    tenant: TenantId | None
    language: Language | None
    concern: Concern | None


class Figures(Protocol):
    """Key figures of a period, whose ends are those of slots. ``tenants`` are those counted. A cut in which nothing was
    counted isn't there. Raises StorageDown.
    """

    def call_flow(self, period: Period, tenants: Tenants) -> Mapping[CallCut, CallFlow]: ...

    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]: ...

    def handling(self, period: Period, tenants: Tenants) -> Mapping[CallCut, Handling]: ...

    def agent_work(
        self, period: Period, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        """Of all agents, or of one; they serve all tenants."""
        ...

    def portal_flow(self, period: Period, tenants: Tenants) -> Mapping[PortalCut, PortalFlow]: ...

    def gave_up_at(self, period: Period, tenants: Tenants) -> Mapping[GaveUpAt, int]: ...

    def dunning_work(
        self, period: Period, tenants: Tenants
    ) -> Mapping[DunningCut, DunningWork]: ...

    def promises(
        self, period: Period, tenant: TenantId, promised: Collection[str], paid: Collection[str]
    ) -> Promises:
        """Made in the period. The outcomes' keys are the tenant's: ``promised`` are promises, ``paid`` says that it is
        paid.
        """
        ...

    def services(self, period: Period, tenants: Tenants) -> Mapping[ServiceCut, int]:
        """Those that no other has corrected, by when they were recorded."""
        ...

    def repeated(self, period: Period, tenants: Tenants, within: timedelta) -> tuple[int, int]:
        """Callers who were answered in the period: how many of them we can tell again (participant, else number), and
        how many of those entered the field again within that time after it.
        """
        ...

    # The rows themselves, in order of time: what an outsider recomputes the figures from

    def portal_calls(self, period: Period, tenants: Tenants) -> Iterator[PortalCall]: ...

    def visits(self, period: Period, tenants: Tenants) -> Iterator[FieldVisit]: ...

    def legs(self, period: Period, tenants: Tenants) -> Iterator[AgentLeg]:
        """By when they rang."""
        ...

    def spans(self, period: Period) -> Iterator[AgentSpan]: ...

    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]: ...

    def services_done(self, period: Period, tenants: Tenants) -> Iterator[ServiceDone]: ...
