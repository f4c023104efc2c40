"""An agent at work: her skills, and the states of her day.

    Signed out --SignedIn--> Paused --WentReady--> Ready --Offered--> Ringing --Connected--> Talking <--> On hold
        ^                      ^  ^                  ^                   |                      |
        |                      |  +----- missed -----+---- OfferEnded ---+                      | LegEnded
        +--SignedOut-----------+                     |                                          v
                               +---- pending pause --+---- WrapUpEnded --------------------- Wrap-up

Unreachable (her phone is gone) takes the place of Ready, Ringing or Paused, and gives it back when the phone is found.
She is in exactly one state at any instant, and offered a call in Ready only (Cisco Finesse, TAPI).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.ids import AgentId, CallId, Phone, Skill

BEST = 5
"""The highest level of a skill; 1 is the lowest."""

_LEVELS = {str(level) for level in range(1, BEST + 1)}
_SKILL = re.compile(r"[a-z][a-z0-9_-]{0,40}")

SIGNED_IN = "signed_in"
MISSED = "missed"
"""Pauses that no agent asked for: after signing in, and after too many offers missed."""


@dataclass(frozen=True, slots=True)
class Ready:
    since: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """A new reason begins a new interval."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ringing:
    since: datetime
    call: CallId
    offer: int


@dataclass(frozen=True, slots=True)
class Talking:
    since: datetime
    call: CallId


@dataclass(frozen=True, slots=True)
class OnHold:
    """The caller is on hold, the agent is not free."""

    since: datetime
    call: CallId


@dataclass(frozen=True, slots=True)
class WrapUp:
    """``until`` is when it ends by itself, unless she has yet to record what she did."""

    since: datetime
    call: CallId
    until: datetime
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Unreachable:
    """``paused`` is the reason of the pause she goes back to, None where she goes back to Ready. ``again`` is when
    she is tried again, where an offer failed and nothing else tells that her phone is gone.
    """

    since: datetime
    paused: str | None
    again: datetime | None = None


AgentState = Ready | Paused | Ringing | Talking | OnHold | WrapUp | Unreachable


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent who is signed in.

    ``missed`` counts offers let pass since she last took one. ``pause`` is the reason of a pause asked for in a call,
    which begins after wrap-up; ``leaves`` says that she signs out then. ``reachable`` is her phone's. ``in_page`` says
    that she can record what she did, and so is asked to.
    """

    id: AgentId
    phone: Phone
    skills: Mapping[Skill, int]
    state: AgentState
    missed: int = 0
    pause: str | None = None
    leaves: bool = False
    reachable: bool = True
    in_page: bool = False

    def talks_about(self, call: CallId) -> bool:
        """Whether she is in this call, the caller on hold or not."""
        return isinstance(self.state, Talking | OnHold) and self.state.call == call


def is_skill(name: str) -> bool:
    """Whether a skill may have this name: one word, since facts hold no free text."""
    return _SKILL.fullmatch(name) is not None


def read_skills(written: Sequence[str]) -> Mapping[Skill, int]:
    """Skills from ``("de=5", "fr")``; without a level the best is meant. Raises ValueError."""
    found: dict[Skill, int] = {}
    for item in written:
        name, equals, level = item.partition("=")
        if not is_skill(name) or (equals and level not in _LEVELS):
            raise ValueError(f"{item!r} is no skill")
        if name in found:
            raise ValueError(f"skill {name!r} stands there twice")
        found[Skill(name)] = int(level) if equals else BEST
    return MappingProxyType(found)


def write_skills(skills: Mapping[Skill, int]) -> tuple[str, ...]:
    """As ``read_skills`` reads them, in order."""
    return tuple(f"{name}={level}" for name, level in sorted(skills.items()))
