"""How a waiting caller asks to be rung back, as text: keyed, then heard (prompt:language)."""

import pytest

from domain.facts import encode
from domain.field_facts import CallBackAsked, CallBackResult, CallBackTried, Connected
from domain.ids import AgentId, CallerId
from domain.portal_facts import DialogEnd, DialogLeft
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import ANNAS, MENU, STANDING, THIRD, goes_on, number_to_ring


def test_rung_back_at_the_number_he_calls_from(exchange: Exchange, anna: Call) -> None:
    visit = exchange.follow_waiting(
        anna,
        f"""
          | {STANDING}, {MENU}
        1 | call_back.own:de, call_back.yes:de, call_back.other:de
        1 | call_back.noted:de, farewell:de
        """,
        number=ANNAS,
        **THIRD,
    )
    assert visit.variables["AGIDONE"] == "farewell"
    assert visit.kinds == ["CallBackAsked", "DialogLeft"]
    assert isinstance(left := visit.facts[-1], DialogLeft)
    assert left.end is DialogEnd.FAREWELL
    assert number_to_ring(exchange, visit) == ANNAS


def test_rung_back_at_another_number(exchange: Exchange, anna: Call) -> None:
    visit = exchange.follow_waiting(
        anna,
        f"""
                     | {STANDING}, {MENU}
        1            | call_back.own:de, call_back.yes:de, call_back.other:de
        2            | call_back.number:de
        01713920009# | call_back.read_back:de 0 1 7 1 3 9 2 0 0 0 9, call_back.correct:de
        2            | call_back.number:de
        01713920002# | call_back.read_back:de 0 1 7 1 3 9 2 0 0 0 2, call_back.correct:de
        1            | call_back.noted:de, farewell:de
        """,
        number=ANNAS,
        **THIRD,
    )
    assert number_to_ring(exchange, visit) == "+491713920002"
    written = " ".join(str(encode(fact.body)) for fact in exchange.facts())
    assert "1713920002" not in written


def test_who_withholds_his_number_keys_one(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.follow_waiting(
        waiting,
        f"""
                      | {STANDING}, {MENU}
        1             | call_back.number:de
        017#          | try.too_short:de, call_back.number_help:de
        00391713#     | call_back.no_number:de, call_back.number_help:de
        01713920002#  | call_back.read_back:de 0 1 7 1 3 9 2 0 0 0 2, call_back.correct:de
        1             | call_back.noted:de, farewell:de
        """,
        **THIRD,
    )
    assert number_to_ring(exchange, visit) == "+491713920002"


@pytest.mark.parametrize(
    "keyed", ["09001234567#", "0012025550123#", "03023125100#"], ids=["premium", "abroad", "ours"]
)
def test_numbers_that_may_not_be_rung(exchange: Exchange, waiting: Call, keyed: str) -> None:
    visit = exchange.follow_waiting(
        waiting,
        f"""
                | {STANDING}, {MENU}
        1       | call_back.number:de
        {keyed} | call_back.not_allowed:de, call_back.number:de
        {keyed} | call_back.not_allowed:de, call_back.number:de
        {keyed} | call_back.not_allowed:de, field.back:de
        """,
        **THIRD,
    )
    assert goes_on(visit)
    assert visit.facts == []


def test_an_own_number_that_may_not_be_rung_is_not_offered(
    exchange: Exchange, waiting: Call
) -> None:
    visit = exchange.wait(waiting, "1", "9#", number="+12025550123", **THIRD)
    assert visit.rows[1:] == [("1", ["call_back.number:de"]), ("9#", ["field.back:de"])]
    assert goes_on(visit)


@pytest.mark.parametrize("keys", [["9"], ["0"], ["-", "-", "-"], ["2", "0#"], ["2", "-", "-", "-"]])
def test_who_gives_the_call_back_up_waits_on(
    exchange: Exchange, anna: Call, keys: list[str]
) -> None:
    visit = exchange.wait(anna, "1", *keys, number=ANNAS, **THIRD)
    assert visit.rows[-1] == (keys[-1], ["field.back:de"])
    assert goes_on(visit)
    assert visit.facts == []


def test_one_wish_at_a_time(exchange: Exchange, anna: Call) -> None:
    exchange.wait(anna, "1", "1", number=ANNAS, **THIRD)
    again = exchange.call("0#", number=ANNAS)
    visit = exchange.wait(again, "1", "1", number=ANNAS, **THIRD)
    assert visit.rows[-1] == ("1", ["call_back.already:de, farewell:de"])
    assert visit.kinds == ["CallBackStands", "DialogLeft"]
    assert visit.variables["AGIDONE"] == "farewell"


def test_who_is_to_be_rung_back_and_is_still_here_is_let_go(exchange: Exchange, anna: Call) -> None:
    exchange.wait(anna, "1", "1", number=ANNAS, **THIRD)
    visit = exchange.wait(anna, number=ANNAS, **THIRD)
    assert visit.rows == [("", ["call_back.already:de, farewell:de"])]
    assert visit.variables["AGIDONE"] == "farewell"


@pytest.mark.parametrize(
    ("fact", "waits"),
    [
        (Connected(AgentId("eva"), 1), True),
        (CallBackTried(AgentId("eva"), 1, CallBackResult.REACHED, None), True),
        (CallBackTried(AgentId("eva"), 1, CallBackResult.BUSY, None), False),
    ],
)
def test_a_call_back_is_over_once_they_have_spoken(
    exchange: Exchange, anna: Call, fact: Connected | CallBackTried, waits: bool
) -> None:
    exchange.note(anna.uniqueid, CallBackAsked(CallerId("caller-1"), None), fact)
    assert goes_on(exchange.wait(anna, "-", number=ANNAS, **THIRD)) is waits
