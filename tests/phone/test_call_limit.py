"""More callers than the portal has places, over real SIP: what they hear, how it ends, and who isn't counted."""

import asyncio
import csv
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from domain.fact import Body
from domain.ids import TenantId
from domain.portal_facts import CallArrived, CallRefused, WhoseLimit
from phone.caller import load_library
from phone.hearing import Library, hear
from phone.sip_dialog import State
from phone.wire import CallRefusedError, WireCall
from rufwerk import wiring
from rufwerk.asterisk_config import Places
from tests.phone import house
from tests.phone.house import Called, House
from tests.phone.instance import ROOT, Instance, running

pytestmark = [pytest.mark.phone, pytest.mark.timeout(180)]

ALPENRAD, MAISON_LUNE = "555100", "555200"
GERMAN, FRENCH = ["full/again:de"] * 2, ["full/again:fr"] * 2
BUSY = "17"

Told = tuple[TenantId | None, Body]
"""A fact, and of whom."""


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Two places, and one of them at most for Alpenrad."""
    home = tmp_path_factory.mktemp("home")
    tenants = home.with_name(f"{home.name}-tenants")
    tenants.mkdir()
    for file in (ROOT / "tenants").glob("*.toml"):
        limit = "most_calls = 1\n" if file.stem == "alpenrad" else ""
        (tenants / file.name).write_text(limit + file.read_text(encoding="utf-8"))
    with running(home, tenants=str(tenants), agi__max_calls="2") as instance:
        yield instance


@pytest.fixture(scope="module")
def library(instance: Instance) -> Library:
    """First words, and what is said where no place is free."""
    folders = wiring.Folders.of(instance.settings)
    clips = load_library(folders.sounds, folders.own_sounds).clips
    return Library([clip for clip in clips if clip.key.startswith(("full/", "tenant/", "music"))])


@pytest.fixture
async def at(instance: Instance) -> AsyncIterator[House]:
    """Its callers have hung up afterwards."""
    async with house.house(instance) as made:
        yield made
    async with house.house(instance) as empty:
        await house.until(lambda: house.no_calls(empty), 60)


async def refused(at: House, called: Called, library: Library) -> list[str]:
    """What he heard who was answered and hung up on as busy; sound that is no clip of these is none."""
    ending = await called.wire.over(60)
    assert ending.by == "portal"
    gone = await at.manager.event(
        lambda block: block.get("Event") == "Hangup" and block.get("Uniqueid") == called.channel
    )
    assert gone["Cause"] == BUSY
    hearing = await asyncio.to_thread(hear, called.wire.audio(), library)
    assert not hearing.unknown
    return [f"{clip.prompt}:{clip.language}" for clip in hearing.heard]


async def is_greeted(called: Called | WireCall, library: Library) -> str:
    """The first words that he hears."""
    wire = called.wire if isinstance(called, Called) else called
    await wire.sound_after(wire.answered_at + 2.5, 30)
    hearing = await asyncio.to_thread(hear, wire.audio(), library)
    return f"{hearing.heard[0].prompt}:{hearing.heard[0].language}"


async def told(at: House, called: Called) -> Sequence[Told]:
    """What the log says of a refused call, as soon as it says something."""

    async def is_there() -> bool:
        return bool(await all_told(at, called.id))

    await house.until(is_there, 30)
    return await all_told(at, called.id)


async def all_told(at: House, of_call: str | None = None) -> Sequence[Told]:
    """What the log says of a call, or of all."""
    facts = await asyncio.to_thread(house.facts_by_call, at.settings)
    return [
        (fact.origin.tenant, fact.body)
        for call, found in facts.items()
        for fact in found
        if of_call in (None, call)
    ]


def refusal(dialled: str, tenant: str, limit: WhoseLimit) -> Told:
    return TenantId(tenant), CallRefused(dialled, limit)


async def test_a_brands_limit_leaves_the_other_brands_line_free(
    at: House, instance: Instance, library: Library
) -> None:
    first = await at.dial(number=ALPENRAD)
    assert await is_greeted(first, library) == "tenant/alpenrad/welcome:de"
    second = await at.dial(number=ALPENRAD)
    with pytest.raises(
        CallRefusedError
    ) as busy:  # one at a time hears the words: 2 / 4, at least 1
        await at.phone.dial(ALPENRAD)
    assert busy.value.status == 486
    other = await at.dial(number=MAISON_LUNE)
    assert await is_greeted(other, library) == "tenant/maison-lune/welcome:fr"
    assert await refused(at, second, library) == GERMAN
    assert await told(at, second) == [refusal(ALPENRAD, "alpenrad", WhoseLimit.TENANT)]
    assert first.wire.state is State.TALKING
    for call in (first, other):
        await call.wire.hang_up()
    await house.until(lambda: house.no_calls(at), 60)
    await refused_calls_show(at, instance)


async def refused_calls_show(at: House, instance: Instance) -> None:
    """To who looks after the machine; on no bill: Asterisk's records of them have no account."""
    bodies = [body for _, body in await all_told(at)]
    count = sum(isinstance(body, CallRefused) for body in bodies)
    arrived = sum(isinstance(body, CallArrived) for body in bodies)
    findings = (await asyncio.to_thread(instance.json, "doctor"))["findings"]
    (portal,) = [one for one in findings if one["part"] == "Portal"]
    assert portal["condition"] == "warning"
    assert f"{count} refused in the last 10 minutes" in portal["detail"]
    assert "most_calls of alpenrad" in portal["remedy"]
    url = f"http://127.0.0.1:{at.settings.ops.port}/metrics"
    metrics = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    assert f"rufwerk_calls_refused {count}.0" in metrics
    written = Places.of(at.settings.home).call_records
    records = (await asyncio.to_thread(written.read_text)).splitlines()
    accounts = {linked: account for _, linked, account, *_ in csv.reader(records)}
    assert list(accounts.values()).count("") == count
    assert len(accounts) == arrived + count


async def test_the_next_gets_in_when_one_leaves(at: House, library: Library) -> None:
    """He rings, without an answer, until then."""
    first = await at.dial(number=ALPENRAD)
    await is_greeted(first, library)
    next_one = await at.phone.ring(ALPENRAD)
    await next_one.ringing()
    await first.wire.hang_up()
    await next_one.answered()
    assert await is_greeted(next_one, library) == "tenant/alpenrad/welcome:de"


async def test_the_houses_limit_holds_for_all_brands(at: House, library: Library) -> None:
    """Who waits for a person isn't counted, and has made room."""
    talking = [await at.dial(number=MAISON_LUNE) for _ in range(2)]
    third = await at.dial(number=MAISON_LUNE)
    with pytest.raises(CallRefusedError):  # one at a time hears the words
        await at.phone.dial(ALPENRAD)
    assert await refused(at, third, library) == FRENCH
    assert await told(at, third) == [refusal(MAISON_LUNE, "maison-lune", WhoseLimit.HOUSE)]
    assert refusal(ALPENRAD, "alpenrad", WhoseLimit.HOUSE) in await all_told(at)
    await at.follow(talking[0], ["!0#", "field"])
    served = await at.dial(number=ALPENRAD)
    assert await is_greeted(served, library) == "tenant/alpenrad/welcome:de"


def test_it_is_said_in_all_four_languages(library: Library) -> None:
    found = {clip.language: clip.text for clip in library.clips if clip.key == "full/again"}
    assert sorted(found) == ["de", "en", "es", "fr"]
    assert len(set(found.values())) == 4
