"""What a country's rules allow of dunning calls: the hours, how often, and how long to rest after a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from domain.language import Language
from domain.opening_hours import OpenSpan
from domain.outcome import USUAL_OUTCOMES, Outcome

Week = Mapping[int, tuple[OpenSpan, ...]]
"""Spans by weekday; 0 is Monday."""

WEEK: Final = timedelta(days=7)

SCRIPT_HOLES: Final = frozenset({"name", "brand"})
"""The debtor's name, and the brand's. There is none for what he owes."""


class Counted(StrEnum):
    """Which attempts a limit counts."""

    NUMBER = "number"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` attempts (1 or more) within any ``window``; None is a calendar day where the party is."""

    count: int
    per: Counted
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """When and how often a debtor may be rung.

    ``week`` are the hours in his own zone, on his state's holidays only where ``on_holidays`` says so. After a
    conversation he is left alone for ``rest_days`` calendar days there, of which its own is the first.
    """

    name: str
    week: Week
    on_holidays: bool
    limits: tuple[Limit, ...]
    rest_days: int = 0

    def most(self, per: Counted, window: timedelta | None) -> int | None:
        """How many attempts are allowed within such a window; None where there is no such limit."""
        counts = [
            limit.count for limit in self.limits if (limit.per, limit.window) == (per, window)
        ]
        return min(counts, default=None)

    def covers(self, weekday: int, span: OpenSpan) -> bool:
        """Whether all of ``span`` is within the hours."""
        return any(own.covers(span) for own in self.week.get(weekday, ()))


@dataclass(frozen=True, slots=True)
class Dunning:
    """How a tenant's debtors are rung. ``currency`` (ISO 4217) is that of sums for which a list names none,
    ``attempts`` how often a case is tried where its list doesn't say. ``service`` is what is recorded for each attempt
    and charged for, None: nothing is charged. ``results_to`` are the mail addresses that the results of a list go to,
    ``show`` is the number of ours (E.164) that a debtor sees and rings back, None: that of all other calls. ``script``
    is what agents begin with, by language, with the holes ``SCRIPT_HOLES``; in other languages they say what everybody
    says.
    """

    profile: Profile
    currency: str
    attempts: int = 3
    outcomes: tuple[Outcome, ...] = USUAL_OUTCOMES
    service: str | None = None
    results_to: tuple[str, ...] = ()
    show: str | None = None
    script: Mapping[Language, str] = field(default_factory=dict)

    def outcome(self, key: str) -> Outcome | None:
        return next((one for one in self.outcomes if one.key == key), None)


def _days(count: int, start: time, end: time) -> Week:
    return {weekday: (OpenSpan(start, end),) for weekday in range(count)}


DE: Final = Profile(
    "DE",
    week=_days(6, time(8), time(20)),
    on_holidays=False,
    limits=(Limit(3, Counted.NUMBER),),
)
"""Germany: Monday to Saturday 8 to 20, not on the state's holidays, and three attempts a day and a number, as the
Bundesnetzagentur judges what harasses. That a number of ours is shown (TKG section 120) holds for every dial."""

AT: Final = replace(DE, name="AT")
"""Austria: Germany's rules."""

CH: Final = replace(DE, name="CH")
"""Switzerland: Germany's rules."""

US: Final = Profile(
    "US",
    week=_days(7, time(8), time(21)),
    on_holidays=True,
    limits=(Limit(7, Counted.CASE, WEEK),),
    rest_days=7,
)
"""The United States, Regulation F: seven attempts within seven days about one debt, and none within seven days of a
conversation about it, whose day is the first (12 CFR 1006.14(b)(2)); 8 to 21 where the debtor is (1006.6(b)(1)). The
seven days of the attempts are counted to the second, which within these hours is the stricter reading."""

DEMO: Final = replace(DE, name="demo", week=_days(7, time(0), time(0)), on_holidays=True)
"""The demo, which can be tried at any hour; how often somebody is rung is limited as in Germany."""

PROFILES: Final[Mapping[str, Profile]] = {
    profile.name: profile for profile in (DE, AT, CH, US, DEMO)
}
