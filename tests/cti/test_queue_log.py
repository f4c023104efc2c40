"""Our log as Asterisk's ``queue_log``: line for line on paper, and as another program counts it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.fact import Origin
from domain.field_facts import OfferResult
from domain.figures import CallFlow, total
from domain.ids import AgentId, CallerId, CallId
from domain.period import Period
from domain.portal_facts import CallArrived
from domain.projection import slot_of
from domain.waiting_field import FieldRules, Overflow
from reporting.figures import RowFigures
from reporting.queue_log import Shown
from tests.cti.in_call import TALK, THREE, WITH_LINE, WITH_TOM
from tests.cti.paper import ALPENRAD, EVA, NOON, Paper, follow, happen
from tests.cti.queue_lines import EVER, Reader, lines_of, set_back, since_noon
from tests.cti.random_day import MAISON_LUNE, MORNING, Habits, RandomDay
from tests.cti.test_projecting import rows_of

NO_ANSWER, REJECTED = OfferResult.NO_ANSWER, OfferResult.REJECTED


def written(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def told(paper: Paper) -> list[str]:
    return since_noon(lines_of(paper.log), NOON)


def test_a_day_on_paper() -> None:
    paper = follow(
        EVA
        + """
        0:05 | A enters alpenrad de | A rings eva
        0:08 | B enters alpenrad de |
        0:10 | C enters alpenrad de |
        0:12 | eva answers          |
        0:14 | B hangs up           |
        0:30 | eva hangs up         |
        0:32 | eva pauses lunch     |
        0:50 | eva ready            | C rings eva
        1:05 | eva misses           | C rings eva
        1:09 | eva answers          |
        2:00 | C hangs up           |
        2:01 | eva out              |
        """
    )
    assert told(paper) == written(
        """
        0:00|NONE|alpenrad|eva|ADDMEMBER|
        0:00|NONE|alpenrad|eva|PAUSE|signed_in
        0:00|NONE|alpenrad|eva|UNPAUSE|
        0:05|A|alpenrad|NONE|ENTERQUEUE|||1
        0:08|B|alpenrad|NONE|ENTERQUEUE|||2
        0:10|C|alpenrad|NONE|ENTERQUEUE|||3
        0:12|A|alpenrad|eva|CONNECT|7|A-1|7
        0:14|B|alpenrad|NONE|ABANDON|1|2|6
        0:30|A|alpenrad|eva|COMPLETEAGENT|7|18|1
        1:05|C|alpenrad|eva|RINGNOANSWER|15000
        1:09|C|alpenrad|eva|CONNECT|59|C-2|4
        2:00|C|alpenrad|eva|COMPLETECALLER|59|51|3
        2:01|NONE|alpenrad|eva|REMOVEMEMBER|
        """
    )


def test_who_waits_no_more_without_an_agent() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de |
        0:00 | A enters alpenrad de   |
        0:01 | B enters alpenrad de   |
        0:05 | A call-back            |
        0:06 | A hangs up             |
        5:01 |                        | B overflows message
        5:10 | B hangs up             |
        """,
        FieldRules(overflow_s=300, overflow=Overflow.MESSAGE),
    )
    assert told(paper)[-2:] == [
        "0:06|A|alpenrad|NONE|EXITWITHKEY|1|1|1|6",
        "5:10|B|alpenrad|NONE|EXITWITHTIMEOUT|1|2|309",
    ]


def test_who_is_rung_back_later_never_came_to_wait() -> None:
    assert told(follow("0:00 | A enters alpenrad de later |")) == []


def test_whom_an_agent_dials_is_in_no_queue() -> None:
    dialled = (
        EVA
        + """
        0:01 | eva dials A      | eva to dial A
        0:02 | eva answers      | eva rings A
        0:06 | eva gets through |
        0:30 | eva hangs up     |
        """
    )
    assert told(follow(dialled)) == told(follow(EVA))


def test_a_caller_who_is_sent_on() -> None:
    paper = follow(
        TALK
        + """
        0:10 | eva wants transfer skill:de | A sent off
        0:10 | A sent                      |
        0:11 | eva hangs up                |
        """
    )
    assert told(paper)[-1] == "0:11|A|alpenrad|eva|BLINDTRANSFER|de|alpenrad|1|9|1"
    handed_on = follow(
        WITH_TOM + "0:20 | eva wants hand_on | A back; A ends 201\n0:21 | eva hangs up |"
    )
    assert told(handed_on)[-1] == "0:21|A|alpenrad|eva|ATTENDEDTRANSFER|BRIDGE|tom|1|19|1"
    left = follow(THREE + "0:30 | eva hangs up |")
    assert told(left)[-1] == "0:30|A|alpenrad|eva|ATTENDEDTRANSFER|BRIDGE|tom|1|28|1"


def test_a_caller_who_is_left_with_a_line_outside() -> None:
    paper = follow(
        WITH_LINE + "0:30 | eva wants hand_on | A back; A ends 201\n0:31 | eva hangs up |"
    )
    assert told(paper)[-1] == "0:31|A|alpenrad|eva|ATTENDEDTRANSFER|BRIDGE|workshop|1|29|1"


def test_a_wish_that_meant_nobody_is_no_target() -> None:
    paper = follow(
        WITH_TOM
        + """
        0:18 | eva wants consult nobody |
        0:20 | eva wants hand_on        | A back; A ends 201
        0:20 | eva hangs up             |
        """
    )
    assert told(paper)[-1] == "0:20|A|alpenrad|eva|ATTENDEDTRANSFER|BRIDGE||1|18|1"


def test_calls_of_our_own_monitoring_are_left_out() -> None:
    paper = follow(TALK + "0:30 | eva hangs up |\n1:00 | eva pauses lunch | eva wrapped up")
    ours = [
        replace(one, origin=replace(one.origin, synthetic=one.origin.call is not None))
        for one in paper.log
    ]
    assert {line.split("|")[1] for line in lines_of(ours)} == {"NONE"}


def test_a_phone_that_is_gone_is_a_pause() -> None:
    paper = follow(
        EVA + "0:10 | phone 201 lost |\n0:50 | phone 201 found |\n1:00 | eva pauses lunch |"
    )
    assert [line.split("|", 3)[-1] for line in told(paper)[-3:]] == [
        "eva|PAUSE|unreachable",
        "eva|UNPAUSE|",
        "eva|PAUSE|lunch",
    ]


def test_skills_make_members_and_unmake_them() -> None:
    paper = follow(EVA + "0:10 | eva skills maison-lune de |\n0:20 | eva pauses lunch |")
    assert told(paper)[-3:] == written(
        """
        0:10|NONE|alpenrad|eva|REMOVEMEMBER|
        0:10|NONE|maison-lune|eva|ADDMEMBER|
        0:20|NONE|maison-lune|eva|PAUSE|lunch
        """
    )


def test_names_and_numbers_are_there_where_they_are_asked_for() -> None:
    paper = Paper()
    paper.write(Origin(ALPENRAD, CallId("A"), "ivr"), CallArrived("service", CallerId("c1")))
    happen(paper, "A enters alpenrad de")
    happen(paper, "eva in 201 alpenrad de")
    names = {AgentId("eva"): "Eva|Moser\n"}
    shown = Shown(names.__getitem__, lambda caller: f"+49 30 {caller}")
    entered, added, _ = since_noon(lines_of(paper.log, shown), NOON)
    assert entered == "0:00|A|alpenrad|NONE|ENTERQUEUE||+49 30 c1|1"
    assert added == "0:00|NONE|alpenrad|Eva Moser |ADDMEMBER|"
    assert "c1" not in "".join(lines_of(paper.log))


@pytest.mark.parametrize("seed", range(4))
def test_another_program_counts_what_our_reports_count(seed: int) -> None:
    day = RandomDay(seed, Habits(profile=(60.0, 90.0), oddities=0.1)).play()
    read = Reader().read(lines_of(day.log))
    figures = RowFigures(rows_of(day.log))
    whole = Period(slot_of(MORNING), MORNING + timedelta(days=1))
    for tenant in (ALPENRAD, MAISON_LUNE):
        flow = total(figures.call_flow([whole], {tenant}).values(), CallFlow())
        counts = read.counts[tenant]
        assert (counts["ENTERQUEUE"], counts["CONNECT"]) == (flow.offered, flow.answered)
        assert (counts["ABANDON"], counts["EXITWITHKEY"]) == (flow.abandoned, flow.rung_back)
        assert counts["EXITWITHTIMEOUT"] == flow.elsewhere
    legs = figures.legs(whole, {ALPENRAD, MAISON_LUNE})
    let_pass = [one for one in legs if one.leg.result in (NO_ANSWER, REJECTED)]
    assert sum(of["RINGNOANSWER"] for of in read.counts.values()) == len(let_pass)
    in_field = {call for call, known in day.field.calls.items() if known.on_line}
    assert read.waiting.keys() | read.talking.keys() <= in_field
    assert read.counts[ALPENRAD]["COMPLETEAGENT"] > 10
    assert read.talk_s > 3600


def test_a_clock_that_was_set_back_makes_no_time_negative() -> None:
    log = RandomDay(3, Habits(profile=(60.0,))).play().log
    for seq in range(20, len(log), 50):
        Reader().read(lines_of(set_back(log, seq)))


def test_a_period_has_the_lines_between_its_ends() -> None:
    log = RandomDay(3, Habits(profile=(60.0,))).play().log
    middle = MORNING + timedelta(minutes=30)
    halves = Period(EVER.since, middle), Period(middle, EVER.until)
    one, other = (lines_of(log, period=half) for half in halves)
    assert one
    assert other
    assert one + other == lines_of(log)
