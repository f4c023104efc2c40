"""A caller's wait: his place, what he is told, and what ends it."""

from cti.routing.engine import step
from domain import field_facts as facts
from domain.agent import Unreachable
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


def test_our_own_monitoring_rings_nobody() -> None:
    paper = follow(EVA)
    handed = HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, 0)
    origin = Origin(ALPENRAD, CallId("M"), "ivr", synthetic=True)
    for body in (handed, facts.WaitAsked(), facts.CallEnded(facts.Side.CALLER)):
        paper.write(origin, body)
    assert paper.told == []
    assert not paper.field.calls
