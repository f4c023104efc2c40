"""Telephone numbers as they come from carriers, turned into E.164; the only module that imports phonenumbers."""

import phonenumbers


def e164(written: str, country: str) -> str | None:
    """The number as ``+49...``, read as someone in ``country`` (ISO 3166) would; None where it is none.

    Extensions and short numbers, such as our own phones', are none: they mean something locally only.
    """
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def for_reading(digits: str) -> str:
    """Digits of an international number as people write it; anything else as it is."""
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
