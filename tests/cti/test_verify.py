"""A recorded day is verified: what the switchboard wrote is consistent, and each kind of fault is found."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cti.routing.state import Field
from cti.routing.verify import Fault, Verifier
from cti.routing.what_if import simulate
from domain import field_facts as facts
from domain.agent import Ready
from domain.fact import Fact, Origin
from tests.cti.paper import ALPENRAD, NOON, Paper, follow, happen
from tests.cti.played_again import BUSY, EVA, HABITS, LUIS, NO_CHANGE, hour, verified
from tests.cti.random_day import Habits, RandomDay


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
