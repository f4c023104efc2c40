"""A number that the brand serves no longer: a sentence, a farewell, and nobody's work."""

from dataclasses import replace

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.portal_facts import CallerLockedOut, DialogEnd, DialogLeft, LanguageCause, LanguageSet
from domain.tenant import TenantBook
from tests.scenarios.portal import Exchange
from tests.scenarios.waiting import ANNAS

ALPENRAD = TenantId("alpenrad")
NUISANCE = "+491713920077"
JOHNS = "+491713920002"
"""Of a customer who is greeted in English as a rule."""


@pytest.fixture
def strict(exchange: Exchange) -> Exchange:
    tenants = dict(exchange.book.tenants)
    locked = frozenset({NUISANCE, JOHNS})
    tenants[ALPENRAD] = replace(tenants[ALPENRAD], locked_out=locked)
    exchange.book = TenantBook(tenants)
    return exchange


@pytest.mark.parametrize("number", [NUISANCE, "01713920077", JOHNS])
@pytest.mark.parametrize("dialled", ["555100", "+493023125100", "555101"])
def test_he_is_told_so_and_keys_nothing(strict: Exchange, number: str, dialled: str) -> None:
    call = strict.call("10000001#135790#0#", number=number, dialled=dialled)
    assert call.rows == [("", ["locked_out:de, farewell:de"])]
    assert call.kinds == ["CallArrived", "LanguageSet", "CallerLockedOut", "DialogLeft"]
    _, language, locked_out, left = call.facts
    assert language == LanguageSet(Language.DE, LanguageCause.LINE), "he isn't looked up"
    assert isinstance(locked_out, CallerLockedOut)
    assert isinstance(left, DialogLeft)
    assert left.end is DialogEnd.FAREWELL
    assert call.variables["AGIDONE"] == "farewell"
    assert strict.pins.checked == 0
    with strict.transactions.read() as uow:
        noted = uow.callers.number_of(locked_out.caller)
    assert noted == (JOHNS if number == JOHNS else NUISANCE)


@pytest.mark.parametrize("position", range(4))
def test_in_the_first_language_of_the_line(strict: Exchange, position: int) -> None:
    language = list(Language)[position]
    tenant = strict.book.tenants[ALPENRAD]
    lines = [replace(line, languages=(language, *Language)) for line in tenant.lines]
    strict.book = TenantBook.of([replace(tenant, lines=tuple(lines))])
    call = strict.call(number=NUISANCE)
    assert call.rows == [("", [f"locked_out:{language}, farewell:{language}"])]


@pytest.mark.parametrize(
    ("number", "dialled"), [(ANNAS, "555100"), (None, "555100"), (NUISANCE, "555200")]
)
def test_everybody_else_is_served(strict: Exchange, number: str | None, dialled: str) -> None:
    """Whoever withholds his number, and the same one at another brand."""
    call = strict.call("0#", number=number, dialled=dialled)
    assert not call.heard("locked_out")
    assert call.variables["AGIDONE"] == "field"


def test_without_the_database_he_takes_no_persons_time_either(strict: Exchange) -> None:
    strict.storage.left = 0
    call = strict.call(number=NUISANCE)
    assert call.rows == [("", ["locked_out:de, farewell:de"])]
    assert call.variables["AGIDONE"] == "farewell"
    assert call.variables["answered"] == "yes"
    assert strict.call(number=ANNAS).variables["AGIDONE"] == "field"
