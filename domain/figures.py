"""The key figures of the trade: sums that can be added up, and the formulas over them.

Whatever is counted is counted in the slot in which it began: a caller by when he entered the field, a conversation by
when it began, a time by when it was spent.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, Protocol, TypeVar, assert_never

from domain.call import Concern
from domain.ids import AgentId, ListId, TenantId
from domain.language import Language
from domain.projection import Doing, Way

_NOTHING: Final = timedelta()


class Formula(StrEnum):
    """The service level as a contract may define it; T is the tenant's threshold, short its short-abandon limit."""

    A = "A"
    """Answered within T / (answered + abandoned): the strict one."""
    B = "B"
    """Answered within T / (answered + abandoned - short): the usual one."""
    C = "C"
    """(Answered within T + short) / (answered + abandoned)."""
    D = "D"
    """Answered within T / (answered + abandoned after T)."""
    E = "E"
    """(Answered within T + abandoned within T) / (answered + abandoned)."""
    F = "F"
    """Answered within T / answered: the flattering one, and Asterisk's own."""


@dataclass(frozen=True, slots=True)
class CallFlow:
    """How callers fared who entered the field. Who was answered, hung up (``abandoned``), was to be rung back, or went
    ``elsewhere`` is counted once; who still waits isn't.

    ``in_time`` were answered within T, ``gone_in_time`` hung up within T, ``short`` within the short-abandon limit.
    """

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    gone_in_time: int = 0
    short: int = 0
    rung_back: int = 0
    elsewhere: int = 0
    answered_wait: timedelta = _NOTHING
    abandoned_wait: timedelta = _NOTHING

    def __add__(self, other: "CallFlow") -> "CallFlow":
        return _added(self, other)

    @property
    def still_waiting(self) -> int:
        return self.offered - self.answered - self.abandoned - self.rung_back - self.elsewhere

    def service_level(self, formula: Formula = Formula.B) -> float | None:
        """Percent; None where nothing is to be divided by."""
        return percent(*self.level_parts(formula))

    def level_parts(self, formula: Formula) -> tuple[int, int]:
        """The calls that kept the service level, and those that it is the share of: both can be added up."""
        ended = self.answered + self.abandoned
        match formula:
            case Formula.A:
                return self.in_time, ended
            case Formula.B:
                return self.in_time, ended - self.short
            case Formula.C:
                return self.in_time + self.short, ended
            case Formula.D:
                return self.in_time, ended - self.gone_in_time
            case Formula.E:
                return self.in_time + self.gone_in_time, ended
            case Formula.F:
                return self.in_time, self.answered
            case _:
                assert_never(formula)

    @property
    def asa(self) -> timedelta | None:
        """Average speed of answer: the waits of those answered / answered."""
        return mean(self.answered_wait, self.answered)

    @property
    def abandoned_after(self) -> timedelta | None:
        """The mean wait of those who hung up."""
        return mean(self.abandoned_wait, self.abandoned)

    @property
    def abandonment(self) -> float | None:
        """Percent, raw: abandoned / offered."""
        return percent(self.abandoned, self.offered)

    @property
    def net_abandonment(self) -> float | None:
        """Percent: (abandoned - short) / (offered - short)."""
        return percent(self.abandoned - self.short, self.offered - self.short)


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of those answered: how many waited so many whole seconds, the rest of a second left out."""

    callers: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "Waits") -> "Waits":
        return _added(self, other)

    def percentile(self, share: int) -> int | None:
        """Seconds within which ``share`` percent were answered (nearest rank); None where nobody was."""
        rank = math.ceil(sum(self.callers.values()) * share / 100)
        for seconds in sorted(self.callers):
            rank -= self.callers[seconds]
            if rank <= 0:
                return seconds
        return None

    @property
    def longest(self) -> int | None:
        """Seconds; None where nobody was answered."""
        return max(self.callers, default=None)


@dataclass(frozen=True, slots=True)
class Handling:
    """What conversations took of agents' time. ``handled`` counts an agent's part in a call, so that one which was
    passed on counts for each with her own time only; what an agent dialled herself isn't in it.
    """

    handled: int = 0
    talk: timedelta = _NOTHING
    hold: timedelta = _NOTHING
    wrap_up: timedelta = _NOTHING

    def __add__(self, other: "Handling") -> "Handling":
        return _added(self, other)

    @property
    def aht(self) -> timedelta | None:
        """Average handling time: (talk + hold + wrap-up) / handled."""
        return mean(self.talk + self.hold + self.wrap_up, self.handled)


@dataclass(frozen=True, slots=True)
class AgentWork:
    """What an agent did: how long she did what, her pauses by reason, the calls she took by the way they came, and what
    she let pass. ``unreached`` rang at a phone that couldn't be reached, and never count against her.
    """

    spent: Mapping[Doing, timedelta] = field(default_factory=dict)
    pauses: Mapping[str, timedelta] = field(default_factory=dict)
    taken: Mapping[Way, int] = field(default_factory=dict)
    missed: int = 0
    rejected: int = 0
    unreached: int = 0
    passed_on: int = 0

    def __add__(self, other: "AgentWork") -> "AgentWork":
        return _added(self, other)

    def time(self, doing: Doing) -> timedelta:
        return self.spent.get(doing, _NOTHING)

    @property
    def signed_in(self) -> timedelta:
        return sum(self.spent.values(), _NOTHING)

    @property
    def busy(self) -> timedelta:
        """Talk + hold + wrap-up."""
        return sum(map(self.time, (Doing.TALKING, Doing.ON_HOLD, Doing.WRAP_UP)), _NOTHING)

    @property
    def occupancy(self) -> float | None:
        """Percent: busy / (busy + ready). Others, ICMI among them, define it otherwise: print the formula."""
        return share(self.busy, self.busy + self.time(Doing.READY))

    @property
    def utilisation(self) -> float | None:
        """Percent: (busy + ready) / signed in."""
        return share(self.busy + self.time(Doing.READY), self.signed_in)


@dataclass(frozen=True, slots=True)
class PortalFlow:
    """Callers of the portal, by when they arrived. ``self_served`` had something done or told and went to no person;
    ``gave_up`` hung up in the dialog and had nothing. ``time`` is what they spent there, ``to_balance`` what it took
    the ``told`` till their balance was.
    """

    calls: int = 0
    self_served: int = 0
    handed_over: int = 0
    gave_up: int = 0
    time: timedelta = _NOTHING
    told: int = 0
    to_balance: timedelta = _NOTHING

    def __add__(self, other: "PortalFlow") -> "PortalFlow":
        return _added(self, other)

    @property
    def self_served_share(self) -> float | None:
        """Percent of the calls."""
        return percent(self.self_served, self.calls)

    @property
    def time_to_balance(self) -> timedelta | None:
        return mean(self.to_balance, self.told)


@dataclass(frozen=True, slots=True)
class DunningWork:
    """Calls for debtors' cases, as they were recorded; ``closed`` ended their case."""

    attempts: int = 0
    reached: int = 0
    closed: int = 0

    def __add__(self, other: "DunningWork") -> "DunningWork":
        return _added(self, other)

    @property
    def reached_share(self) -> float | None:
        """Percent of the attempts."""
        return percent(self.reached, self.attempts)


@dataclass(frozen=True, slots=True)
class Promises:
    """Promises to pay; ``kept`` are those after which the case was paid or withdrawn, whenever that was."""

    made: int = 0
    kept: int = 0

    def __add__(self, other: "Promises") -> "Promises":
        return _added(self, other)

    @property
    def kept_share(self) -> float | None:
        """Percent."""
        return percent(self.kept, self.made)


class CallCut(NamedTuple):
    """What callers are told apart by; ``since`` is when the part of the period begins."""

    tenant: TenantId
    language: Language
    concern: Concern | None
    since: datetime


class AgentCut(NamedTuple):
    """``since`` is when the part of the period begins."""

    agent: AgentId
    since: datetime


class PortalCut(NamedTuple):
    """``language`` is the last one of the call, None where none was set; ``line`` is the tenant's name for it."""

    tenant: TenantId
    line: str
    language: Language | None


class DunningCut(NamedTuple):
    tenant: TenantId
    list: ListId
    outcome: str


class ServiceCut(NamedTuple):
    """``service`` None: no concern. ``price`` as ``read_price`` reads it."""

    tenant: TenantId
    service: str | None
    price: str | None


class GaveUpAt(NamedTuple):
    """The prompt that a caller who gave up heard last; None: none had begun."""

    tenant: TenantId
    prompt: str | None


class _Addable(Protocol):
    def __add__(self: "Sum", other: "Sum") -> "Sum": ...


Sum = TypeVar("Sum", bound=_Addable)
Key = TypeVar("Key")
To = TypeVar("To")


def rolled_up(parts: Mapping[Key, Sum], to: Callable[[Key], To]) -> dict[To, Sum]:
    """Added up over all keys that ``to`` makes the same, in the order they come."""
    found: dict[To, Sum] = {}
    for key, part in parts.items():
        under = to(key)
        found[under] = found[under] + part if under in found else part
    return found


def total(parts: Iterable[Sum], nothing: Sum) -> Sum:
    for part in parts:
        nothing = nothing + part
    return nothing


def percent(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None


def share(part: timedelta, whole: timedelta) -> float | None:
    """Percent."""
    return 100.0 * (part / whole) if whole else None


def mean(whole: timedelta, count: int) -> timedelta | None:
    """To the microsecond, a half to the even one."""
    return whole / count if count else None


Values = TypeVar("Values")


def _added(one: Values, other: Values) -> Values:
    """Field by field; mappings key by key."""
    kind: Any = type(one)
    sums = [_sum(getattr(one, name), getattr(other, name)) for name in _names(kind)]
    added: Values = kind(*sums)
    return added


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, int | timedelta):
        return one + other
    both = dict(one)
    for key, value in other.items():
        both[key] = both[key] + value if key in both else value
    return both
