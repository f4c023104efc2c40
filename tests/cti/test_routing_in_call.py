"""Who has a say in a call that an agent is in: she may hold it, others may not, a supervisor may take part."""

import pytest

from cti.routing.engine import replay
from domain import field_facts as facts
from domain.agent import OnHold, Ringing, Talking
from domain.fact import Origin
from domain.ids import AgentId, CallId
from domain.waiting_field import FieldRules
from tests.cti.in_call import HELD, SENT_TO_TOM, TALK, THREE, TOM, WITH_TOM, called
from tests.cti.paper import ALPENRAD, EVA, follow, happen

# Hold


def test_hold_and_resume_as_asterisk_says_so() -> None:
    paper = follow(TALK + HELD)
    assert called(paper, "eva") is OnHold
    paper = follow(
        TALK
        + HELD
        + """
        0:20 | eva wants hold   |
        0:30 | eva wants resume | A back
        0:30 | eva resumes      |
        """
    )
    assert called(paper, "eva") is Talking


def test_a_wish_alone_changes_nothing() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants hold | A on music
        """
    )
    assert called(paper, "eva") is Talking


def test_her_phones_own_hold_is_undone_at_the_phone() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva holds        |
        0:11 | eva wants resume |
        """
    )
    assert called(paper, "eva") is OnHold


@pytest.mark.parametrize(
    "wish", ["hold", "resume", "transfer agent:tom", "consult agent:tom", "join", "hand_on"]
)
def test_who_isnt_in_it_has_no_say(wish: str) -> None:
    """Neither a stranger, nor the guest, nor she herself when it is over."""
    for before, who in ((TALK + TOM, "tom"), (WITH_TOM, "tom"), (SENT_TO_TOM, "eva")):
        paper = follow(before)
        field = paper.field
        told = len(paper.told)
        happen(paper, f"{who} wants {wish}")
        asked = facts.ControlAsked(
            AgentId(who), facts.Control(wish.split(maxsplit=1)[0]), "agent:eva"
        )
        paper.write(Origin(ALPENRAD, CallId("A"), who), asked)
        assert paper.told[told:] == []
        assert (paper.field.calls, paper.field.agents) == (field.calls, field.agents)


@pytest.mark.parametrize("wish", ["resume", "join", "hand_on"])
def test_what_doesnt_fit_the_moment_is_not_done(wish: str) -> None:
    follow(TALK + f"0:10 | eva wants {wish} |")


@pytest.mark.parametrize("wish", ["transfer", "transfer agent:", "consult nobody", "consult"])
def test_a_target_that_is_none_breaks_nothing(wish: str) -> None:
    follow(TALK + f"0:10 | eva wants {wish} |")


# Supervisors


def test_a_supervisor_takes_part_where_the_tenant_lets_him() -> None:
    rows = TALK + "0:10 | eva listened 204 whisper | {}"
    follow(rows.format("204 takes part in A, whisper"), FieldRules(listening=True))
    follow(rows.format(""), FieldRules())


def test_not_where_there_is_nobody_to_listen_to() -> None:
    allowed = FieldRules(listening=True)
    follow(EVA + "0:10 | eva listened 204 listen |", allowed)
    follow(TALK + HELD + "0:20 | eva listened 204 listen |", allowed)
    follow(THREE + "0:30 | tom listened 204 listen |", allowed)


def test_nor_where_somebody_was_asked_in_who_would_not_be_told() -> None:
    follow(THREE + "0:30 | eva listened 204 listen |", FieldRules(listening=True))


# The longest way


def test_what_is_replayed_is_what_lived() -> None:
    """Every table that is followed holds that already; this one holds the longest way."""
    paper = follow(
        THREE
        + """
        0:30 | eva wants hand_on            | A ends 201
        0:30 | eva hangs up                 |
        0:40 | tom wants transfer agent:eva | A sent off
        0:40 | A sent                       | A ends 202
        0:40 | tom hangs up                 |
        1:00 |                              | eva wrapped up; A rings eva
        1:03 | eva answers                  |
        1:10 |                              | tom wrapped up
        1:20 | eva hangs up                 |
        1:20 | A hangs up                   |
        """
    )
    assert replay(paper.log) == paper.field
    assert called(paper, "tom") is not Ringing
