"""Whom a report is about, and the names that stand in it: what figures alone don't tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from domain.figures import Formula
from domain.ids import AgentId, ListId, TenantId
from domain.price_list import NOTHING_CHARGED, PriceList
from domain.staffing import Goal

SMALLEST_GROUP = 5
"""Figures of fewer people aren't shown to whom only those of teams are for (trade.md, "People at work")."""


@dataclass(frozen=True, slots=True)
class Brand:
    """A tenant: the service level of its contract (``goal``, by ``formula``), what it pays, and what it calls its
    services and the outcomes of its dunning calls, by their keys. ``promised`` and ``paid`` are such outcomes.
    """

    id: TenantId
    name: str
    goal: Goal
    formula: Formula = Formula.B
    prices: PriceList = NOTHING_CHARGED
    services: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    promised: frozenset[str] = frozenset()
    paid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Floor:
    """The people who work there: the ``teams`` they belong to, by the site where they work. ``persons`` has their names
    where somebody may see each one's figures, and said what for; None: teams alone.
    """

    teams: Mapping[AgentId, str] = field(default_factory=dict)
    persons: Mapping[AgentId, str] | None = None
    smallest: int = SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class Subject:
    """One tenant, or all of them: ``floor`` is None where nothing may be told of who works there. ``lists`` are the
    names of debtors' lists.
    """

    name: str
    brands: tuple[Brand, ...]
    zone: ZoneInfo
    tenant: TenantId | None = None
    floor: Floor | None = None
    lists: Mapping[ListId, str] = field(default_factory=dict)

    @property
    def tenants(self) -> tuple[TenantId, ...]:
        return tuple(brand.id for brand in self.brands)

    def brand(self, tenant: TenantId) -> Brand:
        return next(brand for brand in self.brands if brand.id == tenant)

    @property
    def goal(self) -> Goal:
        """The strictest of them."""
        goals = [brand.goal for brand in self.brands]
        return Goal(max(one.level for one in goals), min(one.within for one in goals))
