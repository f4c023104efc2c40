"""Days as they are written in four languages; what could be two days is never guessed."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sheet_row import Value
from domain.unfit_cell import Unfit, UnfitCell
from domain.written_dates import DateOrder, order_of, read_day

DAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    "written",
    [
        "31.12.2026", "31.12.26", "31. 12. 2026", "31/12/2026", "12/31/2026", "31-12-2026", "2026-12-31", "2026/12/31",
        "2026-12-31 00:00:00", "2026-12-31T08:15", "20261231", "31. Dezember 2026", "31 Dez. 2026", "31 d\u00e9c. 2026",
        "31 de diciembre de 2026", "December 31, 2026", "Dec 31st 2026", "31 d\u00e9cembre 2026", DAY, 20261231,
    ],
)  # fmt: skip
def test_the_same_day_in_many_ways(written: Value) -> None:
    assert read_day(written, None) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "31.02.2026", "32.01.2026", "13/13/2026", "heute", "31.12.", "31.12.202", "2026", "5 6 2026", "Dezember 2026",
        "2026-02-30", "99999999", 46000, 12.5, True, date(1900, 1, 1), "01.01.3026", "32 Dez 2026", "Dez 32 2026",
        "1 mai 99999999999",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(written: Value) -> None:
    with pytest.raises(UnfitCell) as refused:
        read_day(written, None)
    assert refused.value.why is Unfit.NO_DATE


def test_two_digits_are_of_this_century_or_the_last() -> None:
    assert read_day("1.3.79", None).year == 2079
    assert read_day("1.3.98", None).year == 1998


def test_day_and_month_are_told_apart_by_the_other_cells_only() -> None:
    with pytest.raises(UnfitCell) as refused:
        read_day("05/04/2026", None)
    assert refused.value.why is Unfit.AMBIGUOUS_DATE
    assert read_day("05/04/2026", DateOrder.DAY_FIRST) == date(2026, 4, 5)
    assert read_day("05/04/2026", DateOrder.MONTH_FIRST) == date(2026, 5, 4)
    assert read_day("05/05/2026", None) == date(2026, 5, 5)
    assert read_day("05.04.2026", None) == date(2026, 4, 5)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["05/04/2026", "31/12/2026"], DateOrder.DAY_FIRST),
        (["05/04/2026", "12/31/2026"], DateOrder.MONTH_FIRST),
        (["05/04/2026"], None),
        (["31/12/2026", "12/31/2026"], None),
        (["2026-12-31", "31.12.2026", "?", "13/13/2026"], None),
    ],
)
def test_one_cell_that_is_clear_tells_for_all(
    texts: Sequence[str], order: DateOrder | None
) -> None:
    assert order_of(texts) is order


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_what_is_written_is_read_again(day: date) -> None:
    assert read_day(day.isoformat(), None) == day
    assert read_day(f"{day:%d.%m.%Y}", None) == day
    assert read_day(f"{day:%d/%m/%Y}", DateOrder.DAY_FIRST) == day
    assert read_day(f"{day:%m/%d/%Y}", DateOrder.MONTH_FIRST) == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused(written: str) -> None:
    try:
        read_day(written, None)
    except UnfitCell:
        return
