"""What the naive implementation keeps of a caller, an agent, her part in a call, and a call of the portal."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

Key = tuple[Any, ...]
Sums = dict[Key, dict[Any, int]]
HANDLING = {"talking": "talk", "on_hold": "hold", "wrap_up": "wrap_up"}


def sums() -> Sums:
    return defaultdict(lambda: defaultdict(int))


@cache
def snake(kind: str) -> str:
    """``LegEnded`` is ``leg_ended``."""
    return re.sub("(?<!^)(?=[A-Z])", "_", kind).lower()


def micros(lasts: timedelta) -> int:
    return (lasts.days * 86400 + lasts.seconds) * 1_000_000 + lasts.microseconds


@dataclass
class Caller:
    """A call in the field. ``place`` is ``waits``, ``offered``, ``talks``, ``outside``, ``leaves``; ``her`` who is rung
    or speaks with him.
    """

    tenant: str
    language: str
    concern: str | None
    who: tuple[str, ...] | None
    entered: datetime
    synthetic: bool
    dialled: str | None = None
    place: str = "waits"
    her: str | None = None
    on_line: bool = True
    offers: int = 0
    answered: datetime | None = None
    wish: bool = False
    overflowed: bool = False
    given_up: bool = False
    guest: str | None = None
    guest_offer: int = 0
    guest_talks: bool = False
    going: str | None = None
    listener: int | None = None
    in_room: bool = False
    handed_outside: bool = False
    over: datetime | None = None
    end: str | None = None
    in_time: bool = False
    short: bool = False

    @property
    def is_dialled(self) -> bool:
        """And hasn't been reached yet; who was may ask to be rung back, as anybody."""
        return self.dialled is not None and self.answered is None


@dataclass
class Worker:
    phone: str
    skills: set[str]
    state: str
    since: datetime
    reason: str | None = None
    call: str | None = None
    offer: int = 0
    way: str = ""
    missed: int = 0
    pause: str | None = None
    leaves: bool = False
    reachable: bool = True


@dataclass
class Part:
    """Of an agent in a call."""

    her: str
    call: str
    way: str
    rang: datetime
    connected: datetime | None = None
    result: str | None = None
    passed_on: bool = False
    ended: datetime | None = None


@dataclass
class Ivr:
    tenant: str
    line: str
    caller: str | None
    at: datetime
    language: str | None = None
    told: datetime | None = None
    served: bool = False
    handed_over: bool = False
    left: datetime | None = None
    end: str | None = None
    last: str | None = None
