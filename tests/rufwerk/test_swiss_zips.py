"""What is probably spoken at a Swiss ZIP."""

import pytest

from domain.language import Language
from rufwerk.swiss_zips import swiss_languages


@pytest.mark.parametrize(
    ("zip_code", "languages"),
    [
        ("8001", (Language.DE,)),
        ("1000", (Language.FR,)),
        ("2502", (Language.DE, Language.FR)),
        ("2747", (Language.DE, Language.FR)),
        ("6900", ()),
        ("7013", (Language.DE,)),
        ("7116", (Language.DE,)),
        ("7606", (Language.DE,)),
    ],
)
def test_each_place_has_its_languages(zip_code: str, languages: tuple[Language, ...]) -> None:
    assert swiss_languages()[zip_code] == languages


def test_the_whole_country_is_there() -> None:
    assert len(swiss_languages()) > 3000
