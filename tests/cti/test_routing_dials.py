"""Calls that an agent makes: her phone first, then whom she dials; what becomes of her and of the call."""

import pytest

from cti.routing.field_call import TalkingTo
from domain.agent import OnHold, Ready, Ringing, Talking, WrapUp
from domain.dial_facts import DialEnded, DialResult
from domain.fact import Origin
from domain.field_facts import FoundTalking
from domain.ids import AgentId, CallId
from tests.cti.paper import ALPENRAD, EVA, Paper, follow, pause_of, state

TALK = (
    EVA
    + """
    0:01 | eva dials A       | eva to dial A
    0:02 | eva answers       | eva rings A
    0:04 | eva gets through  |
"""
)
"""He is reached, and they talk."""


def results(paper: Paper) -> list[DialResult]:
    return [fact.body.result for fact in paper.log if isinstance(fact.body, DialEnded)]


def test_once_he_is_reached_it_is_a_call_like_any_other() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A          | eva to dial A
        0:04 | eva answers          | eva rings A
        0:06 | eva rings-there      |
        0:10 | eva gets through     |
        0:30 | eva wants hold       | A on music
        0:31 | A room               |
        0:31 | eva holds            |
        0:50 | eva wants resume     | A back
        0:51 | eva resumes          |
        1:00 | eva hangs up         | A let go
        1:00 | A hangs up           |
        1:30 |                      | eva wrapped up
        """
    )
    assert not paper.field.calls
    assert not results(paper)
    assert isinstance(state(paper, "eva"), Ready)


def test_nobody_offers_her_a_call_meanwhile() -> None:
    follow(
        EVA
        + """
        0:01 | eva dials A          | eva to dial A
        0:02 | B enters alpenrad de |
        0:04 | eva answers          | eva rings A
        0:09 | eva gets busy        |
        0:11 | eva hangs up         |
        0:41 |                      | eva wrapped up; B rings eva
        """
    )


@pytest.mark.parametrize("result", ["busy", "no_answer", "wrong_number", "declined"])
def test_who_is_not_reached_is_out_of_it_and_she_writes_it_down(result: str) -> None:
    paper = follow(
        EVA
        + f"""
        0:01 | eva dials A        | eva to dial A
        0:04 | eva answers        | eva rings A
        0:09 | eva gets {result}  |
        0:10 | eva rings-there    |
        0:11 | eva gets through   |
        0:11 | eva hangs up       |
        """
    )
    assert not paper.field.calls
    assert results(paper) == [DialResult(result)]
    assert isinstance(state(paper, "eva"), WrapUp)


def test_a_pause_goes_on_after_the_call() -> None:
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch |
        0:01 | eva dials A      | eva to dial A
        0:04 | eva answers      | eva rings A
        0:09 | eva gets busy    |
        0:10 | eva hangs up     |
        0:40 |                  | eva wrapped up
        """
    )
    assert pause_of(paper, "eva") == "lunch"


def test_dialling_ends_her_wrap_up() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva answers          |
        0:20 | eva hangs up         |
        0:20 | A hangs up           |
        0:25 | eva dials B          | eva to dial B; eva wrapped up
        """
    )
    assert isinstance(state(paper, "eva"), Ringing)


def test_who_has_a_call_dials_nobody() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva dials B          | B not dialled: not_taken
        0:03 | eva answers          |
        0:04 | eva dials C          | C not dialled: not_taken
        """
    )
    assert list(paper.field.calls) == ["A"]


@pytest.mark.parametrize(
    ("what", "result", "then"),
    [
        ("misses", DialResult.NOT_TAKEN, Ready),
        ("rejects", DialResult.NOT_TAKEN, Ready),
        ("fails", DialResult.FAILED, Ready),
    ],
)
def test_her_own_phone_is_not_answered(what: str, result: DialResult, then: type) -> None:
    """It isn't a call that she missed, however often."""
    paper = follow(
        EVA
        + f"""
        0:01 | eva dials A | eva to dial A
        0:04 | eva {what}  | A not dialled: {result}
        0:05 | eva dials B | eva to dial B
        0:09 | eva {what}  | B not dialled: {result}
        """
    )
    assert not paper.field.calls
    assert isinstance(state(paper, "eva"), then)


def test_a_phone_that_cannot_be_reached_is_lost() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A     | eva to dial A
        0:02 | eva unreachable | A not dialled: not_taken
        0:03 | eva dials B     | B not dialled: not_taken
        """
    )
    assert not paper.field.agents[AgentId("eva")].reachable


def test_an_offer_whose_end_nobody_tells_is_given_up() -> None:
    follow(
        EVA
        + """
        0:01 | eva dials A | eva to dial A
        0:36 |             | A is given back; A not dialled: failed
        """
    )


def test_her_phone_is_lost_while_it_rings() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A    | eva to dial A
        0:02 | phone 201 lost | A ends guest 1; A not dialled: not_taken
        """
    )
    assert not paper.field.calls


def test_she_cancels_while_her_phone_rings() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A  | eva to dial A
        0:02 | eva cancels  | A ends guest 1; A not dialled: cancelled
        0:03 | eva misses   |
        """
    )
    assert not paper.field.calls
    assert isinstance(state(paper, "eva"), Ready)


def test_she_cancels_while_his_phone_rings() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A      | eva to dial A
        0:02 | eva answers      | eva rings A
        0:04 | eva rings-there  |
        0:05 | eva cancels      | A ends guest 1; A not dialled: cancelled
        0:05 | eva cancels      |
        0:05 | eva gets through |
        0:06 | eva hangs up     |
        """
    )
    assert results(paper) == [DialResult.CANCELLED]
    assert isinstance(state(paper, "eva"), WrapUp)


def test_a_page_loaded_again_cancels_what_rings() -> None:
    follow(
        EVA
        + """
        0:01 | eva dials A        | eva to dial A
        0:02 | eva wants reclaim  | A ends guest 1; A not dialled: cancelled
        0:05 | eva dials B        | eva to dial B
        0:06 | eva answers        | eva rings B
        0:07 | eva wants reclaim  | B ends guest 1; B not dialled: cancelled
        """
    )


def test_who_is_on_the_line_already_stays_there() -> None:
    paper = follow(
        TALK
        + """
        0:05 | eva cancels       |
        0:09 | eva gets busy     |
        0:20 | eva wants reclaim | A on music; A ends 201; eva asked into A
        """
    )
    (call,) = paper.field.calls.values()
    assert call.place == TalkingTo(AgentId("eva"))
    assert isinstance(state(paper, "eva"), Talking | OnHold)


@pytest.mark.parametrize(("what", "result"), [("hangs up", "cancelled"), ("breaks", "failed")])
def test_her_line_ends_before_he_is_reached(what: str, result: str) -> None:
    paper = follow(
        EVA
        + f"""
        0:01 | eva dials A | eva to dial A
        0:02 | eva answers | eva rings A
        0:04 | eva {what}  | A not dialled: {result}
        """
    )
    assert not paper.field.calls


def test_the_gate_refuses_before_her_phone_rings() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A       | eva to dial A
        0:01 | eva gets refused  |
        """
    )
    assert not paper.field.calls
    assert isinstance(state(paper, "eva"), Ready)


def test_whom_her_broken_phone_leaves_alone_waits_for_the_next() -> None:
    follow(
        TALK
        + """
        0:05 | luis in 202 alpenrad de         |
        0:05 | luis ready                      |
        0:09 | eva breaks                      | A rings luis
        0:12 | luis answers                    |
        0:30 | A hangs up                      |
        """
    )


def test_whom_she_sends_on_is_offered_to_others_and_she_to_nobody_else() -> None:
    paper = follow(
        TALK
        + """
        0:05 | luis in 202 alpenrad de         |
        0:05 | luis ready                      |
        0:09 | eva wants transfer agent:luis   | A sent off
        0:10 | A sent                          | A rings luis
        0:10 | eva hangs up                    |
        0:12 | luis answers                    |
        0:30 | A hangs up                      |
        """
    )
    assert paper.field.contracts == {}


def test_who_is_found_talking_does_not_dial_any_more() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A          | eva to dial A
        0:02 | B enters alpenrad de |
        """
    )
    paper.told = []
    paper.write(Origin(ALPENRAD, CallId("B"), "cti"), FoundTalking(AgentId("eva")))
    assert paper.told == ["A ends guest 1", "A not dialled: not_taken"]
    assert list(paper.field.calls) == ["B"]
