"""Outgoing calls: which numbers may be dialled and when, who dials them, and who asked to be rung back."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from domain.dial_facts import DialledFor
from domain.ids import AgentId, CallerId, CallId, CaseId, TenantId
from domain.opening_hours import OpeningHours


class NumberKind(StrEnum):
    """What a telephone number is for, as its country's numbering plan has it.

    ``FIXED_OR_MOBILE`` is a number of a country whose plan doesn't tell the two apart (North America). ``SERVICE`` are
    companies' common numbers and those that belong to no country, satellites' among them; ``SHORT`` are emergency and
    other short numbers; ``UNKNOWN`` are ranges that were never given out.
    """

    FIXED = "fixed"
    MOBILE = "mobile"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    VOIP = "voip"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    TOLL_FREE = "toll_free"
    SERVICE = "service"
    PERSONAL = "personal"
    PAGER = "pager"
    VOICEMAIL = "voicemail"
    SHORT = "short"
    UNKNOWN = "unknown"


ALLOWABLE = (NumberKind.FIXED, NumberKind.MOBILE, NumberKind.VOIP)
"""The kinds that a tenant may allow. No rule opens the others: they are what toll fraud lives on."""


@dataclass(frozen=True, slots=True)
class TelephoneNumber:
    """A number as it is dialled (``e164``: ``+49...``); ``country`` (ISO 3166) None where it belongs to none."""

    e164: str = field(repr=False)
    country: str | None
    kind: NumberKind


_NEVER = OpeningHours(ZoneInfo("UTC"), {})


@dataclass(frozen=True, slots=True)
class DiallingRules:
    """What a tenant's agents may dial, and when; as it stands, nothing at all.

    ``hours`` are when calls may be placed, on holidays only where ``on_holidays`` says so. ``show`` is the number of
    ours (E.164) that the person rung sees and can ring back.
    """

    countries: frozenset[str] = frozenset()
    kinds: frozenset[NumberKind] = frozenset({NumberKind.FIXED, NumberKind.MOBILE})
    hours: OpeningHours = _NEVER
    on_holidays: bool = False
    show: str | None = None


class Refusal(StrEnum):
    """Why a number isn't dialled. ``UNDER_WAY`` and what stands from ``REST`` on pass with time; those from ``LEASE``
    to ``HOLIDAY`` are dunning's alone.
    """

    TENANT = "tenant"
    """The brand isn't served here."""
    UNREADABLE = "unreadable"
    """It is no number, or the caller's has been erased."""
    KIND = "kind"
    """Premium, service, emergency and the like."""
    KIND_LEFT_OUT = "kind_left_out"
    """A kind that a tenant may allow, and this one doesn't."""
    COUNTRY = "country"
    """The tenant doesn't ring that country."""
    OWN = "own"
    """It is a line of ours: the call would come back to us."""
    BLOCKED = "blocked"
    """Who has it asked not to be called."""
    LOCKED_OUT = "locked_out"
    """The brand doesn't serve who has it by telephone."""
    NOTHING_TO_SHOW = "nothing_to_show"
    """We have no number of ours to show there (TKG section 120: a call must show one that can be rung back)."""
    UNDER_WAY = "under_way"
    """An agent of ours is dialling it, or has it on the line."""
    LEASE = "lease"
    """The case isn't, or is no longer, with the agent who asks."""
    LIFE = "life"
    """The case has had all its attempts."""
    REST = "rest"
    """There was a conversation a few days ago."""
    DAY = "day"
    """Enough attempts on this day."""
    NUMBER = "number"
    """Enough attempts at the number for the time being."""
    CASE = "case"
    """Enough attempts at the case for the time being."""
    HOLIDAY = "holiday"
    """The day is one where he lives, or may be."""
    HOURS = "hours"
    """Not at this time of day. For the tenant's own hours a holiday counts as such."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """``number`` may be dialled now, and ``show`` is the number of ours to be shown there; both E.164."""

    number: str = field(repr=False)
    show: str


@dataclass(frozen=True, slots=True)
class Refused:
    """``until`` is the first instant at which this reason is over; None: never, or not foreseeable."""

    refusal: Refusal
    until: datetime | None = None


def may_dial(
    number: TelephoneNumber | None,
    rules: DiallingRules,
    now: datetime,
    holidays: Set[date],
    *,
    blocked: bool,
) -> Refusal | None:
    """Why ``number`` may not be dialled at ``now`` (aware), None where it may. ``holidays`` are the tenant's."""
    refusal = never_dialled(number, rules, blocked=blocked)
    if refusal is not None:
        return refusal
    if not rules.hours.open_at(now, frozenset() if rules.on_holidays else holidays):
        return Refusal.HOURS
    return None


def never_dialled(
    number: TelephoneNumber | None, rules: DiallingRules, *, blocked: bool
) -> Refusal | None:
    """Why ``number`` isn't dialled at any time."""
    if number is None:
        return Refusal.UNREADABLE
    if not _kind_allowed(number.kind, frozenset(ALLOWABLE)):
        return Refusal.KIND
    if not _kind_allowed(number.kind, rules.kinds):
        return Refusal.KIND_LEFT_OUT
    if number.country not in rules.countries:
        return Refusal.COUNTRY
    if blocked:
        return Refusal.BLOCKED
    if rules.show is None:
        return Refusal.NOTHING_TO_SHOW
    return None


def _kind_allowed(kind: NumberKind, kinds: Set[NumberKind]) -> bool:
    if kind is NumberKind.FIXED_OR_MOBILE:
        return {NumberKind.FIXED, NumberKind.MOBILE} <= kinds
    return kind in kinds


class CallBackState(StrEnum):
    """What has become of a wish to be rung back.

    OPEN --> DONE (he was reached, or answered before he hung up)
      |        ^
      +--> GIVEN_UP (on the team lead's list, who may still see to it)
    """

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Window:
    """When a caller wishes to be rung: from ``start`` on and before ``end``, both aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CallBack:
    """A caller's wish to be rung back, made in ``call``; ``ended_at`` is None while it is open, ``window`` where he is
    to be rung as soon as can be.
    """

    call: CallId
    tenant: TenantId
    caller: CallerId
    state: CallBackState
    asked_at: datetime
    ended_at: datetime | None = None
    window: Window | None = None


_LONGEST: Final = timedelta(hours=2)
"""After which a claim is taken for one that nobody released."""


@dataclass(frozen=True, slots=True)
class DialUnderWay:
    """An agent dials somebody, or has him on the line, since ``since``: nobody else dials him meanwhile. ``purpose``
    and ``about`` as in ``DialAsked``.
    """

    caller: CallerId
    call: CallId
    tenant: TenantId
    agent: AgentId
    purpose: DialledFor
    about: str | None
    since: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it counts still."""
        return now - self.since < _LONGEST


@dataclass(frozen=True, slots=True)
class DialMade:
    """Somebody was dialled at ``at`` in a call, and his telephone rang, as far as anybody knows. ``case`` is the
    debtor's whose debt it was for, None: for nobody's; ``reached`` is when somebody answered there, though it was a
    mailbox.
    """

    call: CallId
    caller: CallerId
    at: datetime
    case: CaseId | None = None
    reached: datetime | None = None
