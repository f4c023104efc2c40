"""An agent's day: calls and wrap-up, hold, pauses, signing in and out, and a phone that is gone."""

from cti.routing.field_call import Waiting
from domain import field_facts as facts
from domain.agent import OnHold, Paused, Ready, Ringing, Talking
from domain.call import Concern
from domain.fact import Origin
from domain.ids import AgentId, CallId
from domain.waiting_field import FieldRules
from tests.cti.paper import ALPENRAD, EVA, Paper, follow, pause_of, state


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


def in_page(table: str) -> Paper:
    rules = FieldRules(wrap_up_s=30, record=True)
    return follow("0:00 | eva sits 201 alpenrad de |\n 0:00 | eva ready |" + table, rules)


def test_wrap_up_does_not_end_before_something_is_recorded() -> None:
    paper = in_page(
        """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        1:12 | A hangs up           |
        2:30 | B enters alpenrad de |
        5:00 | eva records          |
        5:10 |                      | eva wrapped up; B rings eva
        """
    )
    assert isinstance(state(paper, "eva"), Ringing)


def test_what_was_recorded_in_the_call_or_soon_leaves_wrap_up_its_time() -> None:
    in_page(
        """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        0:40 | eva records          |
        1:12 | eva hangs up         |
        1:42 |                      | eva wrapped up
        2:00 | B enters alpenrad de | B rings eva
        2:01 | eva answers          |
        2:10 | B hangs up           |
        2:12 | eva records          |
        2:40 |                      | eva wrapped up
        """
    )


def test_who_has_no_page_is_not_asked_to_record() -> None:
    follow(
        EVA
        + """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        1:12 | A hangs up           |
        1:42 |                      | eva wrapped up
        """,
        FieldRules(record=True),
    )


def test_a_team_lead_takes_who_went_home_out_of_an_unfinished_wrap_up() -> None:
    paper = in_page(
        """
        0:10 | A enters alpenrad de | A rings eva
        0:12 | eva answers          |
        1:12 | A hangs up           |
        9:00 | eva out              |
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


def test_abandoned_while_it_rings_frees_the_agent() -> None:
    follow(
        EVA
        + """
        0:01 | A enters alpenrad de | A rings eva
        0:03 | A hangs up           |
        0:04 | B enters alpenrad de | B rings eva
        """
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
    assert pause_of(paper, "eva") == "missed"


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
    assert pause_of(paper, "eva") == "lunch"


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
    assert pause_of(paper, "eva") == "coffee"


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
