"""A recorded day played again: the same without a change, and what a change brings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.routing.changes import Changes, SkillChange
from cti.routing.day import Span, Waits, figures
from cti.routing.engine import replay
from cti.routing.patience import Stay, patience, survival
from cti.routing.state import Field
from cti.routing.verify import Fault
from cti.routing.what_if import simulate
from domain import field_facts as facts
from domain.fact import Fact, Origin
from domain.ids import Phone, Skill
from domain.waiting_field import FieldRules
from tests.cti.paper import ALPENRAD, NOON, follow, happen
from tests.cti.played_again import (
    BUSY,
    CHLOE,
    EVA,
    HABITS,
    LUIS,
    NO_CHANGE,
    again,
    gain,
    hour,
    rules,
    said,
    verified,
)
from tests.cti.random_day import MORNING, Habits, RandomDay


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), HABITS, st.floats(0.0, 0.9))
def test_without_a_change_it_is_the_recorded_day(seed: int, habits: Habits, cut: float) -> None:
    """Whatever came before the day began, and however late the switchboard was."""
    day = RandomDay(seed, habits).play()
    since = MORNING + cut * (day.until - MORNING)
    night = [fact for fact in day.log if fact.at < since]
    recorded = day.log[len(night) :]
    span, before = Span(since, day.until), replay(night)
    replayed = simulate(recorded, before, span, NO_CHANGE)
    assert said(replayed.facts) == said(recorded)
    assert figures(replayed.facts, before, span) == figures(recorded, before, span)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 2**32),
    HABITS,
    st.sampled_from(
        [
            gain(EVA, "fr"),
            Changes({CHLOE: SkillChange(drop=frozenset({Skill("fr")}))}),
            rules(wrap_up_s="0"),
            rules(ring_s="3", missed="1"),
            rules(relax_s="", others_s="10", overflow_s="60"),
        ]
    ),
)
def test_other_rules_lose_nobody(seed: int, habits: Habits, changes: Changes) -> None:
    day = RandomDay(seed, habits).play()
    span = Span(MORNING, day.until)
    replayed = simulate(day.log, Field(), span, changes)
    was, would_be = figures(day.log, Field(), span), figures(replayed.facts, Field(), span)
    assert would_be.all.offered == was.all.offered
    assert would_be.all.unfinished >= 0
    assert [fact.seq for fact in replayed.facts] == list(range(1, len(replayed.facts) + 1))
    assert all(
        one.at <= two.at for one, two in zip(replayed.facts, replayed.facts[1:], strict=False)
    )
    assert list(verified(replayed.facts, (Fault.GAP, Fault.RAISED, Fault.UNFIT))) == []
    once_more = simulate(day.log, Field(), span, changes)
    assert said(once_more.facts) == said(replayed.facts)


FRENCH = """
    0:00 | eva in 201 alpenrad de        |
    0:00 | luis in 202 alpenrad fr       |
    0:00 | eva ready                     |
    0:00 | luis ready                    |
    0:10 | A enters alpenrad fr          | A rings luis
    0:14 | luis answers                  |
    0:20 | B enters alpenrad fr          |
    0:30 | C enters alpenrad fr          |
    1:00 | B hangs up                    |
    1:20 | C hangs up                    |
    2:14 | A hangs up                    |
    2:30 | D enters alpenrad de          | D rings eva
    2:33 | eva answers                   |
    2:44 |                               | luis wrapped up
    3:10 | E enters alpenrad fr          | E rings luis
    3:13 | luis answers                  |
    3:33 | D hangs up                    |
    4:03 |                               | eva wrapped up
    4:13 | E hangs up                    |
    4:43 |                               | luis wrapped up
"""


def test_who_speaks_french_too_saves_french_callers() -> None:
    was, would_be = again(follow(FRENCH), gain(EVA, "fr"))
    assert (was.all.service_level, len(was.all.abandoned)) == (60.0, 2)
    # eva takes A, luis B, for as long as the others took on the average; D waits a little, but not for long
    assert (would_be.all.service_level, len(would_be.all.abandoned)) == (80.0, 1)
    assert would_be.all.offered == 5


@pytest.mark.parametrize(
    "table",
    [
        FRENCH,
        """
        0:00 | eva in 201 alpenrad de |
        0:00 | eva ready              |
        0:01 | A enters alpenrad de   | A rings eva
        0:02 | eva answers            |
        0:10 | eva holds              |
        0:20 | eva resumes            |
        0:21 | B enters alpenrad de   |
        0:22 | B asks                 | B told 1 0-480
        0:25 | B aside                |
        0:30 | eva hangs up           |
        0:31 | A hangs up             |
        0:40 | eva done               |
        0:50 | B back                 | B rings eva
        0:53 | eva fails              |
        0:55 |                        | B is back; B rings eva
        0:58 | eva answers            |
        1:00 | phone 201 lost         |
        1:00 | eva breaks off         |
        1:10 | B hangs up             |
        1:30 |                        | eva wrapped up
        """,
        """
        0:00 | eva in 201 alpenrad de |
        0:01 | A enters alpenrad de   |
        0:02 | B enters alpenrad de   |
        0:10 | A call-back            |
        0:12 | A hangs up             |
        0:20 | eva ready              | A rings eva; eva to ring A back
        0:22 | eva answers            | eva rings A
        0:25 | B priority 3           |
        0:30 | eva reaches            |
        1:00 | eva pauses lunch       |
        1:30 | eva hangs up           |
        1:30 | A hangs up             |
        2:00 |                        | eva wrapped up
        3:00 | eva ready              | B rings eva
        3:15 | eva misses             | B rings eva
        3:30 | eva misses             |
        4:00 | eva ready              | B rings eva
        4:03 | B hangs up             |
        """,
        """
        0:00 | eva in 201 alpenrad de     |
        0:00 | A enters alpenrad fr       | A alarm
        0:05 | luis in 202 alpenrad fr de |
        0:06 | luis ready                 | A rings luis
        0:10 | luis rejects               |
        0:12 |                            | A is back; A rings luis
        0:15 | phone 202 lost             | A withdrawn
        0:30 | phone 202 found            | A rings luis
        0:33 | luis answers               |
        0:40 | rules alpenrad wrap_up_s=5 |
        0:50 | luis out                   |
        0:55 | luis hangs up              |
        1:00 |                            | luis wrapped up
        """,
    ],
)
def test_days_by_hand_are_the_same_without_a_change(table: str) -> None:
    paper = follow(table)
    for until in (NOON + timedelta(hours=1), paper.at, paper.at + timedelta(seconds=1)):
        log = [fact for fact in paper.log if fact.at < until]
        replayed = simulate(log, Field(), Span(NOON, until), NO_CHANGE)
        assert said(replayed.facts) == said(log)


def test_a_shorter_wrap_up_shortens_the_wait() -> None:
    was, would_be = again(follow(BUSY), rules(wrap_up_s="10"))
    assert was.all.answered == (timedelta(seconds=4), timedelta(seconds=90))
    assert would_be.all.answered == (timedelta(seconds=4), timedelta(seconds=70))
    assert was.work.wrap_up == timedelta(seconds=60)
    assert would_be.work.wrap_up == timedelta(seconds=20)
    assert (was.work.talk, was.work.hold) == (timedelta(seconds=120), timedelta())
    assert was.work.occupancy == pytest.approx(100 * 180 / (3600 - 4 - 6))


def test_a_phone_that_rings_shorter_is_missed() -> None:
    _, would_be = again(follow(BUSY), rules(ring_s="5", missed="1"))
    # B's rang for 6 s; she is ready again after the usual minute, and answers in her usual time
    assert would_be.all.answered == (timedelta(seconds=4), timedelta(seconds=84 + 5 + 60 + 5))


def test_a_phone_that_rings_longer_is_missed_later() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:00 | eva ready              |
        0:10 | A enters alpenrad de   | A rings eva
        0:25 | eva misses             | A rings eva
        0:30 | eva answers            |
        """
    )
    _, would_be = again(paper, rules(ring_s="20"))
    assert would_be.all.answered == (timedelta(seconds=25),)


def test_who_was_answered_loses_patience_as_others_did() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | luis in 202 alpenrad de |
        0:00 | luis ready              |
        0:01 | eva ready               |
        0:10 | A enters alpenrad de    | A rings luis
        0:11 | luis answers            |
        0:12 | B enters alpenrad de    | B rings eva
        0:13 | eva answers             |
        0:14 | C enters alpenrad de    |
        0:54 | C hangs up              |
        9:00 | A hangs up              |
        9:00 | B hangs up              |
        9:30 |                         | eva wrapped up; luis wrapped up
        """
    )
    without_eva = Changes({EVA: SkillChange(drop=frozenset({Skill("de")}))})
    was, would_be = again(paper, without_eva)
    assert was.all.abandoned == (timedelta(seconds=40),)
    assert would_be.all.abandoned == (timedelta(seconds=40), timedelta(seconds=40))


def test_an_estimate_of_patience_counts_those_answered() -> None:
    second = timedelta(seconds=1)
    stays = [Stay(1 * second, left=True), Stay(2 * second, left=False), Stay(3 * second, left=True)]
    assert survival(stays) == [(1 * second, pytest.approx(2 / 3)), (3 * second, 0.0)]
    assert patience(dict(enumerate(stays))) == {1: 3 * second}
    assert patience({1: Stay(second, left=False)}) == {}


def test_a_call_that_was_on_when_the_day_began() -> None:
    paper = follow(BUSY)
    since = NOON + timedelta(seconds=30)
    night = [fact for fact in paper.log if fact.at < since]
    day, before = paper.log[len(night) :], replay(night)
    span = Span(since, NOON + timedelta(hours=1))
    shorter = simulate(day, before, span, rules(wrap_up_s="10"))
    ended = [fact.at - NOON for fact in shorter.facts if isinstance(fact.body, facts.WrapUpEnded)]
    assert ended == [timedelta(seconds=84), timedelta(seconds=160)]
    assert figures(day, before, span).all == Waits()  # they entered the day before


def test_a_call_back_that_was_given_up_before_the_day_began() -> None:
    """Its agent was still on the telephone then; the call itself is in no field any more."""
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:01 | A enters alpenrad de   |
        0:02 | A call-back            |
        0:03 | A hangs up             |
        0:05 | eva ready              | A rings eva; eva to ring A back
        0:06 | eva answers            | eva rings A
        0:09 | eva busy               |
        0:20 | eva hangs up           | A given up
        0:25 | eva done               |
        """,
        FieldRules(call_back_tries=1),
    )
    since = NOON + timedelta(seconds=15)
    night = [fact for fact in paper.log if fact.at < since]
    day = paper.log[len(night) :]
    replayed = simulate(day, replay(night), Span(since, NOON + timedelta(hours=1)), NO_CHANGE)
    assert said(replayed.facts) == said(day)


def test_a_call_back_that_nobody_could_make() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad fr |
        0:00 | eva ready              |
        0:01 | A enters alpenrad de   | A alarm
        0:10 | A call-back            |
        0:12 | A hangs up             |
        """
    )
    was, would_be = again(paper, gain(EVA, "de"))
    assert (was.all.rung_back, was.work.talk) == (1, timedelta())
    assert (would_be.all.rung_back, len(would_be.all.answered)) == (0, 1)  # she takes him at once
    happen(paper, "eva pauses lunch")
    later = [fact for fact in paper.log if not isinstance(fact.body, facts.WentReady)]
    log = [replace(fact, seq=seq) for seq, fact in enumerate(later, start=1)]
    ready = Fact(
        len(log) + 1,
        NOON + timedelta(minutes=1),
        Origin(None, None, EVA),
        "a",
        facts.WentReady(EVA),
    )
    span = hour()
    rung = simulate([*log, ready], Field(), span, gain(EVA, "de"))
    would_be = figures(rung.facts, Field(), span)
    assert (would_be.all.rung_back, would_be.work.talk) == (1, timedelta(minutes=4))
    assert rung.rung_back == 1


def test_changes_apply_to_what_is_said_later_too() -> None:
    changes = Changes(
        {EVA: SkillChange({Skill("fr"): 3}, frozenset({Skill("de")}))},
        {ALPENRAD: {"relax_s": "10"}},
    )
    at, origin = NOON, Origin(ALPENRAD, None, "lena")

    def changed(body: facts.SkillsSet | facts.SignedIn | facts.FieldRulesSet) -> object:
        return changes.changed(Fact(1, at, origin, "a", body))

    assert changed(facts.SkillsSet(EVA, ("de=5", "en"))) == facts.SkillsSet(EVA, ("en=5", "fr=3"))
    assert changed(facts.SignedIn(EVA, Phone("201"), ())) == facts.SignedIn(
        EVA, Phone("201"), ("fr=3",)
    )
    other = facts.SkillsSet(LUIS, ("de",))
    assert changed(other) == other
    assert changed(facts.FieldRulesSet(("ring_s=9", "relax_s=60"))) == facts.FieldRulesSet(
        ("ring_s=9", "relax_s=10")
    )
