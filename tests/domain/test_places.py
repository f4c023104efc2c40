"""Where somebody lives, and what he probably speaks."""

import pytest

from domain.language import Language
from domain.places import WrittenZip, country_of_phone, languages_of, read_zip, settle, zip_in
from domain.sheet_row import Value
from domain.unfit_cell import Unfit, UnfitCell


@pytest.mark.parametrize(
    ("value", "countries", "expected"),
    [
        ("76275", ("DE",), ("76275", "DE")), (76275, ("DE",), ("76275", "DE")), (1067, ("DE",), ("01067", "DE")),
        ("D-76275", ("CH",), ("76275", "DE")), ("CH-8001", ("DE",), ("8001", "CH")), ("ch 8001", ("DE",),
        ("8001", "CH")),
        ("A - 1010", ("DE",), ("1010", "AT")), ("8001", ("CH", "DE"), ("8001", "CH")), ("76275", ("CH", "DE"),
        ("76275", "DE")),
        ("62704-1234", ("US",), ("62704-1234", "US")), (2704, ("US",), ("02704", "US")), ("sw1a 1aa", ("GB",),
        ("SW1A 1AA", "GB")),
        ("110 00", ("CZ",), ("110 00", "CZ")), (8001, ("CH",), ("8001", "CH")), ("XY-123", ("IS",), ("XY-123", "IS")),
    ],
)  # fmt: skip
def test_zips_find_their_country(
    value: Value, countries: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert settle(read_zip(value), countries) == expected


@pytest.mark.parametrize(
    "value", ["1067", "762", 762, "abc", "CH-76275", "76275 Ettlingen", 76275.5]
)
def test_what_is_no_zip_is_refused(value: Value) -> None:
    with pytest.raises(UnfitCell) as refused:
        settle(read_zip(value), ("DE",))
    assert refused.value.why is Unfit.NO_ZIP


@pytest.mark.parametrize(
    ("address", "country", "expected"),
    [
        ("Hauptstr. 5, 76275 Ettlingen", "DE", "76275"), ("76275 Ettlingen, Postfach 12345", "DE", "76275"),
        ("Bahnhofstrasse 1, 8001 Z\u00fcrich", "CH", "8001"), ("1234 Main St, Springfield, IL 62704", "US", "62704"),
        ("12 rue de la Paix, 75011 Paris", "FR", "75011"), ("Calle Mayor 1234, 28013 Madrid", "ES", "28013"),
        ("Bahnhofstr. 1, 8001 Z\u00fcrich", "DE", "8001"), ("Hauptstr. 5", "DE", None),
        ("Na P\u0159\u00edkop\u011b 1, 11000 Praha", "CZ", "11000"),
    ],
)  # fmt: skip
def test_an_address_holds_its_zip(address: str, country: str, expected: str | None) -> None:
    found = zip_in(address, country)
    assert (found.text if found else None) == expected


def test_an_address_may_name_the_country() -> None:
    assert zip_in("Bahnhofstr. 1, CH-8001 Z\u00fcrich", "DE") == WrittenZip("8001", "CH")


@pytest.mark.parametrize(
    ("phone", "own", "country"),
    [
        ("+491713920001", "CH", "DE"), ("+41791234567", "DE", "CH"), ("+4235551234", "CH", "LI"),
        ("+12125550123", "DE", "US"), ("+14165550123", "CA", "CA"), ("+999123456", "DE", None),
    ],
)  # fmt: skip
def test_calling_codes_tell_countries(phone: str, own: str, country: str | None) -> None:
    assert country_of_phone(phone, own) == country


def test_languages_are_those_of_the_place() -> None:
    swiss = {"2502": (Language.DE, Language.FR)}
    assert languages_of("CH", "2502", swiss) == (Language.DE, Language.FR)
    assert languages_of("CH", None, swiss) == ()
    assert languages_of("FR", "75011", swiss) == (Language.FR,)
    assert languages_of(None, None, swiss) == ()
