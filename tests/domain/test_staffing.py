"""Erlang C against published tables."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.staffing import Goal, Load, erlang_c, needed, service_level

HALF_HOUR = timedelta(minutes=30)
TWENTY = timedelta(seconds=20)
EXAMPLE = Load(100, HALF_HOUR, timedelta(minutes=3))
"""Call Centre Helper's worked example: 100 calls in half an hour, three minutes each."""


def test_traffic_is_how_many_would_always_be_busy() -> None:
    assert EXAMPLE.traffic == pytest.approx(10)


@pytest.mark.parametrize(
    ("agents", "waits", "level"),
    [(11, 68.21, 38.96), (12, 44.94, 64.01), (13, 28.53, 79.56), (14, 17.41, 88.84)],
)
def test_the_worked_example(agents: int, waits: float, level: float) -> None:
    assert 100 * erlang_c(agents, EXAMPLE.traffic) == pytest.approx(waits, abs=0.05)
    assert service_level(agents, EXAMPLE, TWENTY) == pytest.approx(level, abs=0.1)


def test_fourteen_are_needed_for_80_in_20() -> None:
    assert needed(EXAMPLE, Goal(80, TWENTY)) == 14


def test_one_server_is_the_queue_of_every_textbook() -> None:
    assert erlang_c(1, 0.8) == pytest.approx(0.8)  # M/M/1: who comes waits where it is busy


def test_too_few_are_never_done() -> None:
    assert erlang_c(10, 10) == 1
    assert service_level(10, EXAMPLE, TWENTY) == 0
    assert service_level(0, Load(0, HALF_HOUR, HALF_HOUR), TWENTY) == 0


def test_nobody_calls() -> None:
    nobody = Load(0, HALF_HOUR, timedelta(minutes=3))
    assert needed(nobody, Goal(80, TWENTY)) == 0
    assert needed(Load(5, HALF_HOUR, timedelta()), Goal(80, TWENTY)) == 0
    assert service_level(1, nobody, TWENTY) == 100


@pytest.mark.parametrize("level", [0, 100, 101])
def test_no_number_answers_everybody(level: float) -> None:
    with pytest.raises(ValueError, match="choose"):
        Goal(level, TWENTY)


@given(st.floats(0.01, 600), st.integers(10, 1800), st.floats(1, 99.9), st.integers(0, 300))
def test_it_is_the_fewest_that_reach_the_goal(
    calls: float, seconds: int, level: float, within: int
) -> None:
    load = Load(calls, HALF_HOUR, timedelta(seconds=seconds))
    goal = Goal(level, timedelta(seconds=within))
    agents = needed(load, goal)
    assert service_level(agents, load, goal.within) >= level
    assert service_level(agents - 1, load, goal.within) < level
