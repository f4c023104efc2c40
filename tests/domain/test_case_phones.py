"""A debtor's number is read as he has it, or refused: a wrong one rings a stranger."""

import pytest

from domain.case_phones import is_international, is_shortened, read_phone
from domain.sheet_row import BrokenCell, Value
from domain.unfit_cell import Unfit, UnfitCell


def read_number(written: str, country: str) -> str | None:
    """Germany's plan, in ten lines: a nought or a plus, and enough digits."""
    digits = "".join(filter(str.isdecimal, written))
    if written.startswith("+"):
        return "+" + digits if 9 <= len(digits) <= 15 else None
    if digits.startswith("0") and not 7 <= len(digits) <= 13:
        return None
    return f"+{'41' if country == 'CH' else '49'}{digits.removeprefix('0')}"


def phone(value: Value, country: str = "DE") -> str:
    return read_phone(value, country, read_number)


@pytest.mark.parametrize(
    "written",
    [
        "+49 171 3920001", "0171 3920001", "0171/3920001", "0049 171 3920001", "+49 (0)171 3920001", "(0171) 3920001",
        "0049(0)171-3920001", "Tel. 0171 3920001", "0171 3920001 (privat)", "'0171 3920001", "\u00a00171\u00a03920001",
        "0049 (0) 171 / 392 00 01", "0171 3920001, 3920002", "0171 3920001 / keine", "keine, 0171 3920001",
        "0171 3920001; 0171/3920001", "0171 3920001\n+491713920001",
        1713920001, 1713920001.0, 491713920001, "1713920001", "491713920001",
    ],
)  # fmt: skip
def test_one_number_in_many_shapes(written: Value) -> None:
    assert phone(written) == "+491713920001"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("keine", Unfit.NO_PHONE), ("12345", Unfit.NO_PHONE), ("030,123456", Unfit.NO_PHONE), (1.5, Unfit.NO_PHONE),
        (True, Unfit.NO_PHONE), (BrokenCell("#N/A"), Unfit.NO_PHONE), ("0171 3920001392000139", Unfit.NO_PHONE),
        ("4.91714E+11", Unfit.DIGITS_LOST), ("4,91714E+11", Unfit.DIGITS_LOST), (4917139200011234, Unfit.DIGITS_LOST),
        ("0171 3920001, 030 1234567", Unfit.SEVERAL_PHONES), ("0171 3920001\n030 1234567", Unfit.SEVERAL_PHONES),
        ("01713920001/03012345678", Unfit.SEVERAL_PHONES), ("0171 3920001 oder 030 1234567", Unfit.SEVERAL_PHONES),
        (4921112345, Unfit.UNCLEAR_PHONE),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused(written: Value, why: Unfit) -> None:
    with pytest.raises(UnfitCell) as refused:
        phone(written)
    assert refused.value.why is why


def test_digits_are_national_where_they_cannot_be_the_whole_number() -> None:
    assert phone(49301234) == "+4949301234"  # without its nought; the whole would be too short
    assert phone(441234567, "CH") == "+41441234567"


def test_the_reader_has_the_last_word_on_bare_digits() -> None:
    def whole(written: str, country: str) -> str | None:
        return "+41791234567" if written == "41791234567" else None

    assert read_phone(41791234567, "CH", whole) == "+41791234567"
    with pytest.raises(UnfitCell):
        read_phone(41791234568, "CH", whole)


def test_what_says_its_country_itself() -> None:
    assert all(is_international(one) for one in ("+49 171", "Tel +49", "0049 171"))
    assert not any(is_international(one) for one in ("0171", 491713920001))


def test_long_numbers_lose_digits_in_excel() -> None:
    assert is_shortened("1.23457E+15")
    assert is_shortened(10**15)
    assert not any(is_shortened(one) for one in ("10000001", 10000001, "E+1", BrokenCell("")))
