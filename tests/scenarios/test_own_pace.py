"""A caller's own pace: his language and a short form that are remembered, and long numbers that come slowly again."""

from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import THIRD


def test_a_number_read_back_comes_slowly_when_repeated(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.wait(waiting, "1", "01713920002#", "*", "#", **THIRD)
    read_back = "call_back.read_back:de 0 1 7 1 3 9 2 0 0 0 2, call_back.correct:de"
    slowly = (
        "call_back.read_back:de 0 1 ... 7 1 ... 3 9 ... 2 0 ... 0 0 ... 2, call_back.correct:de"
    )
    assert [sounds for _, sounds in visit.rows[2:5]] == [[read_back], [slowly], [slowly]]


def test_what_is_no_long_number_is_repeated_as_it_was(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "1", "*")
    assert call.rows[3][1] == call.rows[4][1]
