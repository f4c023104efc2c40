"""The gate before every dunning dial: whether a debtor may be rung now, else why not and until when.

Each rule about time is a function from an instant to the first one from it on at which the rule lets a dial pass. A
dial is refused by the first rule that doesn't answer with the same instant; when all pass is found by asking them in
turn until none moves any more.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from domain.dialling import Cleared, DiallingRules, Refusal, Refused, never_dialled
from domain.dunning_profile import Counted, Limit, Profile
from domain.local_time import MONTH, first_instant
from domain.opening_hours import OpeningHours, OpenSpan
from domain.party import Party

ATTEMPTS: Final = 3
"""How often a case is tried in its life, unless its list says otherwise."""

_AHEAD: Final = 2 * MONTH
"""How far ahead an instant is looked for that suits all rules."""

FreeFrom = Callable[[datetime], datetime | None]
"""From an instant to the first one from it on at which a rule lets a dial pass; None: never, or not foreseeable."""


@dataclass(frozen=True, slots=True)
class History:
    """When this number, and this case on whatever number, were dialled before, and when the case's last conversation
    began; all in UTC, in any order.

    ``to_number`` are the dials of the number for anything, ``for_no_debt`` those of them that were for nobody's debt:
    what was spoken of nobody knows, so each counts for every case of the number, though not against its life. Both
    reach back as far as the widest window of the profile, a calendar day being two; ``of_case`` holds all of its life.
    """

    to_number: Sequence[datetime] = ()
    of_case: Sequence[datetime] = ()
    conversation: datetime | None = None
    for_no_debt: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What else is known right before the dial: whether who answers there asked not to be called (``blocked``), the
    agent who asks has the case's lease, and another agent is dialling the number or has it on the line.
    """

    history: History
    blocked: bool = False
    leased: bool = True
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What the tenant allows, and how many ``attempts`` the case's list gives it. The hours of ``dialling`` don't
    count: the profile has its own.
    """

    dialling: DiallingRules
    profile: Profile
    attempts: int = ATTEMPTS


def judge(
    party: Party, terms: Terms, standing: Standing, now: datetime, holidays: Set[date]
) -> Cleared | Refused:
    """Whether ``party`` may be dialled at ``now`` (aware), else the first reason against it: what never passes before
    what does. ``holidays`` are those of all its states.
    """
    refusal = never_dialled(party.number, terms.dialling, blocked=standing.blocked)
    if refusal is not None:
        return Refused(refusal)
    if not standing.leased:
        return Refused(Refusal.LEASE)
    if standing.under_way:
        return Refused(Refusal.UNDER_WAY)
    for reason, free_from in _rules(party, terms, standing.history, holidays):
        until = free_from(now)
        if until != now:
            return Refused(reason, until)
    assert terms.dialling.show is not None, "never_dialled refuses where there is nothing to show"
    return Cleared(party.number.e164, terms.dialling.show)


def next_allowed(
    party: Party, terms: Terms, history: History, at: datetime, holidays: Set[date]
) -> datetime | None:
    """The first instant from ``at`` (aware) on at which no rule about time is against a dial, if none is made before;
    None where none comes within two months. ``holidays`` are those of all its states, of that time.
    """
    return _first_of_all([rule for _, rule in _rules(party, terms, history, holidays)], at)


def next_wanted(party: Party, profile: Profile, window: OpenSpan, at: datetime) -> datetime | None:
    """The first instant from ``at`` (aware) on within the profile's hours and within ``window`` of a day where he is;
    None where the two never meet.
    """
    zone = min(party.zones, key=str)

    def wanted(at: datetime) -> datetime | None:
        return first_instant(at, zone, lambda local: window.holds(local.time()), {window.start})

    return _first_of_all([wanted, *_hours(party, profile)], at)


def _hours(party: Party, profile: Profile) -> Sequence[FreeFrom]:
    return [OpeningHours(zone, profile.week).next_open for zone in sorted(party.zones, key=str)]


def _rules(
    party: Party, terms: Terms, history: History, holidays: Set[date]
) -> Iterator[tuple[Refusal, FreeFrom]]:
    """What speaks against a dial and passes with time, in the order in which it is told."""
    profile, zones = terms.profile, sorted(party.zones, key=str)
    yield Refusal.LIFE, partial(_within_life, terms.attempts, history)
    talk = history.conversation
    if talk is not None and profile.rest_days:
        rest = timedelta(days=profile.rest_days)
        yield (
            Refusal.REST,
            partial(_first_of_all, [partial(_days_later, zone, talk, rest) for zone in zones]),
        )
    for reason in (Refusal.DAY, Refusal.NUMBER, Refusal.CASE):
        limits = [limit for limit in profile.limits if _reason(limit) is reason]
        below = [partial(_below_limit, limit, history, zones) for limit in limits]
        yield reason, partial(_first_of_all, below)
    if not profile.on_holidays:
        yield (
            Refusal.HOLIDAY,
            partial(_first_of_all, [partial(_working_day, zone, holidays) for zone in zones]),
        )
    yield Refusal.HOURS, partial(_first_of_all, _hours(party, profile))


def _first_of_all(rules: Sequence[FreeFrom], at: datetime) -> datetime | None:
    """The first instant from ``at`` on at which all ``rules`` let a dial pass; None where none comes within two
    months. What one rule puts off another may put off again, but none is ever moved past the answer.
    """
    end = at + _AHEAD
    settled = False
    while not settled:
        settled = True
        for rule in rules:
            later = rule(at)
            if later is None or later > end:
                return None
            settled = settled and later == at
            at = later
    return at


def _within_life(attempts: int, history: History, at: datetime) -> datetime | None:
    return at if len(history.of_case) < attempts else None


def _days_later(zone: ZoneInfo, since: datetime, days: timedelta, at: datetime) -> datetime | None:
    """From ``at`` on, the first instant whose local date is ``days`` after that of ``since``, or later."""
    day = since.astimezone(zone).date() + days
    return first_instant(at, zone, lambda local: local.date() >= day)


def _working_day(zone: ZoneInfo, holidays: Set[date], at: datetime) -> datetime | None:
    return first_instant(at, zone, lambda local: local.date() not in holidays)


def _below_limit(
    limit: Limit, history: History, zones: Sequence[ZoneInfo], at: datetime
) -> datetime | None:
    """A further dial would be the one too many as long as the ``count`` latest lie within one window with it."""
    of_case = [*history.of_case, *history.for_no_debt]
    dials = history.to_number if limit.per is Counted.NUMBER else of_case
    if len(dials) < limit.count:
        return at
    first = sorted(dials)[-limit.count]
    if limit.window is not None:
        return max(at, first + limit.window)
    tomorrow = timedelta(days=1)
    return _first_of_all([partial(_days_later, zone, first, tomorrow) for zone in zones], at)


def _reason(limit: Limit) -> Refusal:
    if limit.window is None:
        return Refusal.DAY
    return Refusal.NUMBER if limit.per is Counted.NUMBER else Refusal.CASE
