"""An agent whose phone has lost the call gets it back, in each state; and he who can't be given back waits."""

from cti.routing.field_call import TalkingTo
from domain.agent import OnHold, Ready, Talking, WrapUp
from domain.ids import AgentId
from tests.cti.in_call import HELD, TALK, TOM, WITH_TOM, called, place
from tests.cti.paper import EVA, follow, happen

RECLAIMED = """
    0:10 | eva wants reclaim | A on music; A ends 201; eva asked into A
    0:10 | A room            |
    0:10 | eva holds         |
    0:11 | eva breaks off    |
"""


def test_in_a_conversation_her_phone_rings_again_and_they_talk() -> None:
    paper = follow(
        TALK
        + RECLAIMED
        + """
        0:13 | eva back 2  | A back
        0:13 | eva resumes |
        0:20 | A hangs up  | A ends 201
        """
    )
    assert called(paper, "eva") is WrapUp


def test_who_was_on_hold_stays_there() -> None:
    paper = follow(
        TALK
        + HELD
        + """
        0:20 | eva wants reclaim | A ends 201; eva asked into A
        0:20 | eva hangs up      |
        0:22 | eva back 2        |
        """
    )
    assert called(paper, "eva") is OnHold
    assert place(paper) == TalkingTo(AgentId("eva"))


def test_who_does_not_come_back_is_gone() -> None:
    """Another agent takes him, and she wraps up."""
    paper = follow(
        TALK
        + TOM
        + RECLAIMED
        + """
        0:25 | eva away 2 | A is left alone; A fetched; A rings tom
        """
    )
    assert called(paper, "eva") is WrapUp


def test_what_rings_is_offered_once_more() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:03 | eva wants reclaim    | A withdrawn; A rings eva
        0:04 | eva answers          |
        """
    )
    assert called(paper, "eva") is Talking


def test_whom_somebody_was_asked_in_for_she_cannot_have_again() -> None:
    paper = follow(
        WITH_TOM
        + """
        0:20 | eva wants reclaim |
        """
    )
    assert called(paper, "tom") is Talking


def test_the_caller_hangs_up_meanwhile() -> None:
    paper = follow(
        TALK
        + RECLAIMED
        + """
        0:12 | A hangs up | A ends guest 2; A ends 201
        """
    )
    assert called(paper, "eva") is WrapUp


def test_without_a_call_nothing_is_reclaimed() -> None:
    paper = follow(EVA)
    happen(paper, "eva wants reclaim")
    assert called(paper, "eva") is Ready
