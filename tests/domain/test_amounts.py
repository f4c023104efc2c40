"""Amounts are read to the last cent, as their writer meant them, or refused."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amounts import DecimalMark, mark_of, read_amount
from domain.currencies import currency_of_format, currency_of_heading
from domain.sheet_row import BrokenCell, Value
from domain.unfit_cell import Unfit, UnfitCell


def cents(value: Value, currency: str = "EUR", mark: DecimalMark | None = None) -> int:
    return read_amount(value, currency, mark)[0]


def refusal(value: Value, currency: str = "EUR", mark: DecimalMark | None = None) -> Unfit:
    with pytest.raises(UnfitCell) as refused:
        read_amount(value, currency, mark)
    return refused.value.why


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.234,56", 123456), ("1,234.56", 123456), ("1'234.50", 123450), ("1\u2019234.50", 123450),
        ("1 234,56", 123456), ("12,5", 1250), ("12.5", 1250), ("12", 1200), ("1.234.567", 123456700),
        ("1,234,567.8", 123456780), ("\u20ac 12,50", 1250), ("12,50 \u20ac", 1250), ("12,50EUR", 1250),
        ("EUR 12.50", 1250), ("12.-", 1200), ("12,--", 1200), ("12.\u2013", 1200), ("1'234.-", 123400),
        ("+12,50", 1250), ("0,500", 50), ("12,5000", 1250), ("1234,560", 123456), ("0012,50", 1250),
        ("12,50 Euro", 1250),
    ],
)  # fmt: skip
def test_people_write_amounts_in_many_ways(written: str, expected: int) -> None:
    assert cents(written) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, 1200), (12.5, 1250), (12.34, 1234), (1.005, None), (12.339999999999998, 1234), (0.1 + 0.2, 30),
        (123456.78, 12345678), (1e-9, None), (33.333333333, None),
    ],
)  # fmt: skip
def test_number_cells_are_exact_but_for_the_noise_of_fractions(
    value: float, expected: int | None
) -> None:
    if expected is None:
        assert refusal(value) in {Unfit.TOO_FINE, Unfit.NOT_POSITIVE}
    else:
        assert cents(value) == expected


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("zw\u00f6lf", Unfit.NO_AMOUNT), ("12 34 5", Unfit.NO_AMOUNT), ("1.23.456", Unfit.NO_AMOUNT),
        ("1.234.56", Unfit.NO_AMOUNT), ("12 oder 13", Unfit.NO_AMOUNT), ("1,2,3", Unfit.NO_AMOUNT),
        ("1.234.567.89", Unfit.NO_AMOUNT), ("12x5", Unfit.NO_AMOUNT),
        ("12 kr", Unfit.NO_CURRENCY), ("12 Taler", Unfit.NO_CURRENCY), ("-12,50", Unfit.NOT_POSITIVE),
        ("12,50-", Unfit.NOT_POSITIVE), ("-\u20ac 5", Unfit.NOT_POSITIVE), ("(12,50)", Unfit.NOT_POSITIVE),
        ("0", Unfit.NOT_POSITIVE),
        ("0,00", Unfit.NOT_POSITIVE), (0, Unfit.NOT_POSITIVE), (-5.5, Unfit.NOT_POSITIVE),
        ("12,345678", Unfit.TOO_FINE), (12.345, Unfit.TOO_FINE), (1e12, Unfit.TOO_LARGE),
        (float("inf"), Unfit.NO_AMOUNT), (True, Unfit.NO_AMOUNT), (BrokenCell("#N/A"), Unfit.NO_AMOUNT),
    ],
)  # fmt: skip
def test_what_is_no_debt_is_refused_with_its_reason(value: Value, why: Unfit) -> None:
    assert refusal(value) is why


def test_a_thousand_or_one_and_some_is_never_guessed() -> None:
    assert refusal("1.234") is Unfit.AMBIGUOUS_AMOUNT
    assert refusal("1,234") is Unfit.AMBIGUOUS_AMOUNT
    assert cents("1.234", mark=DecimalMark.COMMA) == 123400
    assert cents("1,234", mark=DecimalMark.POINT) == 123400
    assert refusal("1.234", mark=DecimalMark.POINT) is Unfit.TOO_FINE


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1.234", "12,50"], DecimalMark.COMMA),
        (["1,234", "12.5"], DecimalMark.POINT),
        (["1.234.567"], DecimalMark.COMMA),
        (["1'234'567"], None),
        (["1'234.50"], DecimalMark.POINT),
        (["1.234", "7"], None),
        (["12.50", "12,50"], None),
        (["?", "1.234.56", "", "12.-"], None),
    ],
)
def test_the_other_cells_tell_the_decimal_mark(
    texts: Sequence[str], mark: DecimalMark | None
) -> None:
    assert mark_of(texts) is mark


def test_marks_know_what_groups_thousands_beside_them() -> None:
    assert [mark.groups for mark in DecimalMark] == [DecimalMark.POINT, DecimalMark.COMMA]


@pytest.mark.parametrize(
    ("written", "own", "expected"),
    [
        ("CHF 1'234.50", "EUR", (123450, {"CHF"})), ("Fr. 12.50", "EUR", (1250, {"CHF"})),
        ("$12.50", "EUR", (1250, {"USD"})), ("$12.50", "CAD", (1250, {"CAD"})),
        ("US$ 12.50", "CAD", (1250, {"USD"})), ("12 kr", "SEK", (1200, {"SEK"})),
        ("JPY 1500", "EUR", (1500, {"JPY"})), ("1.500 \u00a5", "JPY", None), ("KWD 1.2345", "EUR", None),
        ("12.5 KWD", "EUR", (12500, {"KWD"})), ("EUR 12.50 CHF", "EUR", (1250, {"CHF", "EUR"})),
    ],
)  # fmt: skip
def test_a_cell_may_name_its_currency(
    written: str, own: str, expected: tuple[int, set[str]] | None
) -> None:
    if expected is None:
        assert refusal(written, own) in {Unfit.AMBIGUOUS_AMOUNT, Unfit.TOO_FINE}
    else:
        amount, named = read_amount(written, own, None)
        assert (amount, set(named)) == expected


@pytest.mark.parametrize(
    ("number_format", "currency"),
    [
        ("#,##0.00 [$\u20ac-407]", "EUR"), ('#,##0.00\\ "EUR"', "EUR"), ("[$CHF] #,##0.00", "CHF"),
        ('"$"#,##0.00', "USD"), ("[$-407]0.00", None), ("#,##0.00", None), ('0.00 "St\u00fcck"', None),
        ('_-* #,##0.00\\ "\u20ac"_-', "EUR"), ("\u00a3#,##0", "GBP"),
    ],
)  # fmt: skip
def test_number_formats_show_currencies(number_format: str, currency: str | None) -> None:
    assert currency_of_format(number_format, "EUR") == currency


def test_headings_name_currencies() -> None:
    assert currency_of_heading("Betrag (CHF)", "EUR") == "CHF"
    assert currency_of_heading("Summe in \u20ac", "EUR") == "EUR"
    assert currency_of_heading("OFFENER BETRAG", "EUR") is None


AMOUNTS = st.integers(min_value=1, max_value=10**11)


@given(AMOUNTS)
def test_what_each_country_writes_is_read_again(minor: int) -> None:
    english = f"{Decimal(minor) / 100:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for written in (
        english, german, english.replace(",", "'"), german.replace(".", " "), f"{german} \u20ac", f"EUR {english}",
    ):  # fmt: skip
        assert cents(written) == minor


@given(AMOUNTS)
def test_floats_are_read_again(minor: int) -> None:
    assert cents(minor / 100) == minor


@given(st.lists(AMOUNTS, min_size=1, max_size=5))
def test_sums_of_floats_are_read_to_the_cent(minors: list[int]) -> None:
    total = sum(minors)
    if total <= 10**11:
        assert cents(sum(minor / 100 for minor in minors)) == total


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_refused(written: str) -> None:
    try:
        amount, _ = read_amount(written, "EUR", None)
    except UnfitCell:
        return
    assert amount > 0
