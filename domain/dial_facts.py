"""Calls that an agent makes, as facts: her phone rings first, then whom she dials.

    DialAsked --> (PhoneRang) --> Connected --> (DialRang) --> DialReached: from then on it is a call like any other
        |              |              |             |
        +--------------+--------------+-------------+--> DialEnded

Each stands under the call's id, which is ours: no line has started it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.fact import Body
from domain.ids import AgentId, CallerId, LineId, ParticipantId
from domain.language import Language


class DialledFor(StrEnum):
    """What somebody is dialled for; ``about`` beside it is an id: of the note, of the call he was to be rung back
    for, or of the debtor's case.
    """

    CUSTOMER = "customer"
    NUMBER = "number"
    """An agent has keyed it."""
    NOTE = "note"
    CALL_BACK = "call_back"
    DEBT = "debt"


class DialResult(StrEnum):
    """How a dial that reached nobody ended."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    """There is no such number."""
    SWITCHED_OFF = "switched_off"
    """His telephone can't be reached now."""
    DECLINED = "declined"
    NETWORK_ERROR = "network_error"
    REFUSED = "refused"
    """The gate let it pass when it was asked for, and doesn't any more."""
    CANCELLED = "cancelled"
    """By her, on her page or by hanging up."""
    NOT_TAKEN = "not_taken"
    """Her own phone wasn't answered."""
    FAILED = "failed"
    """Something of ours failed."""


@dataclass(frozen=True, slots=True)
class DialAsked(Body):
    """``caller`` is whom to dial, ``participant`` who he is where that was said, ``language`` how he is spoken to
    should he ever wait.
    """

    agent: AgentId
    caller: CallerId
    participant: ParticipantId | None
    language: Language
    purpose: DialledFor
    about: str | None


@dataclass(frozen=True, slots=True)
class DialRang(Body):
    """It rings at whom she dials."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class DialReached(Body):
    """They hear each other; ``line`` is his."""

    agent: AgentId
    line: LineId


@dataclass(frozen=True, slots=True)
class DialEnded(Body):
    """He wasn't reached."""

    agent: AgentId
    result: DialResult


@dataclass(frozen=True, slots=True)
class DialCancelled(Body):
    """She doesn't want it any more; who is on the line already stays there."""

    agent: AgentId


DIAL_FACTS: Final[tuple[type[Body], ...]] = (
    DialAsked,
    DialRang,
    DialReached,
    DialEnded,
    DialCancelled,
)
