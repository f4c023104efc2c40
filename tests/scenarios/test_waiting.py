"""What waiting callers hear of their place, and the menu they are offered, as text: keyed, then heard."""

from dataclasses import replace

import pytest

from domain.field_facts import WaitTold
from domain.language import Language
from domain.tenant import MenuItem, TenantBook
from domain.waiting_field import BANDS, LONGER
from ivr.dialogs.waiting import wait_prompt
from tests.fakes import shipped
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import ANNAS, MENU, STANDING, THIRD, goes_on

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
    catalogue = shipped.catalogue()
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
