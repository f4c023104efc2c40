"""A tenant as reports know it: what its contract agrees on, and the names it has for things."""

from datetime import timedelta
from typing import Final

from domain.outcome import Asks
from domain.language import Language
from domain.staffing import Goal
from domain.tenant import Tenant
from reporting.subject import Brand

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
        services={one.key: one.names[language] for one in tenant.services},
        outcomes={one.key: one.names[language] for one in outcomes},
        promised=frozenset(one.key for one in outcomes if one.asks is Asks.DAY),
        paid=frozenset(one.key for one in outcomes if one.key == _PAID),
    )
