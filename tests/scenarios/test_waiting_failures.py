"""What waiting callers hear when something fails or is none of ours: they are asked to wait on."""

import pytest

from domain.call import Certainty
from domain.field_facts import WaitTold
from domain.language import Language
from domain.portal_facts import HandedOver
from ivr.agi_channel import AgiRequest
from tests.fakes.telephone import ScriptedLine
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import ANNAS, THIRD, goes_on


def test_taken_out_at_any_moment_leaves_no_fact_of_ours(exchange: Exchange, waiting: Call) -> None:
    for keys in ([], ["1"], ["1", "01713920002#"], ["*"]):
        visit = exchange.wait(waiting, *keys, **THIRD)
        assert visit.hung_up
        assert visit.facts == []
        assert "AGIDONE" not in visit.variables
    aside = exchange.wait(waiting, "2", "10000001#", **THIRD)
    assert aside.kinds == ["SteppedAside"]


@pytest.mark.parametrize(("language", "heard"), [("fr", "fr"), ("de", "de"), ("xx", "de")])
def test_without_the_database_he_is_asked_to_wait(
    exchange: Exchange, waiting: Call, language: str, heard: str
) -> None:
    exchange.storage.left = 0
    visit = exchange.wait(waiting, language=language, wait_offer="message", **THIRD)
    assert visit.rows == [("", [f"field.wait:{heard}"])]
    assert goes_on(visit)


@pytest.mark.parametrize("left", [1, 2, 3])
def test_a_wish_that_cannot_be_noted(exchange: Exchange, anna: Call, left: int) -> None:
    exchange.storage.left = left
    visit = exchange.wait(anna, "1", "1", number=ANNAS, **THIRD)
    assert visit.rows[-1][1] == ["field.sorry:de"]
    assert goes_on(visit)
    assert visit.facts == []


@pytest.mark.parametrize(("left", "kinds"), [(1, []), (2, ["SteppedAside"])])
def test_a_balance_that_cannot_be_told(
    exchange: Exchange, anna: Call, left: int, kinds: list[str]
) -> None:
    exchange.storage.left = left
    visit = exchange.wait(anna, "2", number=ANNAS, **THIRD)
    assert visit.rows[-1][1] == ["field.sorry:de"]
    assert visit.kinds == kinds
    exchange.storage.left = None
    healed = exchange.wait(anna, "-", number=ANNAS, **THIRD)
    assert healed.kinds == (["CameBack"] if kinds else [])


def test_a_caller_nobody_handed_over_is_offered_nothing(exchange: Exchange) -> None:
    stranger = exchange.call("10000001#")
    visit = exchange.wait(stranger, **THIRD)
    assert visit.rows == [("", ["field.wait:de"])]
    assert goes_on(visit)


def test_a_caller_whom_the_portal_failed_waits_like_others(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#")
    stranded = HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), "portal", 0)
    exchange.note(call.uniqueid, stranded, WaitTold(3, 60, 180), WaitTold(3, 60, 180))
    visit = exchange.wait(call, "2", **THIRD)
    assert visit.rows[-1] == ("hang up", [])
    assert visit.rows[1] == ("2", ["login.number:de"])


def test_lines_and_routes_that_are_not_ours(exchange: Exchange, waiting: Call) -> None:
    for route, dialled, variables in (
        ("waiting", "s", {"AGIDONE": "waiting"}),
        ("probe", "555100", {}),
    ):
        line = ScriptedLine([])
        exchange.run(line, AgiRequest(route, waiting.uniqueid, None, dialled, "de"))
        assert line.variables == variables
        assert line.rows == [("", [])]
