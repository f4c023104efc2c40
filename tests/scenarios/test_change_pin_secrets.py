"""No digit of a PIN leaves the process while it is changed: none stands in a log, a fact, the database or an error,
also where something fails in the middle.
"""

import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domain.facts import encode
from domain.tenant import TenantBook
from rufwerk.demo_data import PEOPLE
from storage.pins import Argon2Pins
from tests.fakes.leaks import CANARY, files, traces
from tests.scenarios.portal import Exchange, Fault

ANNA = PEOPLE[0].participant
OLD, NEW, WRONG, REFUSED = "60492817", "42819306", "73019284", "17051985"
PINS = (WRONG, OLD, REFUSED, NEW, WRONG, NEW, NEW)
KEYS = ("10000001#", f"{OLD}#", "4", "2", *(f"{pin}#" for pin in PINS))
"""Each PIN right, wrong and refused, and two that differ."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Exchange]:
    """PINs as long as canaries must be, hashed in earnest."""
    hasher = Argon2Pins(b"pepper" * 6)
    exchange = Exchange(tmp_path, hasher=hasher)
    with exchange.transactions.write() as uow:
        assert uow.participants.set_pin(ANNA.id, hasher.hash(ANNA.id, OLD))
        uow.commit()
    exchange.book = TenantBook.of(
        replace(tenant, pin=replace(tenant.pin, digits=CANARY))
        for tenant in exchange.book.tenants.values()
    )
    yield exchange
    exchange.transactions.close()


def nothing(_: Exchange, __: Path) -> None:
    pass


def cut_at_the_last_commit(exchange: Exchange, _: Path) -> None:
    exchange.storage.faults = {11: Fault.UNDONE}


def refused_by_the_database(_: Exchange, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "test.db")) as connection:
        connection.execute(
            "CREATE TRIGGER kept BEFORE UPDATE OF pin_hash ON participants"
            " BEGIN SELECT RAISE(ABORT, 'kept'); END"
        )


@pytest.mark.parametrize("trouble", [nothing, cut_at_the_last_commit, refused_by_the_database])
def test_digits_are_found_nowhere(
    house: Exchange,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    trouble: Callable[[Exchange, Path], None],
) -> None:
    trouble(house, tmp_path)
    told = ""
    with capture_logs() as logged:
        try:
            call = house.call(*KEYS)
            told = call.table.rpartition("|")[2]
        except Exception as error:  # noqa: BLE001 - the outermost loop of a call
            told = "".join(traceback.format_exception(error, chain=True))
    texts = {
        "told": told.encode(),
        "logs": str(logged).encode() + "".join(capfd.readouterr()).encode(),
        "facts": str([encode(fact.body) for fact in house.facts()]).encode(),
        **files(tmp_path),
    }
    changed = "PinChanged" in {type(fact.body).__name__ for fact in house.facts()}
    assert changed is (trouble is nothing), told
    for canary in (OLD, NEW, WRONG, REFUSED):
        assert traces(canary, texts) == []
    assert traces("10000001", texts), "the search finds what stands in the database"
