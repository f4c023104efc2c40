"""A redemption in the midst of which something breaks: what each caller hears, and that he pays once at most."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from domain.ids import ParticipantId, Receipt
from domain.language import Language
from domain.portal_facts import PointsRedeemed
from ivr.speech import Noun
from ivr.spoken import Counted, Digits
from tests.phone import house, speakers
from tests.phone.harm import KillAtTheFact, locked
from tests.phone.house import MUSIC, Called, House
from tests.phone.instance import Instance
from tests.phone.speakers import POINTS, Says, Speaker

# a drill: more than a minute each
pytestmark = [pytest.mark.phone, pytest.mark.drill, pytest.mark.timeout(300)]

COST = 500
AWAY_S = 10.0
LONGEST_SILENCE_S = 3.0
TO_THE_QUESTION = ["!{n}#{pin}#2", "1", "hear"]
"""Whether he wants the voucher; 1 is yes."""

Calls = Mapping[Speaker, Called]


@pytest.fixture
def instance(portal: Instance) -> Instance:
    return portal


@pytest.fixture
def people(portal: Instance) -> list[Speaker]:
    """One of each language."""
    return speakers.add_speakers(portal.settings, list(Language))


async def ring(at: House, people: Sequence[Speaker], steps: Sequence[str]) -> Calls:
    """Everybody's call once he has done his steps."""
    calls = {one: await at.dial(one.phone) for one in people}
    await everybody(at, calls, steps)
    return calls


async def everybody(at: House, calls: Calls, steps: Sequence[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for one, called in calls.items():
            group.create_task(at.follow(called, [one.keys(step) for step in steps]))


def receipts(at: House) -> dict[ParticipantId, list[Receipt]]:
    """Of each participant's redemptions, as the log has them."""
    found: dict[ParticipantId, list[Receipt]] = {}
    for told in house.facts_by_call(at.settings).values():
        for fact in told:
            if isinstance(fact.body, PointsRedeemed):
                found.setdefault(fact.body.participant, []).append(fact.body.receipt)
    return found


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_ten_seconds_without_the_database(at: House, people: list[Speaker]) -> None:
    calls = await ring(at, people, TO_THE_QUESTION)
    with locked(at.settings.home / "rufwerk.db"):
        began = now()
        await everybody(at, calls, ["!1"])
        await asyncio.sleep(AWAY_S)

    async def are_done() -> bool:
        told = await asyncio.to_thread(receipts, at)
        return all(one.id in told for one in people)

    await house.until(are_done, 60)
    await asyncio.gather(*(told_to_the_end(called) for called in calls.values()))
    for one, called in calls.items():
        heard = await heard_of(at, one, called, began)
        says = Says(at.settings, one.language)
        said = heard.without(says("login.moment"))
        assert len(heard.clips) - len(said) >= 2, "it takes a moment"
        (receipt,) = receipts(at)[one.id]
        done = says("redeem.done", receipt=Digits(receipt))
        assert said[: len(done)] == done
        assert longest_silence(heard) <= LONGEST_SILENCE_S


async def told_to_the_end(called: Called) -> None:
    await called.wire.sound_after(now() + 1.0)
    await called.wire.asked(60)
    await called.wire.hang_up()


async def heard_of(at: House, one: Speaker, called: Called, since: float) -> speakers.Sound:
    return await asyncio.to_thread(speakers.sound, called, at.settings, one.language, since=since)


def longest_silence(heard: speakers.Sound) -> float:
    """In seconds, before the question at the end."""
    return max(one.until_s - one.at_s for one in heard.silences[:-1])


async def test_a_portal_killed_between_booking_and_receipt(
    portal: Instance, at: House, people: list[Speaker]
) -> None:
    """And at about that moment in the others' calls: each is taken on, and his next call tells what is left."""
    calls = await ring(at, people, TO_THE_QUESTION)
    database = at.settings.home / "rufwerk.db"
    killer = KillAtTheFact(database, PointsRedeemed, portal.pids()["ivr"])
    await asyncio.to_thread(killer.start)
    await asyncio.to_thread(killer.has_begun.wait, 30)
    try:
        began = now()
        await everybody(at, calls, ["!1", "field"])
        await asyncio.to_thread(killer.join, 30)
    finally:
        killer.given_up.set()
    assert killer.has_killed
    for one, called in calls.items():
        heard = await heard_of(at, one, called, began)
        apology = Says(at.settings, one.language)("failure.apology")
        assert heard.clips[: len(apology) + 1] == [*apology, MUSIC]
        await called.wire.hang_up()
    booked = receipts(at)
    assert [one for one in people if one.id in booked]
    assert all(len(booked.get(one.id, [])) <= 1 for one in people)
    again = await ring(at, people, ["!{n}#{pin}#1", "hear"])
    for one, called in again.items():
        left = Counted(POINTS - COST * len(booked.get(one.id, [])), Noun.POINT)
        says = Says(at.settings, one.language)
        told = says("balance.told", points=left)
        heard = await heard_of(at, one, called, 0.0)
        assert heard.without(says("login.moment"))[: len(told)] == told
        await called.wire.hang_up()
