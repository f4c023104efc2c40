"""The public holidays of a country and its states, from the ``holidays`` library."""

from collections.abc import Set
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import holidays

from domain.tenant import Tenant

_PARTIAL: Final = {"DE": ("catholic",)}
"""Holidays, as the library has them, of some towns of a state only: Corpus Christi in Saxony, Assumption in Bavaria."""

_TOWNS: Final = {("DE", "BY"): "Augsburg", ("CH", "ZH"): "Stadt Zurich"}
"""Towns with holidays of their own, under the name that the library has for them."""


def holidays_of(tenant: Tenant, at: datetime) -> frozenset[date]:
    """The days on which the tenant's persons don't answer, in its own calendar: those of the year of ``at``, of the
    year before (whatever the time zone) and of the next.
    """
    return _days(tenant.country, tenant.subdivision, _years(at))


def holidays_in(country: str | None, states: Set[str], at: datetime) -> frozenset[date]:
    """The days on which somebody may have a holiday who lives in one of ``states`` (ISO 3166-2) of ``country``, of the
    same years; those that only a part of a state keeps are among them. Without states the whole country's.
    """
    if country is None or not _is_known(country):
        return frozenset()
    towns = (_TOWNS.get((country, state)) for state in states)
    places = {None, *states, *towns}
    partial = _PARTIAL.get(country, ())
    return frozenset().union(*(_days(country, place, _years(at), partial) for place in places))


def states_of(country: str) -> frozenset[str]:
    """The subdivisions of ``country`` that have holidays of their own; none where it isn't known."""
    if not _is_known(country):
        return frozenset()
    return frozenset(holidays.country_holidays(country).subdivisions) - {*_TOWNS.values()}


def complaint(country: str, subdivision: str | None) -> tuple[str, str] | None:
    """The key that is wrong of an ISO 3166 country and subdivision, and the remedy."""
    if len(country) != 2 or not country.isupper():  # the library knows other names, ISO doesn't
        return "country", f"{country!r} is no ISO 3166 code. Write two capitals, such as DE."
    if not _is_known(country):
        return "country", f"the holidays of {country!r} aren't known. Write a code such as DE."
    try:
        _days(country, subdivision, (2026,))
    except NotImplementedError:
        known = ", ".join(holidays.country_holidays(country).subdivisions)
        remedy = f"Write one of {known}, or leave it out." if known else "Leave it out."
        return "subdivision", f"{subdivision!r} isn't known for holidays in {country}. {remedy}"
    return None


def _is_known(country: str) -> bool:
    try:
        _days(country, None, (2026,))
    except NotImplementedError:
        return False
    return True


def _years(at: datetime) -> tuple[int, ...]:
    return (at.year - 1, at.year, at.year + 1)


@lru_cache(maxsize=256)
def _days(
    country: str, subdivision: str | None, years: tuple[int, ...], partial: tuple[str, ...] = ()
) -> frozenset[date]:
    found = holidays.country_holidays(country, subdiv=subdivision, years=years)
    if partial:
        found += holidays.country_holidays(
            country, subdiv=subdivision, years=years, categories=partial
        )
    return frozenset(found)
