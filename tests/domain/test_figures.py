"""Key figures are as the trade defines them, and can be added up in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import (
    AgentCut,
    AgentWork,
    CallFlow,
    DunningWork,
    Formula,
    Handling,
    PortalFlow,
    Promises,
    Waits,
    mean,
    percent,
    rolled_up,
    share,
    total,
)
from domain.ids import AgentId
from domain.projection import SLOT, Doing, Way

SECOND = timedelta(seconds=1)

DAY = CallFlow(
    offered=1075,
    answered=1000,
    in_time=860,
    abandoned=60,
    gone_in_time=20,
    short=10,
    rung_back=8,
    elsewhere=5,
    answered_wait=12_000 * SECOND,
    abandoned_wait=1_500 * SECOND,
)
"""Call Centre Helper's example, as the conventions of the trade have it."""

COUNTS = st.integers(0, 10_000)
TIMES = st.timedeltas(timedelta(), timedelta(days=40))
FLOWS = st.builds(CallFlow, *[COUNTS] * 8, TIMES, TIMES)
WORKS = st.builds(
    AgentWork,
    st.dictionaries(st.sampled_from(Doing), TIMES),
    st.dictionaries(st.sampled_from(("lunch", "missed")), TIMES),
    st.dictionaries(st.sampled_from(Way), COUNTS),
    *[COUNTS] * 4,
)
WAITS = st.builds(Waits, st.dictionaries(st.integers(0, 50), st.integers(1, 20)))


@pytest.mark.parametrize(
    ("formula", "level"),
    [("A", 81.13), ("B", 81.90), ("C", 82.08), ("D", 82.69), ("E", 83.02), ("F", 86.00)],
)
def test_one_day_has_six_service_levels(formula: str, level: float) -> None:
    assert round(DAY.service_level(Formula(formula)) or 0, 2) == level


def test_the_usual_service_level_is_b() -> None:
    assert DAY.service_level() == DAY.service_level(Formula.B)


def test_waits_and_abandonment() -> None:
    assert DAY.asa == 12 * SECOND
    assert DAY.abandoned_after == 25 * SECOND
    assert DAY.abandonment == 100 * 60 / 1075
    assert DAY.net_abandonment == 100 * 50 / 1065
    assert DAY.still_waiting == 2


def test_where_nothing_was_counted_there_is_no_figure() -> None:
    nothing = CallFlow()
    assert [nothing.service_level(formula) for formula in Formula] == [None] * 6
    assert (nothing.asa, nothing.abandoned_after) == (None, None)
    assert (nothing.abandonment, nothing.net_abandonment) == (None, None)
    assert (Waits().percentile(90), Waits().longest, Handling().aht) == (None, None, None)
    assert (AgentWork().occupancy, AgentWork().utilisation) == (None, None)
    assert (PortalFlow().self_served_share, PortalFlow().time_to_balance) == (None, None)
    assert (DunningWork().reached_share, Promises().kept_share) == (None, None)


def test_only_short_abandons_leave_nothing_for_b_to_divide_by() -> None:
    hasty = CallFlow(offered=3, abandoned=3, gone_in_time=3, short=3)
    levels = [hasty.service_level(formula) for formula in Formula]
    assert levels == [0, None, 100, None, 100, None]
    assert (hasty.abandonment, hasty.net_abandonment) == (100, None)


@given(FLOWS, FLOWS, FLOWS)
def test_call_flows_add_up_in_any_order(one: CallFlow, two: CallFlow, three: CallFlow) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + CallFlow() == one
    assert (one + two).still_waiting == one.still_waiting + two.still_waiting


@given(WORKS, WORKS, WORKS)
def test_agents_work_adds_up_in_any_order(one: AgentWork, two: AgentWork, three: AgentWork) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + AgentWork() == one
    for part in (Doing.READY, Doing.TALKING):
        assert (one + two).time(part) == one.time(part) + two.time(part)
    assert (one + two).signed_in == one.signed_in + two.signed_in


@given(WAITS, WAITS, st.integers(1, 100))
def test_a_percentile_is_a_wait_that_so_many_had_at_most(one: Waits, two: Waits, part: int) -> None:
    waits = one + two
    each = sorted(second for second, callers in waits.callers.items() for _ in range(callers))
    found = waits.percentile(part)
    if found is None:
        assert not each
        return
    assert 100 * sum(wait <= found for wait in each) >= part * len(each)
    assert 100 * sum(wait < found for wait in each) < part * len(each)
    assert waits.percentile(100) == waits.longest == each[-1]


def test_percentiles_are_of_the_nearest_rank() -> None:
    waits = Waits({2: 1, 3: 2, 40: 1})
    assert [waits.percentile(part) for part in (0, 25, 26, 75, 76, 100)] == [2, 2, 3, 3, 40, 40]
    assert waits.longest == 40


def test_handling_time_is_talk_hold_and_wrap_up() -> None:
    assert (
        Handling(1, 60 * SECOND) + Handling(1, SECOND, 9 * SECOND, 30 * SECOND)
    ).aht == 50 * SECOND


def test_occupancy_and_utilisation() -> None:
    spent = {
        Doing.READY: 25 * SECOND,
        Doing.TALKING: 60 * SECOND,
        Doing.ON_HOLD: 5 * SECOND,
        Doing.WRAP_UP: 10 * SECOND,
        Doing.PAUSED: 60 * SECOND,
        Doing.RINGING: 30 * SECOND,
        Doing.UNREACHABLE: 10 * SECOND,
    }
    work = AgentWork(spent)
    assert (work.busy, work.signed_in) == (75 * SECOND, 200 * SECOND)
    assert (work.occupancy, work.utilisation) == (75, 50)
    assert AgentWork({Doing.PAUSED: SECOND}).occupancy is None


def test_portal_dunning_and_promises() -> None:
    portal = PortalFlow(4, 1, 2, 1, 100 * SECOND, 2, 90 * SECOND) + PortalFlow(calls=1)
    assert (portal.self_served_share, portal.time_to_balance) == (20, 45 * SECOND)
    assert (DunningWork(3, 1, 1) + DunningWork(1)).reached_share == 25
    assert (Promises(3, 1) + Promises(1, 1)).kept_share == 50


def test_rolled_up_over_what_is_left_out() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    eva, tom = AgentId("eva"), AgentId("tom")
    parts = {
        AgentCut(eva, noon): AgentWork(missed=1),
        AgentCut(tom, noon): AgentWork(missed=2),
        AgentCut(eva, noon + SLOT): AgentWork(missed=4),
    }
    by_agent = rolled_up(parts, lambda cut: cut.agent)
    assert by_agent == {eva: AgentWork(missed=5), tom: AgentWork(missed=2)}
    assert list(by_agent) == [eva, tom]
    assert total(parts.values(), AgentWork()) == AgentWork(missed=7)
    assert total([], AgentWork()) == AgentWork()


def test_shares_and_means() -> None:
    assert (percent(1, 8), percent(1, 0)) == (12.5, None)
    assert (share(SECOND, 8 * SECOND), share(SECOND, timedelta())) == (12.5, None)
    tiny = timedelta(microseconds=1)
    assert (mean(tiny, 2), mean(3 * tiny, 2), mean(tiny, 0)) == (timedelta(), 2 * tiny, None)
