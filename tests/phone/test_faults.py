"""What happens to callers when a part of a real instance dies, hangs, or is changed under them."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from domain.fact import Fact
from domain.ids import ParticipantId
from domain.portal_facts import BalanceTold, CardBlocked, DialogEnd, DialogLeft
from tests.phone import house
from tests.phone.floor import floor
from tests.phone.harm import KillAtTheFact, locked
from tests.phone.house import MUSIC, Called, House, Person
from tests.phone.instance import ROOT, Instance

# a drill: it asks for seconds, and a machine with other work on it has none to give
pytestmark = [pytest.mark.phone, pytest.mark.drill, pytest.mark.timeout(300)]

APOLOGY = "failure/apology:de"
DISTURBED = "failure/disturbed:de"
WELCOME = "tenant/alpenrad/welcome:de"
IN_THE_FIELD_WITHIN_S = 5.0
SERVED_AGAIN_WITHIN_S = 3.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose tenants' files are its own."""
    folder = tmp_path_factory.mktemp("home")
    tenants = folder.with_name(f"{folder.name}-tenants")
    shutil.copytree(ROOT / "tenants", tenants)
    instance = Instance(folder, tenants=str(tenants))
    try:
        yield instance
    finally:
        instance.stop()


@pytest.fixture
def fragile(home: Instance) -> Instance:
    """That instance, running."""
    if home.process is None:
        home.start()
    return home


@contextlib.asynccontextmanager
async def at_home(instance: Instance) -> AsyncIterator[House]:
    """Afterwards no call is left, and a caller is served."""
    async with house.house(instance) as at:
        yield at
    await served(instance)
    async with house.house(instance) as at:
        await house.until(lambda: house.no_calls(at), 60)
    await house.until(lambda: house.no_connections(instance.settings.agi.port), 60)


async def served(instance: Instance) -> None:
    async with house.house(instance) as at:
        called = await at.dial()
        await called.wire.sound_after(called.wire.answered_at + 2.5, 30)
        await called.wire.hang_up()
        await at.gone(called)
        heard = await asyncio.to_thread(house.heard, called, at.settings)
    assert heard[0].startswith("tenant/alpenrad/welcome"), heard


def now() -> float:
    return asyncio.get_running_loop().time()


async def all_in_field(at: House, calls: Sequence[Called], timeout_s: float) -> None:
    async def are_waiting() -> bool:
        return await at.manager.waiting() >= {called.channel for called in calls}

    await house.until(are_waiting, timeout_s)


def to_the_music(heard: Sequence[str]) -> Sequence[str]:
    """What was heard up to the waiting field's first music; announcements follow it."""
    return heard[: heard.index(MUSIC) + 1] if MUSIC in heard else heard


async def first_music(*calls: Called) -> None:
    """Callers in the field hear a second of it."""
    later = now() + 1.0
    await asyncio.gather(*(called.wire.sound_after(later) for called in calls))


# The portal's process


async def test_callers_of_a_killed_portal_get_a_person(fragile: Instance) -> None:
    settings = fragile.settings
    people = house.add_people(settings, 10)
    async with at_home(fragile) as at, floor(settings) as agents:
        phone = await agents.seat("eva", "201", answer_after_s=None)
        greeted = [await at.dial() for _ in range(10)]
        known = [await at.dial() for _ in range(10)]
        async with asyncio.TaskGroup() as group:
            for called, person in zip(known, people, strict=True):
                steps = [f"!{person.number}#{person.pin}#", "hear"]
                group.create_task(at.follow(called, steps))
        os.kill(fragile.pids()["ivr"], signal.SIGKILL)
        killed_at = now()
        async with asyncio.timeout(IN_THE_FIELD_WITHIN_S), asyncio.TaskGroup() as group:
            group.create_task(all_in_field(at, [*greeted, *known], IN_THE_FIELD_WITHIN_S))
            group.create_task(phone.event("ringing", IN_THE_FIELD_WITHIN_S))
        await first_music(*greeted, *known)
        for called in (*greeted, *known):
            heard = await asyncio.to_thread(house.heard, called, settings, killed_at)
            whole = [clip for clip in heard if not clip.endswith("/")]
            assert to_the_music(whole) == [APOLOGY, MUSIC]
            await called.wire.hang_up()


async def test_the_next_caller_of_a_killed_portal_is_served(fragile: Instance) -> None:
    async with at_home(fragile) as at:
        os.kill(fragile.pids()["ivr"], signal.SIGKILL)
        killed_at = now()
        called = await at.dial()
        assert called.wire.answered_at - killed_at <= SERVED_AGAIN_WITHIN_S
        await at.follow(called, ["hear"])
        heard = await asyncio.to_thread(house.heard, called, at.settings)
        assert heard[0] == WELCOME
        await called.wire.hang_up()


async def test_a_card_is_blocked_once_whatever_is_killed(fragile: Instance) -> None:
    """Killed between the commit and the receipt, and at every other step at the same time."""
    settings = fragile.settings
    told, asked, silent, *blocking = house.add_people(settings, 7)
    block, ask = ["!{n}#{pin}#31"], ["!{n}#{pin}#3"]
    killer = KillAtTheFact(settings.home / "rufwerk.db", CardBlocked, fragile.pids()["ivr"])
    async with at_home(fragile) as at:
        first = await ring(at, {told: [*block, "hear"], asked: ask, silent: ["!{n}#"]})
        await asyncio.to_thread(killer.start)
        await asyncio.to_thread(killer.has_begun.wait, 30)
        try:
            first |= await ring(at, dict.fromkeys(blocking, block))
            await asyncio.to_thread(killer.join, 30)
        finally:
            killer.given_up.set()
        assert killer.has_killed
        await all_in_field(at, list(first.values()), 60)
        for person in blocking:
            heard = await asyncio.to_thread(house.heard, first[person], settings)
            assert APOLOGY in heard
            assert not house.receipt(heard)
        told_first = house.receipt(await asyncio.to_thread(house.heard, first[told], settings))
        again = await ring(at, {person: [*ask, "hear"] for person in first})
        for called in (*first.values(), *again.values()):
            await called.wire.hang_up()
        receipts = receipts_by_person(house.facts_by_call(settings))
        assert all(len(found) <= 1 for found in receipts.values())
        assert receipts[told.id] == [told_first]
        assert any(person.id in receipts for person in blocking)
        for person, called in again.items():
            heard = await asyncio.to_thread(house.heard, called, settings)
            assert [house.receipt(heard)] == receipts.get(person.id, [""]), heard
            assert ("block/confirm:de" in heard) is (person.id not in receipts)


async def ring(at: House, steps: dict[Person, list[str]]) -> dict[Person, Called]:
    """Everybody's call once he has done his steps."""
    calls = {person: await at.dial() for person in steps}
    async with asyncio.TaskGroup() as group:
        for person, called in calls.items():
            keys = [step.format(n=person.number, pin=person.pin) for step in steps[person]]
            group.create_task(at.follow(called, keys))
    return calls


def receipts_by_person(told: dict[str, list[Fact]]) -> dict[ParticipantId, list[str]]:
    found: dict[ParticipantId, list[str]] = {}
    for facts in told.values():
        for fact in facts:
            if isinstance(fact.body, CardBlocked):
                found.setdefault(fact.body.participant, []).append(fact.body.receipt)
    return found


async def test_a_caller_of_a_portal_that_hangs_gets_a_person(fragile: Instance) -> None:
    """It takes the call in and says nothing: the dialplan's guard fires."""
    pid = fragile.pids()["ivr"]
    async with at_home(fragile) as at:
        os.kill(pid, signal.SIGSTOP)
        try:
            called = await at.dial()
            await all_in_field(at, [called], 60)
        finally:
            with contextlib.suppress(ProcessLookupError):  # the supervisor may have seen to it
                os.kill(pid, signal.SIGCONT)
        await first_music(called)
        heard = await asyncio.to_thread(house.heard, called, at.settings)
        assert to_the_music(heard) == [APOLOGY, MUSIC]
        await called.wire.hang_up()


# The database


async def test_a_locked_database_is_an_apology_and_a_person(fragile: Instance) -> None:
    settings = fragile.settings
    at_pin, in_menu = house.add_people(settings, 2)
    async with at_home(fragile) as at:
        calls = await ring(
            at,
            {at_pin: ["!{n}#", "hear"], in_menu: ["!{n}#{pin}#", "hear"]},
        )
        with locked(settings.home / "rufwerk.db"):
            locked_at = now()
            async with asyncio.TaskGroup() as group:
                new = group.create_task(at.dial())
                group.create_task(at.follow(calls[at_pin], [f"!{at_pin.pin}#"]))
                group.create_task(at.follow(calls[in_menu], ["!1"]))
            disturbed = [new.result(), *calls.values()]
            await all_in_field(at, disturbed, 60)
        await first_music(*disturbed)
        for called in disturbed:
            heard = await asyncio.to_thread(house.heard, called, settings, locked_at)
            assert to_the_music(heard)[-2:] == [DISTURBED, MUSIC], heard
            await called.wire.hang_up()


# Asterisk, and everything


async def test_a_killed_asterisk_comes_back(fragile: Instance) -> None:
    async with house.house(fragile) as at:
        called = await at.dial()
        await at.follow(called, ["hear"])
        os.kill(fragile.pids()["asterisk"], signal.SIGKILL)
        again = await at.phone.dial(house.LINE, timeout_s=30)
        await again.asked(60)
        await again.hang_up()
        called.wire.vanish()

        async def has_left() -> bool:
            told = await asyncio.to_thread(house.facts_by_call, fragile.settings)
            return told[called.id][-1].body == DialogLeft(DialogEnd.HUNG_UP, "login.number")

        await house.until(has_left, 30)
    await served(fragile)


async def test_all_killed_and_started_again(fragile: Instance) -> None:
    """On the same home, with yesterday's data; what was started is gone with its supervisor."""
    settings = fragile.settings
    (person,) = house.add_people(settings, 1)

    async def is_blocked() -> bool:
        told = await asyncio.to_thread(house.facts_by_call, settings)
        return person.id in receipts_by_person(told)

    async with house.house(fragile) as at:
        await ring(at, {person: ["!{n}#{pin}#31"]})
        await house.until(is_blocked, 60)
        process = fragile.process
        assert process is not None
        for pid in (process.pid, *fragile.pids().values()):
            with contextlib.suppress(ProcessLookupError):  # gone with its supervisor
                os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(process.communicate)
    before = house.facts_by_call(settings)
    (receipt,) = receipts_by_person(before)[person.id]
    fragile.process = None
    fragile.start()
    async with at_home(fragile) as at:
        calls = await ring(at, {person: ["!{n}#{pin}#3", "hear"]})
        heard = await asyncio.to_thread(house.heard, calls[person], settings)
        assert house.receipt(heard) == receipt
        await calls[person].wire.hang_up()
    after = house.facts_by_call(settings)
    assert all(after[call] == facts for call, facts in before.items())
    assert receipts_by_person(after)[person.id] == [receipt]


async def test_nothing_is_left_when_it_is_stopped(fragile: Instance) -> None:
    async with house.house(fragile) as at:
        await at.follow(await at.dial(), ["!*"])
        running = fragile.pids()
        assert len(processes_of(fragile)) > len(running)
        await asyncio.to_thread(fragile.stop)
    assert processes_of(fragile) == []
    still = await asyncio.to_thread(lambda: {path.name for path in Path("/proc").glob("[0-9]*")})
    assert not {str(pid) for pid in running.values()} & still
    assert not (fragile.home / "run" / "processes.json").exists()


def processes_of(instance: Instance) -> list[int]:
    """All that run on this home, by what they were started with."""
    mark = f"RUFWERK_HOME={instance.home}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes():
                found.append(int(path.parent.name))
    return found


# The tenants' files


async def test_tenants_reload_without_dropping_a_call(fragile: Instance) -> None:
    file = fragile.settings.tenants / "alpenrad.toml"
    good = await asyncio.to_thread(file.read_text)
    (person,) = house.add_people(fragile.settings, 1)
    async with at_home(fragile) as at:
        calls = await ring(at, {person: ["!{n}#", "hear"]})
        for mistake in (good.replace('"de",', '"xx",'), "id = "):
            await asyncio.to_thread(file.write_text, mistake)
            await asyncio.to_thread(fragile.run, "tenant", "reload", status=1)
            os.kill(fragile.pids()["ivr"], signal.SIGHUP)
        assert await greeting(at) == "Willkommen bei Alpenrad."
        new = good.replace("Willkommen bei Alpenrad.", "Alpenrad, guten Tag.")
        await asyncio.to_thread(file.write_text, new)
        await asyncio.to_thread(fragile.run, "tenant", "reload")
        assert await greeting(at) == "Alpenrad, guten Tag."
        await at.follow(calls[person], [f"!{person.pin}#1"])

        async def is_served() -> bool:
            told = await asyncio.to_thread(house.facts_by_call, at.settings)
            return any(isinstance(fact.body, BalanceTold) for fact in told[calls[person].id])

        await house.until(is_served, 30)
        await calls[person].wire.hang_up()


async def greeting(at: House) -> str:
    """The first words that a new caller hears."""
    called = await at.dial()
    await called.wire.sound_after(called.wire.answered_at + 3.0)
    await called.wire.hang_up()
    return (await asyncio.to_thread(house.words, called, at.settings))[0]
