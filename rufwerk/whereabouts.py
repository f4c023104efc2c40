"""Where the person may be whom a telephone number reaches: by its area code, and by the ZIP of his address.

What is read of ZIPs stands in ``zip_codes/``, a table for each country, each with its source and licence.
"""

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from domain.dialling import TelephoneNumber
from domain.party import Party
from rufwerk.holiday_calendar import states_of
from rufwerk.telephone_numbers import zones_of

_WITH_STATES: Final = ("DE", "CH")
_WITH_ZONES: Final = ("US",)
_ZIPS: Final = {
    "DE": re.compile(r"([0-9]{5})"),
    "CH": re.compile(r"([0-9]{4})"),
    "US": re.compile(r"([0-9]{5})(?:-[0-9]{4})?"),
}
_NOWHERE: Final = frozenset({"UTC"})
"""The zone of a number that belongs to no country: such a one is never dialled, at no hour."""


def whereabouts(
    number: TelephoneNumber, country: str | None = None, zip_code: str | None = None
) -> Party:
    """As ``domain.party.Whereabouts`` says. The address's zones count beside the number's where the ZIP tells them, or
    where it is in another country.
    """
    home = country or number.country
    zones = zones_of(number.e164) or _zones_of_country(number.country)
    at_home = _by_zip(home, zip_code) if home in _WITH_ZONES else frozenset()
    if home != number.country:
        at_home = at_home or _zones_of_country(home)
    states = _by_zip(home, zip_code) if home in _WITH_STATES else frozenset()
    if home is not None and not states:
        states = states_of(home)
    return Party(number, home, frozenset(map(ZoneInfo, zones | at_home or _NOWHERE)), states)


@lru_cache(maxsize=4096)
def _by_zip(country: str, zip_code: str | None) -> frozenset[str]:
    """The places in which a ZIP may lie; those of its likest if it isn't known, and none if it is no ZIP."""
    found = _ZIPS[country].fullmatch((zip_code or "").strip())
    if found is None:
        return frozenset()
    digits, table = found[1], _table(country)
    for length in range(len(digits), 0, -1):
        beginning = digits[:length]
        if beginning in table:
            return table[beginning]
        alike = [places for known, places in table.items() if known.startswith(beginning)]
        if alike:
            return frozenset().union(*alike)
    return frozenset()


@lru_cache
def _table(country: str) -> Mapping[str, frozenset[str]]:
    """Places by the first digits of the ZIPs that lie there; a longer row goes before a shorter one."""
    text = files("rufwerk").joinpath("zip_codes", f"{country}.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)  # the heads of the columns
    return {beginning: frozenset(places.split()) for beginning, places in rows}


@lru_cache(maxsize=256)
def _zones_of_country(country: str | None) -> frozenset[str]:
    """All time zones of a country (ISO 3166), by the time zone database; none where it isn't known."""
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows if row[0] == country)
