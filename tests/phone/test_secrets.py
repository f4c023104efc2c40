"""What a caller keys is found nowhere afterwards; the search first proves itself on planted leaks."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import pytest

from rufwerk.asterisk_config import Places
from tests.fakes.leaks import CANARY, files, forms, traces
from tests.phone import house
from tests.phone.house import Called, House, digits
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(300)]

# The search proves itself


@pytest.mark.parametrize("form", [*forms("12345678")])
def test_each_form_is_found(form: str) -> None:
    canary = digits(CANARY)
    noise = hashlib.sha512(canary[::-1].encode()).hexdigest().encode()
    assert traces(canary, {"leak": noise + forms(canary)[form] + noise})
    assert not traces(canary, {"noise": noise})


@pytest.mark.parametrize(
    "line",
    [
        "[2026-11-21 21:50:25.{turn:03}] DTMF[24974] DTMF end '{digit}' received on PJSIP/carrier-1",
        "Digit: {digit}\r\nDurationMs: 10{turn}",
        '{{"event": "key", "key": "{digit}", "timestamp": "2026-11-21T21:50:24.88{turn}091Z"}}',
    ],
)
def test_a_digit_a_line_is_found(line: str) -> None:
    canary = digits(CANARY)
    lines = [line.format(digit=digit, turn=turn) for turn, digit in enumerate(canary)]
    assert traces(canary, {"log": "\nsomething else 1 7\n".join(lines).encode()})


# The calls


async def test_keyed_digits_are_found_nowhere(portal: Instance) -> None:
    """Right and wrong PINs, keyed in time and ahead, told, refused, and left in the middle."""
    settings = portal.settings
    known, ahead, leaver = house.add_people(settings, 3, CANARY)
    wrong = [digits(CANARY) for _ in range(4)]
    callers = [
        [f"!{known.number}#", f"{known.pin}#", "1", "hear", "bye"],
        [f"!{ahead.number}#{ahead.pin}#1", "hear", "0", "4", "field", "bye"],
        [f"!{leaver.number}#", leaver.pin, "bye"],
        [f"!{known.number}9#", f"{wrong[0]}#", f"{wrong[1]}#", wrong[2], "bye"],
        [f"!{ahead.number}#", f"12{wrong[3]}", "hear", "bye"],
    ]
    canaries = [known.pin, ahead.pin, leaver.pin, *wrong]
    planted, spelt = digits(CANARY), digits(CANARY)
    async with house.house(portal) as at:
        async with asyncio.TaskGroup() as group:
            for keys in callers:
                group.create_task(call(at, keys))
            group.create_task(call(at, ["!*", "bye"], caller=f"+49{planted}"))
        await at.manager.ask("UserEvent", UserEvent="Leak", Said=f"a {planted} b")
        for digit in spelt:
            await at.manager.ask("UserEvent", UserEvent="Key", Digit=digit)
        told = await asyncio.to_thread(portal.run, "facts", "--json")
        texts = {
            "events of the manager": bytes(at.manager.raw),
            "facts": told.encode(),
            **await asyncio.to_thread(files, settings.home, Places.of(settings.home).run),
        }
    for canary in canaries:
        assert traces(canary, texts) == []
    # a number that calls, a user's event and its digits are no secret: they show what is searched
    leaks = "\n".join(traces(planted, texts) + traces(spelt, texts))
    for place in (
        "events of the manager: text",
        "manager: a digit a line",
        "rufwerk.db",
    ):
        assert place in leaks, leaks


async def call(at: House, keys: Sequence[str], caller: str | None = None) -> Called:
    called = await at.dial(caller)
    await at.follow(called, keys)
    await at.gone(called)
    return called


def test_a_leak_in_any_file_is_found(portal: Instance) -> None:
    """In a log, in a database that has not been written back, in what waits in a folder."""
    home = portal.home
    canary = digits(CANARY)
    planted = [home / "log" / "planted.log", home / "asterisk" / "spool" / "planted"]
    database = home / "planted.db"
    try:
        for path in planted:
            path.write_text(f'{{"event": "key", "keyed": "{canary}"}}\n')
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE leak (keyed INTEGER)")
            connection.execute("INSERT INTO leak VALUES (?)", (int(canary),))
            found = "\n".join(traces(canary, files(home)))
    finally:
        for path in (*planted, *home.glob("planted.db*")):
            path.unlink(missing_ok=True)
    for name in ("planted.log: text", "planted: text", "planted.db-wal: integer"):
        assert name in found
