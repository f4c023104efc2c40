"""What the end of a line leaves behind, hers or his, in each state of a call that an agent is in."""

import pytest

from cti.routing.field_call import Aside, Leaving, Waiting
from domain.agent import Ready, WrapUp
from tests.cti.in_call import HELD, RINGS_TOM, TALK, THREE, TOM, WITH_LINE, WITH_TOM, called, place
from tests.cti.paper import follow, happen

# Her end, in each state


def test_hanging_up_on_a_caller_on_hold_lets_him_wait_again() -> None:
    follow(
        TALK
        + HELD
        + """
        0:20 | eva hangs up | A fetched
        0:50 |              | eva wrapped up; A rings eva
        """
    )


def test_hanging_up_in_the_room_is_the_end() -> None:
    paper = follow(
        TALK
        + HELD
        + """
        0:20 | eva wants resume | A back
        0:20 | eva resumes      |
        0:30 | eva hangs up     | A let go
        """
    )
    assert place(paper) == Leaving()


@pytest.mark.parametrize("row", ["asks | A told 1 0-480", "aside |"])
def test_who_is_not_let_go_in_time_waits_again(row: str) -> None:
    """Nobody carried it out, and the dialplan put him into the field."""
    paper = follow(
        TALK
        + HELD
        + f"""
        0:20 | eva wants resume | A back
        0:20 | eva resumes      |
        0:30 | eva hangs up     | A let go
        0:40 | A {row}
        """
    )
    assert isinstance(place(paper), Waiting | Aside)


def test_a_phone_that_dies_in_the_room_lets_him_wait_again() -> None:
    follow(
        TALK
        + HELD
        + """
        0:20 | eva wants resume | A back
        0:20 | eva resumes      |
        0:30 | eva breaks off   | A fetched
        """
    )


@pytest.mark.parametrize("how", ["hangs up", "breaks off"])
def test_her_end_while_the_colleague_rings_lets_him_wait_again(how: str) -> None:
    paper = follow(
        TALK
        + TOM
        + RINGS_TOM
        + f"""
        0:14 | eva {how} | A ends guest 2; A fetched; A rings tom
        """
    )
    assert called(paper, "eva") is WrapUp


def test_handed_on_the_colleagues_phone_that_dies_lets_him_wait_again() -> None:
    follow(
        WITH_TOM
        + """
        0:20 | eva wants hand_on | A back; A ends 201
        0:20 | eva hangs up      |
        0:30 | tom breaks off    | A fetched
        """
    )


# His end, in each state


def test_his_end_frees_whoever_rings_and_ends_every_line() -> None:
    paper = follow(TALK + HELD + "0:20 | A hangs up | A ends 201")
    assert called(paper, "eva") is WrapUp
    paper = follow(TALK + TOM + RINGS_TOM + "0:14 | A hangs up | A ends guest 2; A ends 201")
    assert (called(paper, "eva"), called(paper, "tom")) == (WrapUp, Ready)
    for before in (WITH_TOM, THREE):
        paper = follow(before + "0:30 | A hangs up | A ends guest 2; A ends 201")
        assert (called(paper, "eva"), called(paper, "tom")) == (WrapUp, WrapUp)
    follow(WITH_LINE + "0:30 | A hangs up | A ends guest 2; A ends 201")


def test_his_end_on_the_line_he_was_handed_to_ends_it() -> None:
    follow(
        WITH_LINE
        + """
        0:20 | eva wants hand_on | A back; A ends 201
        0:20 | eva hangs up      |
        0:25 | A hangs up        | A ends guest 2
        """
    )


@pytest.mark.parametrize(
    "before",
    [
        WITH_TOM + "0:20 | eva wants hand_on | A back; A ends 201",
        WITH_LINE + "0:20 | eva wants hand_on | A back; A ends 201",
        TALK + "0:20 | eva wants transfer skill:fr | A sent off\n 0:20 | A sent | A alarm",
        TALK + "0:20 | eva wants transfer line:workshop | A sent workshop\n 0:20 | A sent |",
    ],
)
def test_she_whose_line_ends_after_his_is_not_forgotten(before: str) -> None:
    """He hung up before the end of her line was heard of."""
    paper = follow(before)
    happen(paper, "A hangs up")
    assert called(paper, "eva") is WrapUp
    happen(paper, "eva hangs up")
    assert called(paper, "eva") is WrapUp


def test_the_colleague_let_go_whose_line_ends_after_his_is_not_forgotten() -> None:
    paper = follow(WITH_TOM + "0:20 | eva wants resume | A ends guest 2; A back")
    happen(paper, "A hangs up")
    assert called(paper, "tom") is WrapUp
