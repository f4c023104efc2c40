"""The rules of a waiting field: who may take which call, what a wait may be, and what a caller is told of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from domain.call import Concern
from domain.ids import Skill, TenantId


class Overflow(StrEnum):
    """What is offered to a caller who has waited as long as his tenant lets him."""

    CALL_BACK = "call_back"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class FieldRules:
    """How one tenant's callers wait. All times in seconds; None: never.

    ``service_level`` percent of the calls are to be answered within ``threshold_s``. ``skilled`` are the concerns whose
    skill is required at first (dunning's always is); after ``relax_s`` it is only preferred, after ``others_s`` the
    tenants named in ``others`` may help out, after ``overflow_s`` the caller is offered something else. A caller's
    priority rises by one each ``rise_s``. ``ring_s`` is how long a phone rings, ``missed`` how many offers an agent may
    let pass before she is paused. A caller goes to the agent he spoke with less than ``last_agent_s`` ago, if she is
    free. ``listening`` lets a supervisor take part in a conversation, whom both are told of. ``record`` keeps an agent
    who works in the page in wrap-up until something has been recorded for the call.
    """

    service_level: int = 80
    threshold_s: int = 20
    short_abandon_s: int = 5
    ring_s: int = 15
    missed: int = 2
    wrap_up_s: int = 30
    wrap_up_by_concern: Mapping[Concern, int] = field(default_factory=dict)
    skilled: tuple[Concern, ...] = ()
    relax_s: int | None = 60
    others_s: int | None = None
    others: tuple[TenantId, ...] = ()
    overflow_s: int | None = 600
    overflow: Overflow = Overflow.CALL_BACK
    rise_s: int = 60
    last_agent_s: int | None = None
    call_back_tries: int = 3
    call_back_again_s: int = 900
    listening: bool = False
    record: bool = False

    def wrap_up(self, concern: Concern | None) -> int:
        """Seconds of wrap-up after a call about ``concern``."""
        by_concern = None if concern is None else self.wrap_up_by_concern.get(concern)
        return self.wrap_up_s if by_concern is None else by_concern

    @property
    def stages(self) -> Sequence[int | None]:
        """When each stage of relaxing begins, in seconds of waiting."""
        return (self.relax_s if self.skilled else None, self.others_s if self.others else None)


@dataclass(frozen=True, slots=True)
class Band:
    """A wait as a caller is told it; ``at_most_s`` None: longer than we promise anything about."""

    at_least_s: int
    at_most_s: int | None


BANDS = tuple(
    Band(60 * least, 60 * most)
    for least, most in (
        *((0, 1), (0, 2), (1, 3), (0, 3), (2, 5), (0, 5), (0, 8)),
        *((5, 10), (0, 12), (10, 20), (0, 20), (0, 30)),
    )
)
"""What callers are told, from the shortest to the longest; of those that end together the narrowest first."""

LONGER = Band(0, None)
"""What is told where none of them would be true."""

ENOUGH = 0.85
"""How likely a band must be to hold a wait, so that at least four of five are answered inside it."""


def likely_band(ahead: int, agents: int, handling_s: float) -> Band:
    """The first band that is likely enough to hold the wait of a caller with ``ahead`` callers before him.

    The wait is over when ``ahead + 1`` of the conversations of ``agents`` agents have ended, each of which takes
    ``handling_s`` on average: a sum of exponential times (Erlang's distribution).
    """
    rate = agents / max(handling_s, 1.0)
    for band in BANDS:
        if _between(ahead + 1, rate, band) >= ENOUGH:
            return band
    return LONGER


def never_rising(told: Band | None, band: Band) -> Band:
    """``band``, or what he was told before where that is shorter."""
    if told is None:
        return band
    return min(told, band, key=(*BANDS, LONGER).index)


def _between(ends: int, rate: float, band: Band) -> float:
    assert band.at_most_s is not None
    return _erlang(ends, rate * band.at_most_s) - _erlang(ends, rate * band.at_least_s)


def _erlang(ends: int, expected: float) -> float:
    """The chance that at least ``ends`` events of a Poisson process came where ``expected`` were expected."""
    if expected <= 0:
        return 0.0
    if ends > 60:  # the normal law is near enough, and a sum of many terms slow
        return 0.5 * math.erfc((ends - expected) / math.sqrt(2 * expected))
    term = fewer = math.exp(-expected)
    for count in range(1, ends):
        term *= expected / count
        fewer += term
    return max(0.0, 1.0 - fewer)


def required(
    tenant: TenantId, language: str, concern: Concern | None, rules: FieldRules, stage: int
) -> tuple[frozenset[Skill], ...]:
    """Sets of skills; an agent may take the call who has all the skills of any one of them. Nobody speaks with a debtor
    who isn't trained for it, however long he waits.
    """
    needs = {Skill(language)}
    skilled = stage < 1 and concern in rules.skilled
    if concern is not None and (skilled or concern is Concern.DUNNING):
        needs.add(Skill(concern))
    teams = (tenant, *rules.others) if stage >= 2 else (tenant,)
    return tuple(frozenset({*needs, Skill(team)}) for team in teams)


def write_rules(rules: FieldRules) -> tuple[str, ...]:
    """As ``read_rules`` reads them: ``name=value``, in the order of the fields."""
    return tuple(f"{one.name}={_written(getattr(rules, one.name))}" for one in fields(rules))


def read_rules(written: Sequence[str]) -> FieldRules:
    """The rules that ``write_rules`` wrote; what isn't named is as usual. Raises ValueError."""
    given = dict(item.split("=", 1) for item in written)
    usual = FieldRules()
    names = {one.name for one in fields(usual)}
    if given.keys() - names:
        raise ValueError(f"unknown rules: {', '.join(sorted(given.keys() - names))}")
    values: dict[str, Any] = {name: _read(name, value) for name, value in given.items()}
    return replace(usual, **values)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case dict():
            return " ".join(f"{key}:{seconds}" for key, seconds in value.items())
        case tuple():
            return " ".join(value)
        case _:
            return str(value)


def _read(name: str, value: str) -> object:
    match name:
        case "wrap_up_by_concern":
            pairs = (item.split(":") for item in value.split())
            return {Concern(concern): int(seconds) for concern, seconds in pairs}
        case "skilled":
            return tuple(Concern(item) for item in value.split())
        case "others":
            return tuple(TenantId(item) for item in value.split())
        case "overflow":
            return Overflow(value)
        case "listening" | "record":
            return value == str(True)
        case _:
            return int(value) if value else None
