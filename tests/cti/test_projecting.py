"""What figures are aggregated over: it agrees with the field, and is the same however it was made."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from cti.routing import snapshot
from cti.routing.day import Span as Day
from cti.routing.day import figures
from cti.routing.projecting import follow
from cti.routing.state import Field
from domain import portal_facts as portal
from domain.fact import CALLER, Body, Fact, Origin
from domain.ids import CallId, ParticipantId, Receipt, TenantId
from domain.portal_facts import TenantChanged
from domain.projection import (
    SLOT,
    Doing,
    Leg,
    LegOver,
    PortalStep,
    Row,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
    slot_of,
)
from domain.reward import RewardKind
from tests.cti.random_day import MORNING, Habits, RandomDay

ANNA = ParticipantId("anna")


def rows_of(log: Sequence[Fact], field: Field | None = None) -> list[Row]:
    field = Field() if field is None else field
    found: list[Row] = []
    for fact in log:
        field, rows = follow(field, fact)
        found += rows
    return found


@pytest.fixture(scope="module")
def day() -> RandomDay:
    return RandomDay(7, Habits(profile=(60.0, 90.0), oddities=0.1)).play()


def test_waits_are_those_of_the_day(day: RandomDay) -> None:
    rows = rows_of(day.log)
    counted = figures(day.log, Field(), Day(MORNING, day.until)).all
    over = [row for row in rows if isinstance(row, VisitOver)]
    ends = Counter(row.end for row in over)
    assert sum(isinstance(row, Visit) and row.dialled is None for row in rows) == counted.offered
    assert ends[VisitEnd.ANSWERED] == len(counted.answered)
    assert ends[VisitEnd.ABANDONED] == len(counted.abandoned)
    answered = [row for row in over if row.end is VisitEnd.ANSWERED]
    assert sum(row.in_time for row in answered) == counted.in_time
    assert sum((row.wait for row in answered), timedelta()) == sum(counted.answered, timedelta())
    assert max(Counter(row.call for row in over).values()) == 1


def test_an_agent_does_one_thing_at_any_instant(day: RandomDay) -> None:
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in rows_of(day.log):
        if isinstance(row, Span):
            spans[row.agent].append(row)
            assert slot_of(row.since) == slot_of(row.until - timedelta(microseconds=1))
    assert spans
    for of_agent in spans.values():
        for one, following in pairwise(of_agent):
            assert one.until <= following.since


def test_every_conversation_begins_and_ends_once(day: RandomDay) -> None:
    under_way: dict[str, str] = {}
    for row in rows_of(day.log):
        match row:
            case Leg(agent, call, connected=connected) if connected is not None:
                assert agent not in under_way
                under_way[agent] = call
            case LegOver(agent, call):
                assert under_way.pop(agent) == call
            case _:
                pass


def test_resumed_from_a_snapshot_it_is_the_same(day: RandomDay) -> None:
    middle = len(day.log) // 2
    field = Field()
    first: list[Row] = []
    for fact in day.log[:middle]:
        field, rows = follow(field, fact)
        first += rows
    again = snapshot.read(snapshot.write(field))
    assert first + rows_of(day.log[middle:], again) == rows_of(day.log)
    assert follow(field, day.log[middle - 1]) == (field, ())


def test_time_is_spent_as_in_the_day(day: RandomDay) -> None:
    """To the last slot's end: the spans of the one under way aren't there before the first fact after it."""
    edge = slot_of(day.log[-1].at) + SLOT
    last = replace(day.log[-1], seq=day.log[-1].seq + 1, at=edge, body=TenantChanged(""))
    spent: dict[Doing, timedelta] = defaultdict(timedelta)
    for row in rows_of([*day.log, last]):
        if isinstance(row, Span):
            spent[row.doing] += row.until - row.since
    work = figures([*day.log, last], Field(), Day(MORNING, edge)).work
    assert spent[Doing.TALKING] == work.talk
    assert spent[Doing.ON_HOLD] == work.hold
    assert spent[Doing.WRAP_UP] == work.wrap_up
    assert spent[Doing.READY] == work.ready


def test_a_clock_that_was_set_back_is_straightened(day: RandomDay) -> None:
    field, rows = follow(
        replace(Field(), seq=4, seen=MORNING), replace(day.log[4], at=MORNING - SLOT)
    )
    assert field.seen == MORNING
    assert not rows


@pytest.mark.parametrize(
    "body",
    [
        portal.MovementsTold(ANNA),
        portal.PointsRedeemed(ANNA, "trees", RewardKind.DONATION, 300, Receipt("12345678")),
    ],
)
def test_who_was_told_or_got_something_was_served_in_the_portal(body: Body) -> None:
    origin = Origin(TenantId("alpenrad"), CallId("a-1"), CALLER)
    (row,) = rows_of([Fact(1, MORNING, origin, "a", body)])
    assert row == PortalStep(CallId("a-1"), MORNING, served=True)
