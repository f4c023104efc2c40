"""Recorded hours and days to play again, and the changes to play them with."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from hypothesis import strategies as st

from cti.routing.changes import Changes, SkillChange
from cti.routing.day import Day, Span, figures
from cti.routing.state import Field
from cti.routing.verify import Fault, Finding, Verifier
from cti.routing.what_if import simulate
from domain.fact import Fact
from domain.ids import AgentId, Skill
from tests.cti.paper import ALPENRAD, NOON, Paper
from tests.cti.random_day import Habits

EVA, LUIS, CHLOE = AgentId("eva"), AgentId("luis"), AgentId("chloe")
NO_CHANGE = Changes()

HABITS = st.builds(
    Habits,
    profile=st.sampled_from([(30.0,), (60.0,), (15.0, 40.0)]),
    misses=st.sampled_from([0.0, 0.1, 0.4]),
    oddities=st.sampled_from([0.0, 0.1, 0.4]),
    latency_s=st.sampled_from([0.0, 0.05, 3.0]),
    coarse=st.booleans(),
)

BUSY = """
    0:00 | eva in 201 alpenrad de |
    0:00 | eva ready              |
    0:10 | A enters alpenrad de   | A rings eva
    0:14 | eva answers            |
    0:20 | B enters alpenrad de   |
    1:14 | A hangs up             |
    1:44 |                        | eva wrapped up; B rings eva
    1:50 | eva answers            |
    2:50 | B hangs up             |
    3:20 |                        | eva wrapped up
"""


def said(log: Sequence[Fact]) -> list[object]:
    return [(fact.seq, fact.at, fact.origin, fact.body) for fact in log]


def hour() -> Span:
    return Span(NOON, NOON + timedelta(hours=1))


def again(paper: Paper, changes: Changes) -> tuple[Day, Day]:
    """The figures of a paper hour: as it was, and as it would have been."""
    span = hour()
    replayed = simulate(paper.log, Field(), span, changes)
    return figures(paper.log, Field(), span), figures(replayed.facts, Field(), span)


def gain(agent: AgentId, *skills: str) -> Changes:
    return Changes({agent: SkillChange({Skill(skill): 5 for skill in skills})})


def rules(**changed: str) -> Changes:
    return Changes(rules={ALPENRAD: changed})


def verified(log: Sequence[Fact], faults: Sequence[Fault] = tuple(Fault)) -> Iterator[Finding]:
    verifier = Verifier(Field())
    for fact in log:
        yield from (one for one in verifier.take_in(fact) if one.fault in faults)
