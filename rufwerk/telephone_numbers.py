"""Telephone numbers as they come and as they may be dialled; the only module that imports phonenumbers."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType, timezone

from domain.dialling import NumberKind, TelephoneNumber

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KINDS: Final = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.FIXED_OR_MOBILE,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberKind.SHARED_COST,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.UAN: NumberKind.SERVICE,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.PERSONAL,
    PhoneNumberType.PAGER: NumberKind.PAGER,
    PhoneNumberType.VOICEMAIL: NumberKind.VOICEMAIL,
}
_PUNCTUATION: Final = str.maketrans("", "", " -/().")
_NO_COUNTRY = "001"  # what the library calls a code that no country has
_FILM_NUMBERS: Final = {"+3363998": ("FR", NumberKind.MOBILE)}
"""Kept free for films and examples, and so never given out, but in the plan (ARCEP 2018-0881: 06 39 98 xx xx). The
other numbers of this kind that the demo has are given out as far as the library knows."""


def e164(written: str, country: str) -> str | None:
    """The number as ``+49...``, read as someone in ``country`` (ISO 3166) would; None where it is none.

    Extensions and short numbers, such as our own phones', are none: they mean something locally only.
    """
    if plain := _plainly(written, country):
        return plain
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plainly(written: str, country: str) -> str | None:
    """What parsing finds of ``0171 3920001`` and ``+49 171 3920001``, in a tenth of its time: a list has 100,000."""
    plan = _plan(country)
    digits = written.translate(_PUNCTUATION)
    if plan is None or not digits.isascii():
        return None
    code, lengths = plan
    if digits.startswith(code):
        national = digits.removeprefix(code)
    elif digits.startswith("0"):
        national = digits[1:]
    else:
        return None
    if len(national) in lengths and national.isdecimal() and national[0] != "0":
        return code + national
    return None


@lru_cache(maxsize=300)
def _plan(country: str) -> tuple[str, frozenset[int]] | None:
    """``+49`` and how many digits may follow it, where a nought before a national number is all that is to be known."""
    plan = PhoneMetadata.metadata_for_region(country, None)
    if plan is None or plan.general_desc is None or plan.national_prefix_for_parsing != "0":
        return None
    return f"+{plan.country_code}", frozenset(plan.general_desc.possible_length)


def read(e164: str) -> TelephoneNumber | None:
    """Country and kind of a number in E.164; None where it is none.

    What the numbering plans don't know is UNKNOWN, even if its length would do.
    """
    if not _E164.fullmatch(e164):
        return None
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for prefix, (country, kind) in _FILM_NUMBERS.items():
        if plain.startswith(prefix) and phonenumbers.is_possible_number(number):
            return TelephoneNumber(plain, country, kind)
    region = phonenumbers.region_code_for_number(number)
    if region == _NO_COUNTRY:
        return TelephoneNumber(plain, None, NumberKind.SERVICE)
    if _is_short(number, region):
        return TelephoneNumber(plain, region, NumberKind.SHORT)
    kind = _KINDS.get(phonenumbers.number_type(number), NumberKind.UNKNOWN)
    return TelephoneNumber(plain, region, kind)


def as_dialled(e164: str, country: str) -> str:
    """The digits by which somebody in ``country`` (ISO 3166) dials a number in E.164: ``01713920001`` there,
    ``00491713920001`` from France.
    """
    number = phonenumbers.parse(e164)
    written = phonenumbers.format_out_of_country_calling_number(number, country)
    return "".join(sign for sign in written if sign.isdecimal())


def zones_of(e164: str) -> frozenset[str]:
    """The time zones (IANA) in which a number in E.164 may be, as far as it tells: by its area code, else those of its
    country; none where nothing is known.
    """
    zones = timezone.time_zones_for_number(phonenumbers.parse(e164))
    return frozenset(zones) - {timezone.UNKNOWN_TIMEZONE}


def is_country(code: str) -> bool:
    """Whether ``code`` (ISO 3166) has a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


def example(country: str) -> str | None:
    """A mobile number (E.164) as ``country`` (ISO 3166) gives them out; None where it has no numbering plan."""
    number = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    if number is None:
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


def _is_short(number: PhoneNumber, region: str | None) -> bool:
    """Whether it is a short number, or an emergency number behind a country's or a town's code."""
    if region is None:
        return False
    if phonenumbers.is_valid_short_number_for_region(number, region):
        return True
    national = phonenumbers.national_significant_number(number)
    local = national[phonenumbers.length_of_geographical_area_code(number) :]
    return any(phonenumbers.is_emergency_number(digits, region) for digits in (national, local))
