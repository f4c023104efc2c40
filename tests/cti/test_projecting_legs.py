"""An agent's part in a call, as it follows from what happened: how it came to her, and whom she sent on."""

from cti.routing.projecting import follow as projected
from cti.routing.state import Field
from domain.field_facts import OfferResult
from domain.projection import DialOver, Leg, LegOver, PassedOn, Row, Way
from tests.cti.in_call import THREE, WITH_TOM
from tests.cti.paper import EVA, Paper, follow


def rows(paper: Paper) -> list[Row]:
    field, found = Field(), list[Row]()
    for fact in paper.log:
        field, more = projected(field, fact)
        found += more
    return found


def legs(paper: Paper) -> list[tuple[str, Way, OfferResult | None]]:
    return [(row.agent, row.way, row.result) for row in rows(paper) if isinstance(row, Leg)]


def passed_on(paper: Paper) -> list[str]:
    return [row.agent for row in rows(paper) if isinstance(row, PassedOn)]


def test_a_dial_that_her_own_phone_did_not_take_is_no_call_that_she_missed() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A | eva to dial A
        0:16 | eva misses  | A not dialled: not_taken
        """
    )
    assert legs(paper) == [("eva", Way.DIALLED, None)]
    assert any(isinstance(row, DialOver) and row.result == "not_taken" for row in rows(paper))


def test_who_is_left_with_her_guest_since_her_phone_failed_was_not_passed_on() -> None:
    assert passed_on(follow(THREE + "0:30 | eva breaks off |")) == []


def test_who_is_left_with_her_guest_was_passed_on() -> None:
    assert passed_on(follow(THREE + "0:30 | eva hangs up |")) == ["eva"]


def test_handed_on_each_has_her_own_time_only() -> None:
    paper = follow(
        WITH_TOM
        + """
        0:20 | eva wants hand_on | A back; A ends 201
        0:20 | eva hangs up      |
        0:45 | A hangs up        | A ends 202
        """
    )
    assert passed_on(paper) == ["eva"]
    assert legs(paper) == [("eva", Way.WAITED, None), ("tom", Way.ASKED_IN, None)]
    ends = [(row.agent, row.at.second) for row in rows(paper) if isinstance(row, LegOver)]
    assert ends == [("eva", 20), ("tom", 45)]


def test_who_was_dialled_and_sent_on_is_rung_back_as_anybody() -> None:
    paper = follow(
        EVA
        + """
        0:01 | eva dials A                  | eva to dial A
        0:02 | eva answers                  | eva rings A
        0:06 | eva gets through             |
        0:10 | eva wants transfer skill:de  | A sent off
        0:10 | A sent                       |
        0:10 | eva hangs up                 |
        0:20 | A call-back                  |
        0:25 | A hangs up                   |
        0:40 |                              | eva wrapped up; A rings eva; eva to ring A back
        0:42 | eva answers                  | eva rings A
        0:50 | eva reaches                  |
        """
    )
    assert legs(paper) == [("eva", Way.DIALLED, None), ("eva", Way.CALL_BACK, None)]
    assert passed_on(paper) == ["eva"]
