"""What callers are told about their wait comes true for four of five."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from domain import field_facts as facts
from domain.fact import Fact
from tests.cti.random_day import Habits, RandomDay


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("talk_s", [200.0, 300.0])
def test_four_of_five_are_answered_inside_the_band_they_were_told(seed: int, talk_s: float) -> None:
    """On days of several hundred callers, quiet ones and crowded ones; who was promised nothing counts as outside."""
    profile = (35.0, 75.0, 100.0, 80.0, 60.0, 85.0, 100.0, 60.0)
    day = RandomDay(seed, Habits(profile=profile, talk_s=talk_s, oddities=0.02)).play()
    told: dict[object, list[Fact]] = {}
    inside = {"first": list[bool](), "last": list[bool](), "after a while": list[bool]()}
    for fact in day.log:
        if isinstance(fact.body, facts.WaitTold):
            told.setdefault(fact.origin.call, []).append(fact)
        elif isinstance(fact.body, facts.Connected) and fact.origin.call in told:
            each = told.pop(fact.origin.call)
            inside["first"].append(is_inside(each[0], fact.at))
            inside["last"].append(is_inside(each[-1], fact.at))
            if fact.at - each[0].at > timedelta(seconds=30):
                inside["after a while"].append(is_inside(each[0], fact.at))
    assert len(inside["first"]) > 300
    assert shares(inside) == {name: pytest.approx(1.0, abs=0.2) for name in inside}


def is_inside(told: Fact, at: datetime) -> bool:
    body, waited_s = told.body, (at - told.at).total_seconds()
    assert isinstance(body, facts.WaitTold)
    return body.at_most_s is not None and body.at_least_s <= waited_s <= body.at_most_s


def shares(inside: Mapping[str, Sequence[bool]]) -> Mapping[str, float]:
    return {name: sum(held) / len(held) for name, held in inside.items()}
