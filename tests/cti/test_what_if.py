"""A recorded day played again: the same without a change, and what a change brings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.routing.changes import Changes, SkillChange
from cti.routing.day import Day, Span, Waits, figures, longest_s, mean_s, straightened
from cti.routing.engine import replay
from cti.routing.patience import Stay, patience, survival
from cti.routing.state import Field
from cti.routing.verify import Fault, Finding, Verifier
from cti.routing.what_if import simulate
from domain import field_facts as facts
from domain.agent import Ready
from domain.fact import Fact, Origin
from domain.ids import AgentId, Phone, Skill
from domain.portal_facts import HandedOver
from domain.waiting_field import FieldRules, Overflow
from tests.cti.paper import ALPENRAD, NOON, Paper, follow, happen
from tests.cti.random_day import MAISON_LUNE, MORNING, Habits, RandomDay

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
        0:22 | eva answers            |
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
        0:10 | luis rejects               | A rings luis
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
        0:06 | eva answers            |
        0:09 | eva busy               | A given up
        0:20 | eva hangs up           |
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


# The figures


def test_figures_of_waits_are_those_the_switchboard_counted() -> None:
    day = RandomDay(7, Habits(profile=(60.0, 90.0), oddities=0.1)).play()
    counted = figures(day.log, Field(), Span(MORNING, day.until))
    for tenant in (ALPENRAD, MAISON_LUNE):
        waits, contract = counted.waits[tenant], day.field.contract_of(tenant)
        assert len(waits.answered) == contract.answered
        assert waits.in_time == contract.in_time
        assert len(waits.abandoned) - waits.short == contract.abandoned
        assert waits.service_level == pytest.approx(contract.level)
    assert counted.all.offered == sum(isinstance(fact.body, HandedOver) for fact in day.log)


def test_service_level_is_b_with_a_and_f_beside_it() -> None:
    """Call Centre Helper's example, as the conventions of the trade have it."""
    second = timedelta(seconds=1)
    day = Waits(1060, (second,) * 1000, 860, (second,) * 60, 10)
    shares = (day.strict, day.service_level, day.flattering)
    assert [round(share or 0, 2) for share in shares] == [81.13, 81.9, 86.0]
    assert (Waits().strict, Waits().service_level, Waits().flattering) == (None, None, None)


def test_each_caller_is_counted_once() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | A enters alpenrad de    |
        0:01 | B enters alpenrad de    |
        0:02 | C enters alpenrad de    |
        0:03 | D enters alpenrad de    |
        0:04 | C hangs up              |
        0:05 | A call-back             |
        0:06 | A hangs up              |
        0:20 | B hangs up              |
        5:03 |                         | D overflows message
        5:10 | D hangs up              |
        5:20 | E enters alpenrad de    |
        """,
        FieldRules(overflow_s=300, overflow=Overflow.MESSAGE),
    )
    waits = figures(paper.log, Field(), hour()).all
    assert (waits.offered, waits.rung_back, waits.elsewhere, waits.unfinished) == (5, 1, 1, 1)
    assert (waits.short, mean_s(waits.abandoned), longest_s(waits.abandoned)) == (1, 10.5, 19.0)
    assert mean_s(waits.answered) is None


def test_a_clock_that_was_set_back_is_straightened() -> None:
    paper = follow(BUSY)
    back = [
        fact if fact.seq != 5 else replace(fact, at=fact.at - timedelta(hours=2))
        for fact in paper.log
    ]
    times = [fact.at for fact in straightened(back, NOON)]
    assert times == sorted(times)
    assert times != [fact.at for fact in back]


# Verifying


def verified(log: Sequence[Fact], faults: Sequence[Fault] = tuple(Fault)) -> Iterator[Finding]:
    verifier = Verifier(Field())
    for fact in log:
        yield from (one for one in verifier.take_in(fact) if one.fault in faults)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), HABITS)
def test_what_the_switchboard_wrote_is_consistent(seed: int, habits: Habits) -> None:
    assert list(verified(RandomDay(seed, habits).play().log)) == []


def test_a_gap_is_found() -> None:
    log = follow(BUSY).log
    (found, *_) = verified([*log[:2], *log[3:]])
    assert (found.seq, found.fault) == (4, Fault.GAP)


def test_another_decision_is_found() -> None:
    paper = Paper()
    for event in ("eva in 201 alpenrad de", "luis in 202 alpenrad de", "eva ready", "luis ready"):
        happen(paper, event)
    happen(paper, "A enters alpenrad de")
    other = replace(paper.log[-1], body=facts.Offered(LUIS, 1, ("why",)))
    paper.log[-1] = other
    (found,) = verified(paper.log)
    assert (found.fault, found.agent, found.decided) == (Fault.DECIDED_ELSE, LUIS, ("A", EVA))
    assert "skills" in found.reason


def test_an_offer_that_did_not_fit_is_found() -> None:
    paper = Paper()
    for event in ("eva in 201 alpenrad de", "A enters alpenrad de"):
        happen(paper, event)
    offered = facts.Offered(EVA, 1, ("why",))
    paper.write(Origin(ALPENRAD, paper.log[-1].origin.call, "cti"), offered)
    happen(paper, "eva ready")
    paper.write(Origin(ALPENRAD, paper.log[1].origin.call, "cti"), replace(offered, offer=7))
    found = list(verified(paper.log))
    assert [one.fault for one in found] == [Fault.UNFIT, Fault.UNFIT]
    assert [one.reason for one in found] == [
        "the agent wasn't ready",
        "the call wasn't waiting and the agent wasn't ready",
    ]
    span = hour()
    replayed = simulate(paper.log, Field(), span, NO_CHANGE)
    offers = [fact.seq for fact in replayed.facts if isinstance(fact.body, facts.Offered)]
    assert len(offers) == 1


def test_an_offer_of_another_number_is_found() -> None:
    log = follow(BUSY).log
    (offered, *_) = [fact for fact in log if isinstance(fact.body, facts.Offered)]
    changed = replace(offered, body=facts.Offered(EVA, 7, ("why",)))
    (found,) = [
        one for one in verified([changed if one is offered else one for one in log]) if one.seq == 4
    ]
    assert (found.fault, found.reason) == (Fault.UNFIT, "it was the call's offer 1 and not 7")


def test_what_had_to_come_before_an_offer_is_found() -> None:
    paper = Paper()
    rules = Origin(ALPENRAD, None, "operator")
    paper.write(rules, facts.FieldRulesSet(("skilled=return", "relax_s=30")))
    for event in ("eva in 201 alpenrad de", "eva ready", "A enters alpenrad de return"):
        happen(paper, event)
    at, origin = NOON + timedelta(seconds=40), Origin(ALPENRAD, paper.log[-1].origin.call, "cti")
    offered = Fact(len(paper.log) + 1, at, origin, "a", facts.Offered(EVA, 1, ("why",)))
    (found,) = verified([*paper.log, offered])
    assert (found.fault, found.reason) == (Fault.DECIDED_ELSE, "Relaxed would come first")


def test_an_offer_that_nothing_calls_for_is_found() -> None:
    paper = Paper()
    for event in ("eva in 201 alpenrad de", "eva ready", "A enters alpenrad fr"):
        happen(paper, event)
    paper.write(Origin(ALPENRAD, paper.log[-2].origin.call, "cti"), facts.Offered(EVA, 1, ("why",)))
    (found,) = verified(paper.log)
    assert (found.fault, found.reason) == (Fault.DECIDED_ELSE, "nothing would be decided")


def test_a_fact_that_breaks_the_fold_is_found_and_the_rest_is_read() -> None:
    log = follow(BUSY).log
    broken = Fact(
        len(log) + 1, log[-1].at, Origin(ALPENRAD, None, "x"), "a", facts.FieldRulesSet(("no=1",))
    )
    after = Fact(len(log) + 2, log[-1].at, Origin(None, None, EVA), "a", facts.WentReady(EVA))
    verifier = Verifier(Field())
    (found,) = [one for fact in (*log, broken, after) for one in verifier.take_in(fact)]
    assert (found.seq, found.fault) == (broken.seq, Fault.RAISED)
    assert "unknown rules: no" in found.reason
    assert verifier.field.seq == after.seq
    assert isinstance(verifier.field.agents[EVA].state, Ready)
    assert (verifier.facts, verifier.offers) == (len(log) + 2, 2)


# What callers are told


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
