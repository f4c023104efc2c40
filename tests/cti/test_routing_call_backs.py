"""A caller who is rung back: his place, his hours, the tries, and what is told where nobody may ring him."""

from domain.agent import Ready, WrapUp
from domain.waiting_field import FieldRules
from tests.cti.paper import ALPENRAD, EVA, follow, state


def test_a_call_back_keeps_its_place() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:01 | A enters alpenrad de   |
        0:02 | B enters alpenrad de   |
        0:10 | A call-back            |
        0:12 | A hangs up             |
        0:20 | eva ready              | A rings eva; eva to ring A back
        0:22 | eva answers            | eva rings A
        0:30 | eva reaches            |
        1:30 | eva hangs up           |
        1:30 | A hangs up             |
        2:00 |                        | eva wrapped up; B rings eva
        """
    )


def test_a_call_back_is_tried_three_times_and_then_given_up() -> None:
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:05 | eva ready            | A rings eva; eva to ring A back
        0:06 | eva answers          | eva rings A
        0:09 | eva busy             |
        0:10 | eva hangs up         |
        0:40 |                      | eva wrapped up
        1:09 |                      | A due; A rings eva; eva to ring A back
        1:10 | eva answers          | eva rings A
        1:20 | eva unanswered       |
        1:20 | eva hangs up         |
        1:50 |                      | eva wrapped up
        2:20 |                      | A due; A rings eva; eva to ring A back
        2:21 | eva answers          | eva rings A
        2:30 | eva busy             |
        2:31 | eva hangs up         | A given up
        2:40 | A seen-to            |
        """,
        FieldRules(call_back_again_s=60),
    )
    assert not paper.field.calls


def test_who_is_connected_after_all_is_not_rung_back() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | A call-back          |
        0:03 | eva answers          |
        0:20 | A hangs up           |
        """
    )
    assert not paper.field.calls
    assert isinstance(state(paper, "eva"), WrapUp)


def test_a_call_back_asked_for_at_night_waits_for_the_morning() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back 3:00     |
        0:03 | A hangs up           |
        0:05 | eva ready            |
        3:00 |                      | A due; A rings eva; eva to ring A back
        """
    )


def test_he_is_rung_when_his_window_begins() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de later |
        0:01 | A call-back 3:00 to 4:00   |
        0:03 | A hangs up                 |
        3:00 |                            | A due; A rings eva; eva to ring A back
        """
    )


def test_who_couldnt_be_rung_in_his_window_is_rung_as_soon_as_somebody_can() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch           |
        0:01 | A enters alpenrad de later |
        0:01 | A call-back 3:00 to 4:00   |
        0:03 | A hangs up                 |
        3:00 |                            | A due
        4:30 | B enters alpenrad de       |
        5:00 | eva ready                  | A rings eva; eva to ring A back
        """
    )


def test_whether_anybody_may_ring_him_is_asked_in_his_hours() -> None:
    follow(
        """
        0:01 | A enters alpenrad de later  |
        0:01 | A call-back 3:00            |
        0:03 | A hangs up                  |
        2:00 | B enters alpenrad de later  |
        2:00 | B call-back 3:00            |
        2:02 | B hangs up                  |
        2:30 | eva in 201 alpenrad fr      |
        3:00 |                             | A due; A alarm; B due; B alarm
        3:30 | tom in 202 alpenrad de      |
        3:30 | tom ready                   | A rings tom; tom to ring A back
        """
    )


def test_his_hours_may_begin_before_he_hangs_up() -> None:
    follow(
        """
        2:55 | A enters alpenrad de later  |
        2:55 | A call-back 3:00            |
        3:04 | A hangs up                  | A alarm
        """
    )


def test_between_two_tries_no_alarm_is_raised() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:05 | eva ready            | A rings eva; eva to ring A back
        0:06 | eva answers          | eva rings A
        0:10 | eva busy             |
        0:11 | eva hangs up         |
        0:12 | eva out              |
        1:10 |                      | A due
        """,
        FieldRules(call_back_again_s=60),
    )


def test_who_may_not_be_rung_at_this_hour_is_rung_later_and_she_takes_the_next() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:04 | B enters alpenrad de |
        0:05 | eva ready            | A rings eva; eva to ring A back
        0:06 | eva puts-off 5:00    | B rings eva
        0:07 | eva answers          |
        0:30 | B hangs up           |
        1:00 |                      | eva wrapped up
        5:00 |                      | A due; A rings eva; eva to ring A back
        """
    )


def test_hours_that_begin_anew_are_asked_about_anew() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de later |
        0:01 | A call-back 3:00           |
        0:03 | A hangs up                 |
        3:00 |                            | A due; A rings eva; eva to ring A back
        3:01 | eva puts-off 5:00          |
        3:02 | eva out                    |
        5:00 |                            | A due; A alarm
        """
    )


def test_agents_who_hang_up_before_he_is_reached_end_a_try() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:05 | eva ready            | A rings eva; eva to ring A back
        0:06 | eva answers          | eva rings A
        0:10 | eva hangs up         |
        0:40 |                      | eva wrapped up
        1:10 |                      | A due; A rings eva; eva to ring A back
        1:11 | eva answers          | eva rings A
        1:20 | eva hangs up         | A given up
        """,
        FieldRules(call_back_tries=2),
    )


def test_who_may_not_be_rung_at_all_is_given_up_before_her_phone_rings() -> None:
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:05 | eva ready            | A rings eva; eva to ring A back
        0:06 | eva refused          | A given up
        """
    )
    assert not paper.field.calls
    assert isinstance(state(paper, "eva"), Ready)


def test_who_was_reached_and_loses_his_agent_to_her_phone_goes_on_to_the_next() -> None:
    follow(
        EVA
        + """
        0:00 | eva pauses lunch            |
        0:00 | tom in 202 alpenrad=1 de=1  |
        0:01 | A enters alpenrad de        |
        0:02 | A call-back                 |
        0:03 | A hangs up                  |
        0:05 | eva ready                   | A rings eva; eva to ring A back
        0:06 | eva answers                 | eva rings A
        0:09 | eva reaches                 |
        0:20 | tom ready                   |
        0:30 | eva breaks                  | A rings tom
        0:33 | tom answers                 |
        """
    )


def test_who_has_asked_before_needs_no_second_place() -> None:
    """He isn't offered any more, and that he leaves is no abandon."""
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:10 | A stands             |
        0:11 | eva ready            |
        0:20 | A hangs up           |
        """
    )
    assert not paper.field.calls
    assert paper.field.contract_of(ALPENRAD).abandoned == 0


def test_who_rings_again_and_is_answered_is_not_rung_back() -> None:
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A hangs up           |
        0:05 | A settled B          |
        0:06 | eva ready            |
        """
    )
    assert not paper.field.calls


def test_who_rings_again_before_he_has_hung_up_is_not_rung_back() -> None:
    paper = follow(
        EVA
        + """
        0:00 | eva pauses lunch     |
        0:01 | A enters alpenrad de |
        0:02 | A call-back          |
        0:03 | A settled B          |
        0:04 | eva ready            |
        0:20 | A hangs up           |
        """
    )
    assert not paper.field.calls
    assert paper.field.contract_of(ALPENRAD).abandoned == 0
