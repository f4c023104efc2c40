"""A snapshot read back is the field that lived, whatever is in it, and goes on as that field would."""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NewType, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.routing import snapshot
from cti.routing.engine import replay
from cti.routing.field_call import CallBack, FieldCall, Guest, Place
from cti.routing.state import Contract, Field, put_agent, put_call
from domain.agent import Agent, AgentState
from domain.fact import Fact, Origin
from domain.ids import AgentId, ParticipantId, Phone, Skill, TenantId
from domain.transfer import Target
from domain.waiting_field import Band, FieldRules
from tests.cti.paper import ALPENRAD, NOON, follow
from tests.cti.played_again import BUSY, HABITS
from tests.cti.random_day import Habits, RandomDay

TENANTS = st.sampled_from([TenantId("alpenrad"), TenantId("maison-lune")])
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NAMES = st.sampled_from(["a", "b-1.0", "@c", "d:e", "é ", '"'])
SKILLS = st.sampled_from([Skill("a"), Skill("b-1"), Skill("c_d")])
CONTRACTS = st.builds(
    Contract, *4 * [st.integers(0)], st.floats(0, allow_nan=False, allow_infinity=False)
)
RULES = st.builds(
    FieldRules,
    relax_s=st.none() | st.integers(0, 100),
    others=st.lists(TENANTS).map(tuple),
    others_s=st.none() | st.integers(0, 100),
    listening=st.booleans(),
)


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type, with all its fields, those that are added some day too."""
    if hint is Skill:
        return SKILLS
    if isinstance(hint, NewType) or hint is str:
        return NAMES
    if hint is datetime:
        return TIMES
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{one.name: anything(hints[one.name]) for one in fields(hint)})  # type: ignore[arg-type]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Mapping:
        return st.dictionaries(anything(parts[0]), st.integers(1, 5), max_size=3)
    if origin is tuple:
        return st.tuples(*map(anything, parts))
    if origin is frozenset:
        return st.frozensets(anything(parts[0]), max_size=3)
    if parts:
        return st.one_of(*map(anything, parts))
    return st.from_type(hint)


def made(calls: Iterable[FieldCall], agents: Iterable[Agent], field: Field) -> Field:
    for agent in agents:
        field = put_agent(field, agent)
    for call in calls:
        origin = replace(call.origin, tenant=call.origin.tenant or ALPENRAD)
        field = put_call(field, replace(call, origin=origin, offered_at=call.offered_at or NOON))
    return field


FIELDS = st.builds(
    made,
    st.lists(anything(FieldCall), max_size=4),
    st.lists(anything(Agent), max_size=4),
    st.builds(
        Field,
        rules=st.dictionaries(TENANTS, RULES),
        contracts=st.dictionaries(TENANTS, CONTRACTS),
        last_with=st.dictionaries(
            NAMES.map(ParticipantId), st.tuples(NAMES.map(AgentId), TIMES), max_size=3
        ),
        lost_phones=st.frozensets(NAMES.map(Phone)),
        seq=st.integers(0),
        seen=st.none() | TIMES,
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FIELDS)
def test_any_field_is_read_as_it_was_written(field: Field) -> None:
    _same(snapshot.read(snapshot.write(field)), field)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), HABITS)
def test_a_day_goes_on_from_a_snapshot_as_it_went(seed: int, habits: Habits) -> None:
    log, dice = RandomDay(seed, habits).play().log, random.Random(seed)
    live, restored = Field(), Field()
    for fact in log:
        live, restored = replay([fact], live), replay([fact], restored)
        if dice.random() < 0.05:
            restored = snapshot.read(snapshot.write(restored))
            _same(restored, live)
    _same(restored, live)
    assert live == replay(log)


def _same(one: Field, other: Field) -> None:
    """The order of the indexes counts too: sums of fractions and what is done in turn hang on it."""
    assert one == other
    for name in ("calls", "agents", "wanted"):
        assert list(getattr(one, name)) == list(getattr(other, name))


def written() -> dict[str, Any]:
    """Eva and two calls, as JSON values."""
    values: dict[str, Any] = json.loads(snapshot.write(replay(first(4))))
    return values


def first(facts: int) -> list[Fact]:
    return follow(BUSY).log[:facts]


def test_nothing_but_what_was_written_is_read() -> None:
    values = written()
    assert snapshot.read(json.dumps(values)).calls
    spoilt = [
        {},
        {**values, "version": "0"},
        {**values, "agents": None},
        {**values, "seen": "noon"},
        {**values, "first": ["nobody"]},
        {**values, "rules": {"alpenrad": ["no=1"]}},
    ]
    for call, changed in (("place", ["Nowhere"]), ("guest", ["skill:de", 1, False])):
        spoilt.append({**values, "calls": [{**values["calls"][0], call: changed}]})
    spoilt.append({**values, "calls": [{**values["calls"][0], "sent_to": "line:out"}]})
    spoilt.append({**values, "agents": [{**values["agents"][0], "state": ["Asleep", "x"]}]})
    state = ["Asleep", (NOON + timedelta(hours=1)).isoformat()]
    spoilt.append({**values, "agents": [{**values["agents"][0], "state": state}]})
    for one in spoilt:
        with pytest.raises(snapshot.UnusableSnapshot):
            snapshot.read(json.dumps(one))
    for text in ("", "{", "7", "null", '"version"'):
        with pytest.raises(snapshot.UnusableSnapshot):
            snapshot.read(text)


def test_the_version_hangs_on_all_that_a_field_holds() -> None:
    found = {kind.__name__ for kind in snapshot._dataclasses(Field, set())}
    parts = {*get_args(Place), *get_args(AgentState), *get_args(Target)}
    parts |= {Agent, Band, CallBack, Contract, FieldCall, FieldRules, Guest, Origin}
    assert found >= {part.__name__ for part in parts}
