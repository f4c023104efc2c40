"""Times are cut where a slot ends, and every slot is a quarter of an hour of any zone's clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.projection import SLOT, cut, slot_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=900)).map(lambda after: NOON + after)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def test_what_lasts_longer_than_a_slot_has_a_part_in_each() -> None:
    parts = [(minutes(10), minutes(15)), (minutes(15), minutes(30)), (minutes(30), minutes(31))]
    assert list(cut(minutes(10), minutes(31))) == parts


def test_what_ends_with_a_slot_has_none_in_the_next() -> None:
    assert list(cut(NOON, minutes(15))) == [(NOON, minutes(15))]


@pytest.mark.parametrize("until", [NOON, minutes(-1)])
def test_no_time_has_no_part(until: datetime) -> None:
    assert list(cut(NOON, until)) == []


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(hours=30)))
def test_parts_are_contiguous_make_up_the_whole_and_stay_in_a_slot(
    since: datetime, lasts: timedelta
) -> None:
    parts = list(cut(since, since + lasts))
    assert (parts[0][0], parts[-1][1]) == (since, since + lasts)
    assert all(one[1] == following[0] for one, following in pairwise(parts))
    for begin, end in parts:
        assert slot_of(begin) <= begin < end <= slot_of(begin) + SLOT


@given(
    MOMENTS,
    st.sampled_from(("Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")),
)
def test_a_slot_is_a_quarter_of_an_hour_on_any_clock(at: datetime, name: str) -> None:
    slot, zone = slot_of(at), ZoneInfo(name)
    local = slot.astimezone(zone)
    assert slot <= at < slot + SLOT
    assert (local.minute % 15, local.second, local.microsecond) == (0, 0, 0)
    assert slot_of(at.astimezone(zone)) == slot
