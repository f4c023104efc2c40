"""Somebody whom an agent asks in: who is asked, who comes, all three together, and the caller handed on."""

import pytest

from cti.routing.field_call import Leaving, TalkingTo
from domain import field_facts as facts
from domain.agent import OnHold, Paused, Ready, Ringing, Talking, WrapUp
from domain.fact import Origin
from domain.ids import AgentId, CallId
from tests.cti.in_call import HELD, RINGS_TOM, TALK, THREE, TOM, WITH_LINE, WITH_TOM, called, place
from tests.cti.paper import ALPENRAD, follow, happen

# Somebody asked in


def test_a_colleague_talks_with_her_while_he_hears_music() -> None:
    paper = follow(WITH_TOM)
    assert (called(paper, "eva"), called(paper, "tom")) == (OnHold, Talking)
    assert place(paper) == TalkingTo(AgentId("eva"))


def test_whoever_has_the_skill_and_was_idle_longest_is_asked() -> None:
    follow(
        TALK
        + """
        0:03 | luis in 203 alpenrad dunning     |
        0:03 | luis ready                       |
        """
        + TOM
        + """
        0:10 | eva wants consult skill:dunning | A on music; luis asked into A
        """
    )


def test_nobody_free_is_asked() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants consult skill:dunning |
        0:10 | eva wants consult agent:tom     |
        0:10 | eva wants consult agent:eva     |
        """
    )
    assert called(paper, "eva") is Talking


def test_on_hold_already_he_is_left_there() -> None:
    follow(
        TALK
        + TOM
        + HELD
        + """
        0:20 | eva wants consult agent:tom | tom asked into A
        """
    )


def test_one_guest_at_a_time() -> None:
    for wish in ("consult line:workshop", "transfer skill:de"):
        follow(WITH_TOM + f"0:20 | eva wants {wish} |")


@pytest.mark.parametrize("how", ["rejects", "unreachable", "fails"])
def test_a_colleague_who_doesnt_come_leaves_her_with_the_caller(how: str) -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + f"""
        0:14 | tom {how}        |
        0:15 | eva wants resume | A back
        0:15 | eva resumes      |
        """
    )
    assert called(paper, "eva") is Talking
    assert paper.field.calls[CallId("A")].guest is None


def test_declining_twice_is_a_pause_here_too() -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + """
        0:14 | tom misses                  |
        0:15 | eva wants consult agent:tom | tom asked into A
        0:30 | tom misses                  |
        """
    )
    assert called(paper, "tom") is Paused


def test_a_ring_whose_end_was_lost_is_given_up() -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + """
        0:45 | | A is given back
        """
    )
    assert called(paper, "tom") is Ready
    paper = follow(
        TALK
        + """
        0:10 | eva wants consult line:workshop | A on music; workshop asked into A
        0:45 |                                 | A line given up
        """
    )
    assert paper.field.calls[CallId("A")].guest is None


def test_a_colleague_whose_phone_is_lost_while_it_rings() -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + """
        0:14 | phone 202 lost  | A ends guest 2
        0:15 | phone 202 found |
        """
    )
    assert called(paper, "tom") is Ready
    assert paper.field.calls[CallId("A")].guest is None


def test_back_to_the_caller_the_colleague_is_let_go() -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + """
        0:14 | eva wants resume | A ends guest 2; A back
        """
    )
    assert called(paper, "tom") is Ready
    paper = follow(
        WITH_TOM
        + """
        0:20 | eva wants resume | A ends guest 2; A back
        0:20 | tom hangs up     |
        0:20 | eva resumes      |
        """
    )
    assert called(paper, "tom") is WrapUp
    assert called(paper, "eva") is Talking


def test_the_end_of_a_talk_she_had_before_is_none_of_her_ring() -> None:
    paper = follow(TALK + TOM + RINGS_TOM + "0:14 | tom hangs up |")
    assert called(paper, "tom") is Ringing
    assert paper.field.calls[CallId("A")].has_guest(AgentId("tom"))


def test_who_is_found_with_a_caller_that_another_has_goes_on_ringing() -> None:
    paper = follow(TALK + TOM + RINGS_TOM)
    paper.write(Origin(ALPENRAD, CallId("A"), "cti"), facts.FoundTalking(AgentId("tom")))
    assert called(paper, "tom") is Ringing
    assert paper.field.calls[CallId("A")].has_guest(AgentId("tom"))


def test_what_a_line_does_is_none_of_a_colleagues() -> None:
    paper = follow(TALK + TOM + RINGS_TOM + "0:11 | A line-answers 2 |\n 0:11 | A line-ends 2 |")
    assert called(paper, "tom") is Ringing
    guest = paper.field.calls[CallId("A")].guest
    assert guest is not None
    assert not guest.talks


def test_another_offers_answer_is_none_of_the_guests() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants consult line:workshop | A on music; workshop asked into A
        0:11 | A line-answers 1                |
        0:11 | A line-ends 1                   |
        """
    )
    guest = paper.field.calls[CallId("A")].guest
    assert guest is not None
    assert not guest.talks


# Three, and handing on


def test_three_talk_and_either_agent_leaves() -> None:
    paper = follow(THREE + "0:30 | tom hangs up |")
    assert (called(paper, "eva"), called(paper, "tom")) == (Talking, WrapUp)
    assert place(paper) == TalkingTo(AgentId("eva"))
    paper = follow(THREE + "0:30 | eva hangs up |")
    assert (called(paper, "eva"), called(paper, "tom")) == (WrapUp, Talking)
    assert place(paper) == TalkingTo(AgentId("tom"))


def test_handed_on_he_is_brought_to_the_colleague() -> None:
    paper = follow(
        WITH_TOM
        + """
        0:20 | eva wants hand_on | A back; A ends 201
        0:20 | eva hangs up      |
        0:40 | tom wants hold    | A on music
        0:50 |                   | eva wrapped up
        """
    )
    assert place(paper) == TalkingTo(AgentId("tom"))
    happen(paper, "tom hangs up")
    assert paper.told[-1] == "A let go"


def test_handed_on_from_three_he_stays_where_he_is() -> None:
    follow(THREE + "0:30 | eva wants hand_on | A ends 201")


@pytest.mark.parametrize("how", ["hangs up", "breaks off"])
def test_her_end_hands_on_too(how: str) -> None:
    paper = follow(WITH_TOM + f"0:20 | eva {how} | A back")
    assert place(paper) == TalkingTo(AgentId("tom"))
    assert called(paper, "eva") is WrapUp


def test_handed_on_to_a_line_outside_whose_end_is_his() -> None:
    paper = follow(
        WITH_LINE
        + """
        0:20 | eva wants hand_on | A back; A ends 201
        0:20 | eva hangs up      |
        0:30 | A line-ends 1     |
        0:50 |                   | eva wrapped up
        1:00 | A line-ends 2     | A let go
        """
    )
    assert place(paper) == Leaving()
    happen(paper, "A hangs up")
    assert not paper.field.calls


def test_a_line_outside_that_leaves_leaves_her_with_him() -> None:
    paper = follow(WITH_LINE + "0:20 | A line-ends 2 |")
    assert place(paper) == TalkingTo(AgentId("eva"))
    assert paper.field.calls[CallId("A")].guest is None
