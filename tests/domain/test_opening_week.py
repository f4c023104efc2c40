"""A week's days in groups that are alike, as they are told."""

from collections.abc import Mapping
from datetime import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.opening_hours import OpenSpan, common, joined
from domain.opening_week import DaysAlike, days_alike, runs

MORNING, AFTERNOON = OpenSpan(time(8), time(12)), OpenSpan(time(14), time(20))
LATE = OpenSpan(time(20), time(0))
Week = Mapping[int, tuple[OpenSpan, ...]]

MOMENTS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
SPANS = st.lists(
    st.tuples(MOMENTS, MOMENTS)
    .filter(lambda pair: pair[0] < pair[1] or pair[1] == time(0))
    .map(lambda pair: OpenSpan(*pair)),
    max_size=4,
).map(tuple)
WEEKS = st.dictionaries(st.integers(0, 6), SPANS)


def test_days_that_are_alike_stand_together() -> None:
    week: Week = {
        5: (MORNING,),
        0: (MORNING, AFTERNOON),
        2: (AFTERNOON, MORNING),
        1: (MORNING,),
        3: (),
    }
    assert days_alike(week) == (
        DaysAlike((0, 2), (MORNING, AFTERNOON)),
        DaysAlike((1, 5), (MORNING,)),
    )
    assert days_alike({}) == ()


def test_days_that_follow_each_other_are_a_run() -> None:
    assert runs((0, 1, 2, 4, 6)) == ((0, 1, 2), (4,), (6,))
    assert runs(()) == ()


def test_spans_that_touch_are_one() -> None:
    assert joined((AFTERNOON, LATE, MORNING)) == (MORNING, OpenSpan(time(14), time(0)))
    assert joined((LATE, OpenSpan(time(21), time(22)))) == (LATE,)


def test_what_two_days_have_in_common() -> None:
    day = OpenSpan(time(9), time(18))
    assert common((AFTERNOON, MORNING), (day,)) == (
        OpenSpan(time(9), time(12)),
        OpenSpan(time(14), time(18)),
    )
    assert common((MORNING,), (AFTERNOON,)) == ()
    assert common((MORNING,), (OpenSpan(time(12), time(0)),)) == ()
    assert common((LATE,), (OpenSpan(time(0), time(0)),)) == (LATE,)


@given(WEEKS, st.integers(0, 6), MOMENTS)
def test_a_week_told_in_groups_is_the_same_week(week: Week, day: int, moment: time) -> None:
    groups = days_alike(week)
    told = [one for one in groups if day in one.days]
    holds = any(span.holds(moment) for span in week.get(day, ()))
    assert holds == any(span.holds(moment) for one in told for span in one.spans)
    assert len(told) == (1 if week.get(day) else 0)
    assert len({one.spans for one in groups}) == len(groups)
    assert [one.days[0] for one in groups] == sorted(one.days[0] for one in groups)
    for one in groups:
        assert tuple(day for run in runs(one.days) for day in run) == one.days
        assert all(run == tuple(range(run[0], run[-1] + 1)) for run in runs(one.days))
        assert all(later[0] - before[-1] > 1 for before, later in pairwise(runs(one.days)))


@given(SPANS, SPANS, MOMENTS)
def test_common_is_what_both_hold(
    some: tuple[OpenSpan, ...], others: tuple[OpenSpan, ...], moment: time
) -> None:
    both = [any(span.holds(moment) for span in spans) for spans in (some, others)]
    assert any(span.holds(moment) for span in common(some, others)) == all(both)
