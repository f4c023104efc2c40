"""What a caller keys is found nowhere afterwards; the search first proves itself on planted leaks."""

import asyncio
import base64
import hashlib
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from rufwerk.asterisk_config import Places
from tests.phone import house
from tests.phone.house import Called, House, digits
from tests.phone.instance import Instance

pytestmark = [pytest.mark.phone, pytest.mark.timeout(300)]

CANARY = 8
"""Digits of a PIN: enough that they stand nowhere by chance."""

SOUND = (".sln", ".sln16")
_ALONE = re.compile(rb"(?<![0-9A-Za-z])[0-9](?![0-9A-Za-z])")
_DIGIT = re.compile(rb"[0-9]")


# The search


def traces(canary: str, texts: Mapping[str, bytes]) -> list[str]:
    """Where and how a canary stands in any of the texts: as a whole, or a digit a line."""
    found = [
        f"{name}: {form}"
        for name, text in texts.items()
        for form, wanted in forms(canary).items()
        if is_telling(wanted, name) and (wanted in text or wanted in text.lower())
    ]
    return found + [
        f"{name}: a digit a line"
        for name, text in texts.items()
        if any(canary.encode() in spelt for spelt in spelled(text))
    ]


def is_telling(wanted: bytes, name: str) -> bool:
    """Whether it means anything to find it there: megabytes of sound hold any four bytes by chance."""
    return len(wanted) > 4 or not name.endswith(SOUND)


def forms(canary: str) -> Mapping[str, bytes]:
    """How digits may be written: as text, packed, and as what stands for them without a key."""
    plain, number = canary.encode(), int(canary)
    wanted = {
        "text": plain,
        "backwards": plain[::-1],
        "UTF-16-LE": canary.encode("utf-16-le"),
        "UTF-16-BE": canary.encode("utf-16-be"),
        "UTF-32": canary.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "packed decimal": bytes.fromhex(canary),
        "packed, halves swapped": bytes.fromhex(re.sub("(.)(.)", r"\2\1", canary)),
        "integer, big end first": number.to_bytes(4, "big"),
        "integer, little end first": number.to_bytes(4, "little"),
        "digits as bytes": bytes(map(int, canary)),
    }
    for separator in (" ", ",", ", ", "-", "', '", '", "'):
        wanted[f"parted by {separator!r}"] = separator.join(canary).encode()
    for shift in range(3):  # what stands before it shifts what base64 makes of it
        coded = base64.b64encode(b"\0" * shift + plain)
        wanted[f"base64, {shift}"] = coded[(0, 2, 3)[shift] : 4 * ((shift + CANARY) // 3)]
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, plain)
        wanted[name] = digest.hexdigest().encode()
        wanted[f"{name}, raw"] = digest.digest()
    return wanted


def spelled(text: bytes) -> list[bytes]:
    """The digits that stand alone, read down the lines that are alike but for their digits."""
    columns: dict[tuple[bytes, int], list[bytes]] = defaultdict(list)
    for line in text.splitlines():
        template = _DIGIT.sub(b"0", line)
        for place, digit in enumerate(_ALONE.findall(line)):
            columns[template, place].append(digit)
    return [b"".join(column) for column in columns.values()]


def files(*folders: Path) -> dict[str, bytes]:
    """Every file below the folders, sockets and devices left out."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


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
