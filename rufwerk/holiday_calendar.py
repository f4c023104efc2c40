"""The public holidays of a tenant's country and state, from the ``holidays`` library."""

from datetime import date, datetime
from functools import lru_cache

import holidays

from domain.tenant import Tenant


def holidays_of(tenant: Tenant, at: datetime) -> frozenset[date]:
    """The days on which the tenant's persons don't answer, in its own calendar: those of the year of ``at``, of the
    year before (whatever the time zone) and of the next.
    """
    return _days(tenant.country, tenant.subdivision, (at.year - 1, at.year, at.year + 1))


def complaint(country: str, subdivision: str | None) -> tuple[str, str] | None:
    """The key that is wrong of an ISO 3166 country and subdivision, and the remedy."""
    if len(country) != 2 or not country.isupper():  # the library knows other names, ISO doesn't
        return "country", f"{country!r} is no ISO 3166 code. Write two capitals, such as DE."
    try:
        _days(country, None, (2026,))
    except NotImplementedError:
        return "country", f"the holidays of {country!r} aren't known. Write a code such as DE."
    try:
        _days(country, subdivision, (2026,))
    except NotImplementedError:
        known = ", ".join(holidays.country_holidays(country).subdivisions)
        remedy = f"Write one of {known}, or leave it out." if known else "Leave it out."
        return "subdivision", f"{subdivision!r} isn't known for holidays in {country}. {remedy}"
    return None


@lru_cache(maxsize=256)
def _days(country: str, subdivision: str | None, years: tuple[int, ...]) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))
