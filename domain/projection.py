"""What figures are aggregated over: rows that follow from the log, and can be made from it again.

Ids are opaque, as in facts. Nothing of a synthetic call is here, but for what it took of an agent's time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.call import Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import OfferResult, Side
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

SLOT: Final = timedelta(minutes=15)
"""The finest grain of figures. Every zone's offset is a multiple of it, so each hour and day of a zone is made of whole
ones.
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def slot_of(at: datetime) -> datetime:
    """When the slot that holds ``at`` begins."""
    return at - (at - _EPOCH) % SLOT


class Doing(StrEnum):
    """What an agent who is signed in does: the states of ``domain.agent``."""

    READY = "ready"
    PAUSED = "paused"
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    WRAP_UP = "wrap_up"
    UNREACHABLE = "unreachable"


class VisitEnd(StrEnum):
    """How a caller's first wait in the field ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    RUNG_BACK = "rung_back"
    """He asked for that, and hung up."""
    ELSEWHERE = "elsewhere"
    """He had waited too long, and was asked to ring another time. Who is offered to be rung back then, and hangs up
    without wanting it, has abandoned.
    """


class Way(StrEnum):
    """How a call came to an agent."""

    WAITED = "waited"
    PASSED_ON = "passed_on"
    """Somebody had spoken with the caller before her, and he waited again."""
    ASKED_IN = "asked_in"
    """By a colleague who was with the caller."""
    CALL_BACK = "call_back"
    DIALLED = "dialled"
    """By herself."""


# Of a call


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller has reached the portal; ``caller`` is None where he withheld his number."""

    call: CallId
    tenant: TenantId
    line: str
    caller: CallerId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PortalStep:
    """What happened to him there; what is None didn't.

    ``served``: something was done or told that he could have asked a person for. ``told`` is his balance.
    """

    call: CallId
    at: datetime
    language: Language | None = None
    participant: ParticipantId | None = None
    told: bool = False
    served: bool = False
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class PortalLeft:
    """His dialog's end, the first of the call; ``last_prompt`` is what he heard last."""

    call: CallId
    at: datetime
    end: DialogEnd
    last_prompt: str | None


@dataclass(frozen=True, slots=True)
class LineGone:
    """His line is gone, wherever he was."""

    call: CallId
    at: datetime
    by: Side


@dataclass(frozen=True, slots=True)
class Visit:
    """A call in the field: a caller who has entered it, or one whom an agent dials, ``dialled`` what for."""

    call: CallId
    tenant: TenantId
    language: Language
    concern: Concern | None
    participant: ParticipantId | None
    dialled: DialledFor | None
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitOver:
    """A caller's first wait is over, ``wait`` after he entered. ``in_time`` says that it was no longer than his
    tenant's threshold T then, ``short`` that it was within the short-abandon limit.
    """

    call: CallId
    at: datetime
    wait: timedelta
    end: VisitEnd
    in_time: bool
    short: bool


@dataclass(frozen=True, slots=True)
class DialOver:
    """Who was dialled: reached, or how else it ended (``result``)."""

    call: CallId
    at: datetime
    result: DialResult | None


# Of an agent


@dataclass(frozen=True, slots=True)
class Leg:
    """A call was offered to her, or she dialled. ``connected`` is when she spoke with the caller first, or her phone
    was answered where he was to be rung after that; None: the ring led to nothing, ``result`` says how that ended, and
    ``ended`` when. Of a dial ``DialOver`` says it, since she let pass nothing. She who is connected has no end yet.
    """

    agent: AgentId
    call: CallId
    offer: int
    way: Way
    rang: datetime
    connected: datetime | None
    ended: datetime | None
    result: OfferResult | None


@dataclass(frozen=True, slots=True)
class LegOver:
    """Her conversation is over."""

    agent: AgentId
    call: CallId
    at: datetime


@dataclass(frozen=True, slots=True)
class PassedOn:
    """She has sent the caller on, or left him with whom she asked in."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class Span:
    """What an agent did, within one slot; what lasts longer has a span in each. ``reason`` is a pause's, ``call`` the
    one it was about.
    """

    agent: AgentId
    doing: Doing
    since: datetime
    until: datetime
    reason: str | None = None
    call: CallId | None = None


# Of what was done


@dataclass(frozen=True, slots=True)
class ServiceDone:
    """``service`` None: the caller had no concern. ``price`` as ``read_price`` reads it; ``corrects`` counts no more.
    ``by`` is the fact's actor: an agent, or the program that did it for one.
    """

    record: RecordId
    call: CallId
    tenant: TenantId
    by: str
    at: datetime
    service: str | None
    price: str | None
    corrects: RecordId | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call for a case of a debtor, as it was recorded (``AttemptRecorded``)."""

    call: CallId | None
    tenant: TenantId
    list: ListId
    case: CaseId
    agent: AgentId
    at: datetime
    outcome: str
    reached: bool
    counts: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class CaseOff:
    """The case was withdrawn: paid meanwhile, in most cases."""

    case: CaseId
    at: datetime


Row = (
    Arrival
    | PortalStep
    | PortalLeft
    | LineGone
    | Visit
    | VisitOver
    | DialOver
    | Leg
    | LegOver
    | PassedOn
    | Span
    | ServiceDone
    | Attempt
    | CaseOff
)
"""Something to write into the projections: a new row, or what is now known of one."""


def cut(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The time between, a part for each slot; nothing where there is none."""
    while since < until:
        edge = min(until, slot_of(since) + SLOT)
        yield since, edge
        since = edge
