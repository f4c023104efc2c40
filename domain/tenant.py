"""A brand whose customers we serve: its lines, languages, hours and rules."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.dialling import DiallingRules
from domain.dunning_profile import Dunning
from domain.errand import PointsLimits
from domain.ids import Skill, TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan, common
from domain.person import MAY_SERVE, Role
from domain.pin_policy import PinPolicy
from domain.report_schedule import Reporting
from domain.retention import Retention
from domain.reward import Reward
from domain.service_record import Price, Service
from domain.waiting_field import FieldRules


class MenuItem(StrEnum):
    """What the portal can offer a participant."""

    BALANCE = "balance"
    REDEEM = "redeem"
    BLOCK_CARD = "block_card"
    MOVEMENTS = "movements"
    CHANGE_PIN = "change_pin"
    LANGUAGE = "language"
    SHORT_FORM = "short_form"


class LineDialog(StrEnum):
    """What a caller of a line meets."""

    PORTAL = "portal"
    DEBTORS = "debtors"
    """Who has been rung about a debt, and rings back."""


class Tariff(StrEnum):
    """What class of numbers a line's are of, by what a caller pays."""

    FREE = "free"
    LOCAL = "local"
    """No more than for any other number of the country."""
    SHARED = "shared"
    PREMIUM = "premium"


DEARER: Final = frozenset({Tariff.SHARED, Tariff.PREMIUM})
"""The classes whose price a caller is told before anything else (in Germany TKG section 110, for premium services)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number we offer. ``languages`` in the order they are offered; the first one greets.

    ``numbers`` are all the ways it is dialled: digits only, without ``+``. ``price_per_call`` is what a caller pays
    where the ``tariff`` is a dearer one, None where it isn't. There is none by the minute: callers may wait on every
    line, and nobody may do so at his own cost (TKG section 115).
    """

    name: str
    numbers: tuple[str, ...]
    languages: tuple[Language, ...]
    dialog: LineDialog = LineDialog.PORTAL
    tariff: Tariff = Tariff.LOCAL
    price_per_call: Price | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as its file describes it.

    ``country`` and ``subdivision`` (ISO 3166) choose the holidays and the reading of national
    telephone numbers; ``prompts`` overrides texts of the catalogue, by language and key;
    ``version`` is a digest of the file. ``field`` is how its callers wait, ``dialling`` whom its agents may ring,
    ``dunning`` how its debtors are rung, None where nobody rings them;
    ``transfer`` are the lines outside that callers may be sent to, by name (E.164). ``services`` are what its agents
    may record, in the order they choose from; ``points`` is how much they may book, ``rewards`` what participants may
    have for theirs; ``reports`` is what goes out of figures, ``retention`` how long rows with personal data are kept;
    ``locked_out`` are the numbers (E.164) of callers whom it serves by telephone no longer; ``most_calls`` may be in
    the portal at once, None: as many as there are places for all tenants.
    """

    id: TenantId
    name: str
    country: str
    subdivision: str | None
    lines: tuple[Line, ...]
    hours: OpeningHours
    menu: tuple[MenuItem, ...]
    pin: PinPolicy
    version: str
    prompts: Mapping[Language, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    field: FieldRules = dataclasses.field(default_factory=FieldRules)
    dialling: DiallingRules = dataclasses.field(default_factory=DiallingRules)
    open_on_holidays: bool = False
    dunning: Dunning | None = None
    transfer: Mapping[str, str] = dataclasses.field(default_factory=dict)
    services: tuple[Service, ...] = ()
    points: PointsLimits = dataclasses.field(default_factory=PointsLimits)
    rewards: tuple[Reward, ...] = ()
    reports: Reporting = dataclasses.field(default_factory=Reporting)
    retention: Retention = dataclasses.field(default_factory=Retention)
    locked_out: frozenset[str] = dataclasses.field(default=frozenset(), repr=False)
    most_calls: int | None = None

    def service(self, key: str) -> Service | None:
        return next((service for service in self.services if service.key == key), None)

    def reward(self, key: str) -> Reward | None:
        return next((reward for reward in self.rewards if reward.key == key), None)

    def offers(self, item: MenuItem) -> bool:
        """Whether the portal does; where there are no rewards, nothing can be redeemed."""
        return item in self.menu and (item is not MenuItem.REDEEM or bool(self.rewards))

    def locks_out(self, number: str | None) -> bool:
        """Whether who rings from ``number`` (E.164) is turned away; a number withheld (None) never is."""
        return number in self.locked_out

    def is_served_by(self, role: Role, skills: Collection[Skill]) -> bool:
        """Whether who has this role and, as an agent, these skills may open its participants' cards: team leads, and
        every agent who may be offered its calls.
        """
        if role is not Role.AGENT:
            return role in MAY_SERVE
        return any(Skill(brand) in skills for brand in (self.id, *self.field.others))

    def rings_back_from(self, at: datetime, holidays: Set[date]) -> datetime | None:
        """The first instant from ``at`` on at which its persons answer and may ring somebody; None where none comes
        within a month.
        """
        closed, quiet = self._shut(holidays)
        for _ in range(_ALTERNATIONS):
            open_from = self.hours.next_open(at, closed)
            if open_from is None:
                return None
            may_from = self.dialling.hours.next_open(open_from, quiet)
            if may_from is None or may_from == open_from:
                return may_from
            at = may_from
        return None

    def rings_back_on(self, day: date, holidays: Set[date]) -> tuple[OpenSpan, ...]:
        """The spans of a day of its own zone in which its persons answer and may ring somebody."""
        closed, quiet = self._shut(holidays)
        return common(self.hours.on(day, closed), self.dialling.hours.on(day, quiet))

    def _shut(self, holidays: Set[date]) -> tuple[Set[date], Set[date]]:
        """The holidays on which nobody answers, and those on which nobody is rung."""
        closed = frozenset() if self.open_on_holidays else holidays
        return closed, frozenset() if self.dialling.on_holidays else holidays


_ALTERNATIONS: Final = 100
"""How often the two kinds of hours may pass each other by before they are taken never to meet."""


@dataclass(frozen=True, slots=True)
class DialledLine:
    """The line a call came in on, and whose it is."""

    tenant: Tenant
    line: Line


@dataclass(frozen=True, slots=True)
class TenantBook:
    """All tenants in force, found by the number dialled."""

    tenants: Mapping[TenantId, Tenant]

    @classmethod
    def of(cls, tenants: Iterable[Tenant]) -> "TenantBook":
        return cls({tenant.id: tenant for tenant in tenants})

    def dialled(self, number: str) -> DialledLine | None:
        """The line that ``number`` reaches; a leading ``+`` doesn't matter."""
        digits = number.removeprefix("+")
        for tenant in self.tenants.values():
            for line in tenant.lines:
                if digits in line.numbers:
                    return DialledLine(tenant, line)
        return None
