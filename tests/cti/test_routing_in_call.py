"""What agents do with the call they are in: hold, transfer, somebody asked in, handing on, a supervisor."""

import pytest

from cti.routing.engine import replay
from cti.routing.field_call import Leaving, Outside, TalkingTo, Waiting
from domain import field_facts as facts
from domain.agent import OnHold, Paused, Ready, Ringing, Talking, WrapUp
from domain.fact import Origin
from domain.ids import AgentId, CallId, Skill
from domain.transfer import ToSkill
from domain.waiting_field import FieldRules
from tests.cti.paper import ALPENRAD, EVA, Paper, follow, happen, state

TALK = (
    EVA
    + """
    0:01 | A enters alpenrad de | A rings eva
    0:02 | eva answers          |
"""
)
TOM = """
    0:03 | tom in 202 alpenrad de dunning |
    0:03 | tom ready                      |
"""
HELD = """
    0:10 | eva wants hold | A on music
    0:10 | A room         |
    0:10 | eva holds      |
"""
RINGS_TOM = """
    0:10 | eva wants consult agent:tom | A on music; tom asked into A
    0:10 | A room                      |
    0:10 | eva holds                   |
"""
WITH_TOM = (
    TALK
    + TOM
    + RINGS_TOM
    + """
    0:14 | tom answers |
"""
)
THREE = (
    WITH_TOM
    + """
    0:20 | eva wants join | A back
    0:20 | eva resumes    |
"""
)
WITH_LINE = (
    TALK
    + """
    0:10 | eva wants consult line:workshop | A on music; workshop asked into A
    0:10 | A room                          |
    0:10 | eva holds                       |
    0:16 | A line-answers 2                |
"""
)
SENT_TO_TOM = (
    TALK
    + TOM
    + """
    0:10 | tom pauses lunch             |
    0:10 | eva wants transfer agent:tom | A sent off
    0:10 | A sent                       |
    0:10 | eva hangs up                 |
"""
)


def place(paper: Paper) -> object:
    return paper.field.calls[CallId("A")].place


def called(paper: Paper, name: str) -> type:
    return type(state(paper, name))


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


# Blind transfer


def test_to_a_colleague_who_is_free() -> None:
    paper = follow(
        TALK
        + TOM
        + """
        0:04 | luis in 203 alpenrad de      |
        0:04 | luis ready                   |
        0:10 | eva wants transfer agent:tom | A sent off
        0:10 | A sent                       | A rings tom
        0:10 | eva hangs up                 |
        0:14 | tom answers                  |
        0:40 |                              | eva wrapped up
        """
    )
    assert place(paper) == TalkingTo(AgentId("tom"))
    assert called(paper, "luis") is Ready
    assert paper.reasons[-1][0] == "priority 1"


def test_a_colleague_takes_him_whatever_she_knows() -> None:
    follow(
        TALK
        + """
        0:03 | luis in 203 fr                |
        0:03 | luis ready                    |
        0:10 | eva wants transfer agent:luis | A sent off
        0:10 | A sent                        | A rings luis
        """
    )


def test_a_colleague_who_declines_lets_anybody_take_him() -> None:
    follow(
        TALK
        + TOM
        + """
        0:10 | eva wants transfer agent:tom | A sent off
        0:10 | A sent                       | A rings tom
        0:10 | eva hangs up                 |
        0:12 | tom rejects                  | A rings tom
        0:13 | tom rejects                  |
        0:40 |                              | eva wrapped up; A rings eva
        """
    )


def test_a_phone_of_a_colleague_that_fails_is_tried_again() -> None:
    follow(
        TALK
        + TOM
        + """
        0:10 | eva wants transfer agent:tom | A sent off
        0:10 | A sent                       | A rings tom
        0:12 | tom fails                    |
        0:14 |                              | A is back; A rings tom
        """
    )


def test_a_colleague_who_doesnt_come_lapses() -> None:
    follow(
        SENT_TO_TOM
        + """
        0:40 |           | eva wrapped up
        0:55 |           | A lapsed; A rings eva
        """
    )


def test_a_colleague_who_is_ready_in_time_has_him() -> None:
    follow(
        SENT_TO_TOM
        + """
        0:40 |           | eva wrapped up
        0:50 | tom ready | A rings tom
        """
    )


def test_a_colleague_who_signs_out_is_waited_for_no_longer_than_that() -> None:
    follow(
        SENT_TO_TOM
        + """
        0:20 | tom out |
        0:40 |         | eva wrapped up
        0:55 |         | A lapsed; A rings eva
        """
    )


def test_to_whoever_has_a_skill_on_top_of_what_he_needs() -> None:
    paper = follow(
        TALK
        + """
        0:03 | luis in 203 alpenrad fr dunning |
        0:03 | luis ready                      |
        0:10 | eva wants transfer skill:dunning | A sent off
        0:10 | A sent                           |
        0:10 | eva hangs up                     |
        0:40 |                                  | eva wrapped up
        0:50 | tom in 202 alpenrad de dunning   |
        0:50 | tom ready                        | A rings tom
        """
    )
    assert paper.field.calls[CallId("A")].sent_to == ToSkill(Skill("dunning"))


def test_ahead_of_his_like() -> None:
    follow(
        TALK
        + """
        0:05 | B enters alpenrad de          |
        0:10 | eva wants transfer skill:de   | A sent off
        0:10 | A sent                        |
        0:10 | eva hangs up                  |
        0:40 |                               | eva wrapped up; A rings eva
        """
    )


def test_to_a_line_outside() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants transfer line:workshop | A sent workshop
        0:11 | A sent                           |
        0:11 | eva hangs up                     |
        0:41 |                                  | eva wrapped up
        """
    )
    assert place(paper) == Outside("workshop")
    happen(paper, "A hangs up")
    assert not paper.field.calls


def test_a_line_outside_that_isnt_reached_gives_him_back() -> None:
    follow(
        TALK
        + """
        0:10 | eva wants transfer line:workshop | A sent workshop
        0:11 | A sent                           |
        0:11 | eva hangs up                     |
        0:41 |                                  | eva wrapped up
        0:50 | A line-ends 2                    | A rings eva
        """
    )


def test_the_end_of_a_line_asked_in_before_is_none_of_the_one_he_was_sent_to() -> None:
    paper = follow(
        WITH_LINE
        + """
        0:20 | eva wants resume                 | A ends guest 2; A back
        0:20 | eva resumes                      |
        0:20 | eva wants transfer line:workshop | A sent workshop
        0:20 | A sent                           | A ends 201
        0:20 | A line-ends 2                    |
        """
    )
    assert place(paper) == Outside("workshop")
    happen(paper, "A line-ends 3")
    assert place(paper) == Waiting()


def test_a_transfer_that_could_not_be_made_leaves_them_as_they_are() -> None:
    """While it is on its way nothing else is begun."""
    paper = follow(
        TALK
        + TOM
        + """
        0:10 | eva wants transfer line:workshop | A sent workshop
        0:10 | eva wants hold                   |
        0:10 | eva wants consult agent:tom      |
        0:11 | A not-sent                       |
        0:12 | A sent                           |
        0:12 | eva wants hold                   | A on music
        """
    )
    assert place(paper) == TalkingTo(AgentId("eva"))


def test_where_he_was_being_sent_is_forgotten_with_her() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants transfer line:workshop | A sent workshop
        0:10 | eva breaks off                   |
        0:40 |                                  | eva wrapped up; A rings eva
        0:42 | eva answers                      |
        0:43 | A sent                           |
        """
    )
    assert place(paper) == TalkingTo(AgentId("eva"))


def test_from_the_room_her_line_is_ended() -> None:
    follow(
        TALK
        + HELD
        + """
        0:20 | eva wants transfer skill:fr | A sent off
        0:20 | A sent                      | A ends 201
        0:20 | eva hangs up                |
        """
    )


def test_he_counts_once_in_the_service_level() -> None:
    paper = follow(
        SENT_TO_TOM
        + """
        0:15 | tom ready   | A rings tom
        0:20 | tom answers |
        """
    )
    contract = paper.field.contract_of(ALPENRAD)
    assert (contract.answered, contract.in_time, contract.abandoned) == (1, 1, 0)


def test_nor_is_he_abandoned_who_hangs_up_after_a_transfer() -> None:
    paper = follow(
        SENT_TO_TOM
        + """
        0:40 |            | eva wrapped up
        0:45 | A hangs up |
        """
    )
    contract = paper.field.contract_of(ALPENRAD)
    assert (contract.answered, contract.abandoned) == (1, 0)


def test_a_pause_asked_for_begins_after_the_wrap_up_of_a_transfer() -> None:
    paper = follow(
        TALK
        + """
        0:05 | eva pauses lunch            |
        0:10 | eva wants transfer skill:fr | A sent off
        0:10 | A sent                      |
        0:10 | eva hangs up                |
        0:40 |                             | eva wrapped up
        """
    )
    paused = state(paper, "eva")
    assert isinstance(paused, Paused)
    assert paused.reason == "lunch"


def test_who_wants_to_be_rung_back_waits_for_no_colleague() -> None:
    follow(
        SENT_TO_TOM
        + """
        0:15 | A call-back |
        0:16 | A hangs up  |
        0:20 | tom out     |
        0:40 |             | eva wrapped up; A rings eva; eva to ring A back
        """
    )


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
        TALK + "0:20 | eva wants transfer skill:fr | A sent off\n 0:20 | A sent |",
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


def test_what_is_replayed_is_what_lived() -> None:
    """Each table above holds that already; this one holds the longest way."""
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
