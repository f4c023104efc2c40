"""The figures of a day: each caller counted once, and the service level as the trade counts it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.routing.day import Span, Waits, figures, longest_s, mean_s, straightened
from cti.routing.state import Field
from domain.portal_facts import HandedOver
from domain.projection import VisitEnd, VisitOver
from domain.waiting_field import FieldRules, Overflow
from tests.cti.paper import ALPENRAD, NOON, follow
from tests.cti.played_again import BUSY, hour
from tests.cti.random_day import MAISON_LUNE, MORNING, Habits, RandomDay
from tests.cti.test_projecting import rows_of


def test_figures_of_waits_are_those_the_switchboard_counted() -> None:
    day = RandomDay(7, Habits(profile=(60.0, 90.0), oddities=0.1)).play()
    counted = figures(day.log, Field(), Span(MORNING, day.until))
    for tenant in (ALPENRAD, MAISON_LUNE):
        waits, contract = counted.waits[tenant], day.field.contract_of(tenant)
        assert len(waits.answered) == contract.answered
        assert waits.in_time == contract.in_time
        assert len(waits.abandoned) - waits.short == contract.abandoned
        assert waits.service_level == pytest.approx(contract.level)
    assert counted.all.offered == sum(isinstance(fact.body, HandedOver) for fact in day.log)


def test_service_level_is_b_with_a_and_f_beside_it() -> None:
    """Call Centre Helper's example, as the conventions of the trade have it."""
    second = timedelta(seconds=1)
    day = Waits(1060, (second,) * 1000, 860, (second,) * 60, 10)
    shares = (day.strict, day.service_level, day.flattering)
    assert [round(share or 0, 2) for share in shares] == [81.13, 81.9, 86.0]
    assert (Waits().strict, Waits().service_level, Waits().flattering) == (None, None, None)


def test_each_caller_is_counted_once() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | A enters alpenrad de    |
        0:01 | B enters alpenrad de    |
        0:02 | C enters alpenrad de    |
        0:03 | D enters alpenrad de    |
        0:04 | C hangs up              |
        0:05 | A call-back             |
        0:06 | A hangs up              |
        0:20 | B hangs up              |
        5:03 |                         | D overflows message
        5:10 | D hangs up              |
        5:20 | E enters alpenrad de    |
        """,
        FieldRules(overflow_s=300, overflow=Overflow.MESSAGE),
    )
    waits = figures(paper.log, Field(), hour()).all
    assert (waits.offered, waits.rung_back, waits.elsewhere, waits.unfinished) == (5, 1, 1, 1)
    assert (waits.short, mean_s(waits.abandoned), longest_s(waits.abandoned)) == (1, 10.5, 19.0)
    assert mean_s(waits.answered) is None


def test_who_waits_on_when_he_was_offered_to_be_rung_back_has_abandoned() -> None:
    paper = follow(
        """
        0:00 | eva in 201 alpenrad de  |
        0:00 | A enters alpenrad de    |
        5:00 |                         | A overflows call_back
        6:40 | A hangs up              |
        """,
        FieldRules(overflow_s=300, overflow=Overflow.CALL_BACK),
    )
    waits = figures(paper.log, Field(), hour()).all
    assert (waits.elsewhere, mean_s(waits.abandoned)) == (0, 400.0)
    assert paper.field.contract_of(ALPENRAD).abandoned == 1
    ends = [row.end for row in rows_of(paper.log) if isinstance(row, VisitOver)]
    assert ends == [VisitEnd.ABANDONED]


def test_a_clock_that_was_set_back_is_straightened() -> None:
    paper = follow(BUSY)
    back = [
        fact if fact.seq != 5 else replace(fact, at=fact.at - timedelta(hours=2))
        for fact in paper.log
    ]
    times = [fact.at for fact in straightened(back, NOON)]
    assert times == sorted(times)
    assert times != [fact.at for fact in back]
