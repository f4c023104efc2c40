"""Numbers as carriers and phones send them, in E.164 or not at all."""

import pytest

from rufwerk.telephone_numbers import e164


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("+491713920001", "DE", "+491713920001"),
        ("01713920001", "DE", "+491713920001"),
        ("00491713920001", "FR", "+491713920001"),
        ("+33639980001", "DE", "+33639980001"),
        ("0639980001", "FR", "+33639980001"),
        ("03023125100", "DE", "+493023125100"),
        ("+49 30 23125100", "FR", "+493023125100"),
        ("201", "DE", None),
        ("12", "DE", None),
        ("112", "FR", None),
        ("+49", "DE", None),
        ("anonymous", "DE", None),
        ("", "DE", None),
        ("+4917139200010000000000", "DE", None),
    ],
)
def test_a_number_or_none(written: str, country: str, number: str | None) -> None:
    assert e164(written, country) == number
