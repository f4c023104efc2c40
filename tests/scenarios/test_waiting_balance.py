"""How a waiting caller hears his balance and keeps his place, as text: keyed, then heard (prompt:language)."""

import pytest

from domain.field_facts import SteppedAside
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import ANNAS, MENU, STANDING, THIRD, goes_on


def test_a_known_caller_hears_his_balance_and_keeps_his_place(
    exchange: Exchange, anna: Call
) -> None:
    visit = exchange.follow_waiting(
        anna,
        f"""
          | {STANDING}, {MENU}
        2 | balance.told:de 1000 200 34 many, field.back:de
        """,
        number=ANNAS,
        **THIRD,
    )
    assert goes_on(visit)
    assert visit.kinds == ["SteppedAside", "BalanceTold", "CameBack"]


def test_a_stranger_logs_in_first(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.follow_waiting(
        waiting,
        f"""
                  | {STANDING}, {MENU}
        2         | login.number:de
        10000002# | login.pin:de
        246801#   | login.moment:de / balance.told:en 21 many, field.back:en
        """,
        **THIRD,
    )
    assert visit.kinds == ["SteppedAside", "LoggedIn", "LanguageSet", "BalanceTold", "CameBack"]
    assert goes_on(visit)

    again = exchange.wait(waiting, "2", **THIRD)
    assert again.rows[0][1][0].startswith("field.ahead:en")
    assert again.kinds == ["SteppedAside", "BalanceTold", "CameBack"]


@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        (["0#"], "field.back:de"),
        (["-", "-", "-"], "field.back:de"),
        (["10000001#", "0#"], "field.back:de"),
        (["10000001#", "111111#", "222222#", "333333#"], "login.wrong:de, field.back:de"),
    ],
)
def test_who_does_not_get_in_waits_on(
    exchange: Exchange, waiting: Call, keys: list[str], heard: str
) -> None:
    visit = exchange.wait(waiting, "2", *keys, **THIRD)
    assert visit.rows[-1][1][-1] == heard
    assert goes_on(visit)
    assert (visit.kinds[0], visit.kinds[-1]) == ("SteppedAside", "CameBack")


def test_he_is_back_only_when_he_has_heard_it(exchange: Exchange, anna: Call) -> None:
    visit = exchange.wait(anna, "2", cut_at="balance.told", number=ANNAS, **THIRD)
    assert visit.hung_up
    assert visit.kinds == ["SteppedAside", "BalanceTold"]


def test_an_error_brings_him_back(exchange: Exchange, waiting: Call) -> None:
    exchange.pins.broken = True
    with pytest.raises(RuntimeError):
        exchange.wait(waiting, "2", "10000002#", "246801#", **THIRD)
    assert [type(fact.body).__name__ for fact in exchange.facts()][-2:] == [
        "SteppedAside",
        "CameBack",
    ]


def test_who_was_left_aside_is_brought_back(exchange: Exchange, waiting: Call) -> None:
    exchange.note(waiting.uniqueid, SteppedAside())
    assert exchange.wait(waiting, "-", **THIRD).kinds == ["CameBack"]
    assert exchange.wait(waiting, "-", **THIRD).kinds == []
