"""The busy field stays busy, is the same each time, and what the engine's indexes say of it is what counting says."""

from itertools import islice

from cti.routing.choosing import choose, level, standing
from cti.routing.field_call import FieldCall, Waiting
from cti.routing.state import Field
from domain.agent import Paused, Ready, Unreachable
from rufwerk.bench.busy_field import BusyField, Size, settled

SIZE = Size(waiting=40, agents=20)


def follow(busy: BusyField, facts: int) -> None:
    for _ in range(facts):
        busy.field = settled(busy.field, busy.next_fact())


def waiting(field: Field) -> list[FieldCall]:
    return [call for call in field.calls.values() if isinstance(call.place, Waiting)]


def test_as_many_wait_all_along() -> None:
    busy = BusyField(SIZE)
    for _ in range(5):
        follow(busy, 100)
        assert abs(len(waiting(busy.field)) - SIZE.waiting) <= SIZE.waiting // 5
        assert len(busy.field.agents) == SIZE.agents


def test_the_same_day_each_time() -> None:
    first, second = BusyField(SIZE), BusyField(SIZE)
    for busy in (first, second):
        follow(busy, 50)
    assert first.field == second.field


def test_standing_is_what_counting_says() -> None:
    busy = BusyField(SIZE)
    follow(busy, 100)
    field = busy.field
    at = field.seen
    assert at is not None
    for call in islice(waiting(field), 20):
        mine = able(field, call)
        ahead = sum(
            len(able(field, other) & mine) / len(able(field, other))
            for other in waiting(field)
            if able(field, other)
            and (-level(field, other, at), other.entered, other.id)
            < (-level(field, call, at), call.entered, call.id)
        )
        counted, agents = standing(field, call, at)
        assert abs(counted - ahead) < 1e-6
        assert agents == len(mine)


def test_nobody_ready_could_take_who_waits() -> None:
    busy = BusyField(SIZE)
    follow(busy, 100)
    assert busy.field.seen is not None
    assert choose(busy.field, busy.field.seen) is None
    ready = {one.id for one in busy.field.agents.values() if isinstance(one.state, Ready)}
    assert not any(able(busy.field, call) & ready for call in waiting(busy.field))


def able(field: Field, call: FieldCall) -> set[str]:
    """Agents at work who may take the call."""
    needs = field.needs(call.group)
    return {
        agent.id
        for agent in field.agents.values()
        if not isinstance(agent.state, Paused | Unreachable)
        and any(skills <= agent.skills.keys() for skills in needs)
    }
