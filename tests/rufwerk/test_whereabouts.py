"""Where the person is whom a number reaches, as far as number and address tell, and which holidays he may have."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from phonenumbers.timezone import UNKNOWN_TIMEZONE
from phonenumbers.tzdata import TIMEZONE_DATA

from domain.party import Party, Whereabouts
from rufwerk import telephone_numbers
from rufwerk.holiday_calendar import holidays_in, states_of
from rufwerk.whereabouts import _table, whereabouts

MOBILE, SWISS, FRENCH = "+491713920001", "+41791234567", "+33639980001"
SPRING = datetime(2026, 3, 2, 12, tzinfo=UTC)


def party(number: str, country: str | None = None, zip_code: str | None = None) -> Party:
    read = telephone_numbers.read(number)
    assert read is not None
    ask: Whereabouts = whereabouts
    return ask(read, country, zip_code)


@pytest.mark.parametrize(
    ("zip_code", "states"),
    [
        ("76275", "BW"),
        ("10115", "BE"),
        (" 50667 ", "NW"),
        ("01067", "SN"),
        ("14482", "BB"),
        ("22145", "HH SH"),  # both sides of the border
        ("07919", "SN TH"),
        ("27568", "HB"),
        ("99999", "TH"),  # no ZIP, but all others that begin so are there
    ],
)
def test_a_german_zip_tells_the_state(zip_code: str, states: str) -> None:
    assert party(MOBILE, "DE", zip_code).states == set(states.split())
    assert party(MOBILE, None, zip_code) == party(MOBILE, "DE", zip_code)


@pytest.mark.parametrize("zip_code", [None, "", "1234", "1067", "76275-1", "D-76275", "7627\uff15"])
def test_what_is_no_zip_may_be_in_any_state(zip_code: str | None) -> None:
    assert party(MOBILE, "DE", zip_code).states == states_of("DE")
    assert len(states_of("DE")) == 16


def test_a_zip_that_is_not_known_may_lie_where_its_likest_do() -> None:
    states = party(MOBILE, "DE", "00000").states
    assert {"SN", "TH", "BB"} <= states < states_of("DE")


@pytest.mark.parametrize(
    ("zip_code", "cantons"), [("8001", "ZH"), ("1085", "FR VD"), ("3900", "VS"), ("6003", "LU")]
)
def test_a_swiss_zip_tells_the_canton(zip_code: str, cantons: str) -> None:
    found = party(SWISS, "CH", zip_code)
    assert found.states == set(cantons.split())
    assert {zone.key for zone in found.zones} == {"Europe/Zurich"}


def test_elsewhere_all_states_count() -> None:
    assert party("+436641234567", "AT", "6020").states == states_of("AT")
    assert len(states_of("AT")) == 9
    assert not states_of("XX")
    assert not party(MOBILE, "XX").states


@pytest.mark.parametrize(
    ("number", "country", "zip_code", "zones"),
    [
        (MOBILE, None, None, "Europe/Berlin"),
        (FRENCH, None, None, "Europe/Paris"),  # no area, but a country
        ("+34928123456", "ES", None, "Atlantic/Canary"),
        ("+12125550123", None, None, "America/New_York"),
        ("+12125550123", "US", "90210", "America/Los_Angeles America/New_York"),
        ("+12125550123", "US", "10001-1234", "America/New_York"),
        ("+12125550123", "US", "32401", "America/Chicago America/New_York"),
        ("+12125550123", "US", "96799", "America/New_York Pacific/Pago_Pago"),
        (MOBILE, "CH", "8001", "Europe/Berlin Europe/Zurich"),
        ("+881612345678", None, None, "UTC"),  # a satellite's: never dialled
    ],
)
def test_the_zones_of_number_and_address(
    number: str, country: str | None, zip_code: str | None, zones: str
) -> None:
    found = party(number, country, zip_code)
    assert {zone.key for zone in found.zones} == set(zones.split())


def test_an_address_abroad_counts_beside_the_number() -> None:
    zones = {zone.key for zone in party(SWISS, "US").zones}
    assert {"Europe/Zurich", "America/New_York", "Pacific/Honolulu"} <= zones


@pytest.mark.parametrize(
    ("country", "states", "day", "holiday"),
    [
        ("DE", "BW", (2026, 6, 4), True),  # Corpus Christi
        ("DE", "HH", (2026, 6, 4), False),
        ("DE", "HH BW", (2026, 6, 4), True),
        ("DE", "SN", (2026, 6, 4), True),  # in some of its towns
        ("DE", "BY", (2026, 8, 15), True),
        ("DE", "BY", (2026, 8, 8), True),  # in Augsburg
        ("DE", "BW", (2026, 8, 15), False),
        ("DE", "HH", (2026, 4, 6), True),
        ("CH", "GE", (2026, 12, 31), True),
        ("CH", "ZH", (2026, 12, 31), False),
        ("US", "", (2026, 7, 4), True),
        ("DE", "HH", (2027, 1, 1), True),
        ("XX", "", (2026, 1, 1), False),
    ],
)
def test_a_holiday_of_one_of_the_states(
    country: str, states: str, day: tuple[int, int, int], holiday: bool
) -> None:
    found = holidays_in(country, frozenset(states.split()), SPRING)
    assert (date(*day) in found) is holiday


def test_nowhere_is_no_holiday() -> None:
    assert not holidays_in(None, frozenset(), SPRING)


def test_every_place_of_the_tables_is_one() -> None:
    """A state that the calendar doesn't know, or a zone that doesn't exist, would fail right before a dial."""
    for country in ("DE", "CH"):
        states = frozenset[str]().union(*_table(country).values())
        assert states == states_of(country)
    zones = frozenset[str]().union(*_table("US").values(), *TIMEZONE_DATA.values())
    assert all(ZoneInfo(zone) for zone in zones - {UNKNOWN_TIMEZONE})
