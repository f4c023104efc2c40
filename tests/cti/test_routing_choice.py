"""Who is offered which call: languages, brands and skills, priority, contracts, and whom he spoke with last."""

from cti.routing.field_call import agent_of_call
from domain.call import Concern
from domain.ids import CallId, TenantId
from domain.waiting_field import FieldRules
from tests.cti.paper import ALPENRAD, EVA, follow


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


def test_whose_phone_rings_for_a_call() -> None:
    rings = follow(EVA + "0:01 | A enters alpenrad de | A rings eva")
    waits = follow("0:00 | A enters alpenrad de | A alarm")
    assert agent_of_call(rings.field.calls[CallId("A")]) == "eva"
    assert agent_of_call(waits.field.calls[CallId("A")]) is None
