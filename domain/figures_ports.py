"""What figures are asked of: the projections, kept up from the log."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
Parts = Sequence[Period]
"""Of a period, without gaps, in order (``divided``); it may be the only one. Each is told of by itself."""


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
    """An agent's part in a call, with its end; ``passed_on`` says that the caller went on to somebody else. The rest is
    the call's, as it came into the field, ``dialled`` where an agent rang it: None where nobody knows it, as one of our
    own monitoring.
    """

    leg: Leg
    tenant: TenantId | None
    language: Language | None
    concern: Concern | None
    dialled: bool
    passed_on: bool = False


@dataclass(frozen=True, slots=True)
class AgentSpan:
    """What an agent did within a slot, and for whose call."""

    span: Span
    tenant: TenantId | None
    language: Language | None
    concern: Concern | None
    dialled: bool


@dataclass(frozen=True, slots=True)
class KnownService:
    """A record; ``corrected`` says that another one stands for it, whenever that came: it counts no more."""

    done: ServiceDone
    corrected: bool


class Figures(Protocol):
    """Key figures of a period or of its parts, whose ends are those of slots. ``tenants`` are those counted. A cut in
    which nothing was counted isn't there. Raises StorageDown.

    What a row says of a call, or of her part in it, that isn't known by another is left out. Where two rows say the
    same thing, as something that was heard of twice, the first one counts; but the last language, and participant.
    What ends or passes on an agent's part in a call is about the last one that she was connected in.
    """

    def call_flow(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, CallFlow]:
        """Of callers by when they entered the field; what agents dial isn't there."""
        ...

    def waits(self, period: Period, tenants: Tenants) -> Mapping[TenantId, Waits]:
        """Of callers who entered the field in the period, those who were answered."""
        ...

    def handling(self, parts: Parts, tenants: Tenants) -> Mapping[CallCut, Handling]:
        """Of calls that an agent hasn't dialled, whoever has them now: conversations by when they began, times by when
        they were spent, both with the language and concern with which the call entered the field.
        """
        ...

    def agent_work(
        self, parts: Parts, agent: AgentId | None = None
    ) -> Mapping[AgentCut, AgentWork]:
        """Of all agents, or of one; they serve all tenants. Calls taken and passed on are counted by when she was
        connected, those she let pass by when they rang.
        """
        ...

    def portal_flow(self, period: Period, tenants: Tenants) -> Mapping[PortalCut, PortalFlow]:
        """By when they arrived. Who is in his dialog still has spent no time there yet."""
        ...

    def gave_up_at(self, period: Period, tenants: Tenants) -> Mapping[GaveUpAt, int]:
        """Of those who arrived in the period."""
        ...

    def dunning_work(self, period: Period, tenants: Tenants) -> Mapping[DunningCut, DunningWork]:
        """By when they were recorded."""
        ...

    def promises(
        self, period: Period, tenant: TenantId, promised: Collection[str], paid: Collection[str]
    ) -> Promises:
        """Made in the period. The outcomes' keys are the tenant's: ``promised`` are promises, ``paid`` says that it is
        paid. Only what came later than the promise keeps it; two promises of one case are two.
        """
        ...

    def services(self, period: Period, tenants: Tenants) -> Mapping[ServiceCut, int]:
        """Those that no other has corrected, whenever that was, by when they were recorded."""
        ...

    def repeated(self, period: Period, tenants: Tenants, within: timedelta) -> tuple[int, int]:
        """Callers who entered the field in the period and were answered: how many of them we can tell again, and how
        many of those entered their tenant's field again later than they were answered, but no later than ``within``
        after it. Who enters twice counts twice. A caller is told again by the participant he entered the field as; who
        had none, by his number, among those who had none either.
        """
        ...

    # The rows themselves, in order of time, and of their ids where that is the same (an agent's before a call's): what
    # an outsider recomputes the figures from

    def portal_calls(self, period: Period, tenants: Tenants) -> Iterator[PortalCall]: ...

    def visits(self, period: Period, tenants: Tenants) -> Iterator[FieldVisit]: ...

    def legs(self, period: Period, tenants: Tenants | None) -> Iterator[AgentLeg]:
        """By when they rang; None: of all calls, those that nobody knows among them."""
        ...

    def spans(self, period: Period, tenants: Tenants | None = None) -> Iterator[AgentSpan]:
        """None: whatever agents did, for no call among it."""
        ...

    def attempts(self, period: Period, tenants: Tenants) -> Iterator[Attempt]: ...

    def services_done(self, period: Period, tenants: Tenants) -> Iterator[KnownService]: ...
