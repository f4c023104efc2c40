"""Each rule of the waiting field as a whole call in a text table."""

from cti.routing.engine import step
from cti.routing.field_call import Waiting, agent_of_call
from domain import field_facts as facts
from domain.agent import OnHold, Paused, Ready, Talking, Unreachable, WrapUp
from domain.call import Concern
from domain.fact import Origin
from domain.ids import AgentId, CallId, ParticipantId, TenantId
from domain.language import Language
from domain.portal_facts import Claimed, LanguageCause, LanguageSet, LoggedIn
from domain.waiting_field import FieldRules, Overflow
from tests.cti.paper import ALPENRAD, Paper, follow

EVA = """
    0:00 | eva in 201 alpenrad de |
    0:00 | eva ready              |
"""


def state(paper: Paper, agent: str) -> object:
    return paper.field.agents[AgentId(agent)].state


def test_a_call_from_entry_to_the_next() -> None:
    paper = follow(
        EVA
        + """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        0:20 | B enters alpenrad de |
        1:12 | eva hangs up         |
        1:12 | A hangs up           |
        1:42 |                      | eva wrapped up; B rings eva
        """
    )
    assert paper.reasons[0] == ("waited 0 s", "skills alpenrad=5 de=5, of 1 ready", "idle 10 s")


def test_wrap_up_ended_by_the_agent() -> None:
    follow(
        EVA
        + """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        0:13 | B enters alpenrad de |
        1:12 | eva hangs up         |
        1:15 | eva done             | B rings eva
        """
    )


def test_wrap_up_depends_on_the_concern() -> None:
    paper = follow(
        EVA
        + """
        0:10 | A enters alpenrad de pay_out | A rings eva
        0:12 | eva answers                  |
        1:00 | A hangs up                   |
        2:30 |                              | eva wrapped up
        """,
        FieldRules(wrap_up_by_concern={Concern.PAY_OUT: 90}),
    )
    assert isinstance(state(paper, "eva"), Ready)


def test_only_who_speaks_the_language_and_knows_the_brand() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de    |
        0:00 | eva ready                 |
        0:00 | chloe in 203 maison-lune fr |
        0:00 | chloe ready               |
        0:10 | A enters alpenrad fr      | A alarm
        0:11 | B enters maison-lune fr   | B rings chloe
        """
    )


def test_the_alarm_looks_at_who_is_signed_in_and_not_at_who_is_free() -> None:
    follow(
        """
        0:00 | A enters alpenrad de      | A alarm
        0:01 | eva in 201 alpenrad de    |
        0:02 | B enters alpenrad de      |
        0:03 | eva ready                 | A rings eva
        """
    )


def test_the_concerns_skill_is_required_until_it_is_relaxed() -> None:
    paper = follow(
        EVA
        + """
        0:05 | A enters alpenrad de return |
        0:35 |                             | A relaxed 1; A rings eva
        """,
        FieldRules(skilled=(Concern.RETURN,), relax_s=30),
    )
    assert "relaxed to stage 1" in paper.reasons[0]


def test_other_teams_help_out_after_a_while() -> None:
    follow(
        """
        0:00 | chloe in 203 maison-lune de |
        0:00 | chloe ready                 |
        0:00 | A enters alpenrad de        |
        1:30 |                             | A relaxed 2; A rings chloe
        """,
        FieldRules(others_s=90, others=(TenantId("maison-lune"),)),
    )


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


def test_the_best_skills_and_then_the_longest_idle() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad=3 de     |
        0:00 | luis in 202 alpenrad de      |
        0:00 | tom in 204 alpenrad de       |
        0:01 | eva ready                    |
        0:02 | tom ready                    |
        0:03 | luis ready                   |
        0:10 | A enters alpenrad de         | A rings tom
        0:11 | B enters alpenrad de         | B rings luis
        0:12 | C enters alpenrad de         | C rings eva
        """
    )


def test_a_preferred_skill_decides_among_equals() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de           |
        0:00 | luis in 202 alpenrad de pay_out=2 |
        0:01 | eva ready                        |
        0:02 | luis ready                       |
        0:10 | A enters alpenrad de pay_out     | A rings luis
        """
    )


def test_priority_goes_before_waiting_time_and_waiting_raises_it() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de           |
        0:00 | A enters alpenrad de             |
        0:30 | B enters alpenrad de priority 1  |
        0:50 | eva ready                        | B rings eva
        0:51 | B hangs up                       | A rings eva
        0:52 | eva answers                      |
        1:00 | C enters alpenrad de             |
        2:10 | D enters alpenrad de priority 1  |
        2:20 | A hangs up                       |
        2:21 | eva done                         | C rings eva
        """
    )


def test_a_supervisors_change_counts_for_who_waits() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad fr         |
        0:00 | eva ready                      |
        0:00 | A enters alpenrad de           | A alarm
        0:01 | B enters alpenrad de           | B alarm
        0:02 | B priority 3                   |
        0:03 | eva skills alpenrad de fr      | B rings eva
        0:04 | eva misses                     | B rings eva
        """
    )


def test_changed_rules_count_for_who_waits() -> None:
    follow(
        EVA
        + """
        0:00 | A enters alpenrad de return        |
        0:05 | rules alpenrad skilled=            | A rings eva
        """,
        FieldRules(skilled=(Concern.RETURN,), relax_s=600),
    )


def test_the_contract_most_at_risk_goes_first() -> None:
    """Alpenrad's caller abandoned late: it is below its service level, so its next caller comes first."""
    paper = follow(
        """
        0:00 | eva in 201 alpenrad maison-lune de |
        0:00 | X enters alpenrad de               |
        0:30 | X hangs up                         |
        0:31 | A enters maison-lune de            |
        0:32 | B enters alpenrad de               |
        0:40 | eva ready                          | B rings eva
        """
    )
    assert "alpenrad is 80 points below its service level" in paper.reasons[0]


def test_among_equal_contracts_the_least_time_left_goes_first() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad maison-lune de |
        0:00 | rules maison-lune threshold_s=60   |
        0:00 | A enters maison-lune de            |
        0:05 | B enters alpenrad de               |
        0:10 | eva ready                          | B rings eva
        """
    )


def test_the_agent_he_spoke_with_last() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de             |
        0:00 | eva ready                          |
        0:01 | A enters alpenrad de as anna       | A rings eva
        0:02 | eva answers                        |
        0:30 | A hangs up                         |
        0:31 | eva pauses lunch                   |
        0:31 | eva done                           |
        0:32 | luis in 202 alpenrad de            |
        0:33 | luis ready                         |
        0:40 | eva ready                          |
        0:50 | B enters alpenrad de as anna       | B rings eva
        """,
        FieldRules(last_agent_s=3600),
    )


def test_missed_twice_is_a_pause() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:16 | eva misses           | A rings eva
        0:31 | eva misses           |
        """
    )
    paused = state(paper, "eva")
    assert isinstance(paused, Paused)
    assert paused.reason == "missed"


def test_who_let_a_call_pass_comes_last_for_it() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de   |
        0:00 | luis in 202 alpenrad de=1 |
        0:00 | eva ready                |
        0:00 | luis ready               |
        0:01 | A enters alpenrad de     | A rings eva
        0:05 | eva rejects              | A rings luis
        0:20 | luis misses              | A rings eva
        """
    )


def test_an_unreachable_phone_is_not_held_against_her() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:01 | eva unreachable      |
        0:05 | phone 201 found      | A rings eva
        """
    )
    assert paper.field.agents[AgentId("eva")].missed == 0


def test_a_phone_lost_while_it_rings_sends_the_call_on() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | luis in 202 alpenrad de |
        0:00 | eva ready               |
        0:01 | A enters alpenrad de    | A rings eva
        0:02 | luis ready              |
        0:03 | phone 201 lost          | A withdrawn; A rings luis
        0:09 | phone 201 found         |
        """
    )
    assert isinstance(state(paper, "eva"), Ready)


def test_a_pause_asked_for_in_a_call_begins_after_wrap_up() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva answers          |
        0:10 | eva pauses lunch     |
        0:20 | A hangs up           |
        0:50 |                      | eva wrapped up
        """
    )
    paused = state(paper, "eva")
    assert isinstance(paused, Paused)
    assert paused.reason == "lunch"


def test_who_signs_out_in_a_call_leaves_after_wrap_up() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva answers          |
        0:10 | eva out              |
        0:20 | A hangs up           |
        0:50 |                      | eva wrapped up
        """
    )
    assert AgentId("eva") not in paper.field.agents


def test_hold_is_neither_free_nor_talking() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva answers          |
        0:10 | eva holds            |
        """
    )
    assert isinstance(state(paper, "eva"), OnHold)
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva answers          |
        0:10 | eva holds            |
        0:20 | eva resumes          |
        """
    )
    assert isinstance(state(paper, "eva"), Talking)


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


def test_a_call_back_keeps_its_place() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:01 | A enters alpenrad de   |
        0:02 | B enters alpenrad de   |
        0:10 | A call-back            |
        0:12 | A hangs up             |
        0:20 | eva ready              | A rings eva; eva to ring A back
        0:22 | eva answers            |
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
        0:06 | eva answers          |
        0:09 | eva busy             |
        0:10 | eva hangs up         |
        0:40 |                      | eva wrapped up
        1:09 |                      | A due; A rings eva; eva to ring A back
        1:10 | eva answers          |
        1:20 | eva unanswered       |
        1:20 | eva hangs up         |
        1:50 |                      | eva wrapped up
        2:20 |                      | A due; A rings eva; eva to ring A back
        2:21 | eva answers          |
        2:30 | eva busy             | A given up
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


def test_abandoned_while_it_rings_frees_the_agent() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:03 | A hangs up           |
        0:04 | B enters alpenrad de | B rings eva
        """
    )


def test_service_level_counts_late_and_not_short_abandons() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:00 | A enters alpenrad de   |
        0:04 | A hangs up             |
        0:05 | B enters alpenrad de   |
        0:45 | B hangs up             |
        0:50 | C enters alpenrad de   |
        0:55 | eva ready              | C rings eva
        0:58 | eva answers            |
        """
    )
    contract = paper.field.contract_of(ALPENRAD)
    assert (contract.answered, contract.in_time, contract.abandoned) == (1, 1, 1)
    assert contract.level == 50.0


def test_going_ready_takes_back_a_pause_that_was_pending() -> None:
    paper = follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:02 | eva pauses lunch     |
        0:03 | eva answers          |
        0:04 | eva ready            |
        0:20 | A hangs up           |
        0:50 |                      | eva wrapped up
        """
    )
    assert isinstance(state(paper, "eva"), Ready)


def test_a_pause_at_a_phone_that_is_gone_waits_for_it() -> None:
    paper = follow(
        EVA
        + """
        0:01 | phone 201 lost    |
        0:02 | eva pauses lunch  |
        0:03 | eva ready         |
        0:04 | eva pauses lunch  |
        0:05 | phone 201 found   |
        0:06 | eva pauses lunch  |
        0:07 | eva pauses coffee |
        """
    )
    paused = state(paper, "eva")
    assert isinstance(paused, Paused)
    assert paused.reason == "coffee"


def test_signing_in_again_moves_her_to_another_phone() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de     |
        0:00 | luis in 202 alpenrad de    |
        0:00 | eva ready                  |
        0:01 | phone 203 lost             |
        0:02 | eva in 202 alpenrad de     |
        0:03 | eva in 203 alpenrad de     |
        0:04 | A enters alpenrad de       |
        0:05 | phone 203 found            | A rings eva
        0:06 | eva in 204 alpenrad de     |
        """
    )
    assert paper.field.agents[AgentId("eva")].phone == "203"


def test_who_logs_in_or_changes_language_meanwhile_is_known_for_it() -> None:
    paper = follow("0:00 | A enters alpenrad de | A alarm")
    origin = Origin(ALPENRAD, CallId("A"), "caller")
    paper.write(origin, LoggedIn(ParticipantId("anna"), Claimed.NUMBER))
    paper.write(origin, LanguageSet(Language.FR, LanguageCause.PARTICIPANT))
    call = paper.field.calls[CallId("A")]
    assert (call.participant, call.language) == ("anna", Language.FR)


def test_found_talking_after_a_time_out_of_sight() -> None:
    """She was thought to be ringing for B; B goes on waiting."""
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de    |
        0:00 | luis in 202 alpenrad de   |
        0:00 | A enters alpenrad de      |
        0:01 | A aside                   |
        0:02 | B enters alpenrad de      |
        0:03 | eva ready                 | B rings eva
        """
    )
    found = Origin(ALPENRAD, CallId("A"), "cti")
    paper.write(found, facts.FoundTalking(AgentId("eva")))
    assert state(paper, "eva") == Talking(paper.at, CallId("A"))
    assert isinstance(paper.field.calls[CallId("B")].place, Waiting)
    before = paper.field.calls
    paper.write(found, facts.FoundTalking(AgentId("eva")))
    paper.write(found, facts.FoundTalking(AgentId("luis")))
    assert paper.field.calls == before
    assert isinstance(state(paper, "luis"), Paused)


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


def test_a_fact_already_known_changes_nothing() -> None:
    paper = follow("0:00 | A enters alpenrad de | A alarm")
    assert step(paper.field, paper.log[0]) == (paper.field, ())


def test_whose_phone_rings_for_a_call() -> None:
    rings = follow(EVA + "0:01 | A enters alpenrad de | A rings eva")
    waits = follow("0:00 | A enters alpenrad de | A alarm")
    assert agent_of_call(rings.field.calls[CallId("A")]) == "eva"
    assert agent_of_call(waits.field.calls[CallId("A")]) is None


def test_an_offer_whose_end_was_lost_ends_by_itself() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:36 |                      | A is given back
        0:38 |                      | A is back; A rings eva
        """
    )


def test_an_offer_that_failed_goes_to_somebody_else_first() -> None:
    follow(
        """
        0:00 | eva in 201 alpenrad de     |
        0:00 | luis in 202 alpenrad=1 de  |
        0:00 | eva ready                  |
        0:00 | luis ready                 |
        0:01 | A enters alpenrad de       | A rings eva
        0:01 | eva fails                  |
        0:03 |                            | A is back; A rings luis
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


def test_yesterdays_service_level_is_yesterdays() -> None:
    paper = follow(
        """
        0:00    | eva in 201 alpenrad maison-lune de |
        0:00    | X enters alpenrad de               |
        0:30    | X hangs up                         |
        1440:00 | A enters maison-lune de            |
        1440:01 | B enters alpenrad de               |
        1440:02 | eva ready                          | A rings eva
        """
    )
    assert not any("below" in words for words in paper.reasons[0])
