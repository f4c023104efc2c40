"""One contact from first ring to hang-up, and what we know of who rings."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.ids import CallerId, CallId, ParticipantId, TenantId
from domain.language import Language


class Certainty(StrEnum):
    """How sure we are who the caller is."""

    UNKNOWN = "unknown"
    IDENTIFIED = "identified"
    PIN_VERIFIED = "pin_verified"


class Concern(StrEnum):
    """What a caller wants of a person; the order is that of the menu of concerns, which never offers the last one: it
    is what everybody wants on the debtors' line.
    """

    PAY_OUT = "pay_out"
    RETURN = "return"
    DATA = "data"
    OTHER = "other"
    DUNNING = "dunning"


@dataclass(frozen=True, slots=True)
class Call:
    """A call on one of our lines. ``number`` is the caller's in E.164, None when withheld."""

    id: CallId
    tenant: TenantId
    dialled: str
    caller: CallerId | None
    number: str | None = field(repr=False)
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What has been found out so far about who is on the line; ``short_form``: he wants to hear few words."""

    language: Language
    participant: ParticipantId | None = None
    certainty: Certainty = Certainty.UNKNOWN
    priority: int = 0
    short_form: bool = False
