"""A number that costs more than others says what, before anything else."""

from dataclasses import replace

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.service_record import read_price
from domain.tenant import Tariff, TenantBook
from ivr.agi_channel import AgiRequest
from tests.fakes.telephone import ScriptedLine
from tests.scenarios.portal import Exchange
from tests.scenarios.test_calls import SERVICE

ALPENRAD = TenantId("alpenrad")
JOHNS = "+491713920002"
"""Of a customer who is greeted in English."""

SAID = {
    Language.DE: "price:de one 99 many",
    Language.EN: "price:en one 99 many",
    Language.ES: "price:es one 99 many",
    Language.FR: "price:fr one 99 many",
}


def dear(exchange: Exchange, *first: Language, price: str = "1.99 EUR") -> Exchange:
    tenant = exchange.book.tenants[ALPENRAD]
    lines = [
        replace(
            line,
            languages=(*first, *line.languages),
            tariff=Tariff.PREMIUM,
            price_per_call=read_price(price),
        )
        for line in tenant.lines
    ]
    exchange.book = TenantBook.of([replace(tenant, lines=tuple(lines))])
    return exchange


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("dialled", ["555100", "555101"])
def test_in_the_first_language_of_the_line(
    exchange: Exchange, language: Language, dialled: str
) -> None:
    call = dear(exchange, language).call(dialled=dialled)
    price, greeting = call.rows[0][1]
    assert price == SAID[language]
    assert greeting.startswith(f"welcome:{language}")


def test_whoever_rings_and_whatever_he_keys(exchange: Exchange) -> None:
    """A customer's own language counts from the greeting on, and keys don't cut the price."""
    call = dear(exchange, price="0.20 EUR").call("0#", number=JOHNS)
    price, greeting = call.rows[0][1]
    assert price == "price:de 20 many"
    assert greeting.startswith("welcome:en")
    assert call.variables["AGIDONE"] == "field", "he may wait: it costs no more"


def test_keys_in_the_price_count_and_do_not_cut_it(exchange: Exchange) -> None:
    line = ScriptedLine(["1"], into_sound="10000001#135790#")
    call = dear(exchange).run(line, AgiRequest("inbound", "1772452800.9", None, "555100", "de"))
    assert call.rows[:2] == [
        ("", [SAID[Language.DE], "login.moment:de", SERVICE]),
        ("1", [f"balance.told:de 1000 200 34 many, {SERVICE}"]),
    ]


def test_who_is_locked_out_learns_it_first(exchange: Exchange) -> None:
    tenant = dear(exchange).book.tenants[ALPENRAD]
    exchange.book = TenantBook.of([replace(tenant, locked_out=frozenset({JOHNS}))])
    call = exchange.call(number=JOHNS)
    assert call.rows == [("", [SAID[Language.DE], "locked_out:de, farewell:de"])]


def test_without_the_database_it_is_said_once(exchange: Exchange) -> None:
    dear(exchange).storage.left = 0
    call = exchange.call()
    assert call.rows == [("", [SAID[Language.DE], "failure.disturbed:de"])]
    exchange.storage.left = 1  # he is taken in, and then it is gone
    call = exchange.call("10000001#")
    assert [sound for _, row in call.rows for sound in row].count(SAID[Language.DE]) == 1
    assert call.heard("failure.disturbed:de")


def test_a_number_like_any_other_says_nothing(exchange: Exchange) -> None:
    assert not exchange.call().heard("price")
