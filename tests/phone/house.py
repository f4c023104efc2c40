"""A whole portal and its callers on the wire: who is who, where each stands, what is left of them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from actions import read_log
from domain.fact import Fact
from domain.ids import CardId, ParticipantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Card, CardState, Participant
from phone.caller import load_library
from phone.hearing import Library, hear
from phone.waves import RATE
from phone.wire import WireCall, WirePhone
from rufwerk import demo_data, wiring
from rufwerk.settings import Settings
from tests.phone.instance import Instance
from tests.phone.manager import Block, Manager

LINE = "555100"
MUSIC = "music"
_A_WORD_S = 0.8
"""What is heard of a sentence before somebody falls into it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant of a test's own, so that what befalls his account befalls nobody else's."""

    id: ParticipantId
    number: str
    pin: str


def add_people(settings: Settings, count: int, pin_length: int = 6) -> list[Person]:
    """Participants of Alpenrad who speak German, with an active card and 21 points."""
    hasher = wiring.pins(settings)
    people = [
        Person(ParticipantId(secrets.token_hex(16)), digits(10), digits(pin_length))
        for _ in range(count)
    ]
    hashes = [hasher.hash(person.id, person.pin) for person in people]
    with (
        closing(wiring.transactions(settings)) as transactions,
        transactions.write() as uow,
    ):
        now = wiring.utc_now()
        for person, pin_hash in zip(people, hashes, strict=True):
            someone = Participant(
                person.id, demo_data.ALPENRAD, person.number, "Erika Muster", Language.DE,
                "99999", date(1970, 1, 2), f"+4930{person.number}",
            )  # fmt: skip
            uow.participants.add(someone, pin_hash)
            uow.cards.add(Card(CardId(secrets.token_hex(16)), person.id, CardState.ACTIVE))
            uow.ledger.add(LedgerEntry(person.id, 21, "purchase", now))
        uow.commit()
    return people


def digits(count: int) -> str:
    """Random digits; the first is none of those that mean something by themselves."""
    rest = (secrets.choice("0123456789") for _ in range(count - 1))
    return secrets.choice("12345678") + "".join(rest)


def facts_by_call(settings: Settings) -> dict[str, list[Fact]]:
    """All facts of all calls, in order."""
    found: dict[str, list[Fact]] = {}
    with closing(wiring.transactions(settings)) as transactions:
        for fact in read_log.facts(transactions):
            if fact.origin.call is not None:
                found.setdefault(fact.origin.call, []).append(fact)
    return found


@dataclass(frozen=True, slots=True)
class Called:
    """A call on the wire, and what Asterisk and the log of facts call it."""

    wire: WireCall
    channel: str
    id: str


class House:
    """The callers of one portal; all that is waited for has a deadline."""

    def __init__(self, portal: Instance, phone: WirePhone, manager: Manager) -> None:
        self.settings = portal.settings
        self.phone = phone
        self.manager = manager
        self._dialling = asyncio.Lock()

    async def dial(self, caller: str | None = None, name: str = "", number: str = LINE) -> Called:
        """Ring one after the other, so that each knows which channel is his."""
        async with self._dialling:
            before = len(self.manager.blocks)
            wire = await self.phone.dial(number, caller=caller, name=name)
            new = await self.manager.event(_is_new_caller, before)
        channel = new["Uniqueid"]
        return Called(wire, channel, f"{self.settings.node}-{channel}")

    async def follow(self, called: Called, steps: Sequence[str]) -> None:
        """Do one step after the other.

        ``12#`` is keyed when the portal asks, ``!12#`` at once, as soon as anything is heard, ``>12#`` into the words
        that come next.
        ``hear`` waits for the next question, ``field`` for the music of the waiting field, ``bye``
        hangs up, ``>bye`` in the words that come next, and ``vanish`` is a phone that loses its power.
        """
        wire = called.wire
        for step in steps:
            match step:
                case "hear":
                    await wire.asked(90)
                case "field":
                    await self.in_field(called)
                case "bye":
                    await wire.hang_up()
                case "vanish":
                    wire.vanish()
                case ">bye":
                    await self._in_words(wire)
                    await wire.hang_up()
                case _ if step.startswith("!"):
                    begun = await wire.sound_after(wire.answered_at, 30)
                    await wire.sound_after(begun + _A_WORD_S, 30)
                    await wire.press(step[1:])
                case _ if step.startswith(">"):
                    await self._in_words(wire)
                    await wire.press(step[1:])
                case _:
                    await wire.asked(90)
                    await wire.press(step)

    async def _in_words(self, wire: WireCall) -> None:
        now = asyncio.get_running_loop().time()
        await wire.sound_after(now + _A_WORD_S, 30)

    async def in_field(self, called: Called, timeout_s: float = 180) -> None:
        """Until the caller waits for an operator and hears the music."""

        async def is_waiting() -> bool:
            return called.channel in await self.manager.waiting()

        await until(is_waiting, timeout_s)
        now = asyncio.get_running_loop().time()
        await called.wire.sound_after(now + 1.0)

    async def gone(self, called: Called, timeout_s: float = 150) -> None:
        """Until Asterisk has ended the call; a phone that vanished is missed after a minute."""
        await self.manager.event(
            lambda block: (
                block.get("Event") == "Hangup" and block.get("Uniqueid") == called.channel
            ),
            timeout_s=timeout_s,
        )


@asynccontextmanager
async def house(portal: Instance) -> AsyncIterator[House]:
    settings = portal.settings
    async with (
        WirePhone(settings.sip.host, settings.sip.port) as phone,
        Manager(settings) as manager,
    ):
        yield House(portal, phone, manager)


def _is_new_caller(block: Block) -> bool:
    return block.get("Event") == "Newchannel" and block["Channel"].startswith("PJSIP/carrier-")


# What was heard


@lru_cache(maxsize=2)
def _library(folders: wiring.Folders) -> Library:
    """What is said to these callers: words in every language, and the few numbers they are told.

    A small library makes hearing quick.
    """
    everything = load_library(folders.sounds, folders.own_sounds)
    return Library([clip for clip in everything.clips if _is_said(clip.key, clip.language)])


def _is_said(key: str, language: str) -> bool:
    folder, _, name = key.partition("/")
    match folder:
        case "number":
            return language == "de" and (len(name) == 1 or name == "21")
        case "noun":
            return language == "de" and name.startswith("point")
        case "date" | "time":
            return False
        case "language" | "login" | "menu" | "tenant":
            return True
        case _:
            return language in {"de", ""}


def heard(called: Called, settings: Settings, since: float = 0.0) -> list[str]:
    """The clips heard since a moment of the loop's clock, as ``key:language``; a cut one with ``/``."""
    samples = called.wire.audio()[max(0, round((since - called.wire.answered_at) * RATE)) :]
    hearing = hear(samples, _library(wiring.Folders.of(settings)))
    return [
        MUSIC if not clip.language else f"{clip.prompt}:{clip.language}" + "/" * clip.cut
        for clip in hearing.heard
    ]


def words(called: Called, settings: Settings) -> list[str]:
    """The texts that were heard, from prompts as they lie there now."""
    _library.cache_clear()
    hearing = hear(called.wire.audio(), _library(wiring.Folders.of(settings)))
    return [clip.text for clip in hearing.heard]


def receipt(clips: Sequence[str]) -> str:
    """The digits that were told of a card that is blocked already, or has just been; none is ""."""
    return "".join(
        clip.removeprefix("number/")[0]
        for before, clip in pairwise(clips)
        if clip.startswith("number/") and before.startswith(("block/", "number/"))
    )


# What is left behind


POOL = 32
"""Threads of the portal that work beside prompts; once begun they stay."""


async def no_calls(at: House) -> bool:
    """Whether Asterisk has neither a channel nor a waiting caller."""
    return not await at.manager.channels() and not await at.manager.waiting()


async def no_connections(port: int) -> bool:
    """Whether no connection to a local port is open: a call's thread holds one till its end."""
    open_ones = {"01", "08"}  # established, and closed by the other end alone (tcp_states.h)
    table = await asyncio.to_thread(Path("/proc/net/tcp").read_text)
    rows = [row.split() for row in table.splitlines()[1:]]
    return not [row for row in rows if row[1].endswith(f":{port:04X}") and row[3] in open_ones]


async def at_most(pid: int, threads: int) -> bool:
    """Whether a process has no more than so many threads."""
    status = await asyncio.to_thread(Path(f"/proc/{pid}/status").read_text)
    (count,) = (line.split()[1] for line in status.splitlines() if line.startswith("Threads:"))
    return int(count) <= threads


async def until(is_so: Callable[[], Awaitable[bool]], timeout_s: float) -> None:
    """Ask again and again, twenty times a second. Raises TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not await is_so():  # noqa: ASYNC110 - nobody else tells
            await asyncio.sleep(0.05)
