"""A portal to call, and callers who wait in its field."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from domain.field_facts import WaitTold
from tests.scenarios.going_on import Telephone
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import ANNAS

_NUMBERS = count(10)


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    exchange = Exchange(tmp_path)
    yield exchange
    exchange.transactions.close()


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


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """For calls that change nothing and lock nothing."""
    exchange = Exchange(tmp_path_factory.mktemp("portal"))
    yield exchange
    exchange.transactions.close()


@pytest.fixture
def phone(portal: Exchange) -> Telephone:
    """One that nobody has rung from."""
    return Telephone(portal, f"+4930555001{next(_NUMBERS)}")


@pytest.fixture
def mine(exchange: Exchange) -> Telephone:
    """In a portal of the test's own."""
    return Telephone(exchange)
