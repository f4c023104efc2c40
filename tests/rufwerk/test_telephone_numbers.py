"""Numbers as carriers and phones send them, in E.164 or not at all."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dialling import NumberKind
from rufwerk.telephone_numbers import as_dialled, e164, example, is_country, read


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


@pytest.mark.parametrize(
    ("number", "country", "kind"),
    [
        ("+491713920001", "DE", "mobile"),
        ("+493023125100", "DE", "fixed"),
        ("+4932221234567", "DE", "fixed"),
        ("+33199005200", "FR", "fixed"),
        ("+33639980001", "FR", "mobile"),  # kept free for films
        ("+33639980099", "FR", "mobile"),
        ("+33970123456", "FR", "voip"),
        ("+436641234567", "AT", "mobile"),
        ("+41791234567", "CH", "mobile"),
        ("+34600123456", "ES", "mobile"),
        ("+12025550123", "US", "fixed_or_mobile"),
        ("+442079460000", "GB", "fixed"),
        # a country's code is not the country
        ("+18765550123", "JM", "mobile"),
        ("+18095551234", "DO", "fixed_or_mobile"),
        ("+447781123456", "GG", "mobile"),
        ("+77012345678", "KZ", "mobile"),
        ("+262692123456", "RE", "mobile"),
        ("+390669812345", "VA", "fixed"),
    ],
)
def test_what_people_have_is_read(number: str, country: str, kind: str) -> None:
    found = read(number)
    assert found is not None
    assert (found.e164, found.country, found.kind) == (number, country, NumberKind(kind))


@pytest.mark.parametrize(
    "number",
    [
        # premium, shared cost, freephone, service
        "+499001234567", "+49900123456", "+4919012345", "+491901234567", "+491910123456",
        "+491801234567", "+491805123456", "+491371234567", "+49137123456", "+491811234567",
        "+498001234567", "+4912123456789", "+491033123456",
        "+33812345678", "+33820123456", "+33892123456", "+33899123456", "+33836123456",
        "+19002345678", "+19765551234", "+18002345678",
        "+449012345678", "+449098790000", "+448451234567", "+448701234567", "+443001234567",
        "+43900123456", "+43930123456", "+43810123456", "+41900123456", "+41840123456",
        "+34806123456", "+34803123456", "+34905123456", "+39899123456", "+39144123456",
        "+37190123456",
        # personal, pager, voicemail
        "+4970012345678", "+447012345678", "+447612345678", "+4916412345678", "+49168123456",
        # no country's: satellites, networks, premium
        "+870773111632", "+881612345678", "+88213123456", "+883510012345", "+979123456789",
        "+80012345678", "+8081234567", "+878101234567890", "+888123456",
        # emergency and short, with and without a town's code
        "+49110", "+49112", "+49115", "+49116117", "+4911833", "+49118331", "+4930110",
        "+4930112", "+4989112", "+49221110", "+33112", "+33118218", "+1911", "+44999",
        # never given out, too short, too long
        "+491713", "+4917139200012345", "+336399800", "+33639980001234", "+33639980", "+491714",
        # machines (numbers for devices) and the like
        "+33700012345",
    ],
)  # fmt: skip
def test_nothing_dear_is_taken_for_a_person(number: str) -> None:
    found = read(number)
    people = {NumberKind.FIXED, NumberKind.MOBILE, NumberKind.FIXED_OR_MOBILE, NumberKind.VOIP}
    assert found is None or found.kind not in people


@pytest.mark.parametrize(
    "written",
    [
        "", "+", "112", "01713920001", "491713920001", "+49 171 3920001", "+491713920001\n",
        "+491713920001;ext=5", "+491713920001,1", "+49171392000\uff11", "+\u0664\u0669171392000",
        "tel:+491713920001", "+49FLOWERS", "+0491713920001", "++491713920001", "+999123456789",
        "+4917139200010000000000",
    ],
)  # fmt: skip
def test_what_is_not_e164_is_no_number(written: str) -> None:
    assert read(written) is None


def test_a_zero_too_many_is_dropped() -> None:
    found = read("+4901713920001")
    assert found is not None
    assert found.e164 == "+491713920001"


def test_countries_are_those_of_the_numbering_plans() -> None:
    assert all(is_country(code) for code in ("DE", "FR", "US", "JM"))
    assert not any(is_country(code) for code in ("001", "de", "XX", "", "EU"))


def _parsed(written: str, country: str) -> str | None:
    """As phonenumbers alone reads it."""
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    if (
        phonenumbers.is_possible_number_with_reason(number)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@settings(max_examples=500)
@given(
    st.from_regex(r"(\+(49|41|43|33|1|0))?[ (]?0{0,2}[0-9]{1,5}[ /().-]{0,3}[0-9]{0,9}\)?", fullmatch=True),
    st.sampled_from(("DE", "AT", "CH", "FR", "US", "IT", "ES", "GB", "XX")),
)  # fmt: skip
def test_the_short_way_finds_what_parsing_finds(written: str, country: str) -> None:
    assert e164(written, country) == _parsed(written, country)


@pytest.mark.parametrize("country", ["DE", "AT", "CH", "ES", "FR"])
def test_an_example_is_a_mobile_number_of_its_country(country: str) -> None:
    number = example(country)
    assert number is not None
    known = read(number)
    assert known is not None
    assert (known.country, known.kind) == (country, NumberKind.MOBILE)
    assert example("XX") is None


@pytest.mark.parametrize(
    ("number", "country", "digits"),
    [
        ("+491713920001", "DE", "01713920001"),
        ("+491713920001", "FR", "00491713920001"),
        ("+33639980001", "FR", "0639980001"),
        ("+12025550123", "US", "12025550123"),
        ("+491713920001", "US", "011491713920001"),
        ("+34612345678", "ES", "612345678"),
    ],
)
def test_a_number_as_it_is_dialled_from_a_country(number: str, country: str, digits: str) -> None:
    assert as_dialled(number, country) == digits
    assert e164(digits, country) == number
