"""A caller whom his agent sends on, to a colleague, a skill or a line outside: who has him then."""

from cti.routing.field_call import Outside, TalkingTo, Waiting
from domain.agent import Ready
from domain.ids import AgentId, CallId, Skill
from domain.transfer import ToSkill
from tests.cti.in_call import HELD, SENT_TO_TOM, TALK, TOM, WITH_LINE, called, place
from tests.cti.paper import ALPENRAD, follow, happen, pause_of


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
        0:12 | tom rejects                  |
        0:14 |                              | A is back; A rings tom
        0:15 | tom rejects                  |
        0:17 |                              | A is back
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
        0:10 | A sent                           | A alarm
        0:10 | eva hangs up                     |
        0:40 |                                  | eva wrapped up
        0:50 | tom in 202 alpenrad de dunning   |
        0:50 | tom ready                        | A rings tom
        """
    )
    assert paper.field.calls[CallId("A")].sent_to == ToSkill(Skill("dunning"))


def test_an_alarm_only_where_nobody_signed_in_has_the_skill() -> None:
    """Who is paused may come back, as when a caller enters."""
    follow(
        TALK
        + """
        0:03 | tom in 202 alpenrad de dunning   |
        0:10 | eva wants transfer skill:dunning | A sent off
        0:10 | A sent                           |
        0:10 | eva hangs up                     |
        0:40 |                                  | eva wrapped up
        0:50 | tom ready                        | A rings tom
        """
    )


def test_an_alarm_where_neither_a_colleague_nor_anybody_else_may_take_him() -> None:
    follow(
        TALK
        + """
        0:05 | eva skills alpenrad fr       |
        0:10 | eva wants transfer agent:tom | A sent off
        0:10 | A sent                       | A alarm
        0:10 | eva hangs up                 |
        0:40 |                              | eva wrapped up
        0:55 |                              | A lapsed; A alarm
        """
    )


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


def test_an_alarm_where_nobody_is_left_as_a_line_outside_gives_him_back() -> None:
    follow(
        TALK
        + """
        0:10 | eva wants transfer line:workshop | A sent workshop
        0:11 | A sent                           |
        0:11 | eva out                          |
        0:11 | eva hangs up                     |
        0:41 |                                  | eva wrapped up
        0:50 | A line-ends 2                    | A alarm
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
        0:20 | A sent                      | A ends 201; A alarm
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
        0:10 | A sent                      | A alarm
        0:10 | eva hangs up                |
        0:40 |                             | eva wrapped up
        """
    )
    assert pause_of(paper, "eva") == "lunch"


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
