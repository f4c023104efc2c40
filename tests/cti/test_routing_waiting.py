"""A caller's wait: his place, what he is told, what ends it, and how he is rung back."""

from cti.routing.engine import step
from domain import field_facts as facts
from domain.agent import Ready, Unreachable, WrapUp
from domain.call import Certainty
from domain.fact import Origin
from domain.ids import CallId, ParticipantId
from domain.language import Language
from domain.portal_facts import Claimed, HandedOver, LanguageCause, LanguageSet, LoggedIn
from domain.waiting_field import FieldRules, Overflow
from tests.cti.paper import ALPENRAD, EVA, follow, state


def test_who_has_waited_too_long_is_offered_something_else_once() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:00 | A enters alpenrad de   |
        5:00 |                        | A overflows message
        9:00 | eva ready              | A rings eva
        """,
        FieldRules(overflow_s=300, overflow=Overflow.MESSAGE),
    )


def test_rules_of_its_own_end_a_wait() -> None:
    """Neither relaxed nor offered anything else: only an agent helps."""
    follow(
        """
        0:00  | eva in 201 alpenrad de |
        0:00  | A enters alpenrad de   |
        60:00 | eva ready              | A rings eva
        """,
        FieldRules(relax_s=None, overflow_s=None),
    )


def test_what_is_told_never_gets_worse() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de          |
        0:00 | eva ready                       |
        0:01 | A enters alpenrad de            | A rings eva
        0:02 | eva answers                     |
        0:03 | B enters alpenrad de            |
        0:03 | B asks                          | B told 1 0-480
        0:04 | C enters alpenrad de priority 5 |
        0:40 | B asks                          | B told 1 0-480
        0:40 | C asks                          | C told 1 0-480
        """
    )


def test_self_service_keeps_the_place() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:01 | A enters alpenrad de    |
        0:02 | B enters alpenrad de    |
        0:03 | A aside                 |
        0:04 | luis in 202 alpenrad de |
        0:05 | luis ready              | B rings luis
        0:06 | C enters alpenrad de    |
        0:20 | A back                  |
        0:21 | eva ready               | A rings eva
        """
    )


def test_who_asks_where_he_stands_is_back_from_self_service() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:01 | A enters alpenrad de   |
        0:02 | A aside                |
        0:40 | A asks                 | A told 1 0-None
        0:41 | eva ready              | A rings eva
        """
    )


def test_a_caller_whose_agents_phone_dies_waits_again_ahead_of_others() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | luis in 202 alpenrad de |
        0:00 | eva ready               |
        0:01 | A enters alpenrad de    | A rings eva
        0:02 | eva answers             |
        0:03 | B enters alpenrad de    |
        0:20 | phone 201 lost          |
        0:20 | eva breaks off          |
        0:25 | luis ready              | A rings luis
        0:50 |                         | eva wrapped up
        """
    )
    assert isinstance(state(paper, "eva"), Unreachable)


def test_a_technical_failure_is_tried_again_after_a_moment() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:01 | eva fails            |
        0:03 |                      | A is back; A rings eva
        """
    )


def test_an_offer_whose_end_was_lost_ends_by_itself() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:36 |                      | A is given back
        0:38 |                      | A is back; A rings eva
        """
    )


def test_who_logs_in_or_changes_language_meanwhile_is_known_for_it() -> None:
    paper = follow("0:00 | A enters alpenrad de | A alarm")
    origin = Origin(ALPENRAD, CallId("A"), "caller")
    paper.write(origin, LoggedIn(ParticipantId("anna"), Claimed.NUMBER))
    paper.write(origin, LanguageSet(Language.FR, LanguageCause.PARTICIPANT))
    call = paper.field.calls[CallId("A")]
    assert (call.participant, call.language) == ("anna", Language.FR)


def test_a_fact_already_known_changes_nothing() -> None:
    paper = follow("0:00 | A enters alpenrad de | A alarm")
    assert step(paper.field, paper.log[0]) == (paper.field, ())


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


def test_our_own_monitoring_rings_nobody() -> None:
    paper = follow(EVA)
    handed = HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, 0)
    origin = Origin(ALPENRAD, CallId("M"), "ivr", synthetic=True)
    for body in (handed, facts.WaitAsked(), facts.CallEnded(facts.Side.CALLER)):
        paper.write(origin, body)
    assert paper.told == []
    assert not paper.field.calls
