"""Tenants and teams as reports know them: what a contract agrees on, and the names that things have."""

from datetime import timedelta
from typing import Final

from domain.ids import AgentId
from domain.language import Language
from domain.outcome import Asks
from domain.ports import UnitOfWork
from domain.staffing import Goal
from domain.tenant import Tenant
from reporting.subject import Brand, Floor

_PAID: Final = "paid"
"""The outcome's key that says it, as the usual outcomes have it."""

_HIGHEST: Final = 99.9
"""No finite number of agents answers all calls in time."""


def brand_of(tenant: Tenant, language: Language) -> Brand:
    outcomes = () if tenant.dunning is None else tenant.dunning.outcomes
    rules = tenant.field
    return Brand(
        tenant.id,
        tenant.name,
        Goal(min(float(rules.service_level), _HIGHEST), timedelta(seconds=rules.threshold_s)),
        tenant.reports.formula,
        tenant.reports.prices,
        services={one.key: one.names[language] for one in tenant.services},
        outcomes={one.key: one.names[language] for one in outcomes},
        promised=frozenset(one.key for one in outcomes if one.asks is Asks.DAY),
        paid=frozenset(one.key for one in outcomes if one.key == _PAID),
    )


def floor_of(uow: UnitOfWork) -> Floor:
    """Teams alone, by the sites where people work."""
    names = {site.id: site.name for site in uow.sites.all()}
    return Floor(
        {AgentId(one.id): names[one.site] for one in uow.people.all() if one.site in names}
    )
