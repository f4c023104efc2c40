"""What waiting callers hear, as text: what was keyed, then what was heard after it (prompt:language)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.call import Certainty
from domain.facts import encode
from domain.field_facts import (
    CallBackAsked,
    CallBackResult,
    CallBackTried,
    Connected,
    SteppedAside,
    WaitTold,
)
from domain.ids import AgentId, CallerId
from domain.language import Language
from domain.portal_facts import DialogEnd, DialogLeft, HandedOver
from domain.tenant import MenuItem, TenantBook
from domain.waiting_field import BANDS, LONGER
from ivr.agi_channel import AgiRequest
from ivr.dialogs.waiting import wait_prompt
from prompts.catalogue import Catalogue
from tests.fakes.telephone import ScriptedLine
from tests.scenarios.portal import Call, Exchange

ANNAS = "+491713920001"
MENU = "field.call_back:de, field.balance:de, field.or_wait:de"
STANDING = "field.ahead:de 2 many, field.wait_60_180:de"
THIRD = {"wait_position": "3", "wait_least_s": "60", "wait_most_s": "180"}
SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def waiting(exchange: Exchange) -> Call:
    """A stranger who has been told where he stands twice; this time counts."""
    call = exchange.call("0#")
    exchange.note(call.uniqueid, *[WaitTold(3, 60, 180)] * 2)
    return call


@pytest.fixture
def anna(exchange: Exchange) -> Call:
    """Anna Keller, logged in."""
    call = exchange.call("10000001#", "135790#", "0", "1", number=ANNAS)
    exchange.note(call.uniqueid, *[WaitTold(3, 60, 180)] * 2)
    return call


def goes_on(visit: Call) -> bool:
    """Whether the dialplan was sent back to the music, and the log says nothing of an end."""
    return visit.variables["AGIDONE"] == "waiting" and "DialogLeft" not in visit.kinds


def number_to_ring(exchange: Exchange, visit: Call) -> str | None:
    (asked,) = (fact for fact in visit.facts if isinstance(fact, CallBackAsked))
    with exchange.transactions.read() as uow:
        return uow.callers.number_of(asked.caller)


# Where he stands


def test_who_just_waits_is_told_and_asked_nothing(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.follow_waiting(
        waiting,
        f"""
          | {STANDING}, {MENU}
        - |
        """,
        **THIRD,
    )
    assert goes_on(visit)
    assert visit.facts == []


def test_the_first_time_he_hears_why_he_waits(exchange: Exchange) -> None:
    call = exchange.call("0#")
    exchange.note(call.uniqueid, WaitTold(3, 60, 180))
    first = exchange.wait(call, "-", **THIRD)
    assert first.rows[0] == ("", [f"field.busy:de, {STANDING}, {MENU}"])


@pytest.mark.parametrize(
    ("position", "heard"),
    [
        ("1", "field.next:de"),
        ("2", "field.one_ahead:de"),
        ("3", "field.ahead:de 2 many"),
        ("22", "field.ahead:de 21 many"),
    ],
)
def test_positions(exchange: Exchange, waiting: Call, position: str, heard: str) -> None:
    visit = exchange.wait(waiting, "-", wait_position=position, wait_least_s="0", wait_most_s="60")
    assert visit.rows[0][1] == [f"{heard}, field.wait_0_60:de, {MENU}"]


def test_each_band_has_its_text_in_each_language() -> None:
    catalogue = Catalogue.load()
    for language in Language:
        texts = [catalogue.text(language, wait_prompt(band)) for band in (*BANDS, LONGER)]
        assert len(set(texts)) == len(BANDS) + 1


@pytest.mark.parametrize("most", ["", "61", "0180", "180 ", "-1", "١٨٠", "${SHELL(id)}", "1e3"])
def test_no_promise_where_there_is_none(exchange: Exchange, waiting: Call, most: str) -> None:
    visit = exchange.wait(waiting, "-", wait_position="1", wait_least_s="60", wait_most_s=most)
    assert visit.rows[0][1] == [f"field.next:de, field.wait_longer:de, {MENU}"]


@pytest.mark.parametrize(
    "position", ["", "0", "-1", "03", "3.0", "٣", "99999999999999999999", 'x"\nHANGUP', "${EXTEN}"]
)
def test_an_unknown_or_odd_position_is_not_told(
    exchange: Exchange, waiting: Call, position: str
) -> None:
    said = {**THIRD, "wait_position": position, "wait_offer": "surprise"}
    visit = exchange.wait(waiting, **said)
    assert visit.rows == [("", ["field.wait:de"])]
    assert goes_on(visit)


def test_what_the_switchboard_set_counts_once(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.wait(waiting, "-", wait_offer="call_back", **THIRD)
    assert (visit.variables["WAIT_POSITION"], visit.variables["WAIT_OFFER"]) == ("", "")


# The menu


@pytest.mark.parametrize("key", ["0", "9", "-"])
def test_zero_back_and_silence_wait_on(exchange: Exchange, waiting: Call, key: str) -> None:
    visit = exchange.wait(waiting, key, **THIRD)
    assert goes_on(visit)
    assert visit.rows[1:] == [(key, [])]


def test_star_repeats(exchange: Exchange, waiting: Call) -> None:
    exchange.follow_waiting(
        waiting,
        f"""
          | {STANDING}, {MENU}
        * | {STANDING}, {MENU}
        - |
        """,
        **THIRD,
    )


def test_a_wrong_key_is_told_once(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.follow_waiting(
        waiting,
        f"""
          | {STANDING}, {MENU}
        7 | try.no_match:de, {MENU}
        8 |
        """,
        **THIRD,
    )
    assert goes_on(visit)


def test_balance_is_offered_where_the_brand_offers_it(exchange: Exchange, waiting: Call) -> None:
    tenants = exchange.book.tenants.values()
    exchange.book = TenantBook.of(
        replace(tenant, menu=(MenuItem.BLOCK_CARD,)) for tenant in tenants
    )
    visit = exchange.wait(waiting, "2", "-", **THIRD)
    assert visit.rows[0][1] == [f"{STANDING}, field.call_back:de, field.or_wait:de"]
    assert visit.rows[1][1] == ["try.no_match:de, field.call_back:de, field.or_wait:de"]


# Being rung back


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
    assert visit.kinds == ["DialogLeft"]
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
        (CallBackTried(AgentId("eva"), 1, CallBackResult.REACHED), True),
        (CallBackTried(AgentId("eva"), 1, CallBackResult.BUSY), False),
    ],
)
def test_a_call_back_is_over_once_they_have_spoken(
    exchange: Exchange, anna: Call, fact: Connected | CallBackTried, waits: bool
) -> None:
    exchange.note(anna.uniqueid, CallBackAsked(CallerId("caller-1")), fact)
    assert goes_on(exchange.wait(anna, "-", number=ANNAS, **THIRD)) is waits


# The balance


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


# After as long as his tenant lets him


def test_a_call_back_instead(exchange: Exchange, anna: Call) -> None:
    visit = exchange.follow_waiting(
        anna,
        """
          | field.overflow:de, field.call_back:de, field.go_on:de
        1 | call_back.own:de, call_back.yes:de, call_back.other:de
        1 | call_back.noted:de, farewell:de
        """,
        wait_offer="call_back",
        number=ANNAS,
    )
    assert visit.variables["AGIDONE"] == "farewell"


@pytest.mark.parametrize("key", ["2", "-", "0", "9"])
def test_or_he_waits_on(exchange: Exchange, anna: Call, key: str) -> None:
    visit = exchange.wait(anna, key, wait_offer="call_back", number=ANNAS, **THIRD)
    assert visit.rows[-1] == (key, [])
    assert goes_on(visit)


def test_a_message_is_the_end(exchange: Exchange, anna: Call) -> None:
    visit = exchange.wait(anna, wait_offer="message", **THIRD)
    assert visit.rows == [("", ["field.overflow_message:de"])]
    assert visit.variables["AGIDONE"] == "farewell"
    assert visit.kinds == ["DialogLeft"]


# When something fails


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


# Nobody is there


@pytest.fixture
def closed(exchange: Exchange) -> Exchange:
    exchange.now = SUNDAY
    return exchange


def test_nobody_is_sent_into_an_empty_field(closed: Exchange) -> None:
    for keys in (["0#"], ["-", "-", "-"], ["10000001#", "135790#", "0"]):
        call = closed.call(*keys)
        assert call.rows[-1][1][-1].endswith("person.closed:de, farewell:de")
        assert call.variables["AGIDONE"] == "farewell"
        assert "HandedOver" not in call.kinds
    refused = closed.call("10000001#", "111111#", "222222#", "333333#")
    assert refused.rows[-1][1][-1] == "login.wrong:de, person.closed:de, farewell:de"


def test_holidays_are_closed(closed: Exchange) -> None:
    closed.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    assert closed.call("0#").heard("person.closed:de")
    closed.later(days=3)
    assert closed.call("0#").heard("person.connecting:de")


def test_he_may_be_rung_back_when_they_are_there_again(closed: Exchange) -> None:
    call = closed.call("10000001#", "135790#", "0", "1", number=ANNAS)
    assert call.rows[-2] == ("0", ["person.closed:de, person.closed_call_back:de"])
    assert call.rows[-1] == ("1", ["call_back.when_open:de, farewell:de"])
    assert call.kinds[-3:] == ["HandedOver", "CallBackAsked", "DialogLeft"]
    assert call.variables["AGIDONE"] == "farewell"
    handed = next(fact for fact in call.facts if isinstance(fact, HandedOver))
    assert handed.certainty is Certainty.PIN_VERIFIED
    assert number_to_ring(closed, call) == ANNAS


@pytest.mark.parametrize("keys", [["2"], ["9"], ["0"], ["-", "-", "-"]])
def test_or_not(closed: Exchange, keys: list[str]) -> None:
    call = closed.call("0#", *keys, number=ANNAS)
    assert call.rows[-1] == (keys[-1], ["farewell:de"])
    assert call.kinds[-1] == "DialogLeft"
    assert "HandedOver" not in call.kinds


@pytest.mark.parametrize("left", [1, 2, 3, 4])
def test_without_the_database_nobody_is_promised_anything(closed: Exchange, left: int) -> None:
    closed.storage.left = left
    call = closed.call("0#", "1", number=ANNAS)
    assert call.rows[-1][1][-1].endswith("call_back.sorry:de, farewell:de")
    assert call.variables["AGIDONE"] == "farewell"
    assert not call.heard("call_back.when_open")


def test_lines_and_routes_that_are_not_ours(exchange: Exchange, waiting: Call) -> None:
    for route, dialled, variables in (
        ("waiting", "s", {"AGIDONE": "waiting"}),
        ("probe", "555100", {}),
    ):
        line = ScriptedLine([])
        exchange.run(line, AgiRequest(route, waiting.uniqueid, None, dialled, "de"))
        assert line.variables == variables
        assert line.rows == [("", [])]
